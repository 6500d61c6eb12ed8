// One venture: where each side stands by its own word, the gate that it hangs
// on, and the one step that this desk may take next.
import { useState } from 'react'
import { type Free, get, type Matter, path } from '../api'
import { useAct } from '../act'
import { dtg } from '../clock'
import { FreeField, ownField } from '../compose/fields'
import { formOf } from '../compose/prefill'
import { useLive } from '../live'
import { StateChip } from '../module/line'
import { Languages } from '../module/languages'
import { Card, FactList, MatterLink } from '../module/parts'
import { At, DeskName, Fault } from '../parts'
import { FreeText, Id, Tri, useText, useWordOf } from '../text'
import { GATED, KIND, type Venture, WAY } from './types'

export function VentureCard({ venture: v, link }: { venture: Venture; link?: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const role = desk?.members.find((m) => m.desk === own)?.role
  const gate = <MatterLink id={v.gate.key} screen="roadmap"><Id>{v.gate.number || v.gate.key}</Id></MatterLink>
  return (
    <Card title={link ? <MatterLink id={v.key}><Tri text={v.title} /></MatterLink> : t('venture.way')} tone={v.paused_since ? 'warn' : ''}>
      {v.paused_since > 0 && <p className="note warn">❚❚ <b>{t('venture.paused-since')} <Id>{dtg(v.paused_since)}</Id></b> {v.gate.seen ? t('venture.paused.gate') : t('venture.paused.unseen')} {gate} {v.gate.state && <StateChip module="roadmap" state={v.gate.state} />}</p>}
      <Way venture={v} />
      <FactList rows={[
        [t('venture.gate'), !v.gate.key ? <span className="muted">{t('venture.gate.none')}</span> : <span className="pair">{gate} {v.gate.seen ? <StateChip module="roadmap" state={v.gate.state} tone={v.gate.state === 'open' ? 'ok' : 'warn'} /> : <span className="mark warn">{t('venture.gate.unseen')}</span>}</span>],
        [t('venture.disclosure'), <><b>{t(`venture.disclosure.${v.disclosure}` as 'venture.disclosure.desks')}</b> <span className="muted small">{t(`venture.disclosure.${v.disclosure}.what` as 'venture.disclosure.desks.what')}</span></>],
      ]} />
      {!link && (v.sides.includes(own) || role === 'supervisor') && !v.contested && v.state !== 'cancelled' && <Next venture={v} own={own} />}
      {v.benefit.length > 0 && <><h4>{t('venture.benefit')}</h4>{v.benefit.map((b) => <section key={b.desk} className="benefit"><DeskName id={b.desk} /><Languages bare text={b.text} /></section>)}</>}
    </Card>
  )
}

/** A row a desk, a column a stage. The venture stands where the slower side is. */
function Way({ venture: v }: { venture: Venture }) {
  const t = useText()
  const word = useWordOf()
  return (
    <div className="wide" role="group" tabIndex={0} aria-label={t('venture.way')}><table className="way">
      <thead><tr><th>{t('desk')}</th>{WAY.map((s) => <th key={s} scope="col">{word('state', 'venture', s)}</th>)}<th>{t('since')}</th></tr></thead>
      <tbody>{Object.entries(v.stages).map(([d, s]) => (
        <tr key={d}>
          <th scope="row"><DeskName id={d} />{!v.sides.includes(d) && <span className="muted small"> {t('venture.no-side')}</span>}</th>
          {s.stage === 'ended' ? <td colSpan={WAY.length}><StateChip module="venture" state="ended" tone="warn" /></td>
            : WAY.map((w) => { const [at, here] = [WAY.indexOf(w), WAY.indexOf(s.stage)]; return <td key={w} className={at < here ? 'before' : at === here ? 'here' : ''}><span aria-hidden="true">{at <= here ? '●' : '○'}</span><span className="sr">{at <= here ? t('venture.reached') : t('venture.not-reached')}</span></td> })}
          <td><At ms={s.at} />{s.text[0] && <FreeText free={s.text[0]} className="small" />}</td>
        </tr>
      ))}</tbody>
    </table></div>
  )
}

/** The step that this desk may take: on by one; or, asked for, back or to the end. */
function Next({ venture: v, own }: { venture: Venture; own: string }) {
  const t = useText()
  const word = useWordOf()
  const { desk, lost } = useLive()
  const { act, busy, fault } = useAct()
  const [text, setText] = useState<Free>()
  const [other, setOther] = useState('')
  const here = v.stages[own]?.stage ?? 'idea'
  const next = WAY[WAY.indexOf(here) + 1] // from the end it begins again
  const shut = !!next && GATED.includes(next) && !!v.gate.key && v.gate.state !== 'open'
  const back = here === 'ended' ? [] : [...WAY.slice(0, WAY.indexOf(here)), 'ended']
  const label = formOf(desk, KIND.step)?.fields.find((f) => f.name === 'text')?.label ?? {}
  const file = async (stage: string) => {
    const head = (await get<Matter>(`/matters/${path(v.key)}`)).records.find((r) => `${r.desk}:${r.id}` === v.key)
    const beyond = GATED.includes(stage) && v.gate.key
    const filed = await act({
      kind: KIND.step, about: v.key, to: [v.from, ...v.to].filter((d) => d !== own),
      ...(beyond && head ? { cites: [head.ref, ...v.gate.signed] } : {}),
      body: { stage, text: text?.text.trim() ? [text] : [] },
    })
    if (filed) { setText(undefined); setOther('') }
  }
  return (
    <section className="nextstep" aria-label={t('venture.step')}>
      <h4>{t('venture.step')}</h4>
      <FreeField field={ownField('text', 'free', label)} value={text} change={(x) => setText(x as Free)} />
      <div className="actions">
        {next ? <button type="button" className="primary" disabled={busy || lost || shut} onClick={() => file(next)}>{t('venture.next', { stage: word('state', 'venture', next) })}</button> : <span className="muted">{t('venture.furthest')}</span>}
        {shut && <span className="mark warn">{t('venture.gate.shut')}</span>}
        <span className="grow" />
        {back.length > 0 && (
          <>
            <label className="inline">{t('venture.other')} <select value={other} onChange={(e) => setOther(e.target.value)}><option value="">–</option>{back.map((s) => <option key={s} value={s}>{word('state', 'venture', s)}</option>)}</select></label>
            {other && <button type="button" disabled={busy || lost} onClick={() => file(other)}>{other === 'ended' ? t('venture.end') : t('venture.back', { stage: word('state', 'venture', other) })}</button>}
          </>
        )}
      </div>
      {fault && <Fault>{fault}</Fault>}
    </section>
  )
}
