// What the screen says of an open warning, report or draft, above the matter:
// the marking, both grades in words, who reviewed or released, the recall.
import { useState } from 'react'
import type { Act } from '../api'
import { ApproveButton } from '../approvals/button'
import { deskNow, dtg } from '../clock'
import { minute } from '../compose/prefill'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { StateChip } from '../module/line'
import { Sketch } from '../module/map'
import { ActButton, Card, FactList, MatterLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { pointOf } from '../module/where'
import { At, Countdown, deskColour, DeskName, DeskNames } from '../parts'
import { useLacks, useMayFile } from '../session/may'
import { FreeText, Id, useText } from '../text'
import { DraftForm } from './forms'
import { Banner, GradeWords } from './handling'
import { type Called, type Drafted, itemOf, type Released, type Warned } from './types'

export function WarningCard({ warning: w }: { warning: Warned }) {
  const t = useText()
  const { desk } = useLive()
  const own = w.from === desk?.desk
  const drawn = w.area.length + w.place.length > 0
  return (
    <>
      <Banner kind={w.kind} tlp={w.tlp} use={w.use} />
      <Card title={t('intel.reviews')} aside={<StateChip module="intel" state={w.state} />}>
        <div className="beside">
          <div className="stack">
            {w.grade.length > 0 && <FactList rows={[[t('intel.grade'), <GradeWords grade={w.grade[0]} />]]} />}
            <Reviews warning={w} />
            {own && (
              <div className="actions">
                <ComposeButton code="intel.review/1" about={w.key} to={w.to} primary={w.state === 'sent' || w.state === 'received'} />
                <RecallButton item={w} />
              </div>
            )}
          </div>
          {drawn && <Sketch label={w.number} height={200} shapes={[{ id: w.key, area: w.area[0], point: w.area.length ? undefined : pointOf(w.place[0]), label: w.number, tone: deskColour(desk, w.from) }]} />}
        </div>
      </Card>
      <Recall item={w} />
    </>
  )
}

function Reviews({ warning: w }: { warning: Warned }) {
  const t = useText()
  if (!w.review.length) return <p className="muted">{t('intel.review.none')}</p>
  return (
    <ul className="lines">
      {w.review.map((r) => (
        <li key={r.at}>
          <span className="pair"><At ms={r.at} /> <Id>{r.officer}</Id> <ChoiceName kind="intel.review/1" field="outcome" value={r.outcome} /></span>
          {!r.current && <span className="mark">{t('intel.review.earlier')}</span>}
          {r.text[0] && <span className="detail"><FreeText free={r.text[0]} className="small" /></span>}
        </li>
      ))}
    </ul>
  )
}

export function ReportCard({ report: r }: { report: Released }) {
  const t = useText()
  const { desk } = useLive()
  return (
    <>
      <Banner kind={r.kind} tlp={r.tlp} use={r.use} releasable={r.releasable} />
      <Card title={t('intel.two')} aside={<StateChip module="intel" state={r.state} />}>
        <FactList rows={[
          [t('intel.grade'), <GradeWords grade={r.grade} />],
          [t('intel.drafter'), <Id>{r.drafter}</Id>],
          [t('intel.releaser'), <Id>{r.releaser}</Id>],
          r.expires.length > 0 && [t('intel.expires'), <><Id>{dtg(r.expires[0])}</Id> {r.open && <Countdown due={r.expires[0]} warn={3_600_000} />}</>],
          [t('intel.dissent'), r.dissent.length ? <FreeText free={r.dissent[0]} className="small" /> : <span className="muted">{t('intel.dissent.none')}</span>],
        ]} />
        {r.from === desk?.desk && <div className="actions"><RecallButton item={r} /></div>}
      </Card>
      <Recall item={r} />
    </>
  )
}

/** Two officers: who drafted it cannot release it (INT-03). */
export function DraftCard({ draft: d }: { draft: Drafted }) {
  const t = useText()
  const { desk, session } = useLive()
  const [changing, setChanging] = useState(false)
  const to = d.releasable.filter((x) => x !== desk?.desk)
  const self = d.drafter === desk?.officer.code
  const stands = d.state === 'drafted'
  const release: Act = { kind: 'intel.report/1', to, body: { ...itemOf(d), drafter: d.drafter, draft: d.key } }
  const lacks = useLacks()(release.kind)
  const mayFile = useMayFile()
  return (
    <>
      <Banner kind={d.kind} tlp={d.tlp} use={d.use} releasable={d.releasable} />
      <Card title={t('intel.release')} tone={stands && self ? 'warn' : ''} aside={<StateChip module="intel" state={d.state} />}>
        <FactList rows={[
          [t('intel.grade'), <GradeWords grade={d.grade} />],
          [t('intel.drafter'), <><Id>{d.drafter}</Id>{self && <span className="mark">{t('intel.by-you')}</span>}</>],
          [t('intel.release.to'), to.length ? <DeskNames ids={to} /> : t('intel.release.nobody')],
        ]} />
        {stands && (self
          ? <p className="note warn" id="intel-two"><b>{t('intel.release.self')}</b> {t('intel.release.second')}</p>
          : <p className="muted">{t('intel.release.what')}</p>)}
        {stands && (
          <div className="actions">
            {self || !to.length
              ? <button type="button" disabled aria-describedby="intel-two">{t('intel.release')}</button>
              : session?.key || !session?.exercise
                ? <ApproveButton of={d.key} act={release} why={lacks}>{t('intel.release')}</ApproveButton>
                : <ActButton primary act={release}>{t('intel.release')}</ActButton>}
            {mayFile(d.kind) && <button type="button" onClick={() => setChanging(true)}>{t('intel.draft.change')}</button>}
          </div>
        )}
      </Card>
      {changing && <DraftForm change={{ key: d.key, values: { ...itemOf(d), expires: d.expires[0], dissent: d.dissent[0] } }} close={() => setChanging(false)} />}
    </>
  )
}

function RecallButton({ item }: { item: Warned | Released }) {
  const t = useText()
  if (item.recall.length || !item.open && item.state !== 'expired') return null
  return <ComposeButton code="intel.recall/1" about={item.key} to={item.to} values={{ deadline: minute(deskNow()) + 4 * 3_600_000 }}>{t('intel.recall.start')}</ComposeButton>
}

/** Who has said what became of the copies, and who has not (INT-10). */
export function Recall({ item, here }: { item: Warned | Released; here?: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const c: Called | undefined = item.recall[0]
  if (!c) return null
  const own = desk?.desk ?? ''
  const asked = Object.keys(c.answered).sort()
  const silent = asked.filter((d) => c.answered[d] === null)
  return (
    <Card title={t('intel.recall')} tone={silent.length ? 'warn' : ''} aside={<span className="pair">{t('intel.recall.count', { done: asked.length - silent.length, all: asked.length })} {silent.length > 0 && <><span className="muted small">{t('intel.recall.deadline')}</span> <Countdown due={c.deadline} /></>}</span>}>
      <p className="line"><At ms={c.at} /> <MatterLink id={here ? item.key : c.key}>{here ? <Id>{item.number}</Id> : t('intel.recall.matter')}</MatterLink></p>
      <FreeText free={c.reason} className="small" />
      <ul className="lines">
        {asked.map((d) => {
          const said = c.answers.find((a) => a.desk === d)
          return (
            <li key={d}>
              <DeskName id={d} />
              {said ? <span className="pair"><span className="mark ok">✓ {t('intel.recall.answered')}</span> <ChoiceName kind="intel.recalled/1" field="done" value={said.done} /> <At ms={said.at} /></span> : <span className="mark warn">… {t('intel.recall.silent')}</span>}
              {said?.reuse[0] && <span className="detail"><span className="muted">{t('intel.reuse')}</span> <FreeText free={said.reuse[0]} className="small" /></span>}
            </li>
          )
        })}
      </ul>
      {silent.includes(own) && <div className="actions"><ComposeButton primary code="intel.recalled/1" about={c.key} to={[item.from, ...asked].filter((d) => d !== own)}>{t('intel.recall.answer')}</ComposeButton></div>}
    </Card>
  )
}
