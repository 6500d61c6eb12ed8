// What the module's query says (cell/deconfliction/query.go, suggest.go, check.go).
import type { Area, Height, Line, Place, Span, T3, Volume } from '../api'

/** What one controller on the way answers; a controller without a desk has a name, and the desk that speaks with it. */
export interface Said { desk: string; name: string; through: string; status: string; at: number }
export interface Notice extends Line {
  live: boolean; activity: string; volumes: Volume[]; area: Area; window: Span; height: Height[]; confidentiality: string
  lead_ms: number; lead_so_far_ms: number; lead_agreed_ms: number; flag: '' | 'short-notice' | 'post-facto' | 'unreceived'; outside: boolean
  answers: Said[]; overall: string; conflicts: string[]; check: { result: string; meetings: number; answers: number; withdrawn: number }[]; text: T3
}
export interface Offer {
  ref: string; hash: string; by: string; at: number; notice: string; desk: string; window: Span[]; height: Height[]; volumes: Volume[]
  accepted_by: string[]; declined_by: string[]; text: T3
}
export interface Suggestion { how: 'time' | 'height' | 'area'; notice: string; desk: string; volumes: Volume[]; minutes: number; metres: number; area_pct: number; cost: number }
export interface Conflict extends Line {
  facts: {
    a: string; b: string; where: Place; area: string; from: number; until: number; gap_m: number; overlap: number; margin_m: number
    heights: string; vertical_m: number; margin_up_m: number; margin_min: number; meetings: number; rule: string; since: number
  }
  between: string[]; causes: string[]; text: T3; proposals: Offer[]; decision: Offer[]; suggestions: Suggestion[]
}
/** A meeting of which one side or both are blind. */
export interface Unseen extends Line {
  head: string // the record that opened it
  facts: { between: string[]; hidden: string[]; grid_s: number; squares: string[]; window: Span }
  consents: string[]; shown: { notice: string; kind: string; body: unknown }[]; proposals: Offer[]; text: T3
}
export interface Board { notices: Notice[]; conflicts: Conflict[]; blind: Unseen[]; more: boolean; deciding: boolean; unchecked: { desk: string; up: boolean; since: number }[] }

/** One limit that concerns a notice. */
export interface Checked { limit: string; clause: string; zone: string; category: string; unit: 'pieces' | 'm'; allowed: number; given: number; held: number; at: number; verdict: string; by: string; text: T3 }
/** A protected place or area, a corridor or a zone that a notice touches. */
export interface Touched { key: string; number: string; sort: string; code: string; category: string; name: T3; state: string; closed: boolean; stale: boolean; level: number; distance_m: number; within_m: number; from: number; until: number; text: T3 }
export interface Consented { key: string; number: string; state: string; in_force: boolean; zone: string; from: number; until: number; beyond: { limit: string; category: string; amount: number }[] }
export interface Report {
  notice: string; limits: Checked[]; beside: string[]; held: string[]; agreed: Consented[]; places: Touched[]; corridors: Touched[]; zones: Touched[]
  lines: { line: string; name: T3; distance_m: number }[]; conflicts: string[]; blind: boolean; more: boolean
}

export const HOUR = 3_600_000
/** What the board shows: as the plan of a watch, three days. */
export const LONG = 72 * HOUR
export const SIX = 6 * HOUR

/** All windows of a notice, in order; the same window of two volumes once. */
export function windowsOf(n: { volumes: Volume[]; window: Span }): Span[] {
  const all = n.volumes.flatMap((v) => v.windows)
  const list = all.length ? all : n.window.until ? [n.window] : []
  return [...list].sort((a, b) => a.from - b.from || a.until - b.until).filter((s, i, l) => !i || s.from !== l[i - 1].from || s.until !== l[i - 1].until)
}

/** The band of a volume, where both its ends have one reference. */
export const band = (v: Volume): Height | undefined => (v.low[0] && v.low[0].reference === v.high[0]?.reference ? { low_m: v.low[0].m, high_m: v.high[0].m, reference: v.low[0].reference } : undefined)
