// What the node says of the officer at this console (api: session, policy).

/** A right of the policy (cell/policy.go). */
export type Right = 'read' | 'safety' | 'watch' | 'file' | 'draft' | 'release' | 'commit' | 'translate' | 'speak' | 'export' | 'officers' | 'log' | 'keys'

export interface Session {
  state: 'none' | 'open' | 'locked'
  officer: string; name: string; roles: string[]; rights: Right[]; baskets: string[]; all: boolean
  /** After how long without a hand on it the session locks; 0: never. */
  lock_after_ms: number
  ways: ('passkey' | 'code' | 'link')[]
  exercise: boolean
  desk: string; cell: string
  /** How they signed in; whether they have a key for this console, to approve with. */
  how: 'passkey' | 'code' | 'link' | 'token' | ''; key: boolean
  /** Break-glass is in force until then, on the desk's clock; 0: it is not. */
  broken_until: number
}

/** Who may do what: the node's own table. */
export interface Policy {
  rights: Right[]
  roles: { role: string; rights: Right[] }[]
  kinds: { kind: string; right: Right }[]
  routes: { method: string; path: string; right: string }[]
}
