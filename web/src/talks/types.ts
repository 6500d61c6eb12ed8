// What GET /api/v1/talks gives, as the screen needs it.
import type { Area, Free, Lang, Line, Text3 } from '../api'

export interface Item extends Line { contested: boolean }

export interface Round extends Item { place: Free[]; level: string; starts: number; ends: number; agenda: Text3; outcome: Text3[]; substantive: boolean; next: number[] }
export interface Move { what: 'round' | 'bracket' | 'understanding'; key: string; number: string; at: number }
/** Two clocks: since they last met, and since anything last moved. */
export interface Clock { last_round: number; last_move: number; days_since_round: number; days_since_move: number; limit_ms: number; stalled: boolean; move: Move[]; next: number }

export interface Remark { desk: string; kind: string; text: Text3[]; at: number; draft: number; record: string }
export interface Clause { id: string; text: Text3; brackets: { by: string; text: Text3 }[]; status: string; comments: Remark[]; stale: Lang[] }
export interface Change { clause: string; what: ('added' | 'text' | 'brackets' | 'status')[]; languages: Lang[] }
export interface Draft { draft: number; at: number; record: string; open_brackets: number; changed: Change[] }
export interface Text extends Item { title: Text3; draft: number; authoritative: string; clauses: Clause[]; open_brackets: number; changed: Change[]; drafts: Draft[] }

export interface Duty { desk: string; level: string; by: number; done: number }
export interface Understanding extends Item { text: Text3; area: Area[]; starts: number; ends: number[]; authority: string; agreed: Record<string, number>; duties: Duty[]; disseminated: boolean }

export interface Statement extends Item { text: Text3; of: string; draft: number; record: string; hash: string; signed: Record<string, number>; missing: string[]; complete: boolean }
export interface Readout extends Item { of: string; text: Free; claims: string[]; planned: number; notice_ms: number; short: boolean; record: string }
export interface Source { desk: string; key: string; record: string; has: boolean; said: string; lang: string }
export interface Divergence { statement: string; claim: string; in: string[]; missing: string[]; joint: boolean; sources: Source[] }
export interface Caucus extends Item { text: Free; clause: string }

export interface Talks {
  rounds: Round[]; clock: Clock; texts: Text[]; understandings: Understanding[]; statements: Statement[]
  readouts: Readout[]; divergence: Divergence[]; caucus: Caucus[]
}

export const KIND = {
  round: 'talks.round/1', text: 'talks.text/1', comment: 'talks.comment/1', understanding: 'talks.understanding/1',
  statement: 'talks.statement/1', signature: 'talks.signature/1', readout: 'talks.readout/1', caucus: 'talks.caucus/1',
}
