// What GET /api/v1/supervision gives (cell/supervision/query.go).
import type { FieldView, Free, Line, T3 } from '../api'

export interface Figure { name: string; value: number; records: string[] }
export interface Signature { desk: string; at: number; ref: string }
export interface Printed extends Line {
  ref: string; day_from: number; day_to: number; figures: Figure[]; reconciles: boolean; wrong: string[]
  signatures: Signature[]; reply_by: number; replies: { ref: string; desk: string; at: number; text: Free; late: boolean }[]; text: T3
}
export interface Parity { module: string; shared: number; not_shown: number; reasons: { reason: string; count: number }[] }
export interface Journal { desk: string; gen: number; entries: number; held: number; unseen: number; reason: string }
export interface SealedLine extends Line {
  of: string; author: string; commitment: string; proven: boolean; opened: boolean; by: string[]; fault: string
  record: { kind: string; at: number; to: string[]; text: T3; body: string; fields: FieldView[] } | null
}
export interface Shown { modes: Record<string, string>; since: number; parity: Parity[]; hash: string; through: string[]; journals: Journal[]; reports: Printed[]; sealed: SealedLine[] }
