// Two steps that are released together or returned together. Each side's step
// is an envelope that only the supervisor holds; everybody sees that it is laid
// in, and nobody what stands in it.
import { useState } from 'react'
import { get, type Matter, path } from '../api'
import { dtg, useNow } from '../clock'
import { useAct } from '../act'
import { useLive } from '../live'
import { NotesButton } from '../module/ceremony'
import { Languages } from '../module/languages'
import { Card, MatterLink, RecordLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { At, Countdown, DeskName, Fault, Progress } from '../parts'
import { Id, Tri, useText } from '../text'
import { LayIn } from './layin'
import { type Escrow, KIND } from './types'

type Shown = 'empty' | 'laid' | 'open' | 'back'

export function EscrowCard({ escrow: e, link }: { escrow: Escrow; link?: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const now = useNow()
  const [laying, setLaying] = useState(false)
  const own = desk?.desk ?? ''
  const over = now > e.timeout
  const shown = (d: string): Shown => (e.released.length ? 'open' : e.state === 'returned' ? 'back' : e.committed[d] ? 'laid' : 'empty')
  const mine = e.held.some((h) => h.desk === own) || !!e.committed[own]
  return (
    <Card title={link ? <MatterLink id={e.key}><Tri text={e.pair} /></MatterLink> : t('confidence.envelopes')} tone={e.state === 'lapsed' ? 'warn' : e.released.length ? 'ok' : ''}>
      <div className="envelopes">
        {e.sides.slice(0, 1).map((d) => <Side key={d} escrow={e} desk={d} shown={shown(d)} />)}
        <div className="between">
          <DeskName id={e.decides} />
          {e.open ? <><Countdown due={e.timeout} big warn={3_600_000} /><Progress since={e.at} due={e.timeout} /><span className="muted small">{over ? t('confidence.timeout.passed') : t('confidence.timeout')} <Id>{dtg(e.timeout)}</Id></span></>
            : <span className="muted small">{e.released.length ? t('confidence.released') : t('confidence.returned')} <At ms={e.since} /></span>}
        </div>
        {e.sides.slice(1).map((d) => <Side key={d} escrow={e} desk={d} shown={shown(d)} />)}
      </div>
      {e.sides.includes(own) && e.open && !over && !laying && !mine && <div className="actions"><button type="button" className="primary" onClick={() => setLaying(true)}>{t('confidence.lay-in')}</button></div>}
      {e.held.some((h) => h.desk === own) && !e.committed[own] && e.open && <p className="note">{t('confidence.commitment.coming')}</p>}
      {laying && !mine && <LayIn escrow={e} close={() => setLaying(false)} />}
      {own === e.decides && e.open && <Decide escrow={e} over={over} />}
      {e.sides.map((d) => <Texts key={d} escrow={e} desk={d} />)}
      {e.release_record && <div className="row"><NotesButton matter={e.key} name={e.number}>{t('confidence.notes.save')}</NotesButton><span className="small muted">{t('confidence.notes.what')}</span> <RecordLink id={e.release_record} /></div>}
      {e.open && <p className="muted small">{t('confidence.escrow.what')}</p>}
    </Card>
  )
}

/** One side's envelope, and in words what the picture says. */
function Side({ escrow: e, desk, shown }: { escrow: Escrow; desk: string; shown: Shown }) {
  const t = useText()
  const c = e.committed[desk]
  const words = { empty: t('confidence.not-laid'), laid: t('confidence.laid-in'), open: t('confidence.opened'), back: t('confidence.given-back') }
  return (
    <div className={'envelope is-' + shown}>
      <Envelope shown={shown} />
      <p><DeskName id={desk} /></p>
      <p><b>{words[shown]}</b> {c && <At ms={c.at} />}</p>
      {c && <p className="small muted" title={c.hash}>{t('confidence.committed')} <Id>{c.hash.slice(0, 12)}…</Id> <RecordLink id={c.record} /></p>}
    </div>
  )
}

function Envelope({ shown }: { shown: Shown }) {
  return (
    <svg viewBox="0 0 120 80" width={120} height={80} aria-hidden="true">
      {shown === 'open' && <path className="paper" d="M22,34 V6 H98 V34 M34,16 H86 M34,24 H86" />}
      <rect x="8" y="26" width="104" height="50" rx="3" />
      {shown === 'open' ? <path d="M8,28 L60,56 L112,28" /> : shown === 'empty' ? null : <path d="M8,28 L60,60 L112,28" />}
      {shown === 'laid' && <circle className="seal" cx="60" cy="58" r="9" />}
      {shown === 'back' && <path className="seal arrow" d="M76,50 H48 M56,42 L48,50 L56,58" />}
    </svg>
  )
}

/** What a side said beforehand that it would lay in, and what it laid in once both are shown. */
function Texts({ escrow: e, desk }: { escrow: Escrow; desk: string }) {
  const t = useText()
  const planned = e.steps.find((s) => s.desk === desk)
  const step = e.released.find((s) => s.desk === desk) ?? e.held.find((s) => s.desk === desk)
  return (
    <section className="steptext" aria-label={desk}>
      <h4><DeskName id={desk} /></h4>
      {step ? <><p className="small muted">{e.released.length ? t('confidence.step') : t('confidence.step.held')}</p><Languages text={step.step} /></>
        : planned ? <><p className="small muted">{t('confidence.planned')}</p><Languages text={planned.what} /></> : null}
    </section>
  )
}

/** The deciding desk's two buttons: both, or both. */
function Decide({ escrow: e, over }: { escrow: Escrow; over: boolean }) {
  const t = useText()
  const { desk, lost } = useLive()
  const { act, busy, fault } = useAct()
  const steps = e.sides.flatMap((d) => e.held.find((h) => h.desk === d && h.opens) ?? [])
  const ready = steps.length === 2 && !over
  const release = async () => {
    const head = (await get<Matter>(`/matters/${path(e.key)}`)).records.find((r) => `${r.desk}:${r.id}` === e.key)
    await act({
      kind: KIND.release, about: e.key, cites: [...(head ? [head.ref] : []), ...e.sides.map((d) => e.committed[d].record)],
      body: { escrow: e.key, steps: steps.map(({ desk: of, step, salt, signature }) => ({ desk: of, step, salt, signature })) },
    })
  }
  return (
    <div className="decide">
      <ul className="lines">{e.sides.map((d) => {
        const held = e.held.find((h) => h.desk === d)
        return <li key={d}><DeskName id={d} /><span className={held?.opens ? 'ok' : 'muted'}>{!held ? <>– {t('confidence.held.not')}</> : held.opens ? <>✓ {t('confidence.held.opens')}</> : <>– {t('confidence.held.differs')}</>}</span></li>
      })}</ul>
      <div className="actions">
        <button type="button" className="primary" disabled={!ready || busy || lost} onClick={release}>{t('confidence.release')}</button>
        <ComposeButton code={KIND.return} about={e.key} to={[e.from, ...e.to].filter((d) => d !== desk?.desk)} primary={over}>{t('confidence.return')}</ComposeButton>
        {!ready && <span className="muted small">{over ? t('confidence.release.over') : t('confidence.release.needs')}</span>}
      </div>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}
