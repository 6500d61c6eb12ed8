// One proposal: what will be done, who proposed it and why, and what may be
// done with it.
import { useRef, useState } from 'react'
import { path, post, postFile } from '../api'
import { dtg } from '../clock'
import { useKeys } from '../keys'
import { refresh, useLive } from '../live'
import { Card, FactList, RecordLink } from '../module/parts'
import { Countdown, Fault, RoleName } from '../parts'
import { useTry } from '../session/ways'
import { Id, plain, say, useLang, useText } from '../text'
import { StateMark } from './approvals'
import { ApproveButton } from './button'
import { Deed, DeedDetail } from './deed'
import type { Proposal } from './types'

export function ProposalCard({ proposal: p }: { proposal: Proposal }) {
  const t = useText()
  const lang = useLang()
  const { session, lost } = useLive()
  const { attempt, busy, fault } = useTry()
  const press = useRef(() => undefined as void)
  const [ending, setEnding] = useState(false)
  const waits = p.state === 'waiting'
  const self = p.by === session?.officer
  const why = p.may ? '' : p.why === 'right' ? t('right.none', { right: say(lang, `right.${p.right}`) }) : self ? t('approvals.why.self') : plain(p.why_text, lang)
  const end = async () => { if (await attempt(async () => { await post(`/proposals/${path(p.key)}/withdraw`, {}); await refresh() })) setEnding(false) }
  useKeys({ KeyY: () => press.current() }, waits && p.may)
  return (
    <div className="page">
      <Card title={<Deed proposal={p} />} tone={waits ? 'warn' : ''} aside={waits ? <Countdown due={p.until} warn={3_600_000} big /> : <StateMark proposal={p} />}>
        <FactList rows={[
          [t('approvals.by'), <span className="pair"><Id>{p.by}</Id> {p.role && <span className="mark"><RoleName role={p.role} /></span>} <Id>{dtg(p.at)}</Id></span>],
          [t('approvals.reason'), <bdi>{p.reason}</bdi>],
          [t('approvals.until'), <Id>{dtg(p.until)}</Id>],
          p.approval !== '' && [t('approvals.approved'), <RecordLink id={p.approval} />],
          p.filed !== '' && [t('approvals.result'), <RecordLink id={p.filed} />],
        ]} />
        {waits && (
          <>
            {p.may && <p className="muted">{t('approvals.key')}</p>}
            <div className="actions">
              <ApproveButton of={p.key} why={why} kbd="Y" press={press}>{t('approvals.approve')}</ApproveButton>
              {(self || p.may) && !ending && <button type="button" disabled={lost} onClick={() => setEnding(true)}>{self ? t('approvals.withdraw') : t('approvals.refuse')}</button>}
            </div>
            {ending && (
              <div className="row" role="group" aria-label={self ? t('approvals.withdraw') : t('approvals.refuse')}>
                <p>{t('approvals.end.what')}</p>
                <button type="button" autoFocus disabled={busy || lost} onClick={end}>{self ? t('approvals.withdraw') : t('approvals.refuse')}</button>
                <button type="button" onClick={() => setEnding(false)}>{t('cancel')}</button>
              </div>
            )}
          </>
        )}
        {p.file && <div className="actions"><button type="button" className="primary" disabled={busy || lost} onClick={() => attempt(() => postFile(`/proposals/${path(p.key)}/take`).then(refresh))}>{t('approvals.take')}</button><span className="muted">{t('approvals.take.what')}</span></div>}
        {fault && <Fault>{fault}</Fault>}
      </Card>
      <Card title={t('deed')}><DeedDetail proposal={p} /></Card>
    </div>
  )
}
