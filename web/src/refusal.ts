// What the node refused, in the reader's language: a broken rule by its code,
// anything else by its kind, and the node's own words after it.
import { LOCKED, NO_RIGHT, Problem } from './api'
import { codedWords, isCoded } from './slips'
import { hasWords, type Key, say, useLang } from './text'

const KINDS = [403, 404, 409, 422, 503]

/** The words for one fault: the rule's, when the catalogues have it. */
function words(lang: Parameters<typeof say>[0], fault: { message: string; value?: unknown }): string {
  const coded = isCoded(fault.value) ? codedWords(lang, fault.value) : null
  if (coded) return coded
  const key = `rule.${fault.value}`
  return hasWords(key) ? say(lang, key) : `\u2068${fault.message}\u2069`
}

/** Gives a function from whatever was thrown to a sentence for the officer. */
export function useRefusal() {
  const lang = useLang()
  return {
    fault: words.bind(null, lang),
    sentence: (thrown: unknown): string => {
      if (!(thrown instanceof Problem)) return say(lang, 'problem.lost')
      if (thrown.type === LOCKED) return say(lang, 'lock.refused')
      const right = `right.${thrown.errors[0]?.value}`
      if (thrown.type === NO_RIGHT && hasWords(right)) return say(lang, 'right.wanted', { right: say(lang, right) })
      if (thrown.type === 'urn:parley:basket') return say(lang, 'basket.refused')
      if (thrown.status === 429) return say(lang, 'problem.429', { n: Math.max(1, Math.ceil(thrown.wait / 60)) })
      const kind = say(lang, `problem.${KINDS.includes(thrown.status) ? thrown.status : 500}` as Key)
      const rules = thrown.errors.map((e) => words(lang, e))
      const detail = rules.length ? rules.join('; ') : thrown.detail ? `\u2068${thrown.detail}\u2069` : ''
      return detail ? `${kind} ${detail}` : kind
    },
  }
}
