// A report: the facts that all may agree to, the accounts of the desks side by
// side, and what was found. Nobody's account is changed by another's.
import { useState } from 'react'
import { useAct } from '../act'
import type { Free } from '../api'
import { FreeField, ownField } from '../compose/fields'
import { dtg, useNow } from '../clock'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { Languages } from '../module/languages'
import { StateChip } from '../module/line'
import { ActButton, Card, MatterLink, RecordLink, ThreeColumns } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { type BarRow, SpanBar } from '../module/time'
import { At, deskColour, DeskName, DeskNames, Fault } from '../parts'
import { FreeText, Id, type Key, say, Tri, useText } from '../text'
import { type Account, type FactLine, others, type Owed, type Query, type Report, type Step } from './types'

export function ReportCard({ report, queries, notice }: { report: Report; queries: Query[]; notice?: Owed }) {
  const t = useText()
  return (
    <>
      {queries.map((q) => (
        <p className="note warn line" key={q.key}><span aria-hidden="true">▲</span> {t('incident.queries')} <MatterLink id={q.key}><Id>{q.number}</Id></MatterLink> <StateChip module="incident" state={q.state} /></p>
      ))}
      {notice && <NoticeCard notice={notice} from={report.key} />}
      <Facts report={report} />
      <Timelines report={report} />
      <Findings report={report} />
    </>
  )
}

/** Whether notice was given where it was owed: computed of what this desk holds, and no finding (INC-04). */
export function NoticeCard({ notice: n, from }: { notice: Owed; from?: string }) {
  const t = useText()
  return (
    <Card title={t('incident.notices')} aside={<StateChip module="incident" state={n.state} />}>
      {n.state === 'un-notified' && <p className="note">{t('incident.class.un-notified')}</p>}
      <p><Tri text={n.text} ids /></p>
      {n.by.length > 0 && <p className="line">{t('state.incident.notified')}: {n.by.map((k, i) => <MatterLink key={k} id={k} screen="deconfliction"><Id>{n.called[i]}</Id></MatterLink>)}</p>}
      <p className="line">{from ? <MatterLink id={n.key}><Id>{n.number}</Id></MatterLink> : <MatterLink id={n.report}><Id>{n.facts.report}</Id></MatterLink>}</p>
    </Card>
  )
}

/** Each fact with each party's word; a word names the exact text. */
function Facts({ report }: { report: Report }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const parties = desk?.members.filter((m) => m.role === 'party').map((m) => m.desk) ?? []
  return (
    <Card title={t('incident.facts')} aside={<ComposeButton code="incident.fact/1" about={report.key} to={others(report, own)} values={{ fact: `f-${report.facts.length + 1}` }}>{t('incident.fact.propose')}</ComposeButton>}>
      {!report.facts.length ? <p className="muted">{t('incident.fact.none')}</p> : (
        <div className="wide">
          <table className="factstable">
            <thead><tr><th scope="col">{t('incident.fact')}</th>{parties.map((d) => <th key={d} scope="col"><DeskName id={d} /></th>)}<th scope="col">{t('incident.fact.state')}</th></tr></thead>
            <tbody>{[...report.facts].sort((a, b) => a.fact.localeCompare(b.fact) || a.at - b.at).map((f) => <Fact key={f.ref} report={report} fact={f} parties={parties} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

/** A word with its sign: ✓ agrees, ✕ contests, … none yet. */
function Word({ word }: { word: string }) {
  const t = useText()
  if (word === 'agrees') return <span className="mark ok">✓ {t('incident.word.agrees')}</span>
  if (word === 'contests') return <span className="mark warn">✕ {t('incident.word.contests')}</span>
  return <span className="muted">… {t('incident.fact.silent')}</span>
}

function Fact({ report, fact: f, parties }: { report: Report; fact: FactLine; parties: string[] }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const word = f.by[own]
  const to = others(report, own)
  return (
    <tr className={'fact-' + f.state}>
      <th scope="row">
        <span className="line"><Id>{f.fact}</Id> <DeskName id={f.from} short /> <RecordLink id={f.ref} /></span>
        <p className="said"><Tri text={f.text} ids /></p>
        <details><summary className="small muted">{t('incident.fact.exact')}</summary><Languages text={f.text} /><p className="muted small"><Id className="breaks">{f.hash}</Id></p></details>
        {word !== undefined && report.open && (
          <div className="actions">
            {word !== 'agrees' && <ActButton act={{ kind: 'incident.agree/1', about: report.key, to, cites: f.cites, body: { fact: f.fact, hash: f.hash, agrees: 'agrees' } }}>✓ {t('incident.fact.agree')}</ActButton>}
            {word !== 'contests' && <ComposeButton code="incident.agree/1" about={report.key} to={to} cites={f.cites} values={{ fact: f.fact, hash: f.hash, agrees: 'contests' }}>✕ {t('incident.fact.contest')}</ComposeButton>}
          </div>
        )}
      </th>
      {parties.map((d) => <td key={d}>{d in f.by ? <Word word={f.by[d]} /> : <span className="muted">–</span>}</td>)}
      <td><span className={'mark ' + (f.state === 'agreed' ? 'ok' : f.state === 'contested' ? 'warn' : '')}>{t(`incident.fact.${f.state}`)}</span></td>
    </tr>
  )
}

/** One axis and three columns: durations that differ stand side by side (INC-05). */
function Timelines({ report }: { report: Report }) {
  const t = useText()
  const { desk } = useLive()
  const now = useNow()
  const own = desk?.desk
  const told = Object.values(report.timelines).flat()
  const ends = told.flatMap((a) => [a.at, a.until[0] ?? a.at]).concat(report.when)
  const [from, until] = [Math.min(...ends), Math.max(...ends)]
  const room = Math.max(120_000, (until - from) * 0.06)
  const rows: BarRow[] = (desk?.members ?? []).filter((m) => report.timelines[m.desk]?.length).map((m) => ({
    id: m.desk, label: <DeskName id={m.desk} />,
    bars: report.timelines[m.desk].map((a) => ({ from: a.at, until: a.until[0] ?? a.at, tone: deskColour(desk, m.desk), dashed: a.type === 'alleged' || a.type === 'claimed' })),
  }))
  return (
    <Card title={t('incident.timelines')} aside={<span className="muted small">{t('incident.timelines.what')}</span>}>
      {rows.length > 0 && <SpanBar label={t('incident.timelines')} rows={rows} from={from - room} until={Math.min(until + room, Math.max(now, until + room / 2))} />}
      <ThreeColumns>
        {(d) => (
          <div className="accounts">
            {report.timelines[d]?.length ? <ol>{report.timelines[d].map((a) => <Entry key={a.ref} account={a} />)}</ol> : <p className="muted">{t('incident.timeline.none')}</p>}
            {d === own && report.open && <ComposeButton code="incident.entry/1" about={report.key} to={others(report, own)}>{t('incident.timeline.add')}</ComposeButton>}
          </div>
        )}
      </ThreeColumns>
    </Card>
  )
}

function Entry({ account: a }: { account: Account }) {
  const t = useText()
  return (
    <li>
      <span className="line"><Id>{dtg(a.at).slice(0, 7)}{a.until[0] ? `–${dtg(a.until[0]).slice(0, 7)}` : ''}</Id></span>
      <span className="line"><span className={`mark entry-${a.type}`}>{t(`incident.entry.${a.type}`)}</span>{a.fact && <Id className="small">{a.fact}</Id>}</span>
      <FreeText free={a.text} className="small" />
      <span className="line muted small"><ChoiceName kind="incident.entry/1" field="source" value={a.source} /> <RecordLink id={a.ref} /></span>
    </li>
  )
}

/** What the supervisor found and to what standard, with what the parties hold against it. */
function Findings({ report }: { report: Report }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk
  const role = desk?.members.find((m) => m.desk === own)?.role
  const steps = report.steps.filter((s) => s.stage === 'finding' || s.stage === 'attributed')
  const finding = steps.findLast((s) => s.stage === 'finding')
  const to = others(report, own)
  const may = role === 'supervisor' && report.open
  if (!steps.length && !may) return null
  return (
    <Card title={t('incident.found')}>
      {!steps.length && <p className="muted">{t('incident.found.none')}</p>}
      {steps.map((s) => <Found key={s.ref} report={report} step={s} party={role === 'party'} />)}
      {may && (
        <div className="actions">
          <ComposeButton code="incident.finding/1" about={report.key} to={to} />
          {finding && <ComposeButton code="incident.attribution/1" about={report.key} to={to} cites={[finding.ref, report.ref]} />}
        </div>
      )}
    </Card>
  )
}

function Found({ report, step: s, party }: { report: Report; step: Step; party: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const [open, setOpen] = useState(false)
  return (
    <section className="step">
      <p className="line"><StateChip module="incident" state={s.stage} /> <DeskName id={s.by} /> <At ms={s.at} /> <RecordLink id={s.ref} />
        {s.standard && <span className="mark">{t('incident.standard')}: {t(`incident.standard.${s.standard}`)}</span>}
        {s.to.length > 0 && <DeskNames ids={s.to} />}
      </p>
      <div className="free"><Tri text={s.text} ids /></div>
      {s.dissent.map((d) => (
        <div key={d.ref} className="dissenting">
          <p className="line"><b>{t('incident.dissent')}</b> <DeskName id={d.desk} /> <At ms={d.at} /> {t(`position.${d.position}` as Key)} <RecordLink id={d.ref} /></p>
          {d.text[0] && <FreeText free={d.text[0]} className="small" />}
        </div>
      ))}
      {party && !s.dissent.some((d) => d.desk === desk?.desk) && (open
        ? <DissentForm report={report} step={s} close={() => setOpen(false)} />
        : <div className="actions"><button type="button" onClick={() => setOpen(true)}>{t('incident.dissent.state')}</button></div>)}
    </section>
  )
}

const three = (key: 'incident.dissent.words') => ({ en: say('en', key), ar: say('ar', key), he: say('he', key) })

/** A stand on a finding stays beside it for good (SUP-06). */
function DissentForm({ report, step, close }: { report: Report; step: Step; close: () => void }) {
  const t = useText()
  const { lost } = useLive()
  const { act, busy, fault } = useAct()
  const [text, setText] = useState<Free>()
  const send = async () => {
    if (await act({ kind: 'cell.position/1', about: report.key, cites: [step.ref], body: { position: 'disputes', ...(text?.text.trim() ? { text } : {}) } })) close()
  }
  return (
    <div className="form panel">
      <FreeField field={ownField('text', 'free', three('incident.dissent.words'))} value={text} change={(v) => setText(v as Free)} autoFocus />
      {fault && <Fault>{fault}</Fault>}
      <div className="actions"><button type="button" onClick={close}>{t('cancel')}</button><button type="button" className="primary" disabled={busy || lost} onClick={send}>{t('file')}</button></div>
    </div>
  )
}
