// One proposal: what will be done, who proposed it and why, and the two buttons.
import { useRef, useState } from 'react'
import { dtg } from '../clock'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { ActButton, Card, FactList, RecordLink } from '../module/parts'
import { Countdown, RoleName } from '../parts'
import { useMay } from '../session/may'
import { Id, say, useLang, useText } from '../text'
import { StateMark } from './approvals'
import { ApproveButton } from './button'
import { Deed, DeedDetail } from './deed'
import type { Proposal } from './types'

export function ProposalCard({ proposal: p }: { proposal: Proposal }) {
  const t = useText()
  const lang = useLang()
  const may = useMay()
  const { session, lost } = useLive()
  const press = useRef(() => undefined as void)
  const [ending, setEnding] = useState(false)
  const waits = p.state === 'waiting'
  const self = p.officer === session?.officer
  const right = p.what === 'charter' || p.what === 'key' ? 'keys' : 'release'
  const why = !waits ? '' : self ? t('approvals.why.self') : !may(right) ? t('right.none', { right: say(lang, `right.${right}`) }) : p.may === false && p.why ? p.why : ''
  useKeys({ KeyY: () => press.current() }, waits && !why)
  return (
    <div className="page">
      <Card title={<Deed proposal={p} />} tone={waits ? 'warn' : ''} aside={waits ? <Countdown due={p.until} warn={3_600_000} big /> : <StateMark state={p.state} />}>
        <FactList rows={[
          [t('approvals.by'), <span className="pair"><Id>{p.officer}</Id> {p.role && <span className="mark"><RoleName role={p.role} /></span>} <Id>{dtg(p.at)}</Id></span>],
          [t('approvals.reason'), <bdi>{p.reason}</bdi>],
          [t('approvals.until'), <Id>{dtg(p.until)}</Id>],
          p.approved && [t('approvals.approved'), <span className="pair"><Id>{p.approved.officer}</Id> {p.approved.role && <span className="mark"><RoleName role={p.approved.role} /></span>} <Id>{dtg(p.approved.at)}</Id></span>],
          p.result && [t('approvals.result'), <RecordLink id={p.result} />],
        ]} />
        {waits && (
          <>
            {!why && <p className="muted">{t('approvals.key')}</p>}
            <div className="actions">
              <ApproveButton of={p.key} why={why} kbd="Y" press={press}>{t('approvals.approve')}</ApproveButton>
              {(self || !why) && !ending && <button type="button" disabled={lost} onClick={() => setEnding(true)}>{self ? t('approvals.withdraw') : t('approvals.refuse')}</button>}
            </div>
            {ending && (
              <div className="row" role="group" aria-label={self ? t('approvals.withdraw') : t('approvals.refuse')}>
                <p>{t('approvals.end.what')}</p>
                <ActButton act={{ kind: 'cell.cancel/1', about: p.key, body: {} }}>{self ? t('approvals.withdraw') : t('approvals.refuse')}</ActButton>
                <button type="button" onClick={() => setEnding(false)}>{t('cancel')}</button>
              </div>
            )}
          </>
        )}
      </Card>
      <Card title={t('deed')}><DeedDetail proposal={p} /></Card>
    </div>
  )
}
