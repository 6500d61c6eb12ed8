// Where the bars of the board stand: in the lane of their desk, in the first
// row in which neither a bar nor its words run into another. Pure.
import type { Span } from '../api'
import { LONG } from './types'

export interface Item { key: string; lane: string; windows: Span[]; words: number }
export interface Placed { key: string; lane: string; row: number; x: number; width: number; spans: { x: number; width: number; open: boolean }[]; before: boolean }
export interface Lane { id: string; first: number; rows: number }

const GAP = 8
const LEAST = 6 // pixels: the shortest window is still seen

/** Places items on a track of some pixels, from a time on; what is outside is left out. words is the width that its label takes. */
export function place(items: Item[], lanes: string[], from: number, width: number): { placed: Placed[]; lanes: Lane[] } {
  const at = (ms: number) => Math.min(width, Math.max(0, ((ms - from) / LONG) * width))
  const placed: Placed[] = []
  const out: Lane[] = []
  let first = 0
  for (const lane of lanes) {
    const ends: number[] = [] // of each row
    const mine = items.filter((i) => i.lane === lane)
      .flatMap((i) => { const seen = i.windows.filter((w) => w.until >= from && w.from <= from + LONG); return seen.length ? [{ i, seen, start: at(seen[0].from) }] : [] })
      .sort((a, b) => a.start - b.start || a.i.key.localeCompare(b.i.key))
    for (const { i, seen, start } of mine) {
      const spans = seen.map((w) => { const x = Math.min(at(w.from), width - LEAST); return { x, width: Math.max(LEAST, at(w.until) - x), open: w.until > from + LONG } })
      const last = spans[spans.length - 1]
      const end = Math.max(last.x + last.width, start + i.words)
      const x = Math.max(0, Math.min(start, width - i.words)) // words at the right edge stand before it
      let row = ends.findIndex((e) => e + GAP <= x)
      if (row < 0) row = ends.length
      ends[row] = Math.max(end, x + i.words)
      placed.push({ key: i.key, lane, row: first + row, x, width: end - x, spans, before: i.windows[0].from < from })
    }
    const rows = Math.max(1, ends.length)
    out.push({ id: lane, first, rows })
    first += rows
  }
  return { placed, lanes: out }
}

/** Where an arrow leads: along a lane by time, or to the nearest bar of the next row that has one. */
export function next(placed: Placed[], at: string, key: string): string | undefined {
  const here = placed.find((p) => p.key === at)
  if (!here) return placed[0]?.key
  const order = (list: Placed[]) => [...list].sort((a, b) => a.x - b.x || a.row - b.row)
  const lane = order(placed.filter((p) => p.lane === here.lane))
  const i = lane.indexOf(here)
  const rows = [...new Set(placed.map((p) => p.row))].sort((a, b) => a - b)
  const row = rows[rows.indexOf(here.row) + (key === 'ArrowDown' ? 1 : -1)]
  switch (key) {
    case 'ArrowRight': return lane[i + 1]?.key
    case 'ArrowLeft': return lane[i - 1]?.key
    case 'Home': return order(placed)[0]?.key
    case 'End': return order(placed).at(-1)?.key
    case 'ArrowDown': case 'ArrowUp':
      return row === undefined ? undefined : placed.filter((p) => p.row === row).sort((a, b) => Math.abs(a.x - here.x) - Math.abs(b.x - here.x))[0]?.key
  }
}
