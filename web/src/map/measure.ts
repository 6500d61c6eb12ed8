// How long, how wide and how large a drawing is, and where its border meets
// itself: said while it is drawn. The node computes the same by its own geodesics,
// and its word counts.
import type { LL } from '../geo'

const A = 6_378_137 // WGS84: metres at the equator, and the flattening
const F = 1 / 298.257223563
const E2 = F * (2 - F)
const MEAN = 6_371_007.181 // of the sphere that has the ellipsoid's surface
const rad = Math.PI / 180
const turned = (d: number) => ((((d + 180) % 360) + 360) % 360) - 180

/** Metres between two points on the ellipsoid, by Lambert's formula: within some ten metres in a thousand kilometres. */
export function metres(a: LL, b: LL): number {
  const [p, q] = [a, b].map((x) => Math.atan((1 - F) * Math.tan(x.lat * rad)))
  const h = Math.sin((q - p) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin((turned(b.lon - a.lon) * rad) / 2) ** 2
  if (h < 1e-18) return 0
  const s = 2 * Math.asin(Math.min(1, Math.sqrt(h)))
  const [mid, half] = [(p + q) / 2, (q - p) / 2]
  const x = ((s - Math.sin(s)) * (Math.sin(mid) * Math.cos(half)) ** 2) / (1 - h)
  const y = ((s + Math.sin(s)) * (Math.cos(mid) * Math.sin(half)) ** 2) / h
  return A * (s - (F / 2) * (x + y))
}

export const length = (line: LL[]) => line.slice(1).reduce((n, p, i) => n + metres(line[i], p), 0)

/** The latitude at which a sphere of the same surface has as much below it. */
function authalic(lat: number): number {
  const e = Math.sqrt(E2)
  const q = (s: number) => (1 - E2) * (s / (1 - E2 * s * s) + Math.atanh(e * s) / e)
  return Math.asin(Math.max(-1, Math.min(1, q(Math.sin(lat * rad)) / q(1))))
}

/** Square metres inside a ring that does not meet itself. */
export function area(ring: LL[]): number {
  const half = ring.map((p) => Math.tan(authalic(p.lat) / 2))
  const excess = ring.reduce((n, p, i) => {
    const k = (i + 1) % ring.length
    const t = Math.tan((turned(ring[k].lon - p.lon) * rad) / 2)
    return n + 2 * Math.atan2(t * (half[i] + half[k]), 1 + half[i] * half[k])
  }, 0)
  return Math.abs(excess) * MEAN * MEAN
}

/** Square kilometres, as they are read: 0.034, 2.51, 380. */
export const square = (m2: number) => { const km2 = m2 / 1e6; return `${km2.toFixed(km2 < 1 ? 3 : km2 < 100 ? 2 : 0)} km²` }

type XY = [number, number]

/** The plane about a point in which great circles are straight; metres, and back. */
function plane(at: LL): { to: (p: LL) => XY; from: (v: XY) => LL } {
  const [s, c] = [Math.sin(at.lat * rad), Math.cos(at.lat * rad)]
  return {
    to: (p) => {
      const [turn, up] = [turned(p.lon - at.lon) * rad, (p.lat - at.lat) * rad]
      const cos = Math.cos(p.lat * rad)
      const bend = 2 * cos * Math.sin(turn / 2) ** 2
      const far = Math.cos(up) - c * bend
      return [(MEAN * cos * Math.sin(turn)) / far, (MEAN * (Math.sin(up) + s * bend)) / far]
    },
    from: ([x, y]) => {
      const [u, v, n] = [x / MEAN, y / MEAN, Math.hypot(1, x / MEAN, y / MEAN)]
      return { lat: Math.asin((s + v * c) / n) / rad, lon: turned(at.lon + Math.atan2(u, c - v * s) / rad) }
    },
  }
}

const less = (a: XY, b: XY): XY => [a[0] - b[0], a[1] - b[1]]
const cross = (a: XY, b: XY) => a[0] * b[1] - a[1] * b[0]
const dot = (a: XY, b: XY) => a[0] * b[0] + a[1] * b[1]

/** Of a piece of a line the place that is nearest to a point. */
function nearest(p: XY, a: XY, b: XY): XY {
  const along = less(b, a)
  const t = Math.max(0, Math.min(1, dot(less(p, a), along) / (dot(along, along) || 1)))
  return [a[0] + t * along[0], a[1] + t * along[1]]
}

/** How far a point lies beside a line. */
export function beside(p: LL, line: LL[]): number {
  const { to, from } = plane(p)
  const flat = line.map(to)
  const feet = flat.slice(1).map((b, i) => nearest([0, 0], flat[i], b))
  return metres(p, from(feet.reduce((a, b) => (Math.hypot(...b) < Math.hypot(...a) ? b : a))))
}

/**
 * Two edges of a ring that meet, a to b and c to d, by their corners counted from 1, as the node says it
 * (words under shape). Of two that follow each other c is the last; of a repeated corner a repeats b.
 */
export interface Meeting { code: 'cross' | 'touch' | 'back' | 'repeat'; a: number; b: number; c: number; d: number; at: LL }

const TOUCH = 0.001 // metres

/** The first place where the border of a ring meets itself otherwise than in its corners. */
export function meeting(ring: LL[], codes: Meeting['code'][] = ['repeat', 'cross', 'touch', 'back']): Meeting | null {
  const n = ring.length
  if (n < 3) return null
  const { to, from } = plane(ring[0])
  const flat = ring.map(to)
  let first: Meeting | null = null
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const found = pair(flat, i, j)
      if (!found || !codes.includes(found.code) || (first && found.code !== 'repeat')) continue
      first = { ...found, at: from(found.at) }
      if (found.code === 'repeat' || !codes.includes('repeat')) return first // a corner that is there twice is the plainest word for it
    }
  return first
}

/** The edges of a ring that begin at two of its corners. */
function pair(flat: XY[], i: number, j: number): (Omit<Meeting, 'at'> & { at: XY }) | null {
  const n = flat.length
  if (apart(flat[i], flat[i + 1], flat[j], flat[(j + 1) % n])) return null
  if (Math.hypot(...less(flat[i], flat[j])) < TOUCH) return { code: 'repeat', a: j + 1, b: i + 1, c: 0, d: 0, at: flat[i] }
  const follow = j === i + 1 ? [i, j, (j + 1) % n] : (j + 1) % n === i ? [j, i, i + 1] : null
  if (follow) {
    const [a, b, c] = follow
    return runsBack(flat[a], flat[b], flat[c]) ? { code: 'back', a: a + 1, b: b + 1, c: c + 1, d: 0, at: flat[b] } : null
  }
  const found = meet(flat[i], flat[i + 1], flat[j], flat[(j + 1) % n])
  return found && { ...found, a: i + 1, b: i + 2, c: j + 1, d: ((j + 1) % n) + 1 }
}

/** Whether two edges lie in boxes that are apart: of most it is all that need be asked. */
function apart(a: XY, b: XY, c: XY, d: XY): boolean {
  const clear = (k: 0 | 1) => Math.max(a[k], b[k]) + TOUCH < Math.min(c[k], d[k]) || Math.max(c[k], d[k]) + TOUCH < Math.min(a[k], b[k])
  return clear(0) || clear(1)
}

function runsBack(a: XY, b: XY, c: XY): boolean {
  const [u, v] = [less(a, b), less(c, b)]
  return dot(u, v) > 0 && Math.abs(cross(u, v)) < TOUCH * Math.max(Math.hypot(...u), Math.hypot(...v))
}

function meet(a: XY, b: XY, c: XY, d: XY): { code: 'cross' | 'touch'; at: XY } | null {
  const touching = [[a, c, d], [b, c, d], [c, a, b], [d, a, b]].find(([p, q, r]) => Math.hypot(...less(p, nearest(p, q, r))) < TOUCH)
  if (touching) return { code: 'touch', at: touching[0] }
  const [r, s] = [less(b, a), less(d, c)]
  const by = cross(r, s)
  const [t, u] = [cross(less(c, a), s) / by, cross(less(c, a), r) / by]
  return t > 0 && t < 1 && u > 0 && u < 1 ? { code: 'cross', at: [a[0] + t * r[0], a[1] + t * r[1]] } : null
}
