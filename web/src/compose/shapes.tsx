// Editors for what has an extent: an area on the ground, a window of time, a
// band of height. What cannot be read yet is kept as it was typed, marked
// unread, and never sent.
import { useId, useRef, useState } from 'react'
import type { Field, Height, Place, Point, Span } from '../api'
import { corridor, ll } from '../geo'
import { useLive } from '../live'
import { type Shape, Sketch } from '../module/map'
import { coordinates, find, fromGazetteer, parseLatLon } from '../place'
import { Id, plain, strip, Tri, useLang, useText } from '../text'
import { Converted, Filed } from '../deconfliction/heights'
import { Labelled, TimeField } from './fields'
import type { Ground } from './volume'
import { Gazetteer } from './gazetteer'
import { useNotations } from '../map/located'

interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; autoFocus?: boolean }

/** A value that is not complete yet. */
export const unread = (value: unknown) => (value as { notation?: string } | undefined)?.notation === 'unread'

interface Row { typed: string; point: Point | null }
type Mode = 'circle' | 'polygon' | 'corridor'
interface Sketched { mode: Mode; rows: Row[]; radius: string; text: string }

const empty = (): Row => ({ typed: '', point: null })
/** How many points each sort of area has at least. */
const LEAST: Record<Mode, number> = { circle: 1, corridor: 2, polygon: 3 }
const drawn = (value: unknown): Sketched => {
  const held = value as (Partial<Ground> & { sketch?: Sketched }) | undefined
  if (held?.sketch) return held.sketch
  const mode: Mode = held?.ring?.length ? 'polygon' : held?.line?.length ? 'corridor' : 'circle'
  const points = { polygon: held?.ring, corridor: held?.line, circle: held?.centre }[mode] ?? []
  const rows = points.map((p) => ({ typed: coordinates(p), point: p }))
  return { mode, rows: rows.length ? rows : [empty()], radius: held?.radius_m ? String(held.radius_m) : '', text: held?.text ?? '' }
}

/** The area as far as it can be drawn, and whether it can be sent. */
function read(s: Sketched, most: number): { area: Ground; whole: boolean } {
  const rows = s.mode === 'circle' ? s.rows.slice(0, 1) : s.rows
  const points = rows.flatMap((r) => (r.point ? [r.point] : []))
  const typed = rows.filter((r) => r.typed.trim())
  const radius = s.mode !== 'polygon' && /^\d+$/.test(s.radius.trim()) ? Number(s.radius) : 0
  const of = (mode: Mode) => (s.mode === mode ? points : [])
  return {
    area: { ring: of('polygon'), ...(s.mode === 'corridor' ? { line: points } : {}), centre: of('circle'), radius_m: radius, text: s.text.trim() },
    whole: points.length >= LEAST[s.mode] && typed.length === points.length && (s.mode === 'polygon' || (radius > 0 && radius <= most)),
  }
}

const PAGE = 24 // points that are edited at one time: an imported border may have thousands

/** wide: an area of a volume, which may also be a corridor, and larger. beside are drawn with it. */
export function AreaField({ field, value, change, error, autoFocus, wide, beside = [] }: Editor & { wide?: boolean; beside?: Shape[] }) {
  const t = useText()
  const id = useId()
  const lang = useLang()
  const most = wide ? 250_000 : 100_000
  const [s, setSketched] = useState(() => drawn(value))
  const [first, setFirst] = useState(0)
  const { area, whole } = read(s, most)
  const set = (part: Partial<Sketched>) => {
    const next = { ...s, ...part }
    setSketched(next)
    const now = read(next, most)
    const nothing = !next.text.trim() && !next.rows.some((r) => r.typed.trim())
    change(nothing ? undefined : now.whole ? now.area : { notation: 'unread', sketch: next })
  }
  const choose = (mode: Mode) => set({ mode, rows: [...s.rows, ...Array.from({ length: Math.max(0, LEAST[mode] - s.rows.length) }, empty)] })
  const rows = s.mode === 'circle' ? s.rows.slice(0, 1) : s.rows
  const row = (i: number, next: Row) => set({ rows: s.rows.map((r, at) => (at === i ? next : r)) })
  const points = [...area.ring, ...(area.line ?? []), ...area.centre]
  const shape: Shape = area.line ? { id: 'area', path: area.line, area: { ...area, ring: corridor(area.line.map(ll), area.radius_m).map((p) => ({ lat: String(p.lat), lon: String(p.lon) })) } } : { id: 'area', area }
  const [page, past] = [Math.min(first, Math.max(0, rows.length - 1)), first + PAGE < rows.length]
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} error={error} group
      hint={field.hint ? <Tri text={field.hint} /> : whole ? t('area.what') : t(`area.${s.mode}.hint`, { most: String(most) })}>
      <div className="areafield">
        <div>
          <div className="choices">
            {(wide ? (['circle', 'polygon', 'corridor'] as const) : (['circle', 'polygon'] as const)).map((m) => (
              <label key={m} className="choice">
                <input type="radio" name={id} checked={s.mode === m} onChange={() => choose(m)} />
                <span>{t(`area.${m}`)}</span>
              </label>
            ))}
          </div>
          <ol className="corners">
            {rows.slice(page, page + PAGE).map((r, k) => {
              const i = page + k
              return (
                <li key={i}>
                  <Corner id={`${id}-${i}`} label={s.mode === 'circle' ? t('area.centre') : t(s.mode === 'corridor' ? 'area.point' : 'area.corner', { n: i + 1 })} row={r} autoFocus={autoFocus && i === 0} change={(next) => row(i, next)} />
                  {rows.length > LEAST[s.mode] && <button type="button" aria-label={`${t('area.remove')} ${i + 1}`} onClick={() => set({ rows: s.rows.filter((_, at) => at !== i) })}>×</button>}
                </li>
              )
            })}
          </ol>
          {rows.length > PAGE && (
            <span className="row small"><button type="button" disabled={!page} onClick={() => setFirst(Math.max(0, page - PAGE))}>{t('area.before')}</button>
              <span className="muted">{t('area.page', { from: page + 1, to: Math.min(rows.length, page + PAGE), n: rows.length })}</span>
              <button type="button" disabled={!past} onClick={() => setFirst(page + PAGE)}>{t('area.after')}</button></span>
          )}
          {s.mode !== 'circle' && !past && <button type="button" onClick={() => set({ rows: [...s.rows, empty()] })}>{t(s.mode === 'corridor' ? 'area.add-point' : 'area.add')}</button>}
          {s.mode !== 'polygon' && <label className="sub">{t(s.mode === 'corridor' ? 'area.half' : 'area.radius')}<input type="text" inputMode="numeric" dir="ltr" value={s.radius} onChange={(e) => set({ radius: e.target.value })} /></label>}
          <label className="sub">{t('area.name')}<input type="text" dir="auto" value={s.text} onChange={(e) => set({ text: strip(e.target.value).text })} /></label>
        </div>
        <Sketch label={plain(field.label, lang)} height={240} shapes={[...beside, shape, ...(points.length > PAGE ? [] : points.map((p, i) => ({ id: 'c' + i, point: p, mark: s.mode === 'circle' ? '' : String(i + 1) })))]} />
      </div>
    </Labelled>
  )
}

/** One corner: coordinates as typed, or a place of the gazetteer. */
function Corner({ id, label, row, change, autoFocus }: { id: string; label: string; row: Row; change: (r: Row) => void; autoFocus?: boolean }) {
  const lang = useLang()
  const { desk } = useLive()
  const point = (p: Place | null): Point | null => (p?.lat && p.lon ? { lat: p.lat, lon: p.lon } : null)
  const bad = row.typed.trim().length > 6 && !row.point
  const notations = useNotations()
  const [slips, setSlips] = useState<string[]>([])
  const latest = useRef(change) // an answer comes when other corners may have changed
  latest.current = change
  return (
    <div className={bad ? 'wrong' : ''}>
      <label id={id + '-label'} htmlFor={id}>{label}</label>
      <Gazetteer id={id} typed={row.typed} autoFocus={autoFocus} invalid={bad}
        type={(typed) => {
          const text = strip(typed).text
          const at = point(parseLatLon(text))
          setSlips([])
          change({ typed: text, point: at })
          notations(text, (read, words) => { setSlips(words); if (!at) latest.current({ typed: text, point: point(read) }) })
        }}
        choose={(chosen) => change({ typed: plain(chosen.name, lang), point: point(fromGazetteer(chosen, lang)) })} />
      <span className="hint" id={id + '-hint'}>{row.point && row.typed !== coordinates(row.point) && !find(desk, { id: row.typed }) ? <Id>{coordinates(row.point)}</Id> : null}{slips.map((w) => <bdi key={w} className="warn"> {w}</bdi>)}</span>
    </div>
  )
}

/** A closed window: two date-time groups. */
export function SpanField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const [ends, setEnds] = useState<{ from: unknown; until: unknown }>(() => {
    const held = value as (Partial<Span> & { sketch?: { from: unknown; until: unknown } }) | undefined
    return held?.sketch ?? { from: held?.from, until: held?.until }
  })
  const set = (part: Partial<typeof ends>) => {
    const next = { ...ends, ...part }
    setEnds(next)
    const whole = typeof next.from === 'number' && typeof next.until === 'number' && next.until > next.from
    change(whole ? next : next.from === undefined && next.until === undefined ? undefined : { notation: 'unread', sketch: next })
  }
  const backwards = typeof ends.from === 'number' && typeof ends.until === 'number' && ends.until <= ends.from
  const own = (name: 'from' | 'until') => ({ name, type: 'time' as const, required: true, label: three(name) })
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error ?? (backwards ? t('span.backwards') : undefined)} group>
      <div className="pairfield">
        <TimeField field={own('from')} value={ends.from} change={(v) => set({ from: v })} autoFocus={autoFocus} />
        <TimeField field={own('until')} value={ends.until} change={(v) => set({ until: v })} />
      </div>
    </Labelled>
  )
}

const three = (name: 'from' | 'until') => (name === 'from' ? { en: 'From', ar: 'من', he: 'מ־' } : { en: 'Until', ar: 'حتى', he: 'עד' })

const FOOT = 0.3048 // metres
interface Typed { low: string; high: string; reference: string; unit: 'm' | 'ft' }
const REFERENCES = ['AGL', 'MSL', 'ellipsoid', 'surface'] as const

/** A band above a stated reference, in metres or feet: what is filed is whole metres, the band never narrower than was typed. */
export function HeightField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const [s, setBand] = useState<Typed>(() => {
    const held = value as (Partial<Height> & { sketch?: Typed }) | undefined
    return held?.sketch ?? { low: held?.low_m === undefined ? '' : String(held.low_m), high: held?.high_m === undefined ? '' : String(held.high_m), reference: held?.reference ?? '', unit: 'm' }
  })
  const number = (typed: string, unit: string, round: (m: number) => number) => (/^-?\d+$/.test(typed.trim()) ? (unit === 'ft' ? round(Number(typed) * FOOT) : Number(typed)) : null)
  const ends = (of: Typed) => [number(of.low, of.unit, Math.floor), number(of.high, of.unit, Math.ceil)]
  const set = (part: Partial<Typed>) => {
    const next = { ...s, ...part }
    setBand(next)
    const [low, high] = ends(next)
    change(!next.low.trim() && !next.high.trim() && !next.reference ? undefined
      : low !== null && high !== null && high >= low && next.reference ? { low_m: low, high_m: high, reference: next.reference } : { notation: 'unread', sketch: next })
  }
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={field.hint ? <Tri text={field.hint} /> : t('height.what')} error={error} group>
      <div className="heightfield">
        <label className="sub">{t('height.low')}<input type="text" inputMode="numeric" dir="ltr" autoFocus={autoFocus} value={s.low} onChange={(e) => set({ low: e.target.value })} /></label>
        <label className="sub">{t('height.high')}<input type="text" inputMode="numeric" dir="ltr" value={s.high} onChange={(e) => set({ high: e.target.value })} /></label>
        <label className="sub">{t('height.unit')}
          <select value={s.unit} onChange={(e) => set({ unit: e.target.value as Typed['unit'] })}><option value="m">{t('height.unit.m')}</option><option value="ft">{t('height.unit.ft')}</option></select>
        </label>
        <label className="sub">{t('height.reference')}
          <select value={s.reference} onChange={(e) => set({ reference: e.target.value })}>
            <option value="">–</option>
            {REFERENCES.map((r) => <option key={r} value={r}>{t(`height.${r}`)}</option>)}
          </select>
        </label>
      </div>
      {s.reference && ends(s).map((m, i) => m !== null && <p key={i} className="small"><Filed of={{ m, reference: s.reference, off_m: 0 }} /> <Converted of={{ m, reference: s.reference, off_m: 0 }} /></p>)}
    </Labelled>
  )
}
