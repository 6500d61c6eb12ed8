// Editors for what has an extent: an area on the ground, a window of time, a
// band of height. What cannot be read yet is kept as it was typed, marked
// unread, and never sent.
import { useId, useRef, useState } from 'react'
import type { Area, Field, Height, Place, Point, Span } from '../api'
import { useLive } from '../live'
import { Sketch } from '../module/map'
import { coordinates, find, fromGazetteer, parseLatLon } from '../place'
import { Id, plain, strip, Tri, useLang, useText } from '../text'
import { Converted, Filed } from '../deconfliction/heights'
import { Labelled, TimeField } from './fields'
import { Gazetteer } from './gazetteer'
import { useNotations } from '../map/located'

interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; autoFocus?: boolean }

/** A value that is not complete yet. */
export const unread = (value: unknown) => (value as { notation?: string } | undefined)?.notation === 'unread'

interface Row { typed: string; point: Point | null }
interface Sketched { mode: 'circle' | 'polygon'; rows: Row[]; radius: string; text: string }

const empty = (): Row => ({ typed: '', point: null })
const drawn = (value: unknown): Sketched => {
  const held = value as (Partial<Area> & { sketch?: Sketched }) | undefined
  if (held?.sketch) return held.sketch
  const points = held?.ring?.length ? held.ring : (held?.centre ?? [])
  const rows = points.map((p) => ({ typed: coordinates(p), point: p }))
  return { mode: held?.ring?.length ? 'polygon' : 'circle', rows: rows.length ? rows : [empty()], radius: held?.radius_m ? String(held.radius_m) : '', text: held?.text ?? '' }
}

/** The area as far as it can be drawn, and whether it can be sent. */
function read(s: Sketched): { area: Area; whole: boolean } {
  const points = s.rows.flatMap((r) => (r.point ? [r.point] : []))
  const radius = /^\d+$/.test(s.radius.trim()) ? Number(s.radius) : 0
  if (s.mode === 'circle')
    return { area: { ring: [], centre: points.slice(0, 1), radius_m: radius, text: s.text.trim() }, whole: points.length > 0 && radius > 0 && radius <= 100_000 }
  const typed = s.rows.filter((r) => r.typed.trim())
  return { area: { ring: points, centre: [], radius_m: 0, text: s.text.trim() }, whole: points.length >= 3 && typed.length === points.length }
}

export function AreaField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const lang = useLang()
  const [s, setSketched] = useState(() => drawn(value))
  const { area, whole } = read(s)
  const set = (part: Partial<Sketched>) => {
    const next = { ...s, ...part }
    setSketched(next)
    const now = read(next)
    const nothing = !next.text.trim() && !next.rows.some((r) => r.typed.trim())
    change(nothing ? undefined : now.whole ? now.area : { notation: 'unread', sketch: next })
  }
  const rows = s.mode === 'circle' ? s.rows.slice(0, 1) : s.rows
  const row = (i: number, next: Row) => set({ rows: s.rows.map((r, at) => (at === i ? next : r)) })
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} error={error} group
      hint={field.hint ? <Tri text={field.hint} /> : whole ? t('area.what') : s.mode === 'circle' ? t('area.circle.hint') : t('area.polygon.hint')}>
      <div className="areafield">
        <div>
          <div className="choices">
            {(['circle', 'polygon'] as const).map((m) => (
              <label key={m} className="choice">
                <input type="radio" name={id} checked={s.mode === m} onChange={() => set({ mode: m, rows: m === 'polygon' && s.rows.length < 3 ? [...s.rows, empty(), empty(), empty()].slice(0, 3) : s.rows })} />
                <span>{m === 'circle' ? t('area.circle') : t('area.polygon')}</span>
              </label>
            ))}
          </div>
          <ol className="corners">
            {rows.map((r, i) => (
              <li key={i}>
                <Corner id={`${id}-${i}`} label={s.mode === 'circle' ? t('area.centre') : t('area.corner', { n: i + 1 })} row={r} autoFocus={autoFocus && i === 0} change={(next) => row(i, next)} />
                {s.mode === 'polygon' && s.rows.length > 3 && <button type="button" aria-label={`${t('area.remove')} ${i + 1}`} onClick={() => set({ rows: s.rows.filter((_, at) => at !== i) })}>×</button>}
              </li>
            ))}
          </ol>
          {s.mode === 'polygon'
            ? <button type="button" onClick={() => set({ rows: [...s.rows, empty()] })}>{t('area.add')}</button>
            : <label className="sub">{t('area.radius')}<input type="text" inputMode="numeric" dir="ltr" value={s.radius} onChange={(e) => set({ radius: e.target.value })} /></label>}
          <label className="sub">{t('area.name')}<input type="text" dir="auto" value={s.text} onChange={(e) => set({ text: strip(e.target.value).text })} /></label>
        </div>
        <Sketch label={plain(field.label, lang)} height={240} shapes={[{ id: 'area', area }, ...area.ring.concat(area.centre).map((p, i) => ({ id: 'c' + i, point: p, mark: s.mode === 'polygon' ? String(i + 1) : '' }))]} />
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
