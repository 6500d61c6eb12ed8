// One movement: its points as a picture of how far it has come, and what else
// is known of it when it is open. Time runs from left to right in every language.
import type { ReactNode } from 'react'
import { hms, stamp, useNow } from '../clock'
import { useLive } from '../live'
import { FactList, MatterLink, RecordLink } from '../module/parts'
import { go } from '../nav'
import { deskColour, DeskName } from '../parts'
import { Id, Tri, useText } from '../text'
import { type Answer, type Movement, type Point, standing, type Word } from './moving'

export function Row({ movement: m, open, clock, actions, adopt }: { movement: Movement; open: boolean; clock: ReactNode; actions: ReactNode; adopt: (w: Word) => void }) {
  const t = useText()
  const { desk } = useLive()
  const now = useNow()
  const s = standing(m, now)
  return (
    <li className={`panel moving-${s}`} data-open={open || undefined}>
      <div className="head">
        <button type="button" className="ref" aria-expanded={open} onClick={() => go({ open: open ? '' : m.key })}><DeskName id={m.from} short /> <Id>{m.number}</Id></button>
        <span className="what"><ActivityName type={m.activity} /><Counted movement={m} /></span>
        {clock}
        {actions}
      </div>
      <Track points={m.points} next={m.next} tone={deskColour(desk, m.from)} late={s === 'late' || s === 'lost' || s === 'declared'} />
      <ul className="marks">
        {m.escort && <li className={m.escort === 'yes' ? 'mark warn' : 'mark'}>{t(`deconfliction.move.escort.${m.escort}`)}</li>}
        {m.contact.map((c) => <li key={c} className="mark"><bdi>{c}</bdi></li>)}
        {m.overall && <li className={'mark' + (['denied', 'objects', 'no-answer', 'not-held'].includes(m.overall) ? ' warn' : '')}>{m.worst.map((a, i) => <Who key={i} answer={a} />)} {t(`deconfliction.answer.${m.overall}`)}</li>}
        {m.unreached.map((u) => <li key={u.desk} className={'mark' + (now >= u.due ? ' warn' : '')}><DeskName id={u.desk} short /> {t('deconfliction.move.not-passed-on')} <Levels desk={u.desk} levels={u.levels} /></li>)}
        {m.conflicts.length > 0 && <li className="mark warn">▲ <Id>{m.conflicts.length}</Id> {t('deconfliction.conflicts')}</li>}
      </ul>
      {open && <Details movement={m} adopt={adopt} />}
    </li>
  )
}

/** The name of a type of activity, as the charter's template of the movement words it. */
export function ActivityName({ type }: { type: string }) {
  const { desk } = useLive()
  const found = desk?.templates.flatMap((x) => (x.kind.startsWith('deconfliction.') ? x.fields.find((f) => f.name === 'activity')?.choices ?? [] : [])).find((c) => c.value === type)
  return found ? <Tri text={found.name} /> : <Id>{type}</Id>
}

function Counted({ movement: m }: { movement: Movement }) {
  const t = useText()
  const vehicles = m.vehicles.reduce((sum, v) => sum + v.count, 0)
  return (
    <span className="muted small">
      {m.units && <> · <bdi>{m.units}</bdi></>}
      {vehicles > 0 && <> · {t('deconfliction.move.vehicles', { n: vehicles })}</>}
      {m.people[0] > 0 && <> · {t('deconfliction.move.people', { n: m.people[0] })}</>}
    </span>
  )
}

/** Dots for the points: filled where they were heard of, half where they are past it unheard, ringed where they are expected. */
function Track({ points, next, tone, late }: { points: Point[]; next: number; tone: string; late: boolean }) {
  const t = useText()
  const says = (p: Point) => [p.name || t('deconfliction.move.point', { n: p.number }), p.what === 'alternate' ? t('deconfliction.move.alternate') : '',
    p.planned ? `${t('deconfliction.move.planned')} ${hms(p.planned)}` : '', p.number === next && p.expected !== p.planned ? `${t('deconfliction.move.expected')} ${hms(p.expected)}` : '',
    p.actual ? `${t('deconfliction.move.actual')} ${hms(p.actual)}` : p.passed ? t('deconfliction.move.unheard') : ''].filter(Boolean).join(', ')
  return (
    <ol className={`waytrack tone-${tone}`} dir="ltr">
      {points.map((p) => (
        <li key={p.number} className={['is-' + (p.actual ? 'heard' : p.passed ? 'past' : p.number === next ? 'next' : 'ahead'), 'is-' + p.what, p.number === next && late ? 'is-late' : ''].join(' ')} title={says(p)}>
          <span className="time" aria-hidden="true">{p.actual ? <b>{hms(p.actual).slice(0, 5)}</b> : p.number === next ? <b>{hms(p.expected).slice(0, 5)}?</b> : ''}</span>
          <i aria-hidden="true" />
          <span className="name" aria-hidden="true"><bdi>{p.name || p.number}</bdi> {p.planned > 0 && <span className="muted">{hms(p.planned).slice(0, 5)}</span>}</span>
          <span className="sr">{says(p)}</span>
        </li>
      ))}
    </ol>
  )
}

function Who({ answer: a }: { answer: Answer }) {
  return a.desk ? <DeskName id={a.desk} short /> : <bdi>{a.name}</bdi>
}

function Levels({ desk: id, levels }: { desk: string; levels: string[] }) {
  const { desk } = useLive()
  const name = (l: string) => desk?.levels[id]?.find((x) => x.level === l)?.name
  return <>{levels.map((l, i) => <span key={l}>{i > 0 && ' · '}<Tri text={name(l) ?? { en: l, ar: l, he: l }} /></span>)}</>
}

function Details({ movement: m, adopt }: { movement: Movement; adopt: (w: Word) => void }) {
  const t = useText()
  return (
    <div className="details">
      <FactList rows={[
        [t('deconfliction.move.last'), m.last[0] ? <Said word={m.last[0]} points={m.points} /> : <span className="muted">{t('deconfliction.move.last.none')}</span>],
        m.others.length > 0 && [t('deconfliction.move.others'), <>{m.others.map((w) => <span key={w.ref} className="pair"><Said word={w} points={m.points} /><button type="button" onClick={() => adopt(w)}>{t('deconfliction.move.adopt')}</button></span>)}</>],
        m.lost.length > 0 && [t('deconfliction.move.declarations'), <>{m.lost.map((k) => <MatterLink key={k} id={k} screen="deconfliction"><Id>{k}</Id></MatterLink>)}</>],
        [t('deconfliction.answers'), <>{m.answers.map((a, i) => <span key={i} className="pair"><Who answer={a} /> {t(`deconfliction.answer.${a.status}` as 'deconfliction.answer.noted')}{a.at > 0 && <> <Stamp at={a.at} /></>}</span>)}</>],
        m.conflicts.length > 0 && [t('deconfliction.conflicts'), <>{m.conflicts.map((k) => <MatterLink key={k} id={k} screen="deconfliction"><Id>▲</Id></MatterLink>)}</>],
      ]} />
      <p className="actions"><MatterLink id={m.key} screen="deconfliction">{t('deconfliction.move.notice')} <Id>{m.number}</Id></MatterLink></p>
    </div>
  )
}

function Said({ word: w, points }: { word: Word; points: Point[] }) {
  const t = useText()
  const point = points.find((p) => p.number === w.point)
  return (
    <span>
      <DeskName id={w.desk} short /> <Stamp at={w.at} /> {point && <bdi>{point.name || t('deconfliction.move.point', { n: point.number })}</bdi>} {w.place[0] && <Id>{`${w.place[0].lat}, ${w.place[0].lon}`}</Id>} · <bdi>{w.by}</bdi>
      {w.condition && <> · {t(`deconfliction.move.condition.${w.condition}`)}</>} <RecordLink id={w.ref} />
    </span>
  )
}

function Stamp({ at }: { at: number }) {
  const now = useNow()
  return <Id>{stamp(at, now)}</Id>
}
