// What is being drawn: corners of a polygon, the centre and the rim of a circle,
// or the way of a corridor and how wide it is. It becomes the area of a form;
// until then it is nothing.
import type * as GeoJSON from 'geojson'
import type { Ground } from '../compose/volume'
import { corridor, geodesic, type LL, outline } from '../geo'
import { area, beside, length, meeting, type Meeting, metres } from './measure'

export const MODES = ['polygon', 'circle', 'corridor'] as const
/** led: the way of a corridor has its last point, and its width is wanted. radius is of a circle, or half the width. */
export interface Draft { mode: (typeof MODES)[number]; corners: LL[]; radius: number; led: boolean; ended: boolean }

export const begin = (mode: Draft['mode']): Draft => ({ mode, corners: [], radius: 0, led: false, ended: false })

/** The widest of each sort, in metres, as the forms take it. */
export const MOST = { circle: 100_000, corridor: 250_000 }

/** To six decimals, about a tenth of a metre: what a form shows is what is filed. */
export const tidy = (p: LL): LL => ({ lat: Math.round(p.lat * 1e6) / 1e6, lon: Math.round((((p.lon + 540) % 360) - 180) * 1e6) / 1e6 })

const same = (p: LL, q: LL | undefined, by = 2e-6) => !!q && Math.abs(p.lat - q.lat) < by && Math.abs(p.lon - q.lon) < by
const rounded = (m: number, most: number) => Math.max(1, Math.min(most, Math.round(m)))

export function put(d: Draft, at: LL): Draft {
  const p = tidy(at)
  if (d.ended) return d
  if (d.mode === 'circle' && d.corners.length) return { ...d, radius: Math.max(1, Math.round(metres(d.corners[0], p))), ended: true }
  if (d.mode === 'corridor' && d.led) return widen(d, rounded(beside(p, d.corners), MOST.corridor))
  return same(p, d.corners.at(-1), 1e-9) ? d : { ...d, corners: [...d.corners, p] }
}

/** A corridor as wide to each side as a number says; nothing is not drawn yet. */
export const widen = (d: Draft, half: number): Draft => { const radius = half > 0 ? rounded(half, MOST.corridor) : 0; return { ...d, led: true, radius, ended: radius > 0 } }

export function takeBack(d: Draft): Draft {
  if (d.mode !== 'polygon' && d.radius) return { ...d, radius: 0, ended: false }
  if (d.led) return { ...d, led: false }
  return { ...d, corners: d.corners.slice(0, -1), ended: false }
}

/** What the officer's end makes of a drawing: what is too little is nothing, and what meets itself or has no width goes on. */
export function finish(d: Draft): Draft | null {
  if (d.mode === 'corridor') return d.corners.length < 2 ? null : d.led ? { ...d, ended: d.radius > 0 } : { ...d, led: true }
  if (d.mode === 'polygon' && d.corners.length > 2 && meeting(d.corners)) return d
  return whole(d) ? { ...d, ended: true } : null
}

/** Whether it is an area that a form can take. */
export function whole(d: Draft): boolean {
  if (d.mode === 'polygon') return d.corners.length > 2 && !meeting(d.corners)
  return d.corners.length > (d.mode === 'corridor' ? 1 : 0) && d.radius > 0 && d.radius <= MOST[d.mode]
}

/** Whether a ring is what was drawn: then it has been filed, and the draft has done its work. */
export function isOf(d: Draft, ring: LL[]): boolean {
  const alike = (of: LL[]) => of.length === ring.length && of.every((c, i) => same(c, ring[i]))
  if (d.mode === 'polygon') return d.ended && alike(d.corners)
  if (d.mode === 'corridor') return d.ended && alike(corridor(d.corners, d.radius))
  const half = ring.length / 2
  return d.ended && ring.length > 2 && same(d.corners[0], { lat: (ring[0].lat + ring[half].lat) / 2, lon: (ring[0].lon + ring[half].lon) / 2 })
}

const said = (p: LL) => ({ lat: String(p.lat), lon: String(p.lon) })

export const areaOf = (d: Draft): Ground => {
  const of = (mode: Draft['mode']) => (d.mode === mode ? d.corners.map(said) : [])
  return { ring: of('polygon'), ...(d.mode === 'corridor' ? { line: of('corridor') } : {}), centre: of('circle').slice(0, 1), radius_m: d.radius, text: '' }
}

/** The corners up to where the pointer or the cross is, and the radius that it gives. */
function reaching(d: Draft, to: LL | null): { corners: LL[]; radius: number } {
  const open = to && !d.ended && d.corners.length ? tidy(to) : null
  if (!open) return d
  if (d.mode === 'circle') return { corners: d.corners, radius: metres(d.corners[0], open) }
  if (d.led) return { corners: d.corners, radius: beside(open, d.corners) }
  return { corners: same(open, d.corners.at(-1), 1e-9) ? d.corners : [...d.corners, open], radius: 0 }
}

/** What is read out of a drawing: square metres, or how long and how wide. */
export function measured(d: Draft, to: LL | null): { m2?: number; long?: number; wide?: number } {
  const { corners, radius } = reaching(d, to)
  switch (d.mode) {
    case 'circle': return radius ? { m2: Math.PI * radius * radius } : {}
    case 'corridor': return { ...(corners.length > 1 ? { long: length(corners) } : {}), ...(radius ? { wide: 2 * Math.round(radius) } : {}) }
    case 'polygon': return corners.length > 2 && !meeting(corners) ? { m2: area(corners) } : {}
  }
}

/** Where the border of what has been drawn meets itself. */
export const clashOf = (d: Draft): Meeting | null => (d.mode === 'polygon' ? meeting(d.corners) : null)

/** The draft as it is drawn, up to where the pointer or the cross is. A border that meets itself is a line, and its place is marked. */
export function draftFeatures(d: Draft | null, to: LL | null): GeoJSON.FeatureCollection {
  const features: GeoJSON.Feature[] = []
  if (!d) return { type: 'FeatureCollection', features }
  const one = (geometry: GeoJSON.Geometry, label = '', wrong = false) => features.push({ type: 'Feature', properties: { label, wrong }, geometry })
  const at = (p: LL): [number, number] => [p.lon, p.lat]
  const fill = (ring: LL[]) => one({ type: 'Polygon', coordinates: [[...ring, ring[0]].map(at)] })
  const line = (points: LL[]) => one({ type: 'LineString', coordinates: points.map(at) })
  const { corners, radius } = reaching(d, to)
  if (d.mode === 'circle' && radius) fill(outline({ ...areaOf(d), radius_m: radius }))
  if (d.mode === 'corridor' && radius) bands(corners, radius).forEach(fill)
  if (d.mode !== 'circle' && (corners.length === 2 || (d.mode === 'corridor' && corners.length > 2))) line(geodesic(corners, false))
  if (d.mode === 'polygon' && corners.length > 2) {
    const meets = meeting(corners)
    if (!meets) fill(geodesic(corners, true))
    else {
      line(geodesic([...corners, corners[0]], false))
      one({ type: 'Point', coordinates: at(meets.at) }, meets.d ? `${meets.a}–${meets.b} × ${meets.c}–${meets.d}` : '×', true)
    }
  }
  d.corners.forEach((p, i) => one({ type: 'Point', coordinates: at(p) }, d.mode === 'circle' ? '' : String(i + 1)))
  return { type: 'FeatureCollection', features }
}

/** A corridor as it is filled: in one piece, or leg by leg where its outline would cross itself. */
function bands(way: LL[], half: number): LL[][] {
  const whole = corridor(way, half)
  return meeting(whole, ['cross']) ? way.slice(1).map((b, i) => corridor([way[i], b], half)) : [whole]
}
