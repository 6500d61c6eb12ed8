// What the queries of the watch answer.
import type { Free, Item, Precedence, T3, Waiting } from '../api'

interface Line { key: string; number: string; kind: string; from: string; to: string[]; at: number; state: string; since: number; open: boolean; waiting: Waiting[] }

export interface Slot { role: string; from: number; to: number; languages: string[]; authority: string; backup: string }
export interface RosterDesk {
  desk: string
  slots: (Slot & { key: string; taken: boolean; officers: string[] })[]
  gaps: { from: number; until: number }[]
  languages: { desk: string; from: number; to: number }[]
}
export interface OnCall { level: string; officers: string[] }
export interface Roster { from: number; to: number; desks: RosterDesk[]; on_call: OnCall[] }

export interface OpenItem { matter: string; hash: string; why: string }
export interface Signed extends Line {
  officer: string; for: string; items: (OpenItem & { number: string; subject: T3 })[]; mood: Free[]
  taken_by: string; taken_at: number; question: Free[]
}
export interface Handover {
  officer: string; since: number; until: number
  items: (OpenItem & Line & { precedence: Precedence; subject: T3; due: number })[]
  flash: string[]; handovers: Signed[]; presence: { officer: string; watch: string; asked: number; until: number }[]
}

export interface Try { ref: string; at: number; desk: string; to: string; means: string; outcome: string; started: number; answered: number; number: string }
export interface Total { desk: string; to: string; tries: number; answered: number; unanswered: Record<string, number>; longest_ms: number }
export interface Calls { since: number; tries: Try[]; totals: Total[] }

export interface Took { desk: string; receive_ms: number; readback_ms: number; disseminate_ms: number; asked: string[]; within: string[]; missing: string[] }
export interface DrillLine extends Line {
  drill_from: number; drill_until: number; plan: number
  injects: (Line & { precedence: Precedence; subject: T3; took: Took[] })[]
  desks: { desk: string; asked: number; done: number; within: number; receive_ms: number }[]
}
export interface Drills { drills: DrillLine[]; next: number; plan_ms: number; due_from: number }

/** Whether a matter is a drill's in a cell that is none itself. */
export const drilled = (item: Pick<Item, 'status'>, cell: string | undefined) => cell === 'ACTUAL' && item.status === 'EXERCISE'

/** The items without what only a screen shows. */
export const bare = (items: OpenItem[]): OpenItem[] => items.map(({ matter, hash, why }) => ({ matter, hash, why }))
