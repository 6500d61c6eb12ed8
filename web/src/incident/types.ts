// What GET /api/v1/incident gives (cell/incident/query.go).
import type { Area, Free, Grade, Line, Place, T3 } from '../api'

export interface Account { ref: string; at: number; until: number[]; type: string; fact: string; text: Free; source: string }
export interface FactLine { ref: string; cites: string[]; hash: string; fact: string; text: T3; from: string; at: number; state: 'proposed' | 'agreed' | 'contested'; by: Record<string, string> }
export interface Dissent { ref: string; desk: string; at: number; position: string; text: Free[] }
export interface Step { stage: string; by: string; at: number; ref: string; standard: string; to: string[]; text: T3; dissent: Dissent[] }
export interface Report extends Line {
  ref: string; type: string; force: string; place: Place; area: Area[]; when: number; dead: number[]; hurt: number[]; alleged: string[]; grade: Grade[]; text: T3
  timelines: Record<string, Account[]>; facts: FactLine[]; steps: Step[]; queries: string[]; class: '' | 'un-notified'
}
export interface Answered { ref: string; desk: string; at: number; answer: string; text: Free[] }
export interface Outcome { ref: string; desk: string; at: number; found: string; method: string; evidence: string[]; text: Free[] }
export interface Request extends Line {
  ref: string; place: Place; grounds: string; action: string; urgent: boolean; force: string; reason: Free[]; of: string; text: T3
  hold: { from: number; until: number; running: boolean } | null
  answers: Answered[]; answer: Answered | null; results: Outcome[]; result: Outcome | null; queries: string[]
}
export interface Explanation { ref: string; desk: string; at: number; statement: string; text: Free; late: boolean }
export interface Query extends Line {
  facts: { request: string; report: string; desk: string; from: number; until: number; when: number; distance_m: number }
  causes: string[]; between: string[]; asked: string; due: number; explanations: Explanation[]; text: T3
}
/** Whether notice was given of what a report tells, where it was owed (INC-04). */
export interface Owed extends Line {
  facts: { report: string; rule: string; clause: string; zone: string; activities: string[]; when: number; off_min: number }
  report: string; by: string[]; called: string[]; text: T3
}
export interface Counts { found: number; nothing: number; partial: number; denied: number; complied: number; queries: number }
export interface Shown { incidents: Report[]; requests: Request[]; queries: Query[]; notices: Owed[]; counts: Counts }

/** Everybody who holds a matter, but this desk. */
export const others = (line: Line, own: string | undefined) => [...new Set([line.from, ...line.to])].filter((d) => d && d !== own)
