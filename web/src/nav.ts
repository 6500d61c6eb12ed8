// Where the officer is: screen, open matter, language and theme, all in the URL.
import { useSyncExternalStore } from 'react'
import { type Lang, LANGS } from './api'

/** watch, record, signin, or a module of the list in screens.tsx. */
export type Screen = string
export type Theme = 'dusk' | 'day' | 'night'
export const THEMES: Theme[] = ['dusk', 'day', 'night']
export interface Where { screen: Screen; tab: string; open: string; lang: Lang; theme: Theme }

const listeners = new Set<() => void>()
const one = <T extends string>(value: string | null, all: readonly T[], otherwise: T): T => (all.includes(value as T) ? (value as T) : otherwise)

function read(): Where {
  const query = new URLSearchParams(location.search)
  const browser = navigator.languages.map((l) => l.slice(0, 2).replace('iw', 'he')).find((l) => LANGS.includes(l as Lang)) as Lang | undefined
  return {
    screen: /^[a-z]+$/.test(query.get('screen') ?? '') ? query.get('screen')! : 'watch',
    tab: query.get('tab') ?? '',
    open: query.get('open') ?? '',
    lang: one(query.get('lang') ?? localStorage.getItem('parley.lang'), LANGS, browser ?? 'en'),
    theme: one(query.get('theme') ?? localStorage.getItem('parley.theme'), THEMES, 'dusk'),
  }
}
let where = read()

export function go(part: Partial<Where>) {
  where = { ...where, ...part }
  if (part.lang) localStorage.setItem('parley.lang', part.lang)
  if (part.theme) localStorage.setItem('parley.theme', part.theme)
  const query = new URLSearchParams({ screen: where.screen, lang: where.lang, theme: where.theme })
  if (where.tab) query.set('tab', where.tab)
  if (where.open) query.set('open', where.open)
  const url = '/?' + query
  if (part.screen && part.screen !== read().screen) history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  listeners.forEach((f) => f())
}
window.addEventListener('popstate', () => { where = read(); listeners.forEach((f) => f()) })

export const here = () => where
export const useWhere = () => useSyncExternalStore((f) => { listeners.add(f); return () => { listeners.delete(f) } }, here)
