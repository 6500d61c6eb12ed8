/// <reference types="vite/types/importMeta.d.ts" />
// Words on the screen: the catalogues, texts in three languages from the node,
// and the care that mixed directions need.
import { IntlMessageFormat } from 'intl-messageformat'
import { createContext, Fragment, type ReactNode, useContext } from 'react'
import ar from '../../i18n/ar.json'
import en from '../../i18n/en.json'
import he from '../../i18n/he.json'
import { type Free, type Lang, LANGS, type T3 } from './api'

/** A key of the console's own catalogues. */
export type Key = keyof typeof en
/** A key of a module's words: module.word, in cell/<module>/words. */
export type ModuleKey = `${string}.${string}`
type Head<K> = K extends `${infer H}.${string}` ? H : never
// What begins as a key of the console must be one. Other keys are a module's,
// of which the compiler cannot know; a Go test looks them up (web/words_test.go).
type Known<K extends string> = K extends Key ? K : K extends ModuleKey ? (Head<K> extends Head<Key> ? never : K) : never

// The words of states and of what is waited for are the node's, shared with alarms and reports.
const modules = import.meta.glob<Record<string, string>>(['../../cell/*/words/*.json', '../../i18n/node/*.json'], { eager: true, import: 'default' })
const joined = (lang: Lang, own: Record<string, string>): Record<string, string> =>
  Object.assign({}, own, ...Object.keys(modules).filter((path) => path.endsWith(`/${lang}.json`)).map((path) => modules[path]))
const catalogues: Record<Lang, Record<string, string>> = { en: joined('en', en), ar: joined('ar', ar), he: joined('he', he) }

/** Whether there are words under a key that was put together: a rule's, say. */
export const hasWords = (key: string): key is ModuleKey => key in catalogues.en

export const dirOf = (lang: string): 'rtl' | 'ltr' => (/^(ar|he)/.test(lang) ? 'rtl' : 'ltr')
/** Levantine months, Latin digits: a value read on the telephone is the same on each screen. */
export const LOCALES: Record<Lang, string> = { en: 'en', ar: 'ar-SY-u-nu-latn', he: 'he' }

export const LangContext = createContext<Lang>('en')
export const useLang = () => useContext(LangContext)

const formats = new Map<string, IntlMessageFormat>()
export type Args = Record<string, string | number>

/** One text. Inserted words are isolated, so that they cannot turn the sentence round. */
export function say<const K extends string>(lang: Lang, key: K & Known<K>, args?: Args): string {
  const text = catalogues[lang][key] ?? catalogues.en[key] ?? key
  if (!text.includes('{')) return text
  const id = lang + key
  let format = formats.get(id)
  if (!format) formats.set(id, (format = new IntlMessageFormat(text, LOCALES[lang])))
  const isolated: Args = {}
  const selects = /, select,/.test(text)
  for (const [name, value] of Object.entries(args ?? {}))
    isolated[name] = typeof value === 'string' && !selects ? `\u2068${value}\u2069` : value
  return String(format.format(isolated))
}

export function useText() {
  const lang = useLang()
  return <const K extends string>(key: K & Known<K>, args?: Args) => say(lang, key as Key, args)
}

/** The name of a module, or of a screen of the console's own. */
export function useTitle() {
  const lang = useLang()
  return (name: string) => say(lang, (hasWords(`${name}.title`) ? `${name}.title` : `nav.${name}`) as Key)
}

/** A state, or what is waited for, in the module's own words or those of every matter. */
export function useWordOf() {
  const lang = useLang()
  return (family: 'state' | 'need', module: string, name: string) => {
    const key = [`${family}.${module}.${name}`, `${family}.${name}`].find(hasWords)
    return key ? say(lang, key as Key) : name
  }
}

/** Plain text of a three-language text, for attributes; the reader's own language first. */
export function plain(text: T3 | null | undefined, lang: Lang): string {
  return text?.[lang] || text?.en || text?.ar || text?.he || ''
}

/** A three-language text. What is missing falls back, marked with its own language and direction. */
export function Tri({ text, ids }: { text: T3 | null | undefined; ids?: boolean }) {
  const lang = useLang()
  if (!text) return null
  const found = [lang, ...LANGS].find((l) => text[l])
  if (!found) return null
  const words = ids ? <Ids text={text[found]!} /> : text[found]!
  return found === lang ? <>{words}</> : <bdi lang={found} dir={dirOf(found)}>{words}</bdi>
}

/** Latin, left to right, fixed width: identifiers, times, coordinates, clocks. */
export function Id({ children, className }: { children: ReactNode; className?: string }) {
  return <bdi dir="ltr" className={'id' + (className ? ' ' + className : '')}>{children}</bdi>
}

const FOUND = new RegExp(
  [
    String.raw`\d{6}Z ?(?:[A-Z]{3} ?\d{2})?`, // date-time group
    String.raw`\d{1,2}:\d{2}(?::\d{2})?Z?`, // clock
    String.raw`-?\d{1,3}\.\d{3,}(?:°)?(?: ?[NS])?,? -?\d{1,3}\.\d{3,}(?:°)?(?: ?[EW])?`, // coordinates
    String.raw`\d{1,2}[C-X] ?[A-Z]{2} ?\d{3,5} ?\d{3,5}`, // grid
    String.raw`\b[A-Z]{1,3}-\d+(?:/[A-Z]+)?\b`, // numbers of matters
    String.raw`\b[a-z]+(?:~\d+)?#\d+\b`, // records
  ].join('|'),
  'g',
)

/** Free text whose identifiers are kept whole and left to right. */
export function Ids({ text }: { text: string }) {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(FOUND)) {
    if (match.index > from) parts.push(text.slice(from, match.index))
    parts.push(<Id key={match.index}>{match[0]}</Id>)
    from = match.index + match[0].length
  }
  parts.push(text.slice(from))
  return <>{parts.map((p, i) => <Fragment key={i}>{p}</Fragment>)}</>
}

/** Free text as an article of its own language and direction. */
export function FreeText({ free, className }: { free: Free; className?: string }) {
  return <div lang={free.lang} dir={dirOf(free.lang)} className={'free ' + (className ?? '')}><Ids text={free.text} /></div>
}

// Invisible characters that reorder text: they can make a sentence read as
// something else than its bytes say, so no field takes them.
const CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
export function strip(text: string): { text: string; stripped: boolean } {
  const clean = text.replace(CONTROLS, '')
  return { text: clean, stripped: clean.length !== text.length }
}

/** The language that a text is written in, from its letters. */
export function guess(text: string, otherwise: Lang): Lang {
  if (/[\u0600-\u06FF]/.test(text)) return 'ar'
  if (/[\u0590-\u05FF]/.test(text)) return 'he'
  if (/[A-Za-z]{3}/.test(text)) return 'en'
  return otherwise
}

export const LANGUAGE_NAMES: Record<Lang, string> = { en: 'English', ar: 'العربية', he: 'עברית' }
