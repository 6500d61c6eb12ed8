// A list whose entries have parts: clauses, conditions, duties. Every part is
// edited as the template says; an entry is folded away when there are several.
import { useId, useState } from 'react'
import './entries.css'
import type { Field } from '../api'
import { useLive } from '../live'
import { ofCharter } from './charter'
import { plain, Tri, useLang, useText } from '../text'
import { FieldEditor, Labelled } from './fields'

/** A field of a template whose entries have parts. */
export type Parted = Field & { fields?: Field[] }
type Entry = Record<string, unknown>

interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; autoFocus?: boolean }

/** A record has no optional parts: what may be missing is a list of at most one, or empty words. */
const listed = (part: Field) => !part.required && !['text', 'choice', 'ref', 'desks', 'level', 'zone', 'limit', 'category', 'list'].includes(part.type)

/** What a part is while nothing has been entered. */
function blank(part: Field): unknown {
  if (listed(part)) return []
  switch (part.type) {
    case 'list': return []
    case 'text3': return { ar: '', en: '', he: '' }
    case 'time': case 'number': return 0
    case 'free': return { lang: 'en', text: '' }
    case 'choice': return part.required ? (part.choices?.[0]?.value ?? '') : ''
    default: return ''
  }
}

const entryOf = (parts: Field[]): Entry => Object.fromEntries(parts.map((p) => [p.name, blank(p)]))
/** A part as its editor knows it: the value itself, undefined when nothing is entered. */
function shown(part: Field, v: unknown): unknown {
  if (listed(part)) return (v as unknown[] | undefined)?.[0]
  return v === 0 || v === '' ? undefined : v
}
/** A part as the record has it. */
const kept = (part: Field, v: unknown) => (v === undefined || v === null ? blank(part) : listed(part) ? [v] : v)

export function EntriesField({ field, value, change, error }: Editor) {
  const id = useId()
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const parts = (field as Parted).fields ?? []
  const list = (value as Entry[] | undefined) ?? []
  const [opened, setOpened] = useState<number | null>(list.length === 1 ? 0 : null)
  const label = plain(field.label, lang)
  const put = (next: Entry[]) => change(next.length ? next : undefined)
  const set = (i: number, part: Field, v: unknown) => put(list.map((e, at) => (at === i ? { ...e, [part.name]: kept(part, v) } : e)))
  // A level is one of the desk that the same entry names.
  const asked = (p: Parted, e: Entry): Field => {
    const levels = p.type === 'level' && typeof e.desk === 'string' ? desk?.levels[e.desk] : undefined
    const counted = p.type === 'category' ? ofCharter(desk, p.type, e.limit) : []
    if (counted.length) return { ...p, type: 'choice', choices: counted }
    return levels ? { ...p, type: 'choice', choices: levels.map((l) => ({ value: l.level, name: l.name })) } : p
  }
  const move = (i: number, to: number) => {
    const next = [...list]
    next.splice(to, 0, ...next.splice(i, 1))
    put(next)
    setOpened(to)
  }
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <ol className="entriesfield">
        {list.map((e, i) => (
          <li key={i}>
            <details open={opened === i} onToggle={(event) => { if (event.currentTarget.open) setOpened(i); else if (opened === i) setOpened(null) }}>
              <summary><bdi>{i + 1}</bdi> <Summary entry={e} parts={parts} /></summary>
              {opened === i && (
                <div className="fields">
                  {parts.map((p, at) => <FieldEditor key={p.name} field={asked(p, e)} value={shown(p, e[p.name])} change={(v) => set(i, p, v)} autoFocus={at === 0} />)}
                </div>
              )}
            </details>
            <span className="row">
              <button type="button" className="quiet" disabled={i === 0} aria-label={`↑ ${label} ${i + 1}`} onClick={() => move(i, i - 1)}>↑</button>
              <button type="button" className="quiet" aria-label={`${t('entries.remove')}: ${label} ${i + 1}`} onClick={() => { put(list.filter((_, at) => at !== i)); setOpened(null) }}>✕</button>
            </span>
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => { put([...list, entryOf(parts)]); setOpened(list.length) }}>+ <span>{t('entries.add')}: {label}</span></button>
    </Labelled>
  )
}

/** The words of an entry in one line, as far as they are entered. */
function Summary({ entry, parts }: { entry: Entry; parts: Field[] }) {
  const lang = useLang()
  const words = parts.flatMap((p) => {
    const v = entry[p.name]
    if (p.type === 'text3') return plain(v as Record<string, string>, lang) || []
    if (typeof v !== 'string' || !v) return []
    const chosen = p.choices?.find((c) => c.value === v)
    return chosen ? plain(chosen.name, lang) : v
  })
  return <span className="muted">{words.map((w, i) => <bdi key={i}>{i ? ' · ' : ''}{w.length > 60 ? w.slice(0, 60) + '…' : w}</bdi>)}</span>
}
