// What the officer may do. The node decides; the console does not offer what
// it would refuse.
import { useLive } from '../live'
import { say, useLang, useText } from '../text'
import type { Right } from './types'

export function useMay(): (right: Right) => boolean {
  const { session } = useLive()
  return (right) => session?.rights.includes(right) ?? false
}

/** The right that a kind of record asks for; unknown until the policy was heard. */
export function useRightOf(): (kind: string) => Right | undefined {
  const { policy } = useLive()
  return (kind) => policy?.kinds.find((k) => k.kind === kind)?.right
}

/** Whether the officer may file a kind; what the policy does not tell is left to the node. */
export function useMayFile(): (kind: string) => boolean {
  const may = useMay()
  const right = useRightOf()
  return (kind) => { const r = right(kind); return !r || may(r) }
}

/** What the officer's roles lack for a kind, in words; '' when they may file it. */
export function useLacks(): (kind: string) => string {
  const t = useText()
  const lang = useLang()
  const may = useMay()
  const right = useRightOf()
  return (kind) => { const r = right(kind); return !r || may(r) ? '' : t('right.none', { right: say(lang, `right.${r}`) }) }
}
