// The volumes of an activity while they are written: each as it would be filed,
// and beside it what cannot be read yet. A part that nobody touches stays the
// value that was filed, to the last digit.
import type { Altitude, Point, Span, Volume } from '../api'
import type { Key } from '../text'

export type Part = 'area' | 'windows' | 'band'
/** One volume: id is the screen's own; open are the parts that cannot be read yet, as their editors left them. */
export interface Slot { id: string; v: Volume; open: Partial<Record<Part, unknown>> }
export interface Band { low: Altitude[]; high: Altitude[] }
export interface Ground { ring: Point[]; line?: Point[]; centre: Point[]; radius_m: number; text: string }
/** The part that a volume lacks, and the words for it. */
interface Lack { part: Part; key: Key }

/** As many volumes and windows as one notice may have (cell/volume.go). */
export const MOST = 64

const bare: Volume = { ring: [], holes: [], line: [], centre: [], radius_m: 0, low: [], high: [], windows: [], text: '' }
let made = 0
export const slot = (v: Volume = bare, open: Slot['open'] = {}): Slot => ({ id: String(++made), v, open })

const placed = (v: Volume) => v.ring.length + v.line.length + v.centre.length > 0
export const untouched = (s: Slot) => !placed(s.v) && !s.v.windows.length && !s.v.low.length && !s.v.high.length && !Object.keys(s.open).length

/** A field's value as volumes to edit; never none. */
export function slotsOf(value: unknown): Slot[] {
  const held = value as Volume[] | { sketch?: Omit<Slot, 'id'>[] } | undefined
  const list = Array.isArray(held) ? held.map((v) => slot(v)) : Array.isArray(held?.sketch) ? held.sketch.map((s) => slot(s.v, s.open)) : []
  return list.length ? list : [slot()]
}

/** What is filed: nothing while nothing is entered, and unread while any volume lacks something. */
export function valueOf(slots: Slot[]): unknown {
  if (slots.every(untouched)) return undefined
  return slots.some((s) => lacking(s)) ? { notation: 'unread', sketch: slots.map(({ v, open }) => ({ v, open })) } : slots.map((s) => s.v)
}

/** A volume with its area alone, as it comes from the map. */
export const begun = (ground: Ground, windows: Span[]) => valueOf([withPart(withPart(slot(), 'area', ground), 'windows', windows)])

/** The first thing that a volume lacks. */
export function lacking(s: Slot): Lack | null {
  if (s.open.area || !placed(s.v)) return { part: 'area', key: 'volume.area.unread' }
  if (s.open.windows || !s.v.windows.length) return { part: 'windows', key: 'volume.windows.unread' }
  return s.open.band ? { part: 'band', key: 'volume.band.unread' } : null
}

/** What an unread value lacks first: of which volume, by its place, and which part. */
export function lackingIn(value: unknown): { at: string[]; key: Key } {
  const found = slotsOf(value).flatMap((s, i) => { const lack = lacking(s); return lack ? [{ at: [String(i), lack.part], key: lack.key }] : [] })
  return found[0] ?? { at: ['0', 'area'], key: 'volume.area.unread' }
}

/** A volume with one part changed, the others as they are. Holes are of the polygon that they lie in. */
export function withPart(s: Slot, part: Part, value: unknown): Slot {
  const open = { ...s.open }
  delete open[part]
  if ((value as { notation?: string } | undefined)?.notation === 'unread') return { ...s, open: { ...open, [part]: value } }
  switch (part) {
    case 'area': {
      const g = (value as Ground | undefined) ?? bare
      return { ...s, open, v: { ...s.v, ring: g.ring, holes: g.ring.length ? s.v.holes : [], line: g.line ?? [], centre: g.centre, radius_m: g.radius_m, text: g.text } }
    }
    case 'windows': return { ...s, open, v: { ...s.v, windows: (value as Span[] | undefined) ?? [] } }
    case 'band': return { ...s, open, v: { ...s.v, ...((value as Band | undefined) ?? { low: [], high: [] }) } }
  }
}

/** What the editor of a part begins with. */
export function partOf({ v, open }: Slot, part: Part): unknown {
  if (open[part]) return open[part]
  switch (part) {
    case 'area': return placed(v) ? { ring: v.ring, line: v.line, centre: v.centre, radius_m: v.radius_m, text: v.text } : undefined
    case 'windows': return v.windows.length ? v.windows : undefined
    case 'band': return v.low.length + v.high.length ? { low: v.low, high: v.high } : undefined
  }
}
