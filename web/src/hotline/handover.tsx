// The hand-over: what is open, the outgoing officer's signature, the incoming
// officer's ticks and signature; then the watch is taken and the others told.
import { useState } from 'react'
import type { Free } from '../api'
import { useAct } from '../act'
import { deskNow } from '../clock'
import { FreeField, ownField } from '../compose/fields'
import { useFetched, useLive } from '../live'
import { three } from '../matter/readback'
import { go } from '../nav'
import { At, Badge, Countdown, Empty, Fault, Panel } from '../parts'
import { useMay } from '../session/may'
import { FreeText, Id, type Key, type ModuleKey, Tri, useText } from '../text'
import { bare, type Handover, type Signed } from './duty'
import './duty.css'

export function HandoverTab() {
  const t = useText()
  const may = useMay()
  const { desk } = useLive()
  const { data } = useFetched<Handover>('/handover')
  const me = desk?.officer.code ?? ''
  const waiting = data?.handovers.filter((h) => h.open) ?? []
  const earlier = data?.handovers.filter((h) => !h.open && h.taken_by) ?? []
  return (
    <div className="scroll page">
      {data && <p>{data.officer ? <>{t('hotline.handover.onwatch', { officer: data.officer })} <span className="muted">{t('since')} <At ms={data.since} /> · {t('until')} <At ms={data.until} /></span></> : t('hotline.handover.nobody')}</p>}
      {data && data.flash.length > 0 && <Fault>{t('hotline.handover.flash', { numbers: data.flash.join(', ') })}</Fault>}
      {waiting.map((h) => (h.officer === me || !may('watch') ? <Prepared key={h.key} h={h} own={h.officer === me} /> : <Accept key={h.key} h={h} />))}
      {data && data.officer === me && may('watch') && !waiting.length && <Prepare data={data} />}
      {data && data.officer !== me && !waiting.length && <Panel title={t('hotline.handover.items')}><OpenItems data={data} /></Panel>}
      {earlier.length > 0 && (
        <Panel title={t('hotline.handover.earlier')}>
          <ul className="lines">{earlier.map((h) => <li key={h.key}><span><At ms={h.taken_at} /></span><span>{t('hotline.handover.both', { officer: h.officer, taker: h.taken_by })}</span>{h.mood.map((m, i) => <span key={i} className="detail"><FreeText free={m} /></span>)}</li>)}</ul>
        </Panel>
      )}
    </div>
  )
}

function OpenItems({ data }: { data: Handover }) {
  const t = useText()
  if (!data.items.length) return <Empty>{t('hotline.handover.nothing')}</Empty>
  return (
    <ul className="lines">
      {data.items.map((it) => (
        <li key={it.matter}>
          <span className="pair"><Badge code={it.precedence} size={20} /> <button type="button" className="ref" onClick={() => go({ screen: 'watch', open: it.matter })}><Id>{it.number}</Id></button> <Tri text={it.subject} ids /></span>
          <span><span className="chip">{t(`hotline.handover.why.${it.why}` as ModuleKey)}</span> {it.due > 0 && <Countdown due={it.due} />}</span>
        </li>
      ))}
    </ul>
  )
}

function Prepare({ data }: { data: Handover }) {
  const t = useText()
  const { lost } = useLive()
  const { act, busy, fault } = useAct()
  const [to, setTo] = useState('')
  const [mood, setMood] = useState<Free | undefined>()
  const sign = () => act({ kind: 'hotline.handover/1', body: { to: to.trim(), items: bare(data.items), mood: mood?.text.trim() ? [mood] : [] } })
  return (
    <Panel title={t('hotline.handover.items')}>
      <OpenItems data={data} />
      <div className="form">
        <FreeField field={ownField('mood', 'free', three('hotline.handover.mood' as Key))} value={mood} change={(v) => setMood(v as Free)} />
        <label className="field"><span>{t('hotline.handover.to')}</span><input className="id" dir="ltr" value={to} onChange={(e) => setTo(e.target.value)} /></label>
        <div className="send"><span className="grow" /><button type="button" className="primary" disabled={busy || lost || data.flash.length > 0} onClick={sign}>{t('hotline.handover.sign')}</button></div>
      </div>
      {fault && <Fault>{fault}</Fault>}
    </Panel>
  )
}

function Prepared({ h, own }: { h: Signed; own: boolean }) {
  const t = useText()
  const { act, busy, fault } = useAct()
  return (
    <Panel title={t('hotline.handover')} aside={own && <button type="button" disabled={busy} onClick={() => act({ kind: 'cell.cancel/1', about: h.key, body: { reason: [] } })}>{t('hotline.handover.withdraw')}</button>}>
      <p>{t('hotline.handover.waiting', { officer: h.officer })}</p>
      {h.mood.map((m, i) => <FreeText key={i} free={m} />)}
      {fault && <Fault>{fault}</Fault>}
    </Panel>
  )
}

function Accept({ h }: { h: Signed }) {
  const t = useText()
  const { desk, lost } = useLive()
  const { act, busy, fault } = useAct()
  const [ticked, setTicked] = useState<string[]>([])
  const [question, setQuestion] = useState<Free | undefined>()
  const own = desk?.members.find((m) => m.desk === desk.desk)
  const take = async () => {
    const signed = await act({ kind: 'hotline.takeover/1', about: h.key, body: { ticked: bare(h.items), question: question?.text.trim() ? [question] : [] } })
    const from = deskNow()
    if (signed) await act({ kind: 'hotline.watch/1', body: { role: 'watch', from, to: from + 12 * 3_600_000, languages: own?.languages ?? [], authority: 'watch', backup: '' } })
  }
  return (
    <Panel title={t('hotline.handover.accept')}>
      {h.mood.map((m, i) => <FreeText key={i} free={m} />)}
      <ul className="lines ticks">
        {h.items.map((it) => (
          <li key={it.matter}>
            <label><input type="checkbox" checked={ticked.includes(it.matter)} onChange={() => setTicked(ticked.includes(it.matter) ? ticked.filter((x) => x !== it.matter) : [...ticked, it.matter])} /> <Id>{it.number || it.matter}</Id> <Tri text={it.subject} ids /></label>
            <span><span className="chip">{t(`hotline.handover.why.${it.why}` as ModuleKey)}</span> <button type="button" className="quiet" onClick={() => go({ screen: 'watch', open: it.matter })}>{t('show')}</button></span>
          </li>
        ))}
        {!h.items.length && <li><Empty>{t('hotline.handover.nothing')}</Empty></li>}
      </ul>
      <div className="form">
        <FreeField field={ownField('question', 'free', three('hotline.handover.question' as Key))} value={question} change={(v) => setQuestion(v as Free)} />
        <div className="send"><span className="grow" /><button type="button" className="primary" disabled={busy || lost || ticked.length < h.items.length} onClick={take}>{t('hotline.handover.take')}</button></div>
      </div>
      {fault && <Fault>{fault}</Fault>}
    </Panel>
  )
}
