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
  /** What an officer has for an hour after breaking the glass, with every basket. */
  break_glass: Right[]
  baskets: string[]
  /** Without a right: what follows a matter asks for the right of that matter's kind, or the node alone writes it.
   *  Also: what some bodies want instead, as a position that agrees binds the desk. */
  kinds: { kind: string; code: string; basket: string; right: Right | ''; also: Right | ''; node: boolean }[]
  routes: { method: string; path: string; right: string }[]
}
