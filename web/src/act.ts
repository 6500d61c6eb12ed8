// Filing a record from a button or a short form: busy while it is under way,
// a refusal in the reader's words, and one key an intention, so that pressing
// again after a silence files once.
import { useRef, useState } from 'react'
import { type Act, file, type Filed } from './api'
import { refresh } from './live'
import { useRefusal } from './refusal'

export interface Acting {
  /** Files a record; null when it was refused or one is under way. */
  act: (next: Act) => Promise<Filed | null>
  busy: boolean
  fault: string
  clear: () => void
}

export function useAct(): Acting {
  const refusal = useRefusal()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const intention = useRef({ words: '', key: '' })
  const act = async (next: Act) => {
    if (busy) return null
    setBusy(true)
    setFault('')
    const words = JSON.stringify(next)
    if (intention.current.words !== words) intention.current = { words, key: crypto.randomUUID() }
    try {
      const filed = await file(next, intention.current.key)
      intention.current = { words: '', key: '' }
      await refresh()
      return filed
    } catch (problem) {
      setFault(refusal.sentence(problem))
      return null
    } finally {
      setBusy(false)
    }
  }
  return { act, busy, fault, clear: () => setFault('') }
}
