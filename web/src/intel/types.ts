// What GET /api/v1/intel gives (cell/intel/query.go).
import type { Area, Free, Grade, Line, Place, Span } from '../api'

export interface Called { key: string; at: number; reason: Free; deadline: number; answered: Record<string, number | null>; answers: { desk: string; at: number; done: string; reuse: Free[] }[] }
export interface Reviewed { at: number; officer: string; outcome: string; text: Free[]; current: boolean }
interface Contest { record: string; rule: string; why: string }

export interface Warned extends Line {
  threat: string; place: Place[]; area: Area[]; window: Span[]; at_risk: string; grade: Grade[]; use: string; tlp: string; text: Free[]
  review: Reviewed[]; recall: Called[]; contested: Contest[]
}
export interface Item {
  product: string; grade: Grade; likelihood: string; observed: number; expires: number[]; tlp: string; use: string; releasable: string[]; text: Free; dissent: Free[]
}
export interface Drafted extends Line, Item { drafter: string }
export interface Released extends Line, Item { drafter: string; draft: string; releaser: string; recall: Called[]; contested: Contest[] }
export interface Screen { warnings: Warned[]; drafts: Drafted[]; reports: Released[] }

/** What a report says, without where it stands. */
export const itemOf = (x: Item): Item => ({
  product: x.product, grade: x.grade, likelihood: x.likelihood, observed: x.observed, expires: x.expires, tlp: x.tlp, use: x.use, releasable: x.releasable, text: x.text, dissent: x.dissent,
})
