// What a desk signs with its root key: a joint statement, a step laid into
// escrow. The key is mostly offline, so the exact text can be carried to it.
import { type ReactNode, useRef, useState } from 'react'
import { type Act, type Desk, file, type Lang, Problem, type T3 } from '../api'
import { refresh, useLive } from '../live'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'

/** The exact bytes that a desk signs with its root key (docs/formats/ceremony.md). */
export function ceremonyText(desk: Desk, purpose: 'statement' | 'step', facts: [string, string][], text: T3): string {
  const line = (value: string) => value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
  const part = (l: Lang) => `\n[${l}, ${new TextEncoder().encode(text[l] ?? '').length} bytes]\n${text[l] ?? ''}\n`
  return `parley/${purpose}/v1\ncell ${desk.cell}\ncharter ${desk.charter.hash}\n${facts.map(([name, value]) => `${name} ${line(value)}\n`).join('')}${(['ar', 'en', 'he'] as const).map(part).join('')}`
}

/** Give a text to the officer as a file. */
function save(name: string, text: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Files what carries a signature of the root key. Where the node has no such
 *  key at hand it is refused at the signature, and the line is asked for. */
export function SignButton({ make, text, name, children, words, disabled, then }: {
  make: (line: string) => Act
  /** The exact bytes to sign, and the name of the file they are saved in. */
  text: string
  name: string
  children: ReactNode
  words: { offline: ReactNode; save: string; line: string; file: string }
  disabled?: boolean
  then?: () => void
}) {
  const { lost } = useLive()
  const refusal = useRefusal()
  const [busy, setBusy] = useState(false)
  const [offline, setOffline] = useState(false)
  const [line, setLine] = useState('')
  const [fault, setFault] = useState('')
  const key = useRef({ words: '', key: '' })
  const sign = async (signature: string) => {
    setBusy(true)
    setFault('')
    const act = make(signature)
    if (key.current.words !== JSON.stringify(act)) key.current = { words: JSON.stringify(act), key: crypto.randomUUID() }
    try {
      await file(act, key.current.key)
      setOffline(false)
      setLine('')
      await refresh()
      then?.()
    } catch (thrown) {
      const kept = signature === 'auto' && thrown instanceof Problem && thrown.errors.some((e) => /signature$/.test(e.location))
      if (kept) setOffline(true)
      else setFault(refusal.sentence(thrown))
    } finally {
      setBusy(false)
    }
  }
  if (!offline) return <><button type="button" className="primary" disabled={busy || lost || disabled} onClick={() => sign('auto')}>{children}</button>{fault && <Fault>{fault}</Fault>}</>
  return (
    <div className="note signoffline" role="alert">
      <p>{words.offline}</p>
      <div className="row"><button type="button" onClick={() => save(name, text)}>{words.save}</button></div>
      <label className="sub">{words.line}<input type="text" dir="ltr" className="id" value={line} autoFocus autoComplete="off" spellCheck={false} onChange={(e) => setLine(e.target.value)} /></label>
      <div className="row"><button type="button" className="primary" disabled={busy || lost || !line.trim()} onClick={() => sign(line.trim())}>{words.file}</button></div>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}
