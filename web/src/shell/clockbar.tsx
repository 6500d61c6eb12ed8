// The clock bar: whose desk this is, the one time that counts, and the links.
import { useSyncExternalStore } from 'react'
import type { Link } from '../api'
import { dtg, hms, local, useNow } from '../clock'
import { useLive } from '../live'
import { DeskName, letterOf } from '../parts'
import { Switches } from '../session/frame'
import { OfficerButton } from '../session/menu'
import { onSound, soundState, unlock } from '../sound'
import { Id, type Key, plain, useLang, useText } from '../text'

export function ClockBar({ menu, toggleMenu }: { menu: boolean; toggleMenu: () => void }) {
  const t = useText()
  const { session, desk, watch, lost } = useLive()
  const skewed = watch?.links.some((l) => Math.abs(l.skew_ms) > 2000)
  return (
    <header className="clockbar">
      <span className="brand">PARLEY</span>
      {desk ? <span className="own"><DeskName id={desk.desk} /></span> : session?.desk && <span className="own"><Id>{session.desk}</Id></span>}
      <Clock lost={lost} />
      <MemberClocks />
      {skewed && <span className="chip warn">{t('clock.skew')}</span>}
      <span className="grow" />
      {watch && watch.links.length > 0 && <span className="links" role="group" aria-label={t('links')}>
        {watch.links.map((l) => <LinkState key={l.desk + l.via} link={l} />)}
      </span>}
      {watch && <SoundState />}
      <Switches short />
      <OfficerButton open={menu} toggle={toggleMenu} />
    </header>
  )
}

function Clock({ lost }: { lost: boolean }) {
  const t = useText()
  const now = useNow()
  return (
    <span className={'zulu' + (lost ? ' frozen' : '')} role="timer" aria-label={lost ? t('clock.frozen') : t('clock.zulu')}>
      <Id>{dtg(now)}</Id><Id className="seconds">{hms(now)}</Id>
    </span>
  )
}

/** Each member's own clock; only the clock bar shows local time. */
function MemberClocks() {
  const { desk } = useLive()
  const lang = useLang()
  const now = useNow()
  return (
    <span className="locals">
      {desk?.members.map((m) => (
        <span key={m.desk} title={plain(m.name, lang)}>
          <span className="small"><DeskName id={m.desk} short /></span>
          <Id>{local(now, m.zone)}</Id>
        </span>
      ))}
    </span>
  )
}

function LinkState({ link }: { link: Link }) {
  const t = useText()
  const { desk } = useLive()
  const lang = useLang()
  const good = link.state === 'up'
  const name = t(`link.${link.state}` as Key)
  const age = Math.round(link.head_age_ms / 1000)
  return (
    <span className={'link ' + (good ? 'up' : link.state === 'degraded' ? 'weak' : 'down')} title={[name, plain(link.cause, lang), t('link.age', { n: age }), link.held_here > 0 ? t('link.held', { n: link.held_here }) : ''].filter(Boolean).join('. ')}>
      <span className="dot" aria-hidden="true">{good ? '●' : link.state === 'degraded' ? '◐' : '○'}</span>
      <Id>{letterOf(desk, link.desk)}</Id>
      {good ? <Id>{age < 100 ? `${age} s` : `${Math.round(age / 60)} min`}</Id> : <span>{name}</span>}
      {link.held_here > 0 && <><Id className="held">+{link.held_here}</Id><span className="sr">{t('link.held', { n: link.held_here })}</span></>}
    </span>
  )
}

function SoundState() {
  const t = useText()
  const state = useSyncExternalStore(onSound, soundState)
  if (state === 'off') return <button type="button" className="chip bad" title={t('sound.press')} onClick={() => unlock()}>{t('sound.off')}</button>
  return <span className={'chip ' + (state === 'silenced' ? 'warn' : 'ok')}>{t(`sound.${state}` as Key)}</span>
}
