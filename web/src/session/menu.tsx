// Who works here, in the clock bar: code, roles, and what one does with a
// session.
import { useEffect, useRef } from 'react'
import { post } from '../api'
import { useKeys } from '../keys'
import { loadSession, useLive } from '../live'
import { Countdown, Kbd, RoleName } from '../parts'
import { hasWords, Id, say, useLang, useText } from '../text'
import { signOut } from './lock'

/** Locks at once; the page asks who it is again. */
export const lockNow = () => post('/session/lock').then(loadSession, () => undefined)

/** Whether this console locks at all: a demonstration's does not. */
export const locks = (s: { lock_after_ms: number } | null) => !!s && s.lock_after_ms > 0

/** The button in the clock bar: as which officer one acts here. */
export function OfficerButton({ open, toggle }: { open: boolean; toggle: () => void }) {
  const t = useText()
  const { session } = useLive()
  if (!session) return null
  const broken = session.broken_until
  return (
    <span className="officermenu">
      {broken > 0 && <span className="chip bad" title={t('glass.broken')}><span aria-hidden="true">▲</span><span className="sr">{t('glass.broken')}</span><Countdown due={broken} /></span>}
      <button id="officer-button" type="button" aria-expanded={open} aria-controls={open ? 'officer-menu' : undefined} onClick={toggle}>
        <Id>{session.officer}</Id><span className="sr">{t('officer.menu')}</span><span aria-hidden="true" className="muted">▾</span>
      </button>
    </span>
  )
}

/** What opens below it, over the screen and never over the alarms. */
export function OfficerPanel({ close, breakGlass }: { close: () => void; breakGlass: () => void }) {
  const t = useText()
  const lang = useLang()
  const { session, desk } = useLive()
  const root = useRef<HTMLElement>(null)
  useKeys({ Escape: () => { close(); document.getElementById('officer-button')?.focus() } })
  useEffect(() => {
    root.current?.focus()
    const away = (event: Event) => {
      const to = event.target as Element
      if (!root.current?.contains(to) && !to.closest?.('#officer-button')) close()
    }
    window.addEventListener('pointerdown', away)
    return () => window.removeEventListener('pointerdown', away)
  }, [])
  if (!session) return null
  const does = session.rights.filter((r) => hasWords(`right.${r}`)).map((r) => say(lang, `right.${r}`))
  const reads = session.rights.includes('read')
  return (
    <section id="officer-menu" className="panel officerpanel" aria-label={t('officer.menu')} tabIndex={-1} ref={root}>
      <p>{session.name && <b>{session.name}</b>} <Id className="muted">{session.officer}</Id></p>
      <dl className="facts">
        <div><dt>{t('officer.roles')}</dt><dd>{session.roles.map((r) => <span key={r} className="mark"><RoleName role={r} /></span>)}</dd></div>
        <div><dt>{t('officer.rights')}</dt><dd className="small">{does.join(' · ')}</dd></div>
        {reads && <div><dt>{t('officer.baskets')}</dt><dd>{session.all ? t('officer.all') : session.baskets.length ? session.baskets.map((b) => <Id key={b} className="mark">{b}</Id>) : t('officer.nobaskets')}</dd></div>}
        {desk && reads && <div><dt>{t('onwatch')}</dt><dd>{desk.officer.on_watch ? t('yes') : t('no')}</dd></div>}
      </dl>
      <div className="row">
        {locks(session) ? <button type="button" onClick={lockNow}>{t('lock')} <Kbd>F8</Kbd></button> : <p className="muted small">{t('lock.never')}</p>}
        {session.how !== 'link' && <button type="button" onClick={signOut}>{t('signout')}</button>}
        {!session.broken_until && reads && locks(session) && <button type="button" onClick={() => { close(); breakGlass() }}>{t('glass')}</button>}
      </div>
    </section>
  )
}
