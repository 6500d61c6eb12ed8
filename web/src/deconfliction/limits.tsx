// How a notice stands to what was agreed: each limit in its own words, with
// what was counted, what is allowed and by how much it is exceeded. It permits
// nothing and refuses nothing, and says so.
import { dtg } from '../clock'
import { distance } from '../geo'
import { path } from '../api'
import { useFetched } from '../live'
import { Card, MatterLink } from '../module/parts'
import { useRefusal } from '../refusal'
import { Id, Tri, useText } from '../text'
import type { Checked, Notice, Report, Touched } from './types'
import { Window } from './window'

const amount = (c: Checked, n: number) => (c.unit === 'm' ? `${n} m` : String(n))
/** What an exception of a limit may be for (cell.Purposes). */
const purposes = ['firefighting', 'rescue', 'medevac', 'weather', 'farming']
/** By how much a limit is exceeded: more pieces, higher, or nearer than was agreed. */
const excess = (c: Checked) => (c.given < 0 || c.verdict === 'kept' ? 0 : Math.abs(c.given - c.allowed))

/** known are notices whose numbers the screen has; others are named by their keys. */
export function Limits({ id, known = [] }: { id: string; known?: Notice[] }) {
  const t = useText()
  const refusal = useRefusal()
  const { data, error } = useFetched<Report>('/deconfliction/check?notice=' + path(id))
  if (error) return <Card title={t('deconfliction.limits')}><p className="muted">{refusal.sentence(error)}</p></Card>
  if (!data) return null
  const over = data.limits.some((c) => c.verdict === 'over') || data.corridors.some((c) => c.closed)
  return (
    <Card title={t('deconfliction.limits')} tone={over ? 'warn' : ''} aside={<span className="muted small">{t('deconfliction.limits.what')}</span>}>
      {data.blind && <p className="note">{t('deconfliction.limits.blind')}</p>}
      {!data.blind && !data.limits.length && <p className="muted">{t('deconfliction.limits.none')}</p>}
      {data.limits.length > 0 && (
        <div className="wide" tabIndex={0} role="region" aria-label={`${t('deconfliction.limits')}: ${data.limits.length}`}>
          <table className="limits">
            <thead><tr><th scope="col">{t('deconfliction.limit')}</th><th scope="col">{t('deconfliction.counted')}</th><th scope="col">{t('deconfliction.allowed')}</th><th scope="col">{t('deconfliction.excess')}</th><th scope="col">{t('deconfliction.verdict')}</th></tr></thead>
            <tbody>
              {data.limits.map((c, i) => (
                <tr key={i}>
                  <th scope="row"><Tri text={c.text} ids />{c.clause && <bdi className="muted small"> {c.clause}</bdi>}</th>
                  <td>{c.given < 0 ? t('deconfliction.unsaid') : <Id>{amount(c, c.given)}</Id>}{c.held > 0 && <span className="muted small">{t('deconfliction.of-held', { n: c.held })}</span>}{c.at > 0 && <Id className="muted small">{dtg(c.at)}</Id>}</td>
                  <td><Id>{amount(c, c.allowed)}</Id></td>
                  <td>{excess(c) ? <Id>{amount(c, excess(c))}</Id> : '–'}</td>
                  <td><span className={'mark ' + (c.verdict === 'over' ? 'warn' : '')}>{t(`deconfliction.verdict.${c.verdict as 'kept'}`)}</span>{c.by && <span className="small muted">{t('deconfliction.waived', { by: purposes.includes(c.by) ? t(`deconfliction.purpose.${c.by as 'medevac'}`) : c.by })}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Ground title={t('deconfliction.touches-places')} list={data.places} />
      <Ground title={t('deconfliction.touches-corridors')} list={data.corridors} />
      <Ground title={t('deconfliction.touches-zones')} list={data.zones} />
      {data.lines.length > 0 && <><h4>{t('deconfliction.from-lines')}</h4><ul className="lines">{data.lines.map((l) => <li key={l.line}><Tri text={l.name} /> <Id>{distance(l.distance_m)}</Id></li>)}</ul></>}
      {data.agreed.length > 0 && <><h4>{t('deconfliction.agreed-activities')}</h4><ul className="lines">{data.agreed.map((a) => (
        <li key={a.key}><span className="pair"><MatterLink id={a.key}><Id>{a.number}</Id></MatterLink><span className={'mark ' + (a.in_force ? 'ok' : '')}>{t(a.in_force ? 'deconfliction.in-force' : 'deconfliction.asked-for')}</span></span>
          <span className="small">{a.beyond.map((b) => <span key={b.limit + b.category}><Id>{b.limit}</Id> <bdi>{b.category}</bdi> <Id>+{b.amount}</Id> </span>)}<Window span={a} /></span></li>
      ))}</ul></>}
      {data.held.length > 0 && <p className="small muted">{t('deconfliction.counted-held', { n: data.held.length })} {data.held.slice(0, 8).map((k) => <MatterLink key={k} id={k} />)}</p>}
      {data.beside.length > 0 && <p className="small muted">{t('deconfliction.counted-with', { n: data.beside.length })} {data.beside.slice(0, 8).map((k) => <MatterLink key={k} id={k}><Id>{known.find((n) => n.key === k)?.number ?? k}</Id></MatterLink>)}</p>}
      {data.more && <p className="note warn">{t('deconfliction.limits.more')}</p>}
    </Card>
  )
}

/** What stands on the ground that a notice touches, each in its own words. */
function Ground({ title, list }: { title: string; list: Touched[] }) {
  const t = useText()
  if (!list.length) return null
  return (
    <>
      <h4>{title}</h4>
      <ul className="lines">
        {list.map((x) => (
          <li key={x.key + x.code}>
            <span><Tri text={x.text} ids /></span>
            <span className="pair">{x.closed && <span className="mark bad">{t('deconfliction.closed')}</span>}{x.stale && <span className="mark warn">{t('deconfliction.stale')}</span>}{x.key && <MatterLink id={x.key} screen="protection"><Id>{x.number}</Id></MatterLink>}<Id>{distance(x.distance_m)}</Id></span>
          </li>
        ))}
      </ul>
    </>
  )
}
