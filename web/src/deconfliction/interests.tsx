// Areas of interest: where this desk wants to be told of notices (DEC-13). They
// stay at home.
import type { Line, Volume } from '../api'
import { deskNow, dtg } from '../clock'
import { minute } from '../compose/prefill'
import { useFetched, useLive } from '../live'
import { StateChip } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { ActButton, Card, FactList, MatterLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { go } from '../nav'
import { DeskName, Empty } from '../parts'
import { useRefusal } from '../refusal'
import { Id, useText } from '../text'
import { ActivityName } from './movementrow'
import { Window } from './window'

interface Hit extends Line { facts: { interest: string; notice: string; key: string; desk: string; activity: string; from: number; until: number } }
interface Watched extends Line { name: string; volumes: Volume[]; types: string[]; until: number; notices: Hit[] }

const day = 24 * 3_600_000

export function Interests() {
  const t = useText()
  const refusal = useRefusal()
  const { lost } = useLive()
  const { data, error } = useFetched<{ interests: Watched[] }>('/deconfliction/interests')
  const list = data?.interests ?? []
  const open = list.filter((w) => w.open)
  const over = list.filter((w) => !w.open)
  return (
    <div className="scroll page">
      <p className="muted">{t('deconfliction.interest.what')}</p>
      <div className="actions">
        <ComposeButton primary code="INTEREST" disabled={lost} values={{ until: minute(deskNow()) + 30 * day }}>{t('deconfliction.interest.add')}</ComposeButton>
        <button type="button" onClick={() => go({ screen: 'map', tab: '', open: '' })}>{t('deconfliction.interest.draw')}</button>
      </div>
      {error ? <Empty>{refusal.sentence(error)}</Empty> : !data ? <Empty>{t('loading')}</Empty> : !open.length && <Empty>{t('deconfliction.interest.none')}</Empty>}
      <div className="cards">{open.map((w) => <Interest key={w.key} watched={w} />)}</div>
      {over.length > 0 && <><h3>{t('deconfliction.interest.over')}</h3><div className="cards">{over.map((w) => <Interest key={w.key} watched={w} />)}</div></>}
    </div>
  )
}

function Interest({ watched: w }: { watched: Watched }) {
  const t = useText()
  const shapes: Shape[] = w.volumes.map((v, i) => ({ id: `${w.key}/${i}`, area: { ring: v.ring, centre: v.centre, radius_m: v.radius_m, text: v.text }, label: w.name, dashed: !w.open }))
  return (
    <Card title={<bdi>{w.name || w.number}</bdi>} tone={w.notices.some((n) => n.open) ? 'warn' : ''} aside={<StateChip module="deconfliction" state={w.state} />}>
      <Sketch label={w.name || w.number} shapes={shapes} height={150} />
      <FactList rows={[
        [t('deconfliction.window'), w.volumes[0] && <Window span={w.volumes[0].windows[0]} height={w.volumes[0].low[0] && w.volumes[0].high[0] ? { low_m: w.volumes[0].low[0].m, high_m: w.volumes[0].high[0].m, reference: w.volumes[0].low[0].reference } : undefined} />],
        [t('deconfliction.interest.until'), <Id>{dtg(w.until)}</Id>],
        [t('deconfliction.interest.types'), w.types.length ? <>{w.types.map((x) => <ActivityName key={x} type={x} />)}</> : t('deconfliction.interest.any')],
      ]} />
      {w.notices.length ? (
        <ul className="hits">
          {w.notices.map((n) => (
            <li key={n.key} className={n.open ? 'warn' : ''}>
              <DeskName id={n.facts.desk} short /> <MatterLink id={n.facts.key} screen="deconfliction"><Id>{n.facts.notice}</Id></MatterLink> <Id>{dtg(n.facts.from)}</Id>
              {n.open ? <ActButton primary act={{ kind: 'deconfliction.seen/1', about: n.key, body: {} }}>{t('deconfliction.interest.seen')}</ActButton> : <StateChip module="deconfliction" state={n.state} />}
            </li>
          ))}
        </ul>
      ) : <p className="muted small">{t('deconfliction.interest.quiet')}</p>}
      {w.open && <p className="actions"><ActButton act={{ kind: 'cell.cancel/1', about: w.key, body: { reason: [] } }}>{t('deconfliction.interest.cancel')}</ActButton></p>}
    </Card>
  )
}
