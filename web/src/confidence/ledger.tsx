// The ledger of reciprocity: deliveries, never promises; who went first, and
// how long the other took. Nothing is added up.
import { dtg, left } from '../clock'
import { MatterLink } from '../module/parts'
import { DeskName, Empty } from '../parts'
import { Id, Tri, useText } from '../text'
import type { Entry, Measure } from './types'

const day = 86_400_000

export function Ledger({ entries, measures }: { entries: Entry[]; measures: Measure[] }) {
  const t = useText()
  if (!entries.length) return <Empty>{t('confidence.ledger.none')}</Empty>
  const name = (key: string) => {
    const m = measures.find((x) => x.key === key)
    return key ? <MatterLink id={key}>{m ? <><Id>{m.number}</Id> <Tri text={m.title} /></> : <Id>{key}</Id>}</MatterLink> : <span className="muted">{t('confidence.none-named')}</span>
  }
  return (
    <section className="panel">
      <p className="muted small">{t('confidence.ledger.what')}</p>
      <div className="wide" role="group" tabIndex={0} aria-label={t('confidence.ledger')}><table className="ledger">
        <thead><tr><th>{t('confidence.first')}</th><th>{t('confidence.delivered')}</th><th>{t('confidence.matched-with')}</th><th>{t('confidence.second')}</th><th>{t('confidence.lag')}</th></tr></thead>
        <tbody>{entries.map((e) => (
          <tr key={e.measure + e.first + e.at} className={e.state}>
            <td><DeskName id={e.first} /></td>
            <td>{name(e.measure)} <Id className="small">{dtg(e.at)}</Id></td>
            <td>{name(e.counterpart)}</td>
            <td>{e.state === 'matched' ? <><DeskName id={e.second} /> <Id className="small">{dtg(e.counterpart_at)}</Id></> : <span className="mark warn">◌ {t('confidence.unmatched')}</span>}</td>
            <td>{e.state === 'matched' ? (e.lag_ms < day ? <Id>{left(e.lag_ms)}</Id> : t('confidence.days', { n: Math.floor(e.lag_ms / day) })) : '–'}</td>
          </tr>
        ))}</tbody>
      </table></div>
    </section>
  )
}
