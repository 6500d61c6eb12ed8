// Locked: what was open stays open behind it and is not shown. The sounds go
// on; nothing can be done until the same officer unlocks (SEC-08).
import { useEffect, useRef, useState } from 'react'
import { type Alarm, post } from '../api'
import { dtg, useNow } from '../clock'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { Badge, Panel } from '../parts'
import { silence } from '../sound'
import { Id, useText } from '../text'
import { forget } from './drafts'
import { Switches } from './frame'
import { Ways } from './ways'

export function signOut() {
  post('/signout').catch(() => undefined).finally(() => { forget(); location.assign('/') })
}

export function Lock({ alarms }: { alarms: Alarm[] }) {
  const t = useText()
  const { session, desk } = useLive()
  const now = useNow()
  const [leaving, setLeaving] = useState(false)
  const urgent = alarms.filter((a) => !a.acknowledged && (a.level === 'Z' || a.level === 'O'))
  const root = useRef<HTMLDivElement>(null)
  useKeys({ F4: silence }, true, true)
  useEffect(() => { // back to where the officer was
    const from = document.activeElement as HTMLElement | null
    return () => from?.focus?.()
  }, [])
  if (!session) return null
  return (
    <div className="lockover" role="dialog" aria-modal="true" aria-labelledby="lock-title" ref={root}>
      {session.exercise && <p className="exercise">{t('exercise')}</p>}
      <div className="signbar"><span className="brand">PARLEY</span><Id className="big">{dtg(now)}</Id><span className="grow" /><Switches /></div>
      <div className="signin">
        <Panel>
          <h1 id="lock-title">{t('lock.title')}</h1>
          <p className="whom"><b>{session.name || session.officer}</b> <Id>{session.officer}</Id>{desk && <Id className="muted">{desk.desk}</Id>}</p>
          <p>{t('lock.what')}</p>
          {urgent.length > 0 && <p className="note bad urgentline" role="alert"><Badge code={urgent[0].level} flash={urgent[0].level === 'Z'} /> {t('lock.alarms', { n: urgent.length })}</p>}
          <Ways officer={session.officer} />
          <hr />
          {leaving
            ? <div className="row" role="group"><p>{t('lock.leave.what')}</p><button type="button" className="urgent" autoFocus onClick={signOut}>{t('signout')}</button><button type="button" onClick={() => setLeaving(false)}>{t('cancel')}</button></div>
            : <button type="button" className="quiet" onClick={() => setLeaving(true)}>{t('lock.leave')}</button>}
        </Panel>
      </div>
    </div>
  )
}
