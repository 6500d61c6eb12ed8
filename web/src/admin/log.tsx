// The desk's own log: who signed in, who was refused, what was locked and
// broken open. It never holds content, and it stays at this desk (SEC-07).
import { useState } from 'react'
import { dtg } from '../clock'
import { useFetched } from '../live'
import { Empty } from '../parts'
import { useRefusal } from '../refusal'
import { hasWords, Id, type Key, say, useLang, useText } from '../text'
import type { LogEvent } from './types'
import './admin.css'

/** As officer.Event.Grave has it, and what was refused. */
const GRAVE = /^(refused|limited|moved|replayed|cloned|break-glass)$/

export function SecurityLog() {
  const t = useText()
  const lang = useLang()
  const refusal = useRefusal()
  const [only, setOnly] = useState<'all' | 'grave'>('all')
  const { data, error } = useFetched<{ events: LogEvent[] }>('/log?limit=500')
  const events = (data?.events ?? []).filter((e) => only === 'all' || GRAVE.test(e.kind))
  const words = (kind: string) => (hasWords(`log.${kind}`) ? say(lang, `log.${kind}` as Key) : kind)
  return (
    <div className="recordscreen">
      <header className="bar">
        <h2>{t('nav.log')}</h2>
        <span className="choices filter" role="group" aria-label={t('filter')}>{(['all', 'grave'] as const).map((f) => <label key={f} className="choice"><input type="radio" name="log" checked={only === f} onChange={() => setOnly(f)} /><span>{f === 'all' ? t('filter.all') : t('log.grave')}</span></label>)}</span>
      </header>
      <div className="scroll page" tabIndex={0} role="region" aria-label={t('nav.log')}>
        <p className="muted">{t('log.what')}</p>
        {error ? <Empty>{refusal.sentence(error)}</Empty> : !data ? <Empty>{t('loading')}</Empty> : !events.length ? <Empty>{t('log.none')}</Empty> : (
          <div className="wide">
            <table className="log">
              <caption className="sr">{t('nav.log')}</caption>
              <thead><tr><th scope="col">{t('time')}</th><th scope="col">{t('log.event')}</th><th scope="col">{t('log.officer')}</th><th scope="col">{t('log.where')}</th><th scope="col">{t('log.detail')}</th></tr></thead>
              <tbody>
                {events.map((e, i) => (
                  <tr key={e.id ?? i} className={GRAVE.test(e.kind) ? 'grave' : ''}>
                    <td><Id>{dtg(e.at)}</Id></td>
                    <th scope="row">{GRAVE.test(e.kind) && <span aria-hidden="true" className="bad">▲ </span>}{words(e.kind)}</th>
                    <td>{e.officer ? <Id>{e.officer}</Id> : '–'}{e.by && e.by !== e.officer && <span className="muted small"> {t('log.by')} <Id>{e.by}</Id></span>}</td>
                    <td><Id className="breaks small">{e.where || '–'}</Id></td>
                    <td className="small"><bdi>{e.detail}</bdi></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </div>
  )
}
