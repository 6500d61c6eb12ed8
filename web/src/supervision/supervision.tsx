// Supervision: the log that all sign, whether all see the same, and the copies
// that stay sealed until somebody hands over their key.
import { useState } from 'react'
import { dtg } from '../clock'
import { useLive } from '../live'
import { LineList } from '../module/line'
import { Screen, useModule } from '../module/screen'
import { DeskName } from '../parts'
import { Id, useText } from '../text'
import { Day, LogCard, Reconciles } from './log'
import { Overview } from './parity'
import { HandOver, SealedCard, SealedMarks } from './sealed'
import './supervision.css'
import type { Printed, Shown } from './types'

const OWN = ['supervision.sign/1', 'supervision.reply/1']

export function Supervision() {
  const t = useText()
  const { desk, lost } = useLive()
  const [handing, setHanding] = useState<string | null>(null)
  const { data, error } = useModule<Shown>('supervision')
  const logs = [...(data?.reports ?? [])].sort((a, b) => b.day_to - a.day_to)
  const copies = [...(data?.sealed ?? [])].sort((a, b) => b.at - a.at)
  const party = desk?.members.find((m) => m.desk === desk.desk)?.role === 'party'
  const seals = Object.values(data?.modes ?? {}).includes('sealed-copy')
  const detail = (key: string) => {
    const log = logs.find((l) => l.key === key)
    const copy = copies.find((c) => c.key === key)
    return log ? <LogCard log={log} /> : copy ? <SealedCard copy={copy} hand={() => setHanding(copy.of)} /> : null
  }
  return (
    <>
      <Screen module="supervision" own={OWN} ready={!!data} error={error}
        order={[...logs, ...copies].map((x) => x.key)}
        tools={party && seals && <button type="button" disabled={lost} aria-expanded={handing !== null} onClick={() => setHanding('')}>{t('supervision.handover')}</button>}
        list={(
          <>
            <LineList module="supervision" lines={logs} title={t('supervision.reports')} none={t('supervision.reports.none')} subject={(l) => <Day log={l} />} marks={(l) => <LogMarks log={l} />} />
            {(copies.length > 0 || seals) && <LineList module="supervision" lines={copies} title={t('supervision.sealed')} none={t('supervision.sealed.none')} subject={(c) => <>{t('supervision.record')} <Id>{c.of}</Id></>} marks={(c) => <SealedMarks copy={c} />} />}
          </>
        )}
        detail={detail}
        rest={data && <Overview data={data} />} />
      {handing !== null && <HandOver of={handing} close={() => setHanding(null)} />}
    </>
  )
}

/** Whether it adds up, and who has signed: a letter with a tick, or with dots. */
function LogMarks({ log }: { log: Printed }) {
  const t = useText()
  return (
    <>
      <Reconciles log={log} />
      <span className="pair">{log.signatures.map((s) => <span key={s.desk} className="pair" title={s.at ? dtg(s.at) : t('supervision.unsigned')}><DeskName id={s.desk} short />{s.at ? '✓' : '…'}</span>)}</span>
      {log.replies.length > 0 && <span>{t('supervision.replies')} <Id>{log.replies.length}</Id></span>}
    </>
  )
}
