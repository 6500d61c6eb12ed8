// What the officer may do. The node decides; the console does not offer what
// it would refuse.
import { useLive } from '../live'
import { say, useLang, useText } from '../text'
import type { Right } from './types'

export function useMay(): (right: Right) => boolean {
  const { session } = useLive()
  return (right) => session?.rights.includes(right) ?? false
}

/** The rights of which one is enough to file a kind; none where the policy does not tell, or was not heard yet. */
function useRightsOf(): (kind: string) => Right[] {
  const { policy } = useLive()
  return (kind) => {
    const k = policy?.kinds.find((x) => x.kind === kind)
    return k?.right ? [k.right, ...(k.also ? [k.also] : [])] : []
  }
}

/** Whether the officer may file a kind; what the policy does not tell is left to the node. */
export function useMayFile(): (kind: string) => boolean {
  const may = useMay()
  const rights = useRightsOf()
  return (kind) => { const r = rights(kind); return !r.length || r.some(may) }
}

/** What the officer's roles lack for a kind, in words; '' when they may file it. A
 *  position that agrees binds the desk (cell.Kind.Also). */
export function useLacks(): (kind: string, body?: unknown) => string {
  const t = useText()
  const lang = useLang()
  const may = useMay()
  const rights = useRightsOf()
  return (kind, body) => {
    const all = rights(kind)
    const r = (body as { position?: string })?.position === 'agrees' && all.length > 1 ? all.slice(1) : all
    return !r.length || r.some(may) ? '' : t('right.none', { right: say(lang, `right.${r[0]}`) })
  }
}
