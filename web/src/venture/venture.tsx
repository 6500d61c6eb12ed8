// Ventures: how many stand where on the way from an idea to operation, how far
// each side has come, and what is paused because a gate is not open.
import { useState } from 'react'
import { dtg } from '../clock'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { LineList, StateChip } from '../module/line'
import { ComposeButton, Screen, useModule } from '../module/screen'
import { DeskNames, Empty } from '../parts'
import { Id, Tri, useText, useWordOf } from '../text'
import { VentureCard } from './card'
import { KIND, type Venture as Item, type Ventures } from './types'
import './venture.css'

const tone = (state: string) => (state === 'paused' || state === 'contested' ? 'warn' : '')

export function Venture() {
  const t = useText()
  const { desk } = useLive()
  const { data, error } = useModule<Ventures>('venture')
  const [stage, setStage] = useState('')
  const all = [...(data?.ventures ?? [])].sort((a, b) => Number(b.state === 'paused') - Number(a.state === 'paused') || Number(b.open) - Number(a.open) || b.since - a.since)
  const shown = stage ? all.filter((v) => v.state === stage) : all
  const parties = (desk?.members ?? []).filter((m) => m.role === 'party').map((m) => m.desk)
  return (
    <Screen module="venture" order={shown.map((v) => v.key)} ready={!!data} error={error}
      tools={<ComposeButton primary code={KIND.proposal} values={{ sides: parties }}>{t('venture.propose')}</ComposeButton>}
      tabs={[{ tab: '', title: t('venture.ventures') }, { tab: 'public', title: t('venture.public'), page: <Public list={data?.public ?? []} /> }]}
      top={data && <Pipeline counts={data.pipeline} stage={stage} choose={(s) => setStage(s === stage ? '' : s)} />}
      list={<LineList module="venture" lines={shown} none={t('venture.none')} subject={(v) => <Tri text={v.title} />}
        marks={(v) => <><ChoiceName kind={KIND.proposal} field="field" value={v.field} /> {v.paused_since > 0 && <span className="mark warn">❚❚ {t('venture.paused-since')} <Id>{dtg(v.paused_since)}</Id></span>}</>} />}
      detail={(key) => {
        const venture = all.find((v) => v.key === key)
        return venture ? <VentureCard venture={venture} /> : null
      }}
      rest={<><p className="muted">{t('venture.what')}</p>{all.filter((v: Item) => v.open).slice(0, 3).map((v) => <VentureCard key={v.key} venture={v} link />)}</>} />
  )
}

/** The way with how many ventures stand at each stage; a stage shows only its own. */
function Pipeline({ counts, stage, choose }: { counts: Ventures['pipeline']; stage: string; choose: (stage: string) => void }) {
  const t = useText()
  const word = useWordOf()
  return (
    <ol className="pipeline" aria-label={t('venture.pipeline')}>
      {counts.map((c) => (
        <li key={c.stage} className={`at-${c.stage}${c.count ? '' : ' none'}`}>
          <button type="button" aria-pressed={stage === c.stage} onClick={() => choose(c.stage)}><b><Id>{c.count}</Id></b><span>{word('state', 'venture', c.stage)}</span></button>
        </li>
      ))}
    </ol>
  )
}

/** What may be read outside the desks, and nothing of the rest. */
function Public({ list }: { list: Ventures['public'] }) {
  const t = useText()
  if (!list.length) return <Empty>{t('venture.public.none')}</Empty>
  return (
    <section className="panel">
      <p className="muted small">{t('venture.public.what')}</p>
      <div className="wide" role="group" tabIndex={0} aria-label={t('venture.public')}><table>
        <thead><tr><th>{t('venture.ventures')}</th><th>{t('venture.field')}</th><th>{t('venture.sides')}</th><th>{t('venture.stage')}</th><th>{t('since')}</th></tr></thead>
        <tbody>{list.map((v, i) => (
          <tr key={i}><th scope="row"><Tri text={v.title} /></th><td><ChoiceName kind={KIND.proposal} field="field" value={v.field} /></td><td><DeskNames ids={v.sides} /></td><td><StateChip module="venture" state={v.state} tone={tone(v.state)} /></td><td><Id>{dtg(v.since)}</Id></td></tr>
        ))}</tbody>
      </table></div>
    </section>
  )
}
