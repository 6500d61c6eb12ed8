// Beside the map: what can be reached on it, in words, and what is drawn, by
// its corners.
import { useState } from 'react'
import { Problem } from '../api'
import { distance, type LL } from '../geo'
import { useLive } from '../live'
import { LineRow } from '../module/line'
import { Card, FactList } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { begun } from '../compose/volume'
import { Window } from '../deconfliction/window'
import { go, useWhere } from '../nav'
import { DeskName, Empty } from '../parts'
import { useMayFile } from '../session/may'
import { notPlace, slipWords } from '../slips'
import { Id, Tri, useLang, useText, useTitle } from '../text'
import { areaOf, clashOf, type Draft, measured, MOST as WIDEST, whole } from './draft'
import { decimals, locate, useLocated } from './located'
import { type Meeting, square } from './measure'
import { LAYERS, placesOf, type Thing } from './things'

/** A point as it is read out: latitude and longitude, and the grid. */
export function Position({ at }: { at: LL | null }) {
  if (!at) return <Id>–</Id>
  return <span className="position"><Id>{decimals(at)}</Id> <Grid at={at} /></span>
}

function Grid({ at }: { at: LL }) {
  const found = useLocated(decimals(at))
  return <Id className="grid">{found && !(found instanceof Problem) ? found.mgrs : '…'}</Id>
}

/** All that is on the map, layer by layer: the way by keyboard and by ear. */
export function Lists({ things, shown }: { things: Thing[]; shown: string[] }) {
  const t = useText()
  const some = LAYERS.filter((l) => shown.includes(l) && things.some((x) => x.layer === l))
  if (!some.length) return <Empty>{t('map.nothing')}</Empty>
  return some.map((l) => {
    const all = things.filter((x) => x.layer === l)
    return (
      <section key={l} className="linelist" data-layer={l}>
        <h3 className="section"><span>{t(`map.layer.${l}`)}</span><Id className="small">{all.length}</Id></h3>
        <ul className="subjects">
          {all.slice(0, MOST).map((x) => <li key={x.key}>{!x.line ? <AgreedRow thing={x} /> : <LineRow module={x.module} line={x.line} subject={x.name || undefined} marks={placesOf(x).length ? null : <span className="mark">{t('map.undrawn')}</span>} />}</li>)}
        </ul>
        {all.length > MOST && <p className="muted small more">{t('map.more', { n: all.length - MOST })}</p>}
      </section>
    )
  })
}

/** A line or zone of the charter: it is no matter, and has nothing to open but its place. */
function AgreedRow({ thing }: { thing: Thing }) {
  const { open } = useWhere()
  return <button type="button" className="agreedrow" aria-pressed={open === thing.key} onClick={() => go({ open: thing.key })}><bdi>{thing.name}</bdi>{thing.note && <Id className="muted small">{thing.note}</Id>}</button>
}
const MOST = 200 // of one layer: more is no list; the module's own screen has all

/** What is selected: whose it is, when, and where exactly. */
export function Selected({ thing, close, show }: { thing: Thing; close: () => void; show: () => void }) {
  const t = useText()
  const title = useTitle()
  const clash = thing.layer === 'conflicts'
  const all = placesOf(thing)
  const corners = thing.rings[0]?.[0].length ? thing.rings[0][0] : all
  const few = corners.length <= 12 ? corners : []
  const middle = all.length ? { lat: all.reduce((n, p) => n + p.lat, 0) / all.length, lon: all.reduce((n, p) => n + p.lon, 0) / all.length } : null
  return (
    <Card title={!thing.line ? <bdi>{thing.name}</bdi> : clash ? <>{t('deconfliction.conflict')} <Id>{thing.label}</Id></> : <><Id>{thing.label}</Id> <bdi>{thing.name}</bdi></>} aside={<button type="button" className="small" onClick={close}>{t('close')}</button>}>
      <FactList rows={[
        !!thing.line?.from && [t('map.whose'), <DeskName id={thing.line.from} />],
        !thing.line && [t('map.whose'), t('map.charter')],
        !!thing.note && [t('map.when'), <Id>{thing.note}</Id>],
        thing.spans.length > 0 && [t('map.when'), <>{thing.spans.slice(0, 4).map((s, i) => <Window key={i} span={s} height={i ? undefined : thing.height} />)}</>],
        [t(few.length > 1 ? 'map.middle' : 'map.where'), <Position at={few.length === 1 ? few[0] : middle} />],
      ]} />
      {clash && <details><summary className="small">{t('map.sentence')}</summary><p className="small">{thing.name}</p></details>}
      {few.length > 1 && <details><summary className="small">{t('map.corners', { n: few.length })}</summary><ol className="cornerlist">{few.map((p, i) => <li key={i}><Position at={p} /></li>)}</ol></details>}
      <div className="actions">
        {all.length > 0 && <button type="button" onClick={show}>{t('map.show')}</button>}
        {thing.line && <button type="button" onClick={() => go({ screen: thing.module, tab: '', open: thing.key })}>{t('map.open', { screen: title(thing.module) })}</button>}
      </div>
    </Card>
  )
}

interface DrawingProps { draft: Draft; to: LL | null; at: number | null; put: (at: LL) => void; widen: (half: number) => void; back: () => void; clear: () => void }

/** What the next gesture sets. */
function next(d: Draft) {
  if (d.mode === 'circle') return d.corners.length ? 'map.draw.rim' as const : 'map.draw.centre' as const
  if (d.mode === 'corridor') return d.led ? 'map.draw.width' as const : 'map.draw.line' as const
  return 'map.draw.corner' as const
}

/** The corners of what is drawn with their grid, how large it is, a corner by typing, and the forms that take it. */
export function Drawing({ draft, to, at, put, widen, back, clear }: DrawingProps) {
  const t = useText()
  const done = whole(draft)
  const clash = clashOf(draft)
  return (
    <div className="drawing">
    <Card title={t(`area.${draft.mode}`)} aside={<button type="button" className="small" onClick={clear}>{t('map.draw.clear')}</button>}>
      <div role="status">
        <p className="muted small">{done && draft.ended ? t('map.draw.done') : t(next(draft))}</p>
        {clash && <Clash of={clash} />}
      </div>
      <ol className="cornerlist" aria-label={t('map.corners', { n: draft.corners.length })}>{draft.corners.map((p, i) => <li key={i}><Position at={p} /></li>)}</ol>
      <Measured draft={draft} to={to} />
      {!draft.led && !draft.ended && <Typed put={put} />}
      {draft.mode === 'corridor' && draft.corners.length > 1 && <Width half={draft.radius} set={widen} />}
      <div className="actions"><button type="button" disabled={!draft.corners.length} onClick={back}>{t('map.draw.back')}</button></div>
      {done && <Forms draft={draft} at={at} />}
    </Card>
    </div>
  )
}

/** Where the border meets itself: which edges, at which place, and that no form takes it. */
function Clash({ of: { at, ...of } }: { of: Meeting }) {
  const t = useText()
  return (
    <div className="clash warn">
      <p className="small">{t(`shape.${of.code}`, { ...of, n: of.a, of: of.b, at: decimals(at) })} <Grid at={at} /></p>
      <p className="small">{t('map.draw.clash')}</p>
    </div>
  )
}

/** How large it is, up to where the pointer or the cross is. */
function Measured({ draft, to }: { draft: Draft; to: LL | null }) {
  const t = useText()
  const { m2, long, wide } = measured(draft, to)
  if (m2 === undefined && long === undefined && wide === undefined) return null
  const metres = (m: number) => <><Id>{distance(m)}</Id> <Id className="muted">{Math.round(m)} m</Id></>
  return (
    <FactList rows={[
      draft.mode === 'circle' && draft.radius > 0 && [t('area.radius'), metres(draft.radius)],
      m2 !== undefined && [t('map.draw.area'), <Id>{square(m2)}</Id>],
      long !== undefined && [t('map.draw.long'), metres(long)],
      wide !== undefined && [t('map.draw.wide'), metres(wide)],
    ]} />
  )
}

const STEP = 50 // metres, by the arrow keys

/** Half the width of a corridor as a number. */
function Width({ half, set }: { half: number; set: (half: number) => void }) {
  const t = useText()
  return <label className="sub">{t('area.half')}<input type="number" dir="ltr" min={0} max={WIDEST.corridor} step={STEP} value={half || ''} onChange={(e) => set(Number(e.target.value))} /></label>
}

/** A corner in any notation, read by the node. */
function Typed({ put }: { put: (at: LL) => void }) {
  const t = useText()
  const lang = useLang()
  const [text, setText] = useState('')
  const [said, setSaid] = useState('')
  const add = async () => {
    if (!text.trim()) return
    const found = await locate(text.trim()).catch(() => null)
    if (!found || found instanceof Problem) { setSaid(found ? notPlace(lang, found) : t('lost.first')); return }
    put(found)
    setText('')
    setSaid(found.slips.map((s) => slipWords(lang, s)).join(' · '))
  }
  return (
    <form className="typed" onSubmit={(e) => { e.preventDefault(); add() }}>
      <label className="sub">{t('map.draw.type')}<input type="text" dir="ltr" value={text} autoComplete="off" spellCheck={false} placeholder="36S YB 63474 68805" onChange={(e) => setText(e.target.value)} /></label>
      <button type="submit">{t('area.add')}</button>
      {said && <p className="small warn" role="status">{said}</p>}
    </form>
  )
}

const WINDOW = 2 * 3_600_000 // long, until the officer says otherwise

/** The templates that take an area, or a corridor, those of notices first; none is put forward. The time that the map shows, if one is chosen, begins the window. */
function Forms({ draft, at }: { draft: Draft; at: number | null }) {
  const t = useText()
  const { desk } = useLive()
  const may = useMayFile()
  const forms = (desk?.templates ?? []).flatMap((f) => {
    const field = f.fields.find((x) => x.type === 'volumes' || (x.type === 'area' && draft.mode !== 'corridor'))
    return field && f.officer !== false && f.about !== 'required' && may(f.kind) ? [{ f, field }] : []
  }).sort((a, b) => Number(b.f.kind.startsWith('deconfliction.')) - Number(a.f.kind.startsWith('deconfliction.')))
  if (!forms.length) return <p className="muted">{t('compose.mayno')}</p>
  const area = areaOf(draft)
  return (
    <div className="actions forms" role="group" aria-label={t('map.draw.use')}>
      <span className="muted small">{t('map.draw.use')}</span>
      {forms.map(({ f, field }) => (
        <ComposeButton key={f.kind} code={f.kind} values={{ [field.name]: field.type === 'area' ? area : begun(area, at === null ? [] : [{ from: at, until: at + WINDOW }]) }}><Tri text={f.name} /></ComposeButton>
      ))}
    </div>
  )
}
