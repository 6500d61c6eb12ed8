// Passkeys by the browser (Web Authentication Level 3): the node's options are
// JSON, and so is the answer. Where the browser cannot read and write that JSON
// itself, it is done here.

/** Whether this browser offers passkeys at this address: not over plain HTTP, but for localhost. */
export const passkeys = () => window.isSecureContext && typeof PublicKeyCredential === 'function' && !!navigator.credentials

function bytes(text: string): ArrayBuffer {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer
}

function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

// The options as they stand in JSON; the node may wrap them once more, as the
// browser's own call does.
type Options = Record<string, any>
const inner = (o: Options): Options => o.publicKey ?? o
const list = (ids?: Options[]) => ids?.map((c) => ({ ...c, id: bytes(c.id) })) as PublicKeyCredentialDescriptor[] | undefined

function requestOptions(o: Options): PublicKeyCredentialRequestOptions {
  const own = (PublicKeyCredential as any).parseRequestOptionsFromJSON
  return own ? own.call(PublicKeyCredential, o) : { ...o, challenge: bytes(o.challenge), allowCredentials: list(o.allowCredentials) }
}

function creationOptions(o: Options): PublicKeyCredentialCreationOptions {
  const own = (PublicKeyCredential as any).parseCreationOptionsFromJSON
  return own
    ? own.call(PublicKeyCredential, o)
    : { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: list(o.excludeCredentials) } as unknown as PublicKeyCredentialCreationOptions
}

/** The credential as the node reads it. */
function written(credential: Credential | null): unknown {
  if (!credential) throw new DOMException('no credential', 'NotAllowedError')
  const c = credential as any
  if (typeof c.toJSON === 'function') return c.toJSON()
  const response: Record<string, unknown> = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'])
    if (c.response[name]) response[name] = text(c.response[name])
  if (c.response.getTransports) response.transports = c.response.getTransports()
  return { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment ?? undefined, clientExtensionResults: c.getClientExtensionResults(), response }
}

/** Ask for a key that is enrolled: a sign-in, an unlock, an approval. */
export async function useKey(options: Options): Promise<unknown> {
  return written(await navigator.credentials.get({ publicKey: requestOptions(inner(options)) }))
}

/** Make a key for this desk. */
export async function makeKey(options: Options): Promise<unknown> {
  return written(await navigator.credentials.create({ publicKey: creationOptions(inner(options)) }))
}

/** What went wrong at the browser or the key, by the key of its words; '' when it was something else. */
export function keyFault(thrown: unknown): '' | 'key.fault.cancelled' | 'key.fault.address' | 'key.fault.known' | 'key.fault.kind' {
  if (!(thrown instanceof DOMException)) return ''
  switch (thrown.name) {
    case 'NotAllowedError': case 'AbortError': case 'TimeoutError': return 'key.fault.cancelled'
    case 'SecurityError': return 'key.fault.address'
    case 'InvalidStateError': return 'key.fault.known'
  }
  return 'key.fault.kind'
}
