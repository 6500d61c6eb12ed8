// The one text, clause by clause in three columns. A clause keeps its number in
// every draft; parties remark on it, the desk that drafts writes the next one.
import { useState } from 'react'
import { get, path, type RecordView, type Text3 } from '../api'
import { revise } from '../compose/prefill'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { differs, LanguageHeads, Languages, useOrder } from '../module/languages'
import { ActButton, agree, Card, MatterLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { useShell } from '../module/shell'
import { At, deskColour, DeskName, Fault, letterOf } from '../parts'
import { useRefusal } from '../refusal'
import { Id, Tri, useText } from '../text'
import { Brackets } from './talks'
import { type Clause, type Draft, KIND, type Remark, type Text } from './types'

type Before = { draft: number; clauses: { id: string; text: Text3; status: string }[] }

/** A draft as it stands in its record: the first one, or a change of it. */
async function draftOf(record: string): Promise<Before> {
  const body = JSON.parse((await get<RecordView>(`/records/${path(record)}`)).body ?? '{}')
  return body.clauses ? body : body.body
}

/** Whom a record about the text goes to: all who hold it but this desk. */
const others = (x: Text, own: string) => [...new Set([x.from, ...x.to])].filter((d) => d !== own)

export function TextCard({ text, opened }: { text: Text; opened?: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const refusal = useRefusal()
  const { compose } = useShell()
  const [before, setBefore] = useState<Before | null>(null)
  const [fault, setFault] = useState('')
  const own = desk?.desk ?? ''
  const latest = text.drafts.at(-1)
  const earlier = text.drafts.slice(0, -1)
  const cites = [...new Set([latest, text.drafts[0]].flatMap((d) => d?.record ?? []))]
  const party = desk?.members.find((m) => m.desk === own)?.role === 'party'
  const owes = text.waiting.some((w) => w.desk === own && w.for === 'position')
  const tried = async (work: () => Promise<void>) => { setFault(''); try { await work() } catch (thrown) { setFault(refusal.sentence(thrown)) } }
  const against = (draft: string) => tried(async () => setBefore(draft ? await draftOf(earlier.find((d) => String(d.draft) === draft)!.record) : null))
  const write = () => tried(async () => compose(await revise(desk, text.key, { draft: text.draft + 1 })))
  return (
    <Card title={opened ? t('talks.clauses') : <MatterLink id={text.key}><Tri text={text.title} /></MatterLink>}
      aside={<><span className="mark">{t('talks.draft.n', { n: text.draft })}</span> <Brackets n={text.open_brackets} /></>}>
      <div className="actions texttools">
        <span className="muted small">{t('talks.prevails')} <ChoiceName kind={KIND.text} field="authoritative" value={text.authoritative} /></span>
        <span className="grow" />
        {earlier.length > 0 && (
          <label className="inline">{t('talks.compare')}{' '}
            <select value={before ? String(before.draft) : ''} onChange={(e) => against(e.target.value)}>
              <option value="">–</option>
              {[...earlier].reverse().map((d) => <option key={d.draft} value={d.draft}>{t('talks.draft.n', { n: d.draft })}</option>)}
            </select>
          </label>
        )}
        {own === text.from && text.state !== 'agreed' && <button type="button" onClick={write}>{t('talks.write', { n: text.draft + 1 })}</button>}
        {party && owes && <ActButton primary act={agree(text.key, text.version)}>{t('talks.agree', { n: text.draft })}</ActButton>}
      </div>
      {fault && <Fault>{fault}</Fault>}
      {before && <p className="note">{t('talks.compared', { n: before.draft })}</p>}
      <LanguageHeads />
      {text.clauses.map((c) => <OneClause key={c.id} text={text} clause={c} before={before} latest={latest} cites={cites} may={party && text.open} to={others(text, own)} own={own} />)}
      <Drafts drafts={text.drafts} />
    </Card>
  )
}

interface ClauseProps { text: Text; clause: Clause; before: Before | null; latest?: Draft; cites: string[]; may: boolean; to: string[]; own: string }

function OneClause({ text, clause, before, latest, cites, may, to, own }: ClauseProps) {
  const t = useText()
  const was = before?.clauses.find((c) => c.id === clause.id)
  const change = latest?.changed.find((c) => c.clause === clause.id)
  const mine = clause.comments.filter((r) => r.desk === own && r.draft === text.draft)
  const accepted = mine.some((r) => r.kind === 'accept')
  const button = (kind: string, label: string) => (
    <ComposeButton code={KIND.comment} about={text.key} to={to} cites={cites} values={{ clause: clause.id, kind }}>{label}</ComposeButton>
  )
  return (
    <section className={`clause status-${clause.status}`} aria-label={clause.id}>
      <header className="row">
        <Id>{clause.id}</Id>
        <span className={'mark ' + ({ agreed: 'ok', bracketed: 'warn' }[clause.status] ?? '')}><ChoiceName kind={KIND.text} field="clauses.status" value={clause.status} /></span>
        {change?.what.map((w) => <span key={w} className="mark">Δ {t(`talks.changed.${w}` as 'talks.changed.text')}</span>)}
        {before && !was && <span className="mark">{t('talks.not-in', { n: before.draft })}</span>}
        {was && was.status !== clause.status && <span className="muted small">{t('talks.was')} <ChoiceName kind={KIND.text} field="clauses.status" value={was.status} /></span>}
        <span className="grow" />
        {may && (
          <span className="actions">
            {accepted ? <span className="mark ok">✓ {t('talks.accepted')}</span> : <ActButton act={{ kind: KIND.comment, about: text.key, to, cites, body: { clause: clause.id, kind: 'accept', text: [] } }}>{t('talks.accept')}</ActButton>}
            {button('comment', t('talks.comment'))}
            {button('bracket', t('talks.propose'))}
            {button('reserve', t('talks.reserve'))}
          </span>
        )}
      </header>
      <Languages bare text={clause.text} before={was && differs(was.text, clause.text) ? was.text : undefined}
        mark={(l) => clause.stale.includes(l) && <span className="mark warn">{t('talks.stale')}</span>} />
      {clause.brackets.map((b, i) => <Bracket key={i} by={b.by} text={b.text} />)}
      {clause.comments.length > 0 && <ul className="remarks">{clause.comments.map((r) => <Said key={r.record} remark={r} now={text.draft} />)}</ul>}
    </section>
  )
}

/** What one side would have the clause say, in square brackets with its letter. */
function Bracket({ by, text }: { by: string; text: Text3 }) {
  const { desk } = useLive()
  const order = useOrder()
  const t = useText()
  return (
    <div className={`bracket tone-${deskColour(desk, by)}`}>
      <p className="small muted">{t('talks.bracket.of')} <DeskName id={by} /></p>
      <Languages bare text={Object.fromEntries(order.map((l) => [l, `[${letterOf(desk, by)}: ${text[l]}]`]))} />
    </div>
  )
}

function Said({ remark, now }: { remark: Remark; now: number }) {
  const t = useText()
  return (
    <li className={remark.draft === now ? '' : 'past'}>
      <p className="row small"><DeskName id={remark.desk} /> <span className="mark"><ChoiceName kind={KIND.comment} field="kind" value={remark.kind} /></span> <span className="muted">{remark.draft !== now && '↶ '}{t('talks.on', { n: remark.draft })} <At ms={remark.at} /></span></p>
      {remark.text[0] && <Languages bare text={remark.text[0]} />}
    </li>
  )
}

/** The drafts so far with their open brackets: whether the text closes. */
function Drafts({ drafts }: { drafts: Draft[] }) {
  const t = useText()
  if (drafts.length < 2) return null
  return (
    <details>
      <summary className="small">{t('talks.drafts', { n: drafts.length })}</summary>
      <table className="drafts">
        <thead><tr><th>{t('talks.draft')}</th><th>{t('time')}</th><th>{t('talks.brackets')}</th><th>{t('talks.changed')}</th></tr></thead>
        <tbody>{[...drafts].reverse().map((d) => (
          <tr key={d.record}><td><Id>{d.draft}</Id></td><td><At ms={d.at} /></td><td><Id>{d.open_brackets}</Id></td><td>{d.changed.map((c) => <Id key={c.clause}>{c.clause} </Id>)}</td></tr>
        ))}</tbody>
      </table>
    </details>
  )
}
