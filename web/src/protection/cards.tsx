// What the screen says of an open entry, area, concern or question.
import { dtg, useNow } from '../clock'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { StateChip } from '../module/line'
import { Sketch } from '../module/map'
import { Card, FactList, MatterLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { At, Countdown, deskColour, DeskName } from '../parts'
import { coordinates } from '../place'
import { FreeText, Id, Tri, useText } from '../text'
import { areaShape, concernShape, placeShape } from './shapes'
import { type Around, type Entry, others, type Question, type Raised, type Replied } from './types'

const day = 24 * 3_600_000

/** How far a location is verified: 0 to 3, and the word. */
export function Level({ level }: { level: number }) {
  const t = useText()
  return <span className="pair"><span className="pips" aria-hidden="true">{[1, 2, 3].map((n) => <i key={n} className={n <= level ? 'on' : ''} />)}</span> <Id>{level}</Id> {t(`protection.level.${level}`)}</span>
}

/** Validity: what is out of date stays, and says so. */
export function Valid({ until }: { until: number }) {
  return <><Id>{dtg(until)}</Id> <Left until={until} /></>
}

/** Days left; a countdown when there are fewer than three. */
export function Left({ until }: { until: number }) {
  const t = useText()
  const days = Math.floor((until - useNow()) / day)
  if (days < 3) return <Countdown due={until} warn={3 * day} />
  return <span className={days < 14 ? 'warn' : ''}>{t('protection.days', { n: days })}</span>
}

function Consent({ consent }: { consent: string }) {
  const t = useText()
  if (!consent) return <span className="muted">{t('protection.consent.none')}</span>
  return <span className={consent === 'revoked' ? 'warn' : ''}><ChoiceName kind="protection.consent/1" field="consent" value={consent} /></span>
}

export function PlaceCard({ place: p, around }: { place: Entry; around?: Around }) {
  const t = useText()
  const { desk } = useLive()
  const role = desk?.members.find((m) => m.desk === desk.desk)?.role
  const parties = desk?.members.filter((m) => m.role === 'party').map((m) => m.desk) ?? []
  return (
    <Card title={<><ChoiceName kind={p.kind} field="category" value={p.category} /> <Id>{p.code}</Id></>} tone={p.state === 'stale' || p.state === 'contradicted' || p.state === 'revoked' ? 'warn' : ''} aside={<StateChip module="protection" state={p.state} />}>
      <p className="tier"><span className="muted">{t('protection.tier')}</span> <b><ChoiceName kind={p.kind} field="tier" value={p.tier} /></b></p>
      <div className="beside">
        <FactList rows={[
          [t('protection.level'), <><Level level={p.level} /> <At ms={p.level_at} /></>],
          [t('protection.consent'), <Consent consent={p.consent} />],
          [t('protection.valid_until'), <Valid until={p.valid_until} />],
          p.beside.length > 0 && [t('protection.beside'), p.beside.map((code) => <Id key={code}>{code}</Id>)],
          around && [t('protection.areas'), <MatterLink id={around.key}><Id>{around.number}</Id></MatterLink>],
        ]} />
        <Sketch label={p.code} height={200} shapes={[placeShape(desk, p), ...(around ? [areaShape(desk, around, true)] : []), ...p.verified.flatMap((v) => v.coordinates.filter((c) => c.lat).map((c, i) => ({ id: `${v.desk}${i}`, point: { lat: c.lat!, lon: c.lon! }, mark: '×', tone: deskColour(desk, v.desk) })))]} />
      </div>
      {p.verified.length > 0 && (
        <>
          <h4>{t('protection.verified')}</h4>
          <ul className="lines">
            {p.verified.map((v) => (
              <li key={v.desk}>
                <span className="pair"><DeskName id={v.desk} /> <Level level={v.level} /> <ChoiceName kind="protection.verify/1" field="source" value={v.source} /></span>
                <span className="pair muted"><Id>{v.officer}</Id> <At ms={v.at} /></span>
                {v.coordinates.length > 0 && <span className="detail place">× {v.coordinates.map((c, i) => <Id key={i}>{coordinates(c)}</Id>)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {role === 'supervisor' && p.tier === 'buffered' && !around && p.open && (
        <div className="actions"><ComposeButton code="protection.area/1" to={parties} values={{ code: p.code, category: p.category, verification: p.level, valid_until: p.valid_until }}>{t('protection.area.give')}</ComposeButton></div>
      )}
    </Card>
  )
}

export function AreaCard({ area: a }: { area: Around }) {
  const t = useText()
  const { desk } = useLive()
  const supervisors = desk?.members.filter((m) => m.role === 'supervisor').map((m) => m.desk) ?? []
  const party = desk?.members.find((m) => m.desk === desk.desk)?.role === 'party'
  return (
    <Card title={<><ChoiceName kind={a.kind} field="category" value={a.category} /> <Id>{a.code}</Id></>} tone={a.state === 'stale' || a.state === 'revoked' ? 'warn' : ''} aside={<StateChip module="protection" state={a.state} />}>
      <p className="tier">{t('protection.area.what')}</p>
      <div className="beside">
        <FactList rows={[
          [t('protection.level'), <Level level={a.verification} />],
          [t('protection.consent'), <Consent consent={a.consent} />],
          [t('protection.valid_until'), <Valid until={a.valid_until} />],
        ]} />
        <Sketch label={a.code} height={200} shapes={[areaShape(desk, a)]} />
      </div>
      {party && <div className="actions"><ComposeButton code="protection.ask/1" to={supervisors} values={{ code: a.code }}>{t('protection.ask')}</ComposeButton></div>}
    </Card>
  )
}

/** What a community says, in nobody's name; both parties answer in time. */
export function ConcernCard({ concern: c }: { concern: Raised }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const parties = desk?.members.filter((m) => m.role === 'party' && others(c, '').includes(m.desk)).map((m) => m.desk) ?? []
  const mine = parties.includes(own)
  const replied = c.replies.some((r) => r.desk === own)
  return (
    <Card title={t('protection.concerns')} tone={c.state === 'raised' ? 'warn' : ''} aside={<>{c.state === 'raised' && <span className="pair"><span className="muted small">{t('protection.answer_by')}</span> <Countdown due={c.answer_by} warn={3_600_000} /></span>}<StateChip module="protection" state={c.state} /></>}>
      <div className="beside">
        <FactList rows={[
          [t('protection.asks'), <b><ChoiceName kind={c.kind} field="asks" value={c.asks} /></b>],
          [t('protection.topic'), <ChoiceName kind={c.kind} field="topic" value={c.topic} />],
        ]} />
        <Sketch label={c.number} height={180} shapes={[concernShape(c)]} />
      </div>
      <Replies kind="protection.reply/1" replies={c.replies} of={parties} />
      {mine && c.open && <div className="actions"><ComposeButton primary={!replied} code="protection.reply/1" about={c.key} to={others(c, own)}>{replied ? t('protection.reply.again') : t('protection.reply')}</ComposeButton></div>}
    </Card>
  )
}

/** Every desk that is asked has a line: what it answered, or that it has not. */
function Replies({ kind, replies, of }: { kind: string; replies: Replied[]; of: string[] }) {
  const t = useText()
  return (
    <ul className="lines">
      {of.map((d) => {
        const r = replies.find((x) => x.desk === d)
        return (
          <li key={d}>
            <DeskName id={d} />
            {r ? <span className="pair"><span className="mark ok">✓ <ChoiceName kind={kind} field="answer" value={r.answer} /></span> <At ms={r.at} /></span> : <span className="muted">… {t('protection.reply.none')}</span>}
            {r?.text[0] && <span className="detail"><FreeText free={r.text[0]} className="small" /></span>}
          </li>
        )
      })}
    </ul>
  )
}

export function QuestionCard({ question: q }: { question: Question }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  return (
    <Card title={<>{t('protection.questions')} <Id>{q.code}</Id></>} aside={<StateChip module="protection" state={q.state} />}>
      <p className="muted">{t('protection.ask.what')}</p>
      <Replies kind="protection.answer/1" replies={q.answers} of={q.to.filter((d) => d !== q.from)} />
      {q.to.includes(own) && <div className="actions"><ComposeButton primary={!q.answers.length} code="protection.answer/1" about={q.key} to={others(q, own)} /></div>}
    </Card>
  )
}

export const ConcernSays = ({ concern }: { concern: Raised }) => <Tri text={concern.text} ids />
