// A text of three languages side by side: the reader's own first, none of them
// the translation of another.
import type { ReactNode } from 'react'
import { type Lang, LANGS, type T3 } from '../api'
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
        <div key={l}>
          {!bare && <h4 lang={l} dir={dirOf(l)}>{LANGUAGE_NAMES[l]}</h4>}
          {mark?.(l)}
          {before ? <Diff before={before[l] ?? ''} after={text[l] ?? ''} lang={l} /> : <div className="free" lang={l} dir={dirOf(l)}><Ids text={text[l] ?? ''} /></div>}
        </div>
      ))}
    </div>
  )
}

/** The heads of the columns alone, over rows of bare texts. */
export function LanguageHeads() {
  return <div className="languages heads">{useOrder().map((l) => <div key={l}><h4 lang={l} dir={dirOf(l)}>{LANGUAGE_NAMES[l]}</h4></div>)}</div>
}

/** Whether two texts say something else in some language. */
export const differs = (a: T3, b: T3) => LANGS.some((l) => (a[l] ?? '') !== (b[l] ?? ''))
