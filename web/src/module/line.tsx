// A matter as one row of a list, from the line that every module's query gives
// (cell.Line): precedence, subject, number, whose it is, its state, who is
// waited for and the nearest clock.
import type { ReactNode } from 'react'
import type { Line, Owed } from '../api'
import { formOf } from '../compose/prefill'
import { useLive } from '../live'
import { go, useWhere } from '../nav'
import { At, Badge, Countdown, DeskName, Empty } from '../parts'
import { hasWords, Id, type Key, Tri, useText, useWordOf } from '../text'
import { Level } from '../watch/queue'

/** A state in words. Colour only where it is not the ordinary: give tone for that. */
export function StateChip({ module, state, tone = '' }: { module: string; state: string; tone?: '' | 'ok' | 'warn' | 'bad' }) {
  const word = useWordOf()
  return <span className={'mark ' + tone}>{word('state', module, state)}</span>
}

/** What a kind is called: its template's name, or the words of a computed rule. */
export function KindName({ kind }: { kind: string }) {
  const { desk } = useLive()
  const t = useText()
  const form = formOf(desk, kind)
  if (form) return <Tri text={form.name} />
  const key = `derived.${kind}`
  return hasWords(key) ? <>{t(key as Key)}</> : <Id>{kind}</Id>
}

/** Who owes what until when: ours first, then the nearest. */
export function Waits({ module, waiting }: { module: string; waiting: Owed[] }) {
  const word = useWordOf()
  const t = useText()
  if (!waiting.length) return <p className="muted small">{t('waits.none')}</p>
  return (
    <ul className="lines waits">
      {waiting.map((w, i) => (
        <li key={i}><span className="pair"><DeskName id={w.desk} /> {word('need', module, w.for)} {w.level && <span className="mark bad"><Level id={w.level} /></span>}</span>{w.due ? <Countdown due={w.due} /> : null}</li>
      ))}
    </ul>
  )
}

export function LineRow({ module, line, subject, marks, badge }: { module: string; line: Line; subject?: ReactNode; marks?: ReactNode; badge?: ReactNode }) {
  const { desk } = useLive()
  const { open } = useWhere()
  const word = useWordOf()
  const t = useText()
  const own = desk?.desk
  const near = (w: Owed) => (w.desk === own ? 0 : 1)
  const wait = [...line.waiting].sort((a, b) => near(a) - near(b) || (a.due || Infinity) - (b.due || Infinity))[0]
  const form = formOf(desk, line.kind)
  return (
    <button type="button" className={line.open ? '' : 'ended'} aria-current={open === line.key ? 'true' : undefined} onClick={() => go({ open: line.key })}>
      {badge ?? (form && line.from ? <Badge code={form.precedence} size={24} /> : <span className="computed" role="img" aria-label={t('computed')}>ƒ</span>)}
      <span className="subject">{subject ?? <KindName kind={line.kind} />}</span>
      {wait?.due ? <Countdown due={wait.due} /> : <span />}
      <span className="under">
        {line.from && <DeskName id={line.from} short />} <Id>{line.number}</Id> <At ms={line.at} />
        <StateChip module={module} state={line.state} /> {marks}
        {wait && <span className="state">{wait.desk !== own && <DeskName id={wait.desk} short />} {word('need', module, wait.for)} {wait.level && <span className="mark bad"><Level id={wait.level} /></span>}</span>}
      </span>
    </button>
  )
}

interface ListProps<L extends Line> {
  module: string
  lines: L[]
  title?: ReactNode
  none?: ReactNode
  subject?: (line: L) => ReactNode
  marks?: (line: L) => ReactNode
  badge?: (line: L) => ReactNode
}

/** A titled part of the left list. */
export function LineList<L extends Line>({ module, lines, title, none, subject, marks, badge }: ListProps<L>) {
  return (
    <section className="linelist">
      {title && <h3 className="section"><span>{title}</span><Id className="small">{lines.length}</Id></h3>}
      {lines.length ? (
        <ul className="subjects">
          {lines.map((l) => <li key={l.key}><LineRow module={module} line={l} subject={subject?.(l)} marks={marks?.(l)} badge={badge?.(l)} /></li>)}
        </ul>
      ) : none ? <Empty>{none}</Empty> : null}
    </section>
  )
}
