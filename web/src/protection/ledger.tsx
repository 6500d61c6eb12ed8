// Who got which version of what and when: the answer to "who had this place on
// that day", with the record that proves it (PRO-05).
import { useState } from 'react'
import { FieldEditor, ownField } from '../compose/fields'
import { LevelOf } from '../module/choice'
import { KindName } from '../module/line'
import { RecordLink } from '../module/parts'
import { At, DeskName, Empty } from '../parts'
import { Id, say, useText } from '../text'
import type { Release } from './types'

const three = (key: 'protection.ledger.on') => ({ en: say('en', key), ar: say('ar', key), he: say('he', key) })

/** Whether a desk held what it was given at a time. */
const held = (r: Release, at: number) => r.delivered !== null && r.delivered <= at && (r.removed === null || r.removed > at)

export function Ledger({ ledger }: { ledger: Release[] }) {
  const t = useText()
  const [code, setCode] = useState('')
  const [on, setOn] = useState<unknown>()
  const codes = [...new Set(ledger.map((r) => r.code))].sort()
  const lines = ledger.filter((r) => (!code || r.code === code) && (typeof on !== 'number' || held(r, on))).sort((a, b) => a.code.localeCompare(b.code) || b.sent - a.sent || a.desk.localeCompare(b.desk))
  if (!ledger.length) return <Empty>{t('protection.ledger.none')}</Empty>
  return (
    <>
      <div className="ledgerfilter">
        <label className="field"><span className="label">{t('protection.code')}</span>
          <select value={code} onChange={(e) => setCode(e.target.value)}><option value="">{t('filter.all')}</option>{codes.map((c) => <option key={c} value={c}>{c}</option>)}</select>
        </label>
        <FieldEditor field={ownField('on', 'time', three('protection.ledger.on'))} value={on} change={setOn} />
      </div>
      {lines.length ? (
        <div className="wide">
          <table className="ledger">
            <caption className="sr">{t('protection.ledger')}</caption>
            <thead><tr>
              <th scope="col">{t('protection.code')}</th><th scope="col">{t('protection.ledger.what')}</th><th scope="col">{t('protection.version')}</th><th scope="col">{t('protection.sent')}</th><th scope="col">{t('to')}</th>
              <th scope="col">{t('protection.delivered')}</th><th scope="col">{t('protection.received')}</th><th scope="col">{t('protection.disseminated')}</th><th scope="col">{t('protection.removed')}</th>
            </tr></thead>
            <tbody>
              {lines.map((r) => (
                <tr key={r.ref + r.desk} className={r.removed ? 'gone' : ''}>
                  <th scope="row"><Id>{r.code}</Id></th>
                  <td><KindName kind={r.kind} /></td>
                  <td><span title={r.version}><Id>{r.version.slice(0, 8)}</Id></span> <RecordLink id={r.ref} /></td>
                  <td><At ms={r.sent} /></td>
                  <td><DeskName id={r.desk} /></td>
                  <td><When ms={r.delivered} /></td>
                  <td><When ms={r.received} /></td>
                  <td>{r.disseminated.length ? r.disseminated.map((l) => <div key={l.level + l.at}>{l.cannot && <b>{t('disseminate.cannot')} </b>}<LevelOf desk={r.desk} level={l.level} /> <At ms={l.at} /></div>) : <span className="muted">–</span>}</td>
                  <td><When ms={r.removed} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : <Empty>{t('protection.ledger.nobody')}</Empty>}
    </>
  )
}

const When = ({ ms }: { ms: number | null }) => <At ms={ms ?? 0} />
