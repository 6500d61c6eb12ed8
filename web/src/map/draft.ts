// What is being drawn: corners of a polygon, or the centre and the rim of a
// circle. It becomes the area of a form; until then it is nothing.
import type * as GeoJSON from 'geojson'
import type { Area } from '../api'
import { type LL, outline } from '../geo'

export interface Draft { mode: 'polygon' | 'circle'; corners: LL[]; radius: number; ended: boolean }

export const begin = (mode: Draft['mode']): Draft => ({ mode, corners: [], radius: 0, ended: false })

/** Metres between two points that are near each other. The figure is shown, and the one that is filed is the one that was shown. */
export function metres(a: LL, b: LL): number {
  const rad = Math.PI / 180
  const h = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h))
}

/** To six decimals, about a tenth of a metre: what a form shows is what is filed. */
export const tidy = (p: LL): LL => ({ lat: Math.round(p.lat * 1e6) / 1e6, lon: Math.round((((p.lon + 540) % 360) - 180) * 1e6) / 1e6 })

export function put(d: Draft, at: LL): Draft {
  const p = tidy(at)
  if (d.ended) return d
  if (d.mode === 'polygon') return { ...d, corners: [...d.corners, p] }
  if (!d.corners.length) return { ...d, corners: [p] }
  return { ...d, radius: Math.max(1, Math.round(metres(d.corners[0], p))), ended: true }
}

export function takeBack(d: Draft): Draft {
  if (d.mode === 'circle' && d.radius) return { ...d, radius: 0, ended: false }
  return { ...d, corners: d.corners.slice(0, -1), ended: false }
}

export const whole = (d: Draft) => (d.mode === 'polygon' ? d.corners.length > 2 : d.corners.length > 0 && d.radius > 0 && d.radius <= 100_000)

/** Whether a ring is what was drawn: then it has been filed, and the draft has done its work. */
export function isOf(d: Draft, ring: LL[]): boolean {
  const same = (p: LL, q: LL) => Math.abs(p.lat - q.lat) < 2e-6 && Math.abs(p.lon - q.lon) < 2e-6
  if (d.mode === 'polygon') return d.ended && d.corners.length === ring.length && d.corners.every((c, i) => same(c, ring[i]))
  const half = ring.length / 2
  return d.ended && ring.length > 2 && same(d.corners[0], { lat: (ring[0].lat + ring[half].lat) / 2, lon: (ring[0].lon + ring[half].lon) / 2 })
}

const said = (p: LL) => ({ lat: String(p.lat), lon: String(p.lon) })

export const areaOf = (d: Draft): Area => d.mode === 'polygon'
  ? { ring: d.corners.map(said), centre: [], radius_m: 0, text: '' }
  : { ring: [], centre: d.corners.slice(0, 1).map(said), radius_m: d.radius, text: '' }

/** The draft as it is drawn, up to where the pointer or the cross is. */
export function draftFeatures(d: Draft | null, to: LL | null): GeoJSON.FeatureCollection {
  const features: GeoJSON.Feature[] = []
  const one = (geometry: GeoJSON.Geometry, label = '') => features.push({ type: 'Feature', properties: { label }, geometry })
  const at = (p: LL): [number, number] => [p.lon, p.lat]
  if (d?.mode === 'circle' && d.corners.length) {
    const radius = d.radius || (to ? metres(d.corners[0], to) : 0)
    const ring = radius ? outline({ ...areaOf(d), ring: [], radius_m: radius }) : []
    if (ring.length) one({ type: 'Polygon', coordinates: [[...ring, ring[0]].map(at)] })
  } else if (d) {
    const ring = to && !d.ended && d.corners.length ? [...d.corners, to] : d.corners
    if (ring.length > 2) one({ type: 'Polygon', coordinates: [[...ring, ring[0]].map(at)] })
    else if (ring.length === 2) one({ type: 'LineString', coordinates: ring.map(at) })
  }
  d?.corners.forEach((p, i) => one({ type: 'Point', coordinates: at(p) }, d.mode === 'polygon' ? String(i + 1) : ''))
  return { type: 'FeatureCollection', features }
}
