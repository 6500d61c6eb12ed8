// What the node gives of its officers and of its own log (api).
import type { Right } from '../session/types'

export interface Officer {
  code: string; name: string; roles: string[]; baskets: string[]; all: boolean; languages: string[]
  disabled: boolean
  exercise: boolean
  added: number
  /** How they sign in: with so many keys, with passphrase and code. */
  keys: number; has_code: boolean
  /** A link is out, until then; 0: none. */
  link_until?: number
}
export interface Link { secret: string; until: number; links: string[] }
export interface Token { id: string; scope: Right[] | null; until: number; made: number; revoked: number }
export interface Made extends Token { token: string }

export interface LogEvent { id?: number; at: number; kind: string; officer: string; by: string; where: string; detail: string }
