// What is drawn, as flat arrays: a worker gets them without a copy, and what lies
// under a place or in sight is found by looking at ten thousand boxes, which takes
// a fraction of a millisecond. Coordinates are the Mercator map's, 0 to 1.
import { geodesic, type LL } from '../geo'
import type { Thing, Tone } from './things'

export interface Shapes {
  /** x and y of every corner. */
  xy: Float64Array
  /** Where each part begins in xy, in corners; one more at the end. */
  parts: Uint32Array
  /** Where each shape begins in parts; one more at the end. */
  first: Uint32Array
  /** West, north, east, south of each shape. */
  box: Float64Array
  /** How each is drawn: see SIGN, and TONE << 4. */
  sign: Uint8Array
}

/** What a shape is, in the low bits, and how its edge is. A hatched one has two parts, and is what lies in both. */
export const SIGN = { area: 0, way: 1, spot: 2, cross: 3, dashed: 4, hatched: 8 } as const
export const TONES: Tone[] = ['a', 'b', 'c', 'warn', 'none']

export const mercator = (p: LL): [number, number] => [
  (p.lon + 180) / 360,
  (1 - Math.log(Math.tan(Math.PI / 4 + (Math.max(-85, Math.min(85, p.lat)) * Math.PI) / 360)) / Math.PI) / 2,
]

export interface Packed { shapes: Shapes; owner: Thing[] }

/** All things as shapes, wide ones first, so that what is small lies on top and is found first. */
export function pack(things: Thing[]): Packed {
  const all = things.flatMap((t) => {
    const edge = (t.dashed ? SIGN.dashed : 0) | (TONES.indexOf(t.tone) << 4)
    return [
      ...t.rings.map((parts) => ({ t, parts, sign: SIGN.area | edge })),
      ...t.paths.map((p) => ({ t, parts: [p], sign: SIGN.way | edge })),
      ...t.common.map((pair) => ({ t, parts: pair as LL[][], sign: SIGN.area | SIGN.hatched | edge })),
      ...t.points.map((p) => ({ t, parts: [[p]], sign: (t.layer === 'conflicts' ? SIGN.cross : SIGN.spot) | edge })),
    ].map((s) => ({ ...s, parts: s.parts.map((p) => (s.sign & 3) < SIGN.spot ? geodesic(p, (s.sign & 3) === SIGN.area) : p), box: boxOf(s.parts[0]) }))
  })
  const rank = (s: (typeof all)[number]) => (((s.sign & 3) || (s.sign & SIGN.hatched ? 0.5 : 0)) * 4 - (s.box[2] - s.box[0]) * (s.box[3] - s.box[1]))
  all.sort((a, b) => rank(a) - rank(b))
  const corners = all.reduce((n, s) => n + s.parts.reduce((m, p) => m + p.length, 0), 0)
  const shapes: Shapes = {
    xy: new Float64Array(corners * 2), parts: new Uint32Array(all.reduce((n, s) => n + s.parts.length, 0) + 1),
    first: new Uint32Array(all.length + 1), box: new Float64Array(all.length * 4), sign: new Uint8Array(all.length),
  }
  let [corner, part] = [0, 0]
  all.forEach((s, i) => {
    shapes.first[i] = part
    shapes.sign[i] = s.sign
    shapes.box.set(s.box, i * 4)
    for (const p of s.parts) {
      shapes.parts[part++] = corner
      for (const q of p) shapes.xy.set(mercator(q), corner++ * 2)
    }
  })
  shapes.parts[part] = corner
  shapes.first[all.length] = part
  return { shapes, owner: all.map((s) => s.t) }
}

function boxOf(points: LL[]): [number, number, number, number] {
  const box: [number, number, number, number] = [2, 2, -1, -1]
  for (const p of points) {
    const [x, y] = mercator(p)
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y)
  }
  return box
}

/** Where the name of a shape stands: in the middle of an area, of a way, or of a zone's edge. */
export function middle(s: Shapes, i: number): [number, number] {
  const [from, to] = [s.parts[s.first[i]], s.parts[s.first[i] + 1]]
  const edge = (s.sign[i] & 3) === SIGN.way || TONES[s.sign[i] >> 4] === 'none'
  const k = (from + to) >> 1
  return edge ? [s.xy[2 * k], s.xy[2 * k + 1]] : [(s.box[4 * i] + s.box[4 * i + 2]) / 2, (s.box[4 * i + 1] + s.box[4 * i + 3]) / 2]
}

/** The shapes whose boxes meet a box. */
export function within(s: Shapes, west: number, north: number, east: number, south: number): number[] {
  const found: number[] = []
  for (let i = 0, b = 0; i < s.sign.length; i++, b += 4)
    if (s.box[b] <= east && s.box[b + 2] >= west && s.box[b + 1] <= south && s.box[b + 3] >= north) found.push(i)
  return found
}

/** The topmost shape at a place, or near it by so much; -1 where there is none. */
export function under(s: Shapes, x: number, y: number, near: number): number {
  const found = within(s, x - near, y - near, x + near, y + near).reverse()
  return found.find((i) => {
    const sort = s.sign[i] & 3
    if (sort >= SIGN.spot) return true
    const both = s.sign[i] & SIGN.hatched
    const filled = sort === SIGN.area && TONES[s.sign[i] >> 4] !== 'none' // a zone is found by its edge: it would be under everything
    if (filled && (both ? [0, 1].every((k) => inside(s, s.first[i] + k, s.first[i] + k + 1, x, y)) : inside(s, s.first[i], s.first[i + 1], x, y))) return true
    return !both && edgeWithin(s, i, x, y, near)
  }) ?? -1
}

/** Whether a place lies in an area of so many parts: in the outline, and in no hole. */
function inside(s: Shapes, first: number, end: number, x: number, y: number): boolean {
  let odd = false
  for (let part = first; part < end; part++) {
    const [from, to] = [s.parts[part], s.parts[part + 1]]
    for (let a = from, b = to - 1; a < to; b = a++) {
      const [ax, ay, bx, by] = [s.xy[2 * a], s.xy[2 * a + 1], s.xy[2 * b], s.xy[2 * b + 1]]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd
    }
  }
  return odd
}

function edgeWithin(s: Shapes, i: number, x: number, y: number, near: number): boolean {
  const closed = (s.sign[i] & 3) === SIGN.area
  for (let part = s.first[i]; part < s.first[i + 1]; part++) {
    const [from, to] = [s.parts[part], s.parts[part + 1]]
    for (let a = closed ? from : from + 1, b = closed ? to - 1 : from; a < to; b = a++) {
      const [ax, ay] = [s.xy[2 * a], s.xy[2 * a + 1]]
      const [dx, dy] = [s.xy[2 * b] - ax, s.xy[2 * b + 1] - ay]
      const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
      if (Math.hypot(ax + along * dx - x, ay + along * dy - y) <= near) return true
    }
  }
  return false
}
