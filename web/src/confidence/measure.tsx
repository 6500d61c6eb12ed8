// One measure: three scores side by side, never a total; what was delivered;
// and how long it is overdue.
import type { ComponentProps } from 'react'
import { deskNow, dtg, left } from '../clock'
import { minute } from '../compose/prefill'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { ActButton, agree, Card, FactList, MatterLink, RecordLink, Scores } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { At, DeskName, DeskNames } from '../parts'
import { FreeText, Id, Tri, useText } from '../text'
import { type Delivered, type Edition, KIND, type Measure, type Scored } from './types'

const day = 86_400_000
/** After this long the bar of an overdue measure is full. */
const FULL = 30 * day

/** How long something is overdue: in words, and as a bar that grows. */
export function Age({ ms, bar }: { ms: number; bar?: boolean }) {
  const t = useText()
  return (
    <span className="age">
      <span className="mark bad">▲ {ms < day ? <>{t('confidence.overdue')} <Id>{left(ms)}</Id></> : t('confidence.overdue.days', { n: Math.floor(ms / day) })}</span>
      {bar && <span className="agebar" aria-hidden="true"><i style={{ inlineSize: `${Math.max(4, Math.min(100, (ms / FULL) * 100))}%` }} /></span>}
    </span>
  )
}

export function MeasureCard({ measure: m, all }: { measure: Measure; all: Measure[] }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const matched = all.find((x) => x.key === m.counterpart)
  const owes = (need: string) => m.waiting.some((w) => w.desk === own && w.for === need)
  const party = desk?.members.find((x) => x.desk === own)?.role === 'party'
  const latest = m.texts.at(-1)
  const may = party && m.open && own !== m.from && latest && !latest.agreed_at
  const to = [m.from, ...m.to].filter((d) => d !== own)
  return (
    <>
      <Card title={t('confidence.scores')} tone={m.overdue ? 'bad' : ''} aside={m.overdue && <Age ms={m.overdue_ms} bar />}>
        <Scores of={3} scores={(['self', 'counterpart', 'supervisor'] as const).flatMap((c) => column(c, m.scores[c]))} />
        <p className="muted small">{t('confidence.scores.what')}</p>
        <FactList rows={[
          [t('confidence.obliged'), <DeskNames ids={m.obliged} />],
          [t('confidence.verified-by'), <ChoiceName kind={KIND.measure} field="verifier" value={m.verifier} />],
          [t('confidence.until'), <>{m.in_force_until ? <Id>{dtg(m.in_force_until)}</Id> : <span className="muted">{t('confidence.not-agreed')}</span>}{m.in_force_until !== m.span.until && <> <span className="mark">{t('confidence.proposed-until')} <Id>{dtg(m.span.until)}</Id></span></>}</>],
          m.counterpart && [t('confidence.matched-with'), <MatterLink id={m.counterpart}>{matched ? <><Id>{matched.number}</Id> <Tri text={matched.title} /></> : <Id>{m.counterpart}</Id>}</MatterLink>],
        ]} />
        <div className="actions">
          {may && <ActButton primary act={agree(m.key, m.version)}>{t('confidence.agree')}</ActButton>}
          {m.agreed_at > 0 && m.obliged.includes(own) && <ComposeButton primary={owes('delivery')} code={KIND.delivery} about={m.key} to={to} values={{ at: minute(deskNow()) }}>{t('confidence.deliver')}</ComposeButton>}
          {m.agreed_at > 0 && <ComposeButton primary={owes('verification') || owes('finding')} code={KIND.score} about={m.key} to={to}>{t('confidence.score')}</ComposeButton>}
        </div>
      </Card>
      {m.deliveries.length > 0 && <Deliveries list={m.deliveries} />}
      {m.texts.length > 1 && <Texts list={m.texts} />}
    </>
  )

  function column(name: 'self' | 'counterpart' | 'supervisor', list: Scored[]): ComponentProps<typeof Scores>['scores'] {
    const label = t(`confidence.${name}` as 'confidence.self')
    if (!list.length) return [{ label, value: null }]
    return list.map((s) => ({
      label: <>{label} <DeskName id={s.desk} short /></>,
      value: /^[0-3]$/.test(s.score) ? Number(s.score) : null,
      word: <b className={/^[0-3]$/.test(s.score) ? '' : 'warn'}><ChoiceName kind={KIND.score} field="score" value={s.score} /></b>,
      note: <Basis score={s} />,
    }))
  }
}

/** When and how a score was found, and on which text. */
function Basis({ score: s }: { score: Scored }) {
  const t = useText()
  return (
    <>
      <At ms={s.at} /> {s.method && <ChoiceName kind={KIND.score} field="method" value={s.method} />} <RecordLink id={s.record} />
      {!s.of_text_in_force && <span className="mark">{t('confidence.earlier-text')}</span>}
      {s.finding[0] && <FreeText free={s.finding[0]} className="small" />}
    </>
  )
}

function Deliveries({ list }: { list: Delivered[] }) {
  const t = useText()
  return (
    <Card title={t('confidence.deliveries')}>
      <ul className="lines">{list.map((d) => (
        <li key={d.record}>
          <span className="pair"><DeskName id={d.desk} /> <Id>{dtg(d.at)}</Id></span>
          <span className="pair"><span className="muted small">{t('confidence.evidence', { n: d.evidence.length })}</span> <RecordLink id={d.record} /></span>
          {d.text[0] && <FreeText free={d.text[0]} className="small detail" />}
        </li>
      ))}</ul>
    </Card>
  )
}

/** Every text that was proposed: no date is moved in silence. */
function Texts({ list }: { list: Edition[] }) {
  const t = useText()
  return (
    <Card title={t('confidence.texts')}>
      <div className="wide" role="group" tabIndex={0} aria-label={t('confidence.texts')}><table>
        <thead><tr><th>{t('confidence.proposed')}</th><th>{t('confidence.until')}</th><th>{t('confidence.reason')}</th><th>{t('confidence.agreed')}</th></tr></thead>
        <tbody>{[...list].reverse().map((e) => (
          <tr key={e.record}>
            <td><At ms={e.at} /> <RecordLink id={e.record} /></td><td><Id>{dtg(e.span.until)}</Id></td>
            <td>{e.reason[0] ? <bdi lang={e.reason[0].lang}>{e.reason[0].text}</bdi> : '–'}</td>
            <td>{e.agreed_at ? <At ms={e.agreed_at} /> : <span className="muted">{t('confidence.not-agreed')}</span>} {e.in_force && <span className="mark ok">{t('confidence.in-force')}</span>}</td>
          </tr>
        ))}</tbody>
      </table></div>
    </Card>
  )
}
