// What the node gives of acts of two persons (api: proposals, approvals).
import type { Act } from '../api'

export type What = 'release' | 'export' | 'list' | 'charter' | 'key' | 'override'

export interface Proposal {
  key: string; what: What; act: Record<string, unknown>; reason: string; until: number; at: number
  officer: string; role: string
  state: 'waiting' | 'approved' | 'done' | 'expired' | 'cancelled' | string
  approved: { officer: string; role: string; at: number } | null
  /** What was filed. */
  result?: string
  /** Whether this officer may approve it, and if not, why: same-officer, right, over, key. */
  may: boolean; why?: string
}
/** A proposed act of the desk, when it is one. */
export const actOf = (p: Proposal): Act | null => (p.what === 'release' && typeof p.act.kind === 'string' ? (p.act as unknown as Act) : null)
