// The second officer's button: it asks for the key, and files approval and act
// together. Without a key it says what is wanted; in an exercise none is.
import { type ReactNode, useId } from 'react'
import type { Act } from '../api'
import { useLive } from '../live'
import { Fault, Kbd } from '../parts'
import { useTry } from '../session/ways'
import { useText } from '../text'
import { approve } from './approve'

/** Why this officer cannot approve here at all, in words; '' when they can. */
export function useNoKey(): string {
  const t = useText()
  const { session } = useLive()
  return session && !session.key && !session.exercise ? t('approvals.why.key') : ''
}

export function ApproveButton({ of, act, why, kbd, children, press }: { of: string; act?: Act; why: string; kbd?: string; children: ReactNode; press?: { current: () => void } }) {
  const t = useText()
  const id = useId()
  const { lost } = useLive()
  const noKey = useNoKey()
  const { attempt, busy, fault } = useTry()
  const not = why || noKey
  const go = () => { if (!not && !lost) attempt(() => approve(of, act)) }
  if (press) press.current = go
  return (
    <>
      <button type="button" className="primary approve" disabled={busy || lost || !!not} aria-describedby={not ? id : undefined} onClick={go}>{busy ? t('signin.touch') : children}{kbd && <> <Kbd>{kbd}</Kbd></>}</button>
      {not && <span className="muted" id={id}>{not}</span>}
      {fault && <Fault>{fault}</Fault>}
    </>
  )
}
