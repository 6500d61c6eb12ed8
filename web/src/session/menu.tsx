// Who works here, in the clock bar: code, roles, and what one does with a
// session.
import { useEffect, useRef, useState } from 'react'
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

export function OfficerMenu({ breakGlass }: { breakGlass: () => void }) {
  const t = useText()
  const lang = useLang()
  const { session, desk } = useLive()
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  useKeys({ Escape: () => { setOpen(false); root.current?.querySelector('button')?.focus() } }, open)
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => { if (!root.current?.contains(event.target as Node)) setOpen(false) }
    window.addEventListener('pointerdown', away)
    window.addEventListener('focusin', away)
    return () => { window.removeEventListener('pointerdown', away); window.removeEventListener('focusin', away) }
  }, [open])
  if (!session) return null
  const broken = session.broken_until ?? 0
  const does = session.rights.filter((r) => hasWords(`right.${r}`)).map((r) => say(lang, `right.${r}`))
  const administers = session.rights.includes('officers') && !session.rights.includes('read')
  return (
    <div className="officermenu" ref={root}>
      {broken > 0 && <span className="chip bad">{t('glass.broken')} <Countdown due={broken} /></span>}
      <button type="button" aria-expanded={open} aria-controls="officer-menu" onClick={() => setOpen(!open)}>
        <Id>{session.officer}</Id><span className="sr">{t('officer.menu')}</span>
        <span aria-hidden="true" className="muted">▾</span>
      </button>
      {open && (
        <section id="officer-menu" className="panel" aria-label={t('officer.menu')}>
          <p><b>{session.name || session.officer}</b> <Id className="muted">{session.officer}</Id></p>
          <dl className="facts">
            <div><dt>{t('officer.roles')}</dt><dd>{session.roles.map((r) => <span key={r} className="mark"><RoleName role={r} /></span>)}</dd></div>
            <div><dt>{t('officer.rights')}</dt><dd className="small">{does.join(' · ')}</dd></div>
            {!administers && <div><dt>{t('officer.baskets')}</dt><dd>{session.all ? t('officer.all') : session.baskets.length ? session.baskets.map((b) => <Id key={b} className="mark">{b}</Id>) : t('officer.nobaskets')}</dd></div>}
            {desk && <div><dt>{t('onwatch')}</dt><dd>{desk.officer.on_watch ? t('yes') : t('no')}</dd></div>}
          </dl>
          <div className="row">
            {locks(session) ? <button type="button" onClick={lockNow}>{t('lock')} <Kbd>F8</Kbd></button> : <p className="muted small">{t('lock.never')}</p>}
            {session.ways.some((w) => w !== 'link') && <button type="button" onClick={signOut}>{t('signout')}</button>}
            {!broken && session.rights.includes('read') && locks(session) && <button type="button" onClick={() => { setOpen(false); breakGlass() }}>{t('glass')}</button>}
          </div>
        </section>
      )}
    </div>
  )
}
