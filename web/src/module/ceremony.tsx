// What a desk signs with its root key: a joint statement, a step laid into
// escrow. In service the key is offline: the node gives the exact text, it is
// signed elsewhere with parley ceremony, and the line is brought back here.
import { type ReactNode, useRef, useState } from 'react'
import { type Act, file, get, path, post, Problem } from '../api'
import { refresh, useLive } from '../live'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'

/** Give a text to the officer as a file. */
function save(name: string, text: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

interface Props {
  /** The act with the signature's line in its place. */
  make: (line: string) => Act
  /** The name of the file that the text is saved in. */
  name: string
  children: ReactNode
  words: { offline: ReactNode; save: string; line: string; file: string }
  disabled?: boolean
  then?: () => void
}

/** Files what carries a signature of the root key. Where the node has no such
 *  key at hand it is refused at the signature, and the line is asked for. */
export function SignButton({ make, name, children, words, disabled, then }: Props) {
  const { lost } = useLive()
  const refusal = useRefusal()
  const [busy, setBusy] = useState(false)
  const [offline, setOffline] = useState(false)
  const [line, setLine] = useState('')
  const [fault, setFault] = useState('')
  const key = useRef({ words: '', key: '' })
  const tried = async (work: () => Promise<void>) => {
    setBusy(true)
    setFault('')
    try { await work() } catch (thrown) { setFault(refusal.sentence(thrown)) } finally { setBusy(false) }
  }
  const sign = (signature: string) => tried(async () => {
    const act = make(signature)
    if (key.current.words !== JSON.stringify(act)) key.current = { words: JSON.stringify(act), key: crypto.randomUUID() }
    try {
      await file(act, key.current.key)
    } catch (thrown) {
      const kept = signature === 'auto' && thrown instanceof Problem && thrown.errors.some((e) => /signature$/.test(e.location))
      if (!kept) throw thrown
      setOffline(true)
      return
    }
    await refresh()
    then?.()
  })
  const carry = () => tried(async () => save(name, (await post<{ text: string }>('/ceremony', make('auto'))).text))
  if (!offline) return <><button type="button" className="primary" disabled={busy || lost || disabled} onClick={() => sign('auto')}>{children}</button>{fault && <Fault>{fault}</Fault>}</>
  return (
    <div className="note signoffline" role="alert">
      <p>{words.offline}</p>
      <div className="row"><button type="button" disabled={busy || lost} onClick={carry}>{words.save}</button></div>
      <label className="sub">{words.line}<input type="text" dir="ltr" className="id" value={line} autoFocus autoComplete="off" spellCheck={false} onChange={(e) => setLine(e.target.value)} /></label>
      <div className="row"><button type="button" className="primary" disabled={busy || lost || !line.trim()} onClick={() => sign(line.trim())}>{words.file}</button></div>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}

/** Saves the signed notes that a matter has come to: anybody checks them from the charter alone. */
export function NotesButton({ matter, name, children }: { matter: string; name: string; children: ReactNode }) {
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const take = async () => {
    setFault('')
    try {
      const { notes } = await get<{ notes: string[] }>(`/matters/${path(matter)}/notes`)
      notes.forEach((note, i) => save(notes.length > 1 ? `${name}-${i + 1}.note` : `${name}.note`, note))
    } catch (thrown) { setFault(refusal.sentence(thrown)) }
  }
  return <><button type="button" onClick={take}>{children}</button>{fault && <Fault>{fault}</Fault>}</>
}
