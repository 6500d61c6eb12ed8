// A text of three languages side by side: the reader's own first, none of them
// the translation of another. What signs such a text stands here too.
import { type ReactNode, useRef, useState } from 'react'
import { type Act, file, type Lang, LANGS, Problem, type T3 } from '../api'
import { refresh, useLive } from '../live'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'
import { dirOf, Ids, LANGUAGE_NAMES, useLang } from '../text'
import { Diff } from './parts'
import './languages.css'

/** The three languages, the reader's own first. */
export function useOrder(): Lang[] {
  const lang = useLang()
  return [lang, ...(['ar', 'he', 'en'] as const).filter((l) => l !== lang)]
}

/** One text in three columns; with the text before it, what changed. */
export function Languages({ text, before, bare, mark }: { text: T3; before?: T3; bare?: boolean; mark?: (lang: Lang) => ReactNode }) {
  const order = useOrder()
  return (
    <div className="languages">
      {order.map((l) => (
        <div key={l} lang={l} dir={dirOf(l)}>
          {!bare && <h4>{LANGUAGE_NAMES[l]}</h4>}
          {mark?.(l)}
          {before ? <Diff before={before[l] ?? ''} after={text[l] ?? ''} lang={l} /> : <div className="free"><Ids text={text[l] ?? ''} /></div>}
        </div>
      ))}
    </div>
  )
}

/** The heads of the columns alone, over rows of bare texts. */
export function LanguageHeads() {
  return <div className="languages heads">{useOrder().map((l) => <h4 key={l} lang={l} dir={dirOf(l)}>{LANGUAGE_NAMES[l]}</h4>)}</div>
}

/** Whether two texts say something else in some language. */
export const differs = (a: T3, b: T3) => LANGS.some((l) => (a[l] ?? '') !== (b[l] ?? ''))

/** Files what carries a signature of the root key. Where the node has no such
 *  key at hand it is refused at the signature, and the line is asked for. */
export function SignButton({ make, children, words, disabled }: { make: (line: string) => Act; children: ReactNode; words: { offline: ReactNode; line: string; file: string }; disabled?: boolean }) {
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
      <label className="sub">{words.line}<input type="text" dir="ltr" className="id" value={line} autoFocus autoComplete="off" spellCheck={false} onChange={(e) => setLine(e.target.value)} /></label>
      <div className="row"><button type="button" className="primary" disabled={busy || lost || !line.trim()} onClick={() => sign(line.trim())}>{words.file}</button></div>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}
