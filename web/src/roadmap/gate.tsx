// One gate: its conditions as they stand at this desk, met, not met or not to
// be seen, and why; who has signed; whom it waits for.
import { useEffect, useRef, useState } from 'react'
import { dtg } from '../clock'
import { useLive } from '../live'
import { ActButton, Card, FactList, MatterLink, RecordLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { At, Countdown, DeskName, Empty } from '../parts'
import { hasWords, Id, type Key, say, Tri, useLang, useText } from '../text'
import { type Block, type Condition, type Gate, KIND } from './types'

/** A sign for each finding, beside its word and never without one. */
export const Signs = { met: '✓', not: '✕', unseen: '?' } as const

/** A state or a need in the words of whichever module has them: a condition may be about any. */
function useWordOfAny() {
  const lang = useLang()
  const { desk } = useLive()
  return (family: 'state' | 'need', name: string) => {
    const key = [...(desk?.modules ?? []).map((m) => `${family}.${m}.${name}`), `${family}.${name}`].find(hasWords)
    return key ? say(lang, key as Key) : name
  }
}

/** Another matter by its number, where this desk has it in its queue. */
function Named({ id }: { id: string }) {
  const { watch } = useLive()
  const item = watch && [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info].find((i) => i.key === id)
  return <MatterLink id={id} screen={item?.module}>{item ? <><Id>{item.number}</Id> <Tri text={item.subject} ids /></> : <Id>{id.slice(0, id.indexOf(':') + 9)}…</Id>}</MatterLink>
}

export function GateCard({ gate: g }: { gate: Gate }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const [signing, setSigning] = useState(false)
  const met = g.conditions.every((c) => c.met)
  const mine = g.signed[own]
  const decides = g.deciders.includes(own)
  const to = [g.from, ...g.to].filter((d) => d !== own)
  return (
    <>
      <Card title={t('roadmap.conditions')} tone={g.state === 'regressed' ? 'warn' : g.state === 'open' ? 'ok' : ''} aside={<span className="mark">{t('roadmap.met.of', { n: g.conditions.filter((c) => c.met).length, all: g.conditions.length })}</span>}>
        {g.state === 'regressed' && <p className="note warn">{t('roadmap.regressed')}</p>}
        <ul className="checklist">{g.conditions.map((c) => <Check key={c.id} condition={c} />)}</ul>
        <FactList rows={[g.earliest > 0 && [t('roadmap.earliest'), <Id>{dtg(g.earliest)}</Id>]]} />
      </Card>
      <Card title={t('roadmap.who-signs')}>
        <div className="threecolumns">
          {g.deciders.map((d) => (
            <section key={d} className="panel" aria-label={d}>
              <h4><DeskName id={d} /></h4>
              {g.signed[d] ? <p className={g.signed[d].open === 'opens' ? 'ok' : 'warn'}>{g.signed[d].open === 'opens' ? <>✓ {t('roadmap.opens')}</> : <>✕ {t('roadmap.withholds')}</>} <At ms={g.signed[d].at} /> <RecordLink id={g.signed[d].record} /></p> : <p className="muted">– {t('roadmap.unsigned')}</p>}
            </section>
          ))}
        </div>
        {decides && g.open && !signing && (
          <div className="actions">
            {mine?.open !== 'opens' && <button type="button" className={met ? 'primary' : ''} disabled={!met} onClick={() => setSigning(true)}>{t('roadmap.sign')}</button>}
            {mine?.open !== 'withholds' && <ComposeButton code={KIND.sign} about={g.key} to={to} values={{ open: 'withholds', met: g.conditions.filter((c) => c.met).map((c) => c.id) }}>{t('roadmap.withhold')}</ComposeButton>}
            {!met && <span className="muted small">{t('roadmap.sign.needs')}</span>}
          </div>
        )}
        {signing && decides && <Signing gate={g} to={to} close={() => setSigning(false)} />}
        <h4>{t('roadmap.blocks')}</h4>
        <Blocks list={g.blocks} />
      </Card>
    </>
  )
}

/** What this desk signs, and on what it relies: read once more, then signed. */
function Signing({ gate: g, to, close }: { gate: Gate; to: string[]; close: () => void }) {
  const t = useText()
  const form = useRef<HTMLDivElement>(null)
  useEffect(() => { form.current?.scrollIntoView({ block: 'center' }); form.current?.focus() }, [])
  return (
    <div className="form panel" ref={form} tabIndex={-1} role="group" aria-label={t('roadmap.sign')}>
      <p>{t('roadmap.sign.relies')}</p>
      <ul className="lines">{g.conditions.map((c) => <li key={c.id}><span><Id>{c.id}</Id> <Tri text={c.text} /></span></li>)}</ul>
      <div className="send">
        <button type="button" onClick={close}>{t('cancel')}</button>
        <ActButton primary act={{ kind: KIND.sign, about: g.key, to, body: { open: 'opens', met: g.conditions.map((c) => c.id), text: [] } }} then={close}>{t('roadmap.sign.final')}</ActButton>
      </div>
    </div>
  )
}

/** One condition: a sign, the finding in words, why, and what it hangs on. */
function Check({ condition: c }: { condition: Condition }) {
  const t = useText()
  const word = useWordOfAny()
  const found = c.met ? 'met' : c.why === 'not-held' ? 'unseen' : 'not'
  return (
    <li className={'is-' + found}>
      <span className="sign" aria-hidden="true">{Signs[found]}</span>
      <div>
        <p><Id className="muted">{c.id}</Id> <Tri text={c.text} /></p>
        <p className="small row">
          <b>{t(`roadmap.found.${found}` as 'roadmap.found.met')}</b>
          {!c.met && <span>{t(`roadmap.why.${c.why}` as 'roadmap.why.met')}</span>}
          {c.matter && <Named id={c.matter} />}
          {c.why === 'not-quiet' && [...new Set(c.blocks.map((b) => b.matter))].slice(0, 3).map((id) => <Named key={id} id={id} />)}
          {c.state && <span className="mark">{word('state', c.state)}</span>}
          {c.due > 0 && <span className="muted">{t('roadmap.due')} <Id>{dtg(c.due)}</Id></span>}
          <span className="muted">{t('since')} <At ms={c.since} /></span>
        </p>
      </div>
    </li>
  )
}

/** Whom the gate waits for: what its conditions wait for, then the signatures. */
function Blocks({ list }: { list: Block[] }) {
  const t = useText()
  const word = useWordOfAny()
  if (!list.length) return <Empty>{t('roadmap.blocks.none')}</Empty>
  return (
    <ul className="lines">
      {list.map((b, i) => (
        <li key={i}><span className="pair"><DeskName id={b.desk} /> {word('need', b.for)} <Named id={b.matter} /></span>{b.due > 0 && <Countdown due={b.due} />}</li>
      ))}
    </ul>
  )
}
