// Just enough geometry for a sketch: north up, metres true in the middle. What
// decides anything is computed by the node (package geo), never here.
import type { Area, Point } from './api'

export interface XY { x: number; y: number }
/** Degrees, as numbers. */
export interface LL { lat: number; lon: number }

const METRES = 111_195 // a degree of latitude on the sphere

export const ll = (p: Point): LL => ({ lat: Number(p.lat), lon: Number(p.lon) })

/** The outline of an area: its corners, or a circle's as 48 of them. */
export function outline(area: Area): LL[] {
  if (area.ring?.length) return area.ring.map(ll)
  const centre = area.centre?.[0]
  if (!centre) return []
  const { lat, lon } = ll(centre)
  const up = area.radius_m / METRES
  const across = up / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 48 }, (_, i) => {
    const turn = (i / 48) * 2 * Math.PI
    return { lat: lat + up * Math.cos(turn), lon: lon + across * Math.sin(turn) }
  })
}

const FAR = 0.08 // degrees, some 9 km: a longer edge is bent on this map

/** A line or ring with its long edges drawn where they run, along great circles: straight on the Earth is not straight on a map. */
export function geodesic(line: LL[], closed: boolean): LL[] {
  return line.flatMap((a, i) => {
    const b = line[i + 1] ?? (closed ? line[0] : a)
    const steps = Math.min(64, Math.ceil(Math.max(Math.abs(b.lat - a.lat), Math.abs(b.lon - a.lon)) / FAR))
    return steps < 2 ? [a] : Array.from({ length: steps }, (_, k) => (k ? onward(a, b, k / steps) : a))
  })
}

function onward(a: LL, b: LL, share: number): LL {
  const rad = Math.PI / 180
  const at = (p: LL) => [Math.cos(p.lat * rad) * Math.cos(p.lon * rad), Math.cos(p.lat * rad) * Math.sin(p.lon * rad), Math.sin(p.lat * rad)]
  const [u, v] = [at(a), at(b)]
  const angle = Math.acos(Math.min(1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]))
  const [x, y, z] = u.map((c, i) => (Math.sin((1 - share) * angle) * c + Math.sin(share * angle) * v[i]) / Math.sin(angle))
  return { lat: Math.atan2(z, Math.hypot(x, y)) / rad, lon: Math.atan2(y, x) / rad }
}

/**
 * The outline of a corridor: all within so many metres of a line, with round ends
 * and round corners on the outer side.
 */
export function corridor(line: LL[], metres: number): LL[] {
  if (!line.length || !(metres > 0)) return line
  const east = METRES * Math.max(0.01, Math.cos((line[0].lat * Math.PI) / 180))
  const flat = line.map((p) => ({ x: (p.lon - line[0].lon) * east, y: (p.lat - line[0].lat) * METRES })).filter((p, i, all) => !i || p.x !== all[i - 1].x || p.y !== all[i - 1].y)
  const turn = (i: number) => Math.atan2(flat[i + 1].y - flat[i].y, flat[i + 1].x - flat[i].x)
  const out: XY[] = []
  const arc = (at: XY, from: number, by: number) => {
    const steps = Math.max(1, Math.ceil(Math.abs(by) / (Math.PI / 12)))
    for (let k = 0; k <= steps; k++) out.push({ x: at.x + metres * Math.cos(from + (by * k) / steps), y: at.y + metres * Math.sin(from + (by * k) / steps) })
  }
  const last = flat.length - 1
  if (last < 1) arc(flat[0], 0, 2 * Math.PI * (23 / 24))
  // Along the right side, round the end, and back along the other.
  for (const [ways, sign] of [[flat.map((_, i) => i), 1], [flat.map((_, i) => last - i), -1]] as const) {
    if (last < 1) break
    ways.forEach((i, k) => {
      const before = k ? turn(sign > 0 ? i - 1 : i) + (sign > 0 ? 0 : Math.PI) : null
      const after = k < last ? turn(sign > 0 ? i : i - 1) + (sign > 0 ? 0 : Math.PI) : null
      if (before === null) return // the round end of the other side ends here
      if (after === null) return arc(flat[i], before - Math.PI / 2, Math.PI)
      const by = Math.atan2(Math.sin(after - before), Math.cos(after - before))
      if (by > 0) return arc(flat[i], before - Math.PI / 2, by) // the outer side of a bend
      const half = metres / Math.max(0.2, Math.cos(by / 2)) // the inner side: where the two edges cross
      out.push({ x: flat[i].x + half * Math.cos(before + by / 2 - Math.PI / 2), y: flat[i].y + half * Math.sin(before + by / 2 - Math.PI / 2) })
    })
  }
  return out.map((p) => ({ lat: line[0].lat + p.y / METRES, lon: line[0].lon + p.x / east }))
}

export interface Frame { at: (p: LL) => XY; perMetre: number; west: number; east: number; south: number; north: number; seen: (p: LL) => boolean }

/** A frame that holds all points with room around them; at least 2 km wide. */
export function frame(points: LL[], width: number, height: number, pad = 44): Frame {
  const first = points[0] ?? { lat: 0, lon: 0 }
  const near = (lon: number) => first.lon + (((lon - first.lon + 540) % 360) + 360) % 360 - 180 // across the date line
  const lons = points.map((p) => near(p.lon))
  const lats = points.map((p) => p.lat)
  const mid = { lat: (Math.min(...lats, first.lat) + Math.max(...lats, first.lat)) / 2, lon: (Math.min(...lons, first.lon) + Math.max(...lons, first.lon)) / 2 }
  const east = METRES * Math.max(0.01, Math.cos((mid.lat * Math.PI) / 180))
  const wide = Math.max(2000, (Math.max(...lons, first.lon) - Math.min(...lons, first.lon)) * east)
  const tall = Math.max(2000 * (height / width), (Math.max(...lats, first.lat) - Math.min(...lats, first.lat)) * METRES)
  const perMetre = Math.min((width - 2 * pad) / wide, (height - 2 * pad) / tall)
  const at = (p: LL) => ({ x: width / 2 + (near(p.lon) - mid.lon) * east * perMetre, y: height / 2 - (p.lat - mid.lat) * METRES * perMetre })
  return {
    at, perMetre,
    west: mid.lon - width / 2 / perMetre / east, east: mid.lon + width / 2 / perMetre / east,
    south: mid.lat - height / 2 / perMetre / METRES, north: mid.lat + height / 2 / perMetre / METRES,
    seen: (p) => { const { x, y } = at(p); return x > 4 && x < width - 4 && y > 4 && y < height - 4 },
  }
}

/** The greatest of 1, 2, 5, 10 … that is at most a value. */
export function round(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value))
  return [5, 2, 1].map((n) => n * ten).find((n) => n <= value * 1.0001) ?? ten
}

/** How far apart round degrees stand of which at most five lie in so many. */
export const step = (span: number) => [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30].find((s) => span / s <= 5) ?? 60

/** Round degrees inside a range, at most five of them unless a step is given. */
export function lines(from: number, to: number, by = step(to - from)): number[] {
  const out: number[] = []
  for (let v = Math.ceil(from / by) * by; v < to; v += by) out.push(Math.round(v * 1000) / 1000)
  return out
}

/** 750 m, 2 km: a distance as it is read. */
export const distance = (m: number) => (m < 1000 ? `${Math.round(m)} m` : `${(m / 1000).toFixed(m < 10_000 && m % 1000 ? 1 : 0)} km`)
