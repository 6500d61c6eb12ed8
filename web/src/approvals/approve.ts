// An approval: the node gives the challenge that binds it to exactly this, the
// officer's key signs it, and the node files approval and act together.
import { type Act, post } from '../api'
import { refresh } from '../live'
import { useKey } from '../session/webauthn'

interface Begun { publicKey?: Record<string, unknown> | null; challenge?: string }

/** Approves a proposal, or a draft with the act that releases it. An officer of
 *  an exercise who has no key approves without a signature; the node says so. */
export async function approve(of: string, act?: Act): Promise<void> {
  const begun = await post<Begun>('/approvals/begin', { of, ...(act ? { act } : {}) })
  const assertion = begun.publicKey ? await useKey(begun.publicKey) : undefined
  await post('/approvals', { of, ...(act ? { act } : {}), ...(assertion ? { assertion } : {}) }, crypto.randomUUID())
  await refresh()
}
