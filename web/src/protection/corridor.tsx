// A corridor segment by segment: who controls it, what holds there now and why,
// who is inside; the desk that controls a segment changes its state here.
import { dtg } from '../clock'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { StateChip } from '../module/line'
import { Sketch } from '../module/map'
import { ActButton, agree, Card, FactList } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { PlaceName } from '../module/where'
import { At, Countdown, DeskName } from '../parts'
import { FreeText, Id, Tri, useLang, useText } from '../text'
import { nameOf, passable, wayShapes } from './shapes'
import { others, type Stretch, type Way } from './types'

/** A state with its sign: ▬ people may pass, ✕ they may not, ◇ not yet. */
export function Passage({ state }: { state: string }) {
  const sign = passable(state) ? '▬' : state === 'proposed' || state === 'agreed' ? '◇' : '✕'
  return <span className="passage"><span aria-hidden="true">{sign}</span> <StateChip module="protection" state={state} tone={passable(state) ? (state === 'open' ? 'ok' : 'warn') : sign === '✕' ? 'bad' : ''} /></span>
}

export function CorridorCard({ way: w }: { way: Way }) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const to = others(w, own)
  const mine = w.segments.filter((s) => s.controller === own)
  const may = w.open && (mine.length > 0 || desk?.members.find((m) => m.desk === own)?.role === 'supervisor')
  return (
    <Card title={<WayName way={w} />} aside={<Passage state={w.state} />}>
      <FactList rows={[
        [t('protection.purpose'), <ChoiceName kind={w.kind} field="purpose" value={w.purpose} />],
        w.window.length > 0 && [t('protection.window'), <bdi dir="ltr"><Id>{dtg(w.window[0].from)}</Id> – <Id>{dtg(w.window[0].until)}</Id></bdi>],
      ]} />
      <div className="wide">
        <table className="segments">
          <thead><tr><th scope="col">{t('protection.segment')}</th><th scope="col">{t('protection.controller')}</th><th scope="col">{t('protection.state')}</th><th scope="col">{t('protection.people_inside')}</th><th scope="col">{t('protection.reopening')}</th><td /></tr></thead>
          <tbody>{w.segments.map((s, i) => <Segment key={i} way={w} stretch={s} n={i + 1} to={to} />)}</tbody>
        </table>
      </div>
      {w.open && (
        <div className="actions">
          {mine.some((s) => s.state === 'proposed') && w.from !== own && <ActButton primary act={agree(w.key, w.version)}>{t('protection.agree')}</ActButton>}
          {may && <ComposeButton code="protection.corrstate/1" about={w.key} to={to} values={{ segment: 0 }}>{t('protection.change.all')}</ComposeButton>}
        </div>
      )}
      <Sketch label={nameOf(w, lang) || w.number} height={240} shapes={wayShapes(desk, w)} />
    </Card>
  )
}

function Segment({ way, stretch: s, n, to }: { way: Way; stretch: Stretch; n: number; to: string[] }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const controls = s.controller === own || desk?.members.find((m) => m.desk === own)?.role === 'supervisor'
  // What the controller said last tells of people and of the time; beside it stands what others said.
  const last = s.said.find((x) => x.desk === s.controller) ?? s.said[0]
  return (
    <tr>
      <th scope="row"><Id>{n}</Id> <PlaceName place={s.from} /> <span aria-hidden="true">⇄</span> <PlaceName place={s.to} /></th>
      <td><DeskName id={s.controller} /></td>
      <td>
        <Passage state={s.state} /> <At ms={s.since} />
        {s.said.map((x) => (
          <div key={x.desk} className="said">
            <span className="muted"><DeskName id={x.desk} short /> {x.state !== s.state && <StateChip module="protection" state={x.state} />} <At ms={x.at} /></span>
            {x.reason[0] && <FreeText free={x.reason[0]} className="small" />}
          </div>
        ))}
      </td>
      <td>{last?.people_inside.length ? <Id>{last.people_inside[0]}</Id> : <span className="muted">–</span>}</td>
      <td>{last?.reopening.length ? <><At ms={last.reopening[0]} /> <Countdown due={last.reopening[0]} /></> : <span className="muted">–</span>}</td>
      <td>{way.open && controls && <ComposeButton code="protection.corrstate/1" about={way.key} to={to} values={{ segment: n }}>{t('protection.change')}</ComposeButton>}</td>
    </tr>
  )
}

export function WayName({ way }: { way: Way }) {
  return way.name.length ? <Tri text={way.name[0]} /> : <><PlaceName place={way.segments[0]?.from} /> – <PlaceName place={way.segments.at(-1)?.to} /></>
}
