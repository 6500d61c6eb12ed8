// What GET /api/v1/proposals gives (node.ProposalView).
import type { T3 } from '../api'
import type { Right } from '../session/types'

export interface Proposal {
  key: string; number: string
  what: 'release' | 'export' | 'list' | 'charter' | 'key' | 'override'
  /** The proposal in words; what is proposed, exactly, as JSON. */
  text: T3; act: string
  /** The act in words, where it is a record. */
  act_code: string; act_name: T3; act_text: T3; to: string[]
  reason: string; by: string; role: string; at: number; until: number
  state: string; state_name: T3; open: boolean
  /** What approving asks for; whether this officer may now, and if not, by which rule. */
  right: Right; may: boolean; why: string; why_text: T3
  approval: string; filed: string
  /** This officer may take out what was approved. */
  file: boolean
}

/** The proposed act, read. */
export function actOf(p: Proposal): Record<string, unknown> {
  try { return JSON.parse(p.act) as Record<string, unknown> } catch { return {} }
}
