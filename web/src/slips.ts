// What is wrong with a place or an area, and what may be a slip, in the
// reader's language: the node gives codes with parameters (geo.Fault,
// notation.Slip), the catalogues the words.
import { type Lang, Problem } from './api'
import { hasWords, say, type Key } from './text'

/** A fault whose words have parameters, as the node gives it in a refusal. */
export interface Coded { code: string; params: Record<string, string> }
/** What was read in one way and may have been meant in another. */
export interface Slip { code: string; try: string; params: Record<string, string> }

export const isCoded = (value: unknown): value is Coded => typeof (value as Coded | null)?.code === 'string'

/** The words of a coded fault; null when the catalogues have none. */
export function codedWords(lang: Lang, fault: Coded): string | null {
  if (!hasWords(fault.code)) return null
  const hole = fault.code.startsWith('shape.') && fault.params.hole ? say(lang, 'shape.hole', { n: fault.params.hole }) + ' ' : ''
  const perhaps = fault.params.try ? ` ${say(lang, 'notation.try', { try: fault.params.try })}` : ''
  const at = fault.params.at && { at: `\u2066${fault.params.at.replace(' ', '\u00a0')}\u2069` } // whole, and from left to right
  return hole + say(lang, fault.code as Key, { ...fault.params, ...at }) + perhaps
}

export const slipWords = (lang: Lang, slip: Slip): string =>
  say(lang, `notation.slip.${slip.code}` as Key, slip.params) + (slip.try ? ` ${say(lang, 'notation.try', { try: slip.try })}` : '')

const HOW = '33.1260, 35.8240 · 33°07\'34"N 35°49\'26"E · 36S YB 63474 68805 · 36N 763474 3668806'

/** Why a text is no place, and for what is not read at all, how one is written. */
export function notPlace(lang: Lang, problem: Problem): string {
  const value = problem.errors[0]?.value
  const words = isCoded(value) ? codedWords(lang, value) : null
  if (!words) return problem.detail
  return isCoded(value) && /\.(none|unread|angle)$/.test(value.code) ? `${words} ${say(lang, 'notation.how')}: \u2068${HOW}\u2069` : words
}
