// What GET /api/v1/protection gives (cell/protection/query.go).
import type { Area, Free, Line, Place, Span, Text3 } from '../api'

interface Contest { record: string; rule: string; why: string }
export interface Verified { desk: string; at: number; officer: string; level: number; source: string; coordinates: Place[] }
export interface Entry extends Line {
  code: string; category: string; tier: string; area: Area; function: Free[]; custodian: string; population: number[]; verification: number; verified_by: string; valid_until: number
  level: number; level_at: number; verified: Verified[]; consent: string; beside: string[]; contested: Contest[]
}
export interface Around extends Line { code: string; category: string; area: Area; verification: number; valid_until: number; consent: string; contested: Contest[] }
export interface Said { desk: string; at: number; segment: number; state: string; reason: Free[]; reopening: number[]; people_inside: number[] }
export interface Stretch { from: Place; to: Place; controller: string; state: string; since: number; said: Said[] }
export interface Way extends Line { name: Text3[]; purpose: string; traffic: string[]; capacity: number[]; window: Span[]; segments: Stretch[]; contested: Contest[] }
export interface Replied { desk: string; at: number; answer: string; text: Free[] }
export interface Raised extends Line { area: Area; topic: string; asks: string; text: Text3; answer_by: number; replies: Replied[]; contested: Contest[] }
export interface Question extends Line { code: string; question: string; answers: Replied[] }
export interface Release {
  code: string; kind: string; ref: string; version: string; sent: number; desk: string
  delivered: number | null; received: number | null; disseminated: { level: string; at: number; cannot: boolean }[]; removed: number | null
}
export interface Shown { standing: string; places: Entry[]; areas: Around[]; corridors: Way[]; concerns: Raised[]; questions: Question[]; ledger: Release[] }

export const others = (line: Line, own: string | undefined) => [...new Set([line.from, ...line.to])].filter((d) => d && d !== own)
