// What GET /api/v1/confidence gives, as the screen needs it.
import type { Free, Line, Span, Text3 } from '../api'

export interface Scored { desk: string; score: string; at: number; method: string; finding: Free[]; evidence: string[]; record: string; of_text_in_force: boolean }
export interface Delivered { desk: string; at: number; recorded: number; evidence: string[]; text: Free[]; record: string }
export interface Edition { record: string; at: number; span: Span; reason: Free[]; agreed_at: number; in_force: boolean }
export interface Measure extends Line {
  title: Text3; obliged: string[]; span: Span; counterpart: string; verifier: string
  agreed_at: number; in_force_until: number; texts: Edition[]
  /** One column each; never merged. */
  scores: { self: Scored[]; counterpart: Scored[]; supervisor: Scored[] }
  deliveries: Delivered[]; overdue: boolean; overdue_ms: number
}

export interface Entry { measure: string; first: string; at: number; counterpart: string; second: string; counterpart_at: number; lag_ms: number; state: 'matched' | 'unmatched' }

export interface Step { desk: string; step: Text3; salt: string; signature: string }
export interface Committed { at: number; hash: string; record: string }
export interface Escrow extends Line {
  pair: Text3; sides: string[]; decides: string; timeout: number; steps: { desk: string; what: Text3 }[]
  committed: Record<string, Committed>
  /** The deposits that this desk holds: the supervisor both, a side its own. */
  held: (Step & { hash: string; opens: boolean })[]
  released: Step[]; release_record: string
}

export interface Book { measures: Measure[]; ledger: Entry[]; escrows: Escrow[] }

export const KIND = {
  measure: 'confidence.measure/1', delivery: 'confidence.delivery/1', score: 'confidence.score/1', escrow: 'confidence.escrow/1',
  deposit: 'confidence.deposit/1', release: 'confidence.release/1', return: 'confidence.return/1',
}
