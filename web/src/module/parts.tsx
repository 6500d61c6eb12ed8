// Pieces for what a module shows of its matters: cards, steps, one column a
// desk, scores kept apart, two versions compared, figures with their records.
import { Fragment, type ReactNode, useId } from 'react'
import type { Act, Lang, StageView } from '../api'
import { useAct } from '../act'
import { useLive } from '../live'
import { go } from '../nav'
import { DeskName, Empty, Fault } from '../parts'
import { useLacks } from '../session/may'
import { dirOf, Id, Tri, useText } from '../text'

/** A titled box. */
export function Card({ title, aside, tone = '', children }: { title: ReactNode; aside?: ReactNode; tone?: '' | 'ok' | 'warn' | 'bad'; children: ReactNode }) {
  const id = useId()
  return (
    <section className={'panel card ' + tone} aria-labelledby={id}>
      <header><h3 id={id}>{title}</h3>{aside}</header>
      {children}
    </section>
  )
}

/** Names and values. What has no value is left out. */
export function FactList({ rows }: { rows: (false | null | undefined | '' | [ReactNode, ReactNode])[] }) {
  return <dl className="facts">{rows.map((r, i) => (r ? <div key={i}><dt>{r[0]}</dt><dd>{r[1]}</dd></div> : null))}</dl>
}

/** The states that a matter can be in, in order, with the present one marked; ends are muted. */
export function Steps({ stages }: { stages: StageView[] }) {
  const t = useText()
  if (stages.length < 2) return null
  const here = stages.findIndex((s) => s.here)
  const item = (s: StageView, i: number) => (
    <li key={s.name} className={[s.here ? 'here' : i < here && !s.ended ? 'before' : '', s.ended ? 'ends' : ''].join(' ')} aria-current={s.here ? 'step' : undefined}>
      <span className="dot" aria-hidden="true" /><Tri text={s.text} />
    </li>
  )
  return <ol className="stages" aria-label={t('stages')}>{stages.map(item)}</ol>
}

/** One column for every desk: parties in the order of the charter, then the supervisor. Never merged. */
export function ThreeColumns({ children }: { children: (desk: string) => ReactNode }) {
  const { desk } = useLive()
  return (
    <div className="threecolumns">
      {desk?.members.filter((m) => m.role === 'party' || m.role === 'supervisor').map((m) => (
        <section key={m.desk} className="panel" aria-label={m.letter}><h4><DeskName id={m.desk} /></h4>{children(m.desk) || <span className="muted">–</span>}</section>
      ))}
    </div>
  )
}

/** Scores side by side, with whose they are; there is no total. */
export function Scores({ scores, of }: { scores: { label: ReactNode; value: number | null; word?: ReactNode; note?: ReactNode }[]; of: number }) {
  const t = useText()
  return (
    <dl className="scores">
      {scores.map((s, i) => (
        <div key={i}>
          <dt>{s.label}</dt>
          <dd>
            {s.value === null ? <span className="muted">{s.word ?? t('scores.none')}</span> : (
              <><span className="pips" aria-hidden="true">{Array.from({ length: of }, (_, n) => <i key={n} className={n < s.value! ? 'on' : ''} />)}</span> <Id>{`${s.value} / ${of}`}</Id> {s.word}</>
            )}
            {s.note && <span className="muted small">{s.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

type Piece = { text: string; change: '' | 'out' | 'in' }

/** Words of two versions in one row: kept, taken out, put in (longest common row of words). */
export function compare(before: string, after: string): Piece[] {
  const a = before.match(/\s+|[^\s]+/g) ?? []
  const b = after.match(/\s+|[^\s]+/g) ?? []
  const long = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) long[i][j] = a[i] === b[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1])
  const out: Piece[] = []
  const put = (text: string, change: Piece['change']) => {
    const last = out.at(-1)
    if (last?.change === change) last.text += text
    else out.push({ text, change })
  }
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { put(a[i++], ''); j++ }
    else if (j >= b.length || (i < a.length && long[i + 1][j] >= long[i][j + 1])) put(a[i++], 'out')
    else put(b[j++], 'in')
  }
  return out
}

/** Two versions of one text in one language. */
export function Diff({ before, after, lang }: { before: string; after: string; lang: Lang | string }) {
  const t = useText()
  if (before === after) return <div className="free" lang={lang} dir={dirOf(lang)}>{after} <span className="muted small">{t('diff.same')}</span></div>
  return (
    <div className="free diff" lang={lang} dir={dirOf(lang)}>
      {compare(before, after).map((p, i) => p.change === 'out' ? <del key={i}>{p.text}</del> : p.change === 'in' ? <ins key={i}>{p.text}</ins> : <Fragment key={i}>{p.text}</Fragment>)}
    </div>
  )
}

/** A record by its place in the journals; opens it on the Record screen. */
export function RecordLink({ id }: { id: string }) {
  return <button type="button" className="ref" onClick={() => go({ screen: 'record', tab: id, open: '' })}><Id>{id}</Id></button>
}

/** Another matter; opens it here, or on the screen named. */
export function MatterLink({ id, screen, children }: { id: string; screen?: string; children?: ReactNode }) {
  return <button type="button" className="ref" onClick={() => go(screen ? { screen, tab: '', open: id } : { open: id })}>{children ?? <Id>{id}</Id>}</button>
}

/** Figures, each with the records that it was counted from. */
export function Figures({ caption, rows, total }: { caption: ReactNode; rows: { label: ReactNode; value: ReactNode; note?: ReactNode; records?: string[] }[]; total?: ReactNode }) {
  const t = useText()
  if (!rows.length) return <Empty>{t('figures.none')}</Empty>
  const linked = rows.some((r) => r.records?.length)
  return (
    <table className="figures">
      <caption>{caption}</caption>
      <tbody>
        {rows.map((r, i) => (
          <tr key={i}>
            <th scope="row">{r.label}{r.note && <span className="muted small"> {r.note}</span>}</th>
            <td><Id>{r.value}</Id></td>
            {linked && <td>{r.records && r.records.length > 4
              ? <details><summary className="small">{t('figures.records', { n: r.records.length })}</summary>{r.records.map((id) => <RecordLink key={id} id={id} />)}</details>
              : r.records?.map((id) => <RecordLink key={id} id={id} />)}</td>}
          </tr>
        ))}
        {total !== undefined && <tr className="total"><th scope="row">{t('figures.total')}</th><td><Id>{total}</Id></td>{linked && <td />}</tr>}
      </tbody>
    </table>
  )
}

/** A button that files one record at once. For what needs no form. Without the right it says which. */
export function ActButton({ act: next, children, primary, then }: { act: Act; children: ReactNode; primary?: boolean; then?: () => void }) {
  const { lost } = useLive()
  const id = useId()
  const lacks = useLacks()(next.kind, next.body)
  const { act, busy, fault } = useAct()
  return (
    <>
      <button type="button" className={primary ? 'primary' : ''} disabled={busy || lost || !!lacks} aria-describedby={lacks ? id : undefined} onClick={async () => { if (await act(next)) then?.() }}>{children}</button>
      {lacks && <span className="muted small" id={id}>{lacks}</span>}
      {fault && <Fault>{fault}</Fault>}
    </>
  )
}

/** This desk agrees to exactly one version: the hash names it. */
export const agree = (about: string, hash: string, cites?: string[]): Act => ({ kind: 'cell.position/1', about, ...(cites ? { cites } : {}), body: { position: 'agrees', hash } })
