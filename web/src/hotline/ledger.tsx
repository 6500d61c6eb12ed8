// The ledger of calls: who tried to reach whom, by what means, what came of
// it, and how long until an answer.
import { useState } from 'react'
import { deskNow, left } from '../clock'
import { useFetched } from '../live'
import { RecordLink } from '../module/parts'
import { At, DeskName, Empty, Panel } from '../parts'
import { Id, type ModuleKey, useText } from '../text'
import type { Calls } from './duty'
import './duty.css'

export function LedgerTab() {
  const t = useText()
  const { data } = useFetched<Calls>('/ledger')
  const [only, setOnly] = useState(true)
  const tries = data?.tries.filter((x) => !only || x.outcome !== 'answered') ?? []
  return (
    <div className="scroll page">
      <p className="muted">{t('hotline.ledger.what')}</p>
      <Panel title={t('hotline.ledger.totals')}>
        <table>
          <thead><tr><th scope="col">{t('from')}</th><th scope="col">{t('to')}</th><th scope="col">{t('hotline.ledger.tries')}</th><th scope="col">{t('hotline.ledger.answered')}</th><th scope="col">{t('hotline.ledger.unanswered')}</th><th scope="col">{t('hotline.ledger.longest')}</th></tr></thead>
          <tbody>
            {data?.totals.map((x) => (
              <tr key={x.desk + x.to}>
                <td><DeskName id={x.desk} /></td><td><DeskName id={x.to} /></td><td><Id>{x.tries}</Id></td><td><Id>{x.answered}</Id></td>
                <td>{Object.entries(x.unanswered).map(([o, n]) => <span key={o} className="many"><Id>{n}</Id> {t(`hotline.outcome.${o}` as ModuleKey)}</span>)}</td>
                <td>{x.longest_ms > 0 ? <Id>{left(x.longest_ms)}</Id> : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {data && !data.totals.length && <Empty>{t('hotline.ledger.none')}</Empty>}
      </Panel>
      <Panel title={t('hotline.ledger')} aside={<label className="inline"><input type="checkbox" checked={only} onChange={() => setOnly(!only)} /> {t('hotline.ledger.only')}</label>}>
        <div className="wide" tabIndex={0} role="region" aria-label={t('hotline.ledger')}>
          <table>
            <thead><tr><th scope="col">{t('time')}</th><th scope="col">{t('from')}</th><th scope="col">{t('to')}</th><th scope="col">{t('hotline.ledger.means')}</th><th scope="col">{t('hotline.ledger.outcome')}</th><th scope="col">{t('hotline.ledger.until')}</th><th /></tr></thead>
            <tbody>
              {tries.map((x) => (
                <tr key={x.ref + x.to + x.outcome} className={x.outcome === 'answered' ? '' : 'missed'}>
                  <td><At ms={x.at} /></td><td><DeskName id={x.desk} short /></td><td><DeskName id={x.to} short /></td>
                  <td>{t(`hotline.means.${x.means}` as ModuleKey)}</td>
                  <td><span className={'mark ' + (x.outcome === 'answered' ? 'ok' : 'bad')}>{t(`hotline.outcome.${x.outcome}` as ModuleKey)}</span></td>
                  <td>{x.answered ? <Id>{left(x.answered - x.started)}</Id> : <span className="bad">{t('hotline.ledger.noanswer')} <Id>{left(deskNow() - x.started)}</Id></span>}</td>
                  <td>{x.number && <Id className="small">{x.number}</Id>} <RecordLink id={x.ref} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {data && !tries.length && <Empty>{t('hotline.ledger.none')}</Empty>}
      </Panel>
    </div>
  )
}
