// A request to look before force is used, with its hold; and the query about
// force reported inside a hold, which finds nothing by itself.
import { distance } from '../geo'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { StateChip } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { ActButton, Card, FactList, MatterLink, RecordLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { SpanBar } from '../module/time'
import { pointOf } from '../module/where'
import { At, Countdown, deskColour, DeskName, Progress } from '../parts'
import { FreeText, Id, useText } from '../text'
import { others, type Query, type Report, type Request } from './types'

/** A sign for every result, beside its word: none is greater than another. */
function Sign({ of }: { of: string }) {
  return (
    <svg className="resultsign" width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
      {of === 'complied' ? <path d="M2,7.5 L5.5,11 L12,3.5" /> : <circle cx={7} cy={7} r={5.5} className={of === 'found' ? 'full' : ''} />}
      {of === 'partial' && <path className="full" d="M7,1.5 A5.5,5.5 0 0 1 7,12.5 Z" />}
      {of === 'denied' && <path d="M3,11 L11,3" />}
    </svg>
  )
}

export function RequestCard({ request: r, report, queries }: { request: Request; report?: Report; queries: Query[] }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const role = desk?.members.find((m) => m.desk === own)?.role
  const to = others(r, own)
  const asked = role === 'party' && r.from !== own
  const mayAnswer = asked && (r.open || r.state === 'declined')
  const mayResult = (asked || role === 'supervisor') && r.state !== 'requested' && r.state !== 'contested'
  return (
    <>
      {queries.map((q) => (
        <p className="note warn line" key={q.key}><span aria-hidden="true">▲</span> {t('incident.queries')} <MatterLink id={q.key}><Id>{q.number}</Id></MatterLink> <StateChip module="incident" state={q.state} /></p>
      ))}
      <Card title={t('incident.hold')} aside={r.hold ? <span className="mark">{r.hold.running ? t('incident.hold.running') : t('incident.hold.over')}</span> : <StateChip module="incident" state={r.state} />}>
        {r.hold ? <Hold request={r} /> : <p className="muted">{t('incident.hold.none')}</p>}
        <FactList rows={[
          [t('incident.declares'), <><DeskName id={r.from} /> <b>{t(`incident.declared.${r.force}`)}</b></>],
          r.reason.length > 0 && [t('incident.reason'), <FreeText free={r.reason[0]} className="small" />],
          report && [t('incident.report'), <MatterLink id={report.key}><Id>{report.number}</Id></MatterLink>],
        ]} />
        <Answers request={r} />
        {mayAnswer && (
          <div className="actions">
            {r.state !== 'holding' && r.state !== 'verifying' && <ActButton primary act={{ kind: 'incident.answer/1', about: r.key, to, body: { answer: 'accepts' } }}>{r.force === 'none' ? t('incident.accept.hold') : t('incident.accept')}</ActButton>}
            <ComposeButton code="incident.answer/1" about={r.key} to={to}>{t('incident.answer.other')}</ComposeButton>
          </div>
        )}
      </Card>
      <Card title={t('incident.result')} aside={r.result && <Result found={r.result.found} />}>
        {!r.results.length && <p className="muted">{t('incident.result.none')}</p>}
        {r.results.map((o) => (
          <section key={o.ref} className="step">
            <p className="line"><Result found={o.found} /> <DeskName id={o.desk} /> <At ms={o.at} /> <ChoiceName kind="incident.result/1" field="method" value={o.method} /> <RecordLink id={o.ref} /></p>
            {o.text[0] && <FreeText free={o.text[0]} className="small" />}
            {o.evidence.length > 0 && <details><summary className="small">{t('incident.evidence')} <Id>{o.evidence.length}</Id></summary>{o.evidence.map((h) => <p key={h}><Id className="breaks small">{h}</Id></p>)}</details>}
          </section>
        ))}
        {mayResult && <div className="actions"><ComposeButton code="incident.result/1" about={r.key} to={to} /></div>}
      </Card>
    </>
  )
}

/** A result by its sign and its word. */
export function Result({ found }: { found: string }) {
  return <span className="mark result"><Sign of={found} /> <ChoiceName kind="incident.result/1" field="found" value={found} /></span>
}

/** The window, what is left of it, and the clock of it in digits. */
function Hold({ request: r }: { request: Request }) {
  const t = useText()
  const { desk } = useLive()
  const hold = r.hold!
  return (
    <>
      <div className="holdclock"><span>{hold.running ? t('incident.hold.left') : t('incident.hold.over')}</span>{hold.running ? <Countdown due={hold.until} big warn={3_600_000} /> : <At ms={hold.until} />}</div>
      {hold.running && <Progress since={hold.from} due={hold.until} />}
      <SpanBar label={t('incident.hold')} rows={[{ id: r.key, label: <><DeskName id={r.from} short /> <Id>{r.number}</Id></>, bars: [{ from: hold.from, until: hold.until, tone: deskColour(desk, r.from), dashed: !hold.running }] }]} />
    </>
  )
}

function Answers({ request: r }: { request: Request }) {
  const t = useText()
  if (!r.answers.length) return null
  return (
    <ul className="lines">
      {r.answers.map((a) => (
        <li key={a.ref}>
          <span className="pair"><DeskName id={a.desk} /> <b>{t(`incident.answer.${a.answer}`)}</b> <At ms={a.at} /></span> <RecordLink id={a.ref} />
          {a.text[0] && <span className="detail"><FreeText free={a.text[0]} className="small" /></span>}
        </li>
      ))}
    </ul>
  )
}

export function QueryCard({ query: q, request, report }: { query: Query; request?: Request; report?: Report }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const { facts: f } = q
  const near = f.distance_m < 200 // two labels at one point cannot be read
  const shapes: Shape[] = [
    ...(request && !near ? [{ id: request.key, point: pointOf(request.place), mark: request.number, tone: deskColour(desk, request.from) }] : []),
    ...(report ? [{ id: report.key, point: pointOf(report.place), mark: near && request ? `${request.number} · ${report.number}` : report.number, tone: deskColour(desk, report.from) }] : []),
  ]
  const explained = q.explanations.some((e) => e.statement !== 'being-checked')
  return (
    <Card title={t('incident.queries')} tone={q.open ? 'warn' : ''} aside={<StateChip module="incident" state={q.state} />}>
      <p className="muted">{t('incident.query.what')}</p>
      <div className="beside">
        <FactList rows={[
          [t('incident.between'), <>{request && <MatterLink id={request.key}><Id>{f.request}</Id></MatterLink>} {report && <MatterLink id={report.key}><Id>{f.report}</Id></MatterLink>}</>],
          [t('incident.asked'), q.asked ? <DeskName id={q.asked} /> : '–'],
          [t('incident.due'), <><At ms={q.due} /> {q.open && !explained && <Countdown due={q.due} warn={1_800_000} />}</>],
          [t('incident.distance'), <Id>{distance(f.distance_m)}</Id>],
        ]} />
        <Sketch label={q.number} shapes={shapes.filter((s) => s.point)} height={180} />
      </div>
      <SpanBar label={t('incident.hold')} from={Math.min(f.from, f.when) - 1_800_000} until={Math.max(f.until, f.when) + 1_800_000} rows={[
        { id: 'hold', label: <><Id>{f.request}</Id> {t('incident.hold')}</>, bars: [{ from: f.from, until: f.until, tone: deskColour(desk, f.desk) }] },
        { id: 'when', label: <><Id>{f.report}</Id> {t('incident.when')}</>, bars: [{ from: f.when, until: f.when, tone: 'warn' }] },
      ]} />
      <h4>{t('incident.explanations')}</h4>
      {!q.explanations.length && <p className={q.state === 'silent' ? 'bad' : 'muted'}>{q.state === 'silent' ? t('incident.explanation.silent') : t('incident.explanation.none')}</p>}
      {q.explanations.map((e) => (
        <section key={e.ref} className="step">
          <p className="line"><DeskName id={e.desk} /> <b>{t(`incident.statement.${e.statement}`)}</b> <At ms={e.at} /> {e.late && <span className="mark warn">{t('incident.late')}</span>} <RecordLink id={e.ref} /></p>
          <FreeText free={e.text} className="small" />
        </section>
      ))}
      {q.asked === own && q.open && <div className="actions"><ComposeButton primary={!explained} code="incident.explain/1" about={q.key} to={others(q, own)} cites={q.causes} /></div>}
    </Card>
  )
}

/** What the desk asked for, on one line. */
export function Asks({ request: r }: { request: Request }) {
  return <ChoiceName kind={r.kind} field="action" value={r.action} />
}

/** The counts, all of one size: that nothing was found weighs as much as the rest (INC-07). */
export function CountStrip({ counts }: { counts: { key: string; label: string; value: number }[] }) {
  const t = useText()
  return (
    <dl className="countstrip" aria-label={t('incident.counts')}>
      {counts.map((c) => <div key={c.key}><dd><Id>{c.value}</Id></dd><dt><Sign of={c.key} /> {c.label}</dt></div>)}
    </dl>
  )
}
