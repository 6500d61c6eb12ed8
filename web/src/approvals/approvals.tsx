// Two persons: what one officer proposed and another must approve before it is
// done (design 2, "Approvals"). Who proposed it cannot approve it.
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { go, useWhere } from '../nav'
import { At, Countdown, Empty } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { Id, type Key, Tri, useText } from '../text'
import { ProposalCard } from './card'
import { Deed } from './deed'
import type { Proposal } from './types'
import './approvals.css'

interface Draft { key: string; number: string; at: number; state: string; drafter: string }

export function Approvals() {
  const t = useText()
  const refusal = useRefusal()
  const may = useMay()
  const { session, desk } = useLive()
  const { open } = useWhere()
  const { data, error } = useFetched<{ proposals: Proposal[] }>('/proposals')
  const releases = may('release') && may('read') && desk?.modules.includes('intel')
  const { data: intel } = useFetched<{ drafts: Draft[] }>(releases ? '/intel' : null)
  const all = [...(data?.proposals ?? [])].sort((a, b) => a.until - b.until)
  const mine = all.filter((p) => p.state === 'waiting' && p.by === session?.officer)
  const wait = all.filter((p) => p.state === 'waiting' && p.by !== session?.officer)
  const done = all.filter((p) => p.state !== 'waiting').sort((a, b) => b.at - a.at)
  const drafts = (intel?.drafts ?? []).filter((d) => d.state === 'drafted' && d.drafter !== session?.officer)
  const order = [...wait, ...mine, ...done].map((p) => p.key)
  const move = (by: number) => {
    const at = order.indexOf(open)
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next })
  }
  useKeys({ KeyJ: () => move(1), KeyK: () => move(-1), Escape: () => go({ open: '' }) })
  const chosen = all.find((p) => p.key === open)
  const group = (title: Key, list: Proposal[], none: Key) => (
    <>
      <h3 className="section"><span>{t(title as 'approvals.mine')}</span><Id className="small">{list.length}</Id></h3>
      {list.length ? <ul className="subjects">{list.map((p) => <Row key={p.key} proposal={p} open={open === p.key} />)}</ul> : <Empty>{t(none as 'approvals.mine')}</Empty>}
    </>
  )
  return (
    <div className="recordscreen">
      <header className="bar"><h2>{t('nav.approvals')}</h2></header>
      <div className={'conversations' + (open ? ' opened' : '')}>
        <section className="pane queue" aria-label={t('nav.approvals')}>
          <div className="scroll proposals" tabIndex={order.length ? undefined : 0}>
            {error ? <Empty>{refusal.sentence(error)}</Empty> : !data ? <Empty>{t('loading')}</Empty> : (
              <>
                {drafts.length > 0 && <div className="drafts"><p>{t('approvals.drafts', { n: drafts.length })}</p><button type="button" onClick={() => go({ screen: 'intel', tab: 'drafts', open: drafts[0].key })}>{t('show')}</button></div>}
                {group('approvals.wait', wait, 'approvals.wait.none')}
                {group('approvals.mine', mine, 'approvals.mine.none')}
                {group('approvals.done', done, 'approvals.done.none')}
              </>
            )}
          </div>
        </section>
        <section className="pane open" aria-label={t('open')} tabIndex={chosen ? undefined : 0}>
          {chosen ? <ProposalCard key={chosen.key} proposal={chosen} /> : <div className="page"><Empty>{t('approvals.what')}</Empty></div>}
        </section>
      </div>
    </div>
  )
}

function Row({ proposal: p, open }: { proposal: Proposal; open: boolean }) {
  return (
    <li>
      <button type="button" className="proposalrow" aria-current={open ? 'true' : undefined} onClick={() => go({ open: p.key })}>
        <span className="subject"><Deed proposal={p} /></span>
        {p.state === 'waiting' ? <Countdown due={p.until} warn={3_600_000} /> : <StateMark proposal={p} />}
        <span className="under"><Id>{p.by}</Id> <At ms={p.at} /> <bdi className="reason">{p.reason}</bdi></span>
      </button>
    </li>
  )
}

/** Where a proposal stands. */
export function StateMark({ proposal: p }: { proposal: Proposal }) {
  return <span className={'mark ' + (p.state === 'done' ? 'ok' : p.state === 'approved' ? 'warn' : '')}><Tri text={p.state_name} /></span>
}
