// One open matter: what it says, what we owe, what every desk has said of it.
import { type ReactNode, useState } from 'react'
import { useAct } from '../act'
import { type Act, type Matter, path, post } from '../api'
import { formOf, headOf, revision, template } from '../compose/prefill'
import { dtg } from '../clock'
import { useKeys } from '../keys'
import { live, useFetched, useLive } from '../live'
import { Steps } from '../module/parts'
import { useShell } from '../module/shell'
import { go, useWhere } from '../nav'
import { Badge, DeskName, DeskNames, Empty, Fault, Kbd } from '../parts'
import { useRefusal } from '../refusal'
import { useMayFile } from '../session/may'
import { Id, type Key, Tri, useText, useTitle } from '../text'
import { Acks } from './acks'
import { Clocks } from './clocks'
import { Computed } from './computed'
import { CorrectForm, DisseminateForm, PositionForm, TranslateForm } from './forms'
import { Facts, Texts } from './texts'
import { ReadBackForm } from './readback'
import { Timeline } from './timeline'

const ACTIONS: { action: string; key: string; kind: string; also?: string }[] = [
  { action: 'receive', key: 'A', kind: 'cell.received/1' }, { action: 'read_back', key: 'B', kind: 'cell.readback/1' },
  { action: 'disseminate', key: 'D', kind: 'cell.disseminated/1' }, { action: 'position', key: 'P', kind: 'cell.position/1' },
  { action: 'reply', key: 'R', kind: 'hotline.message/1' }, { action: 'translate', key: 'T', kind: 'cell.translation/1' },
  { action: 'correct', key: 'X', kind: '', also: 'cancel' }, { action: 'update', key: 'U', kind: '' },
  { action: 'clarify', key: 'Q', kind: 'hotline.clarify/1' }, { action: 'confirm', key: 'Y', kind: 'hotline.confirm/1' },
]

// What has no kind here asks for the right of the matter's own: whoever may write it may change it.

// Kinds for which the screen of the module has a button of its own; a bare form of them asks for what people do not type.
const BY_BUTTON = new Set([
  'hotline.correct/1', 'deconfliction.propose/1', 'deconfliction.propose/2', 'deconfliction.decide/1', 'deconfliction.accept/1', 'deconfliction.decline/1', 'talks.text/1', 'talks.comment/1',
  'talks.signature/1', 'confidence.deposit/1', 'confidence.commit/1', 'confidence.release/1', 'confidence.return/1', 'confidence.score/1',
  'confidence.delivery/1', 'roadmap.sign/1', 'venture.step/1', 'incident.entry/1', 'incident.fact/1', 'incident.agree/1', 'incident.finding/1',
  'incident.attribution/1', 'incident.answer/1', 'incident.result/1', 'incident.explain/1', 'intel.review/1', 'intel.recall/1', 'intel.recalled/1',
  'protection.corrstate/1', 'protection.reply/1', 'protection.answer/1', 'supervision.sign/1', 'supervision.reply/1', 'supervision.open/1',
  'supervision.sealed/1',
])

export type FileAct = (act: Omit<Act, 'about'>) => Promise<boolean>

/** An open matter; a module may show its own card of it first, and offer some of its kinds there. */
export function MatterPane({ id, before, own }: { id: string; before?: ReactNode; own?: string[] }) {
  const t = useText()
  const refusal = useRefusal()
  const { data: matter, error } = useFetched<Matter>(`/matters/${path(id)}`)
  if (error) return <Empty>{error.status === 404 ? t('open.unknown') : refusal.sentence(error)}</Empty>
  if (!matter) return <Empty>{t('loading')}</Empty>
  return <Opened matter={matter} before={before} own={own} />
}

function Opened({ matter, before, own = [] }: { matter: Matter; before?: ReactNode; own?: string[] }) {
  const t = useText()
  const title = useTitle()
  const { screen } = useWhere()
  const { compose } = useShell()
  const { lost, desk } = useLive()
  const [form, setForm] = useState('')
  const { act: fileAct, busy, fault, clear } = useAct()
  const head = headOf(matter)

  const act: FileAct = async (next) => {
    const filed = await fileAct({ ...next, about: matter.key })
    if (filed) setForm((open) => (open === form ? '' : open)) // a form opened meanwhile stays
    return filed !== null
  }
  const start = (action: string) => {
    clear()
    if (action === 'receive') {
      for (const alarm of live().watch?.alarms ?? [])
        if (alarm.matter === matter.key && !alarm.acknowledged) post(`/alarms/${path(alarm.id)}/acknowledge`).catch(() => undefined)
      act({ kind: 'cell.received/1', body: {} })
    } else if (action === 'reply') compose({ about: matter.key, aboutItem: matter })
    else if (action === 'update') compose(revision(desk, matter))
    else if (action === 'clarify' || action === 'confirm') compose({ about: matter.key, aboutItem: matter, code: template(desk, action.toUpperCase())?.code })
    else setForm(form === action ? '' : action)
  }
  const mayFile = useMayFile()
  const offered = ACTIONS.filter((a) => mayFile(a.kind || matter.kind)).filter((a) => matter.actions.includes(a.action) || (a.also && matter.actions.includes(a.also)))
  useKeys(Object.fromEntries(offered.map((a) => ['Key' + a.key, () => start(a.action)])), !lost)
  useKeys({ Escape: () => setForm('') }, form !== '')
  const close = () => setForm('')
  const over = matter.stages.some((s) => s.here && s.ended)
  const may = matter.moves.filter((kind) => kind !== 'hotline.correct/1' && mayFile(kind))
  const moves = may.filter((kind) => !over && !BY_BUTTON.has(kind) && !own.includes(kind)).flatMap((kind) => formOf(desk, kind) ?? [])

  return (
    <article className="matter" aria-labelledby="matter-title">
      <header>
        <button type="button" className="back" onClick={() => go({ open: '' })}>{t('back')}</button>
        <Badge code={matter.precedence} size={36} />
        <div>
          <h2 id="matter-title"><Tri text={matter.subject} ids /></h2>
          <p className="meta">
            <b>{t(`precedence.${matter.precedence}` as Key)}</b> <Id>{matter.number}</Id> <Id>{matter.dtg || dtg(matter.at)}</Id>{' '}
            {!matter.from && <span className="mark">{t('computed')}</span>}
            {matter.from && <span>{t('from')} <DeskName id={matter.from} /></span>} <span>{t('to')} <DeskNames ids={matter.to} /></span>
            {matter.status && matter.status !== 'ACTUAL' && <span className="mark">{t(`status.${matter.status}` as Key)}</span>}
            <span className="mark"><Tri text={matter.state_name} /></span>
            {matter.module && screen !== matter.module && desk?.modules.includes(matter.module) && <button type="button" className="ref" onClick={() => go({ screen: matter.module, tab: '' })}>{title(matter.module)}</button>}
          </p>
        </div>
      </header>
      {matter.unknown && <p className="note warn">{t('unknown.what')}</p>}
      {matter.contested.map((c) => (
        <p className="note warn" key={c.record + c.rule}><b>{t('contested')}</b> <Id>{c.record}</Id> <Tri text={c.text} ids /> <Id className="muted">{c.rule}</Id></p>
      ))}
      {matter.columns.filter((c) => c.readback?.matches === false).map((c) => (
        <p className="note bad" key={c.desk}><DeskName id={c.desk} /> · <b>{t('readback.differs')}</b> · <Tri text={c.readback!.difference} ids /></p>
      ))}
      {(offered.length > 0 || !may.length) && <div className="actions" role="toolbar" aria-label={t('actions')}>
        {offered.map((a, i) => (
          <button key={a.action} type="button" disabled={lost || busy} aria-expanded={form ? form === a.action : undefined}
            className={i === 0 && a.action === 'receive' ? (matter.precedence === 'Z' ? 'urgent' : 'primary') : ''} onClick={() => start(a.action)}>
            {t(`action.${a.action}` as Key)} <Kbd>{a.key}</Kbd>
          </button>
        ))}
        {!offered.length && <span className="muted">{t('actions.none')}</span>}
      </div>}
      {moves.length > 0 && (
        <div className="actions moves" role="group" aria-label={t('moves')}>
          <span className="muted small">{t('moves')}</span>
          {moves.map((f) => <button key={f.kind} type="button" disabled={lost} onClick={() => compose({ code: f.code, about: matter.key, aboutItem: matter })}><Tri text={f.name} /></button>)}
        </div>
      )}
      {fault && <Fault>{fault}</Fault>}
      {form && desk && (
        <div className="form panel">
          {form === 'read_back' && <ReadBackForm matter={matter} act={act} close={close} />}
          {form === 'disseminate' && <DisseminateForm matter={matter} act={act} close={close} />}
          {form === 'position' && <PositionForm matter={matter} act={act} close={close} />}
          {form === 'translate' && <TranslateForm matter={matter} act={act} close={close} />}
          {form === 'correct' && <CorrectForm matter={matter} act={act} close={close} />}
        </div>
      )}
      <Steps stages={matter.stages} />
      {before}
      {matter.facts && <Computed facts={matter.facts} />}
      <Clocks matter={matter} />
      {head && <Texts record={matter.now ? { ...head, text: matter.now.text } : head} />}
      {head && <Facts record={matter.now ? { ...head, fields: matter.now.fields, body: matter.now.body } : head} changed={matter.now?.ref} />}
      <Acks matter={matter} />
      <Timeline matter={matter} />
    </article>
  )
}
