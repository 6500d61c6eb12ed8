// The way past each other without seeing: a notice that the other does not see is
// moved in words, by time, height or a smaller area, and none of what is written
// for the officer shows it. Nothing is computed here: it would need what is hidden.
import type { Volume } from '../api'
import { dtg } from '../clock'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { useShell } from '../module/shell'
import { DeskName, Kbd } from '../parts'
import { useMayFile } from '../session/may'
import { Id, strip, useLang, useText } from '../text'
import { PROPOSE, toAnswer, usePropose } from './settle'
import type { Notice, Unseen } from './types'

/** One way to propose: whose notice, what is put into the form, what the form says beside it. */
interface Way { key: string; words: string; text?: string; volumes?: Volume[]; note?: string }

export function Ways({ meeting: x, known }: { meeting: Unseen; known: Notice[] }) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const { docked } = useShell()
  const may = useMayFile()
  const propose = usePropose(x)
  const own = desk?.desk ?? ''
  const party = x.facts.between.some((k) => deskOf(k) === own)
  const can = x.open && may(PROPOSE) && (party || desk?.members.find((m) => m.desk === own)?.role === 'supervisor')
  const hidden = (key: string) => x.facts.hidden.includes(deskOf(key)) && !x.shown.some((s) => s.notice === key)
  const ways = [...x.facts.between].sort((a, b) => Number(deskOf(b) === own) - Number(deskOf(a) === own)).map((key) => ({ key, list: waysOf(key) }))
  const all = ways.flatMap((w) => w.list)
  const answering = party ? toAnswer(x, own) : undefined
  const use = (w: Way) => propose(w.key, deskOf(w.key), w.volumes ?? [], answering, { text: w.text ? { lang, text: strip(w.text).text } : undefined, note: w.note })

  /** A notice that both see is moved by its volumes; one that is not, in words alone. */
  function waysOf(key: string): Way[] {
    const n = known.find((k) => k.key === key)
    if (!hidden(key) && n && party) return [{ key, words: t('deconfliction.propose', { number: n.number }), volumes: n.volumes }]
    const note = deskOf(key) === own ? t('deconfliction.blind.note.own') : t('deconfliction.blind.note.other')
    // The end of the common window is what both were told: a shift in minutes would tell when the hidden one begins.
    return [
      { key, note, words: t('deconfliction.blind.after'), text: t('deconfliction.blind.say.after', { time: dtg(x.facts.window.until) }) },
      { key, note, words: t('deconfliction.blind.words') },
    ]
  }
  useKeys(Object.fromEntries(all.map((w, i) => [`Digit${i + 1}`, () => use(w)])), can && !docked)
  const unseen = x.facts.between.some(hidden)
  if (!x.open) return null
  return (
    <>
      {unseen && <p className="muted">{t('deconfliction.blind.no-suggestion')}</p>}
      {can && ways.map(({ key, list }) => (
        <div key={key} className="actions">
          <span className="pair"><DeskName id={deskOf(key)} short /> {known.some((n) => n.key === key) ? <Id>{known.find((n) => n.key === key)!.number}</Id> : t('deconfliction.blind.unseen')}</span>
          {list.map((w) => <button key={w.words} type="button" onClick={() => use(w)}>{w.words} <Kbd>{String(all.indexOf(w) + 1)}</Kbd></button>)}
        </div>
      ))}
    </>
  )
}

const deskOf = (key: string) => key.split(':')[0]
