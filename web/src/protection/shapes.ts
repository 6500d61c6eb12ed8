// How places, areas and ways are drawn: what is exact in full, a buffered area
// dashed, a way from place to place.
import type { Desk, Lang } from '../api'
import type { Shape } from '../module/map'
import { pointOf } from '../module/where'
import { deskColour } from '../parts'
import { plain } from '../text'
import type { Around, Entry, Raised, Way } from './types'

export const placeShape = (desk: Desk | null, p: Entry): Shape => ({ id: p.key, area: p.area, label: p.code, tone: deskColour(desk, p.from) })
export const areaShape = (desk: Desk | null, a: Around, bare?: boolean): Shape => ({ id: a.key, area: a.area, label: bare ? undefined : a.code, tone: deskColour(desk, a.from), dashed: true })
export const concernShape = (c: Raised): Shape => ({ id: c.key, area: c.area, label: c.number, tone: 'warn', dashed: true })

/** Whether people may pass: a way that is not open is drawn dashed. */
export const passable = (state: string) => state === 'open' || state === 'restricted'

/** A line for every segment, in the colour of the desk that controls it, with its number. */
export function wayShapes(desk: Desk | null, w: Way, prefix = ''): Shape[] {
  return w.segments.flatMap((s, i): Shape[] => {
    const [from, to] = [pointOf(s.from), pointOf(s.to)]
    if (!from || !to) return []
    return [{ id: `${w.key}/${i}`, path: [from, to], label: `${prefix}${i + 1}`, tone: deskColour(desk, s.controller), dashed: !passable(s.state) }]
  })
}

export const nameOf = (w: Way, lang: Lang) => plain(w.name[0], lang)
