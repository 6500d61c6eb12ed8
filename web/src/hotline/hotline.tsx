// The hotline: conversations by subject, the roster and the hand-over of the
// watch, line checks, calls, channels, drills, and the interpreter's queue.
import { useState } from 'react'
import type { Item } from '../api'
import { useKeys } from '../keys'
import { useFetched } from '../live'
import { MatterPane } from '../matter/matter'
import { useShell } from '../module/shell'
import { go, useWhere } from '../nav'
import { Badge, DeskName, Empty, Kbd } from '../parts'
import { useMay } from '../session/may'
import { Id, type Key, Tri, useText, useTitle } from '../text'
import { ChannelsTab } from './channels'
import { ChecksTab } from './checks'
import { DrillsTab } from './drills'
import { HandoverTab } from './handover'
import { LedgerTab } from './ledger'
import { RosterTab } from './roster'
import { TranslationsTab } from './translations'

const TABS = ['log', 'roster', 'handover', 'checks', 'ledger', 'channels', 'drills', 'translations'] as const

export function Hotline() {
  const t = useText()
  const title = useTitle()
  const { compose } = useShell()
  const may = useMay()
  const where = useWhere()
  const tab = TABS.includes(where.tab as never) ? where.tab : 'log'
  return (
    <div className="hotline">
      <header className="bar">
        <h2>{title('hotline')}</h2>
        <nav className="tabs" aria-label={title('hotline')}>
          {TABS.map((name) => <button key={name} type="button" aria-current={tab === name ? 'page' : undefined} onClick={() => go({ tab: name })}>{t(`hotline.${name}`)}</button>)}
        </nav>
        <span className="grow" />
        {may('file') && <button type="button" className="primary" onClick={() => compose({})}>{t('compose')} <Kbd>C</Kbd></button>}
      </header>
      {tab === 'log' && <Conversations />}
      {tab === 'checks' && <ChecksTab compose={compose} />}
      {tab === 'roster' && <RosterTab />}
      {tab === 'handover' && <HandoverTab />}
      {tab === 'ledger' && <LedgerTab />}
      {tab === 'drills' && <DrillsTab />}
      {tab === 'channels' && <ChannelsTab compose={compose} />}
      {tab === 'translations' && <TranslationsTab />}
    </div>
  )
}

function Conversations() {
  const { docked } = useShell()
  const t = useText()
  const { open } = useWhere()
  const [state, setState] = useState<'open' | 'ended' | 'all'>('all')
  const { data } = useFetched<{ matters: Item[]; more: boolean }>(`/matters?module=hotline&state=${state}&limit=200`)
  const matters = [...(data?.matters ?? [])].sort((a, b) => b.since - a.since)
  const move = (by: number) => {
    const at = matters.findIndex((m) => m.key === open)
    const next = matters[at < 0 ? 0 : Math.min(matters.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next.key })
  }
  useKeys({ KeyJ: () => move(1), KeyK: () => move(-1), Escape: () => go({ open: '' }) }, !docked)
  return (
    <div className={'conversations' + (open || docked ? ' opened' : '')}>
      <section className="pane queue" aria-label={t('hotline.log')}>
        <div className="choices filter" role="group" aria-label={t('filter')}>
          {(['open', 'ended', 'all'] as const).map((s) => <label key={s} className="choice"><input type="radio" name="state" checked={state === s} onChange={() => setState(s)} /><span>{t(`filter.${s}` as Key)}</span></label>)}
        </div>
        <ul className="subjects scroll">
          {matters.map((m) => (
            <li key={m.key}>
              <button type="button" aria-current={open === m.key ? 'true' : undefined} onClick={() => go({ open: m.key })}>
                <Badge code={m.precedence} size={24} />
                <span className="subject"><Tri text={m.subject} ids /></span>
                <span className="under"><DeskName id={m.from} short /> <Id>{m.number}</Id> <Id>{m.dtg}</Id> <Tri text={m.state_name} /></span>
              </button>
            </li>
          ))}
          {data && !matters.length && <li><Empty>{t('hotline.none')}</Empty></li>}
        </ul>
      </section>
      <section className="pane open" aria-label={t('open')}>{docked || (open ? <MatterPane key={open} id={open} /> : <Empty>{t('open.none')}</Empty>)}</section>
    </div>
  )
}
