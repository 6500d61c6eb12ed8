// The ledger of line checks: asked, answered by whom and when, missed; and
// each attempt to reach a desk by other means.
import { useState } from 'react'
import { type Checks, file, get, type Journals } from '../api'
import { deskNow } from '../clock'
import type { Intent } from '../compose/compose'
import { body, missing, prefill, template } from '../compose/prefill'
import { refresh, useFetched, useLive } from '../live'
import { At, DeskName, Empty, Fault, Panel } from '../parts'
import { useRefusal } from '../refusal'
import { Id, type Key, Tri, useText } from '../text'

export function ChecksTab({ compose }: { compose: (i: Intent) => void }) {
  const t = useText()
  const { desk, lost } = useLive()
  const { data } = useFetched<Checks>('/checks')
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const form = template(desk, 'LINECHK')
  const attempt = template(desk, 'ATTEMPT')
  const now = async () => {
    if (!desk || !form) return
    setFault('')
    // The text is one of the charter's neutral bank, by number; the code lets two officers compare by telephone.
    const journals = await get<Journals>('/journals?limit=1').catch(() => null)
    const values = prefill(desk, form, { text: 1 + (Math.floor(deskNow() / 60_000) % (desk.check_texts?.length || 1)), ...(journals?.code ? { code: journals.code } : {}) })
    if (missing(form, values).length) { compose({ code: 'LINECHK', values }); return }
    try {
      await file({ kind: form.kind, to: desk.members.filter((m) => m.desk !== desk.desk).map((m) => m.desk), body: body(form, values) }, crypto.randomUUID())
      await refresh()
    } catch (problem) { setFault(refusal.sentence(problem)) }
  }
  const others = desk?.members ?? []
  return (
    <div className="scroll page">
      <div className="row">
        <button type="button" className="primary" disabled={!form || lost} onClick={now}>{t('check.now')}</button>
        <button type="button" disabled={!attempt || lost} onClick={() => compose({ code: 'ATTEMPT' })}>{t('attempt.file')}</button>
      </div>
      {fault && <Fault>{fault}</Fault>}
      <Panel title={t('checks')}>
        <div className="wide" tabIndex={0} role="region" aria-label={t('checks')}>
          <table>
            <thead><tr><th scope="col">{t('time')}</th><th scope="col">{t('from')}</th>{others.map((m) => <th scope="col" key={m.desk}><DeskName id={m.desk} /></th>)}<th scope="col">{t('check.result')}</th><th scope="col">{t('code')}</th></tr></thead>
            <tbody>
              {data?.checks.map((c) => (
                <tr key={c.key} className={c.result === 'missed' ? 'missed' : ''}>
                  <td><At ms={c.at} /></td>
                  <td><DeskName id={c.from} short /></td>
                  {others.map((m) => <td key={m.desk}>{m.desk === c.from ? <span className="muted">{t('check.asked')}</span> : c.answered[m.desk] ? <At ms={c.answered[m.desk]!} /> : c.to.includes(m.desk) ? <span className={'mark ' + (c.result === 'missed' ? 'bad' : 'warn')}>{c.result === 'missed' ? t('check.missed') : t('pending')}</span> : <span className="muted">–</span>}</td>)}
                  <td><span className={'mark ' + (c.result === 'missed' ? 'bad' : c.result === 'answered' ? 'ok' : 'warn')}>{t(`check.${c.result}` as Key)}</span>{c.attempts?.map((a, i) => <span key={i} className="many small muted"><At ms={a.at} /> {a.text ? <Tri text={a.text} ids /> : `${a.means} · ${a.outcome}`}</span>)}</td>
                  <td><Id className="small">{c.code ?? ''}</Id></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {data && !data.checks.length && <Empty>{t('checks.none')}</Empty>}
      </Panel>
      <Panel title={t('attempts')}>
        <ul className="lines">
          {data?.attempts.map((a, i) => (
            <li key={i}><span><At ms={a.at} /> {t('from')} <DeskName id={a.desk} short /> {t('to')} {[a.to].flat().map((d) => <DeskName key={d} id={d} short />)}</span><span>{a.text ? <Tri text={a.text} ids /> : `${a.means} · ${a.outcome}`}</span></li>
          ))}
          {data && !data.attempts.length && <li><Empty>{t('attempts.none')}</Empty></li>}
        </ul>
      </Panel>
    </div>
  )
}
