// Editor for the windows of a volume: one, or a schedule of several in order.
// The next one is offered a day after the last.
import { useId, useState } from 'react'
import type { Field, Span } from '../api'
import { Tri, useText } from '../text'
import { Labelled, TimeField } from './fields'
import { MOST } from './volume'

interface Row { id: number; from: unknown; until: unknown }
interface Props { field: Field; value: unknown; change: (value: unknown) => void; error?: string }

const DAY = 86_400_000
const ENDS = { from: { en: 'From', ar: 'من', he: 'מ־' }, until: { en: 'Until', ar: 'حتى', he: 'עד' } }
const whole = (r: Row): boolean => typeof r.from === 'number' && typeof r.until === 'number' && r.until > r.from
const span = (r: Row) => ({ from: r.from as number, until: r.until as number })

let made = 0
const row = (s: Partial<Record<'from' | 'until', unknown>>): Row => ({ id: ++made, from: s.from, until: s.until })
function rowsOf(value: unknown): Row[] {
  const held = value as Span[] | { sketch?: Omit<Row, 'id'>[] } | undefined
  const list = (Array.isArray(held) ? held : held?.sketch ?? []).map(row)
  return list.length ? list : [row({})]
}

export function WindowsField({ field, value, change, error }: Props) {
  const t = useText()
  const id = useId()
  const [rows, setRows] = useState(() => rowsOf(value))
  const [fresh, setFresh] = useState(0)
  const early = rows.findIndex((r, i) => i > 0 && whole(r) && whole(rows[i - 1]) && span(r).from <= span(rows[i - 1]).until)
  const put = (next: Row[]) => {
    setRows(next)
    const ordered = next.every((r, i) => whole(r) && (!i || !whole(next[i - 1]) || span(r).from > span(next[i - 1]).until))
    const nothing = next.every((r) => r.from === undefined && r.until === undefined)
    change(nothing ? undefined : ordered ? next.map(span) : { notation: 'unread', sketch: next.map(({ from, until }) => ({ from, until })) })
  }
  const set = (r: Row, part: Partial<Row>) => put(rows.map((x) => (x.id === r.id ? { ...x, ...part } : x)))
  const add = () => {
    const last = rows[rows.length - 1]
    const next = row(whole(last) ? { from: span(last).from + DAY, until: span(last).until + DAY } : {})
    setFresh(next.id)
    put([...rows, next])
  }
  const backwards = rows.findIndex((r) => typeof r.from === 'number' && typeof r.until === 'number' && r.until <= r.from)
  const own = (name: 'from' | 'until'): Field => ({ name, type: 'time', required: true, label: ENDS[name] })
  const wrong = early > 0 ? t('windows.early', { n: early + 1 }) : backwards >= 0 ? t('span.backwards') : error
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} error={wrong} group>
      <ol className="windowsfield">
        {rows.map((r, i) => (
          <li key={r.id} className={rows.length > 1 ? 'of' : undefined}>
            {rows.length > 1 && <span className="muted small">{i + 1}</span>}
            <div className="pairfield" {...(rows.length > 1 ? { role: 'group', 'aria-label': t('windows.one', { n: i + 1 }) } : {})}>
              <TimeField field={own('from')} value={r.from} change={(v) => set(r, { from: v })} autoFocus={fresh === r.id} />
              <TimeField field={own('until')} value={r.until} change={(v) => set(r, { until: v })} />
            </div>
            {rows.length > 1 && <button type="button" className="quiet" aria-label={t('windows.remove', { n: i + 1 })} onClick={() => put(rows.filter((x) => x.id !== r.id))}>✕</button>}
          </li>
        ))}
      </ol>
      {rows.length < MOST && <button type="button" className="quiet" onClick={add}>+ {t(whole(rows[rows.length - 1]) ? 'windows.add-day' : 'windows.add')}</button>}
    </Labelled>
  )
}
