// How a notice stands to what was agreed: each limit in its own words, with
// what was counted, what is allowed and by how much it is exceeded. It permits
// nothing and refuses nothing, and says so.
import { dtg } from '../clock'
import { path } from '../api'
import { useFetched } from '../live'
import { Card, MatterLink } from '../module/parts'
import { useRefusal } from '../refusal'
import { Id, Tri, useText } from '../text'
import type { Checked, Report } from './types'

const amount = (c: Checked, n: number) => (c.unit === 'm' ? `${n} m` : String(n))
/** By how much a limit is exceeded: more pieces, higher, or nearer than was agreed. */
const excess = (c: Checked) => (c.given < 0 || c.verdict === 'kept' ? 0 : Math.abs(c.given - c.allowed))

export function Limits({ id }: { id: string }) {
  const t = useText()
  const refusal = useRefusal()
  const { data, error } = useFetched<Report>('/deconfliction/check?notice=' + path(id))
  if (error) return <Card title={t('deconfliction.limits')}><p className="muted">{refusal.sentence(error)}</p></Card>
  if (!data) return null
  const over = data.limits.some((c) => c.verdict === 'over')
  return (
    <Card title={t('deconfliction.limits')} tone={over ? 'warn' : ''} aside={<span className="muted small">{t('deconfliction.limits.what')}</span>}>
      {data.blind && <p className="note">{t('deconfliction.limits.blind')}</p>}
      {!data.blind && !data.limits.length && <p className="muted">{t('deconfliction.limits.none')}</p>}
      {data.limits.length > 0 && (
        <div className="wide" tabIndex={0} role="region" aria-label={t('deconfliction.limits')}>
          <table className="limits">
            <thead><tr><th scope="col">{t('deconfliction.limit')}</th><th scope="col">{t('deconfliction.counted')}</th><th scope="col">{t('deconfliction.allowed')}</th><th scope="col">{t('deconfliction.excess')}</th><th scope="col">{t('deconfliction.verdict')}</th></tr></thead>
            <tbody>
              {data.limits.map((c, i) => (
                <tr key={i}>
                  <th scope="row"><Tri text={c.text} ids />{c.clause && <span className="muted small"> {c.clause}</span>}</th>
                  <td>{c.given < 0 ? t('deconfliction.unsaid') : <Id>{amount(c, c.given)}</Id>}{c.at > 0 && <Id className="muted small">{dtg(c.at)}</Id>}</td>
                  <td><Id>{amount(c, c.allowed)}</Id></td>
                  <td>{excess(c) ? <Id>{amount(c, excess(c))}</Id> : '–'}</td>
                  <td><span className={'mark ' + (c.verdict === 'over' ? 'warn' : '')}>{t(`deconfliction.verdict.${c.verdict as 'kept'}`)}</span>{c.by && <span className="small muted">{t('deconfliction.waived', { by: c.by })}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data.beside.length > 0 && <p className="small muted">{t('deconfliction.counted-with', { n: data.beside.length })} {data.beside.slice(0, 8).map((k) => <MatterLink key={k} id={k} />)}</p>}
      {data.more && <p className="note warn">{t('deconfliction.limits.more')}</p>}
    </Card>
  )
}
