// The joint log of 24 hours: every figure with its records, whether the sums
// agree, who has signed, and what a desk says to it before it goes further.
import { dtg } from '../clock'
import { formOf } from '../compose/prefill'
import { useLive } from '../live'
import { StateChip } from '../module/line'
import { ActButton, Card, Figures, RecordLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { At, Countdown, DeskName } from '../parts'
import { FreeText, hasWords, Id, type Key, useText } from '../text'
import type { Figure, Printed } from './types'

/** What a figure counts, in words where they are known. */
function FigureName({ name }: { name: string }) {
  const t = useText()
  const key = `supervision.figure.${name}`
  return hasWords(key) ? <>{t(key as Key)}</> : <Id>{name}</Id>
}

export const Day = ({ log }: { log: Printed }) => <bdi dir="ltr"><Id>{dtg(log.day_from)}</Id> – <Id>{dtg(log.day_to)}</Id></bdi>

/** A word and a sign: a log that does not reconcile says so plainly. */
export function Reconciles({ log }: { log: Printed }) {
  const t = useText()
  return log.reconciles ? <span className="mark ok">= {t('supervision.agrees')}</span> : <span className="mark bad">≠ {t('supervision.differs')}</span>
}

/** What is counted of incidents and their verification; the rest is traffic. */
const INCIDENTS = ['incidents', 'open-at-start', 'opened', 'ended', 'open-at-end', 'verifications', 'results', 'found', 'nothing', 'partial', 'denied', 'complied']

export function LogCard({ log }: { log: Printed }) {
  const t = useText()
  const rows = (figures: Figure[]) => figures.map((f) => ({
    label: <FigureName name={f.name} />, value: f.value, records: f.records,
    note: log.wrong.includes(f.name) ? <span className="mark bad">≠ {t('supervision.differs')}</span> : undefined,
  }))
  return (
    <>
      {!log.reconciles && (
        <p className="note bad unreconciled" role="note"><b>≠ {t('supervision.reconciles.no')}</b> <span className="wrongs">{log.wrong.map((name) => <span key={name} className="mark bad"><FigureName name={name} /></span>)}</span></p>
      )}
      <Card title={<Day log={log} />} aside={<><Reconciles log={log} /><StateChip module="supervision" state={log.state} /></>}>
        <p className="muted">{t('supervision.records.what')}</p>
        <div className="beside">
          <Figures caption={t('supervision.traffic')} rows={rows(log.figures.filter((f) => !INCIDENTS.includes(f.name)))} />
          <Figures caption={t('incident.title')} rows={rows(log.figures.filter((f) => INCIDENTS.includes(f.name)))} />
        </div>
        <Sums figures={log.figures} />
      </Card>
      <Signatures log={log} />
      <Replies log={log} />
    </>
  )
}

/** A part of a sum, without the words that refer to the line above. */
function Part({ name }: { name: string }) {
  const t = useText()
  const key = `incident.count.${name}`
  return hasWords(key) ? <>{t(key as Key)}</> : <FigureName name={name} />
}

/** The sums that a log must keep, each with both its sides. */
function Sums({ figures }: { figures: Figure[] }) {
  const t = useText()
  const value = (name: string) => figures.find((f) => f.name === name)?.value ?? 0
  const sums: { left: [string, string][]; right: string }[] = [
    { left: [['', 'open-at-start'], ['+', 'opened'], ['−', 'ended']], right: 'open-at-end' },
    { left: [['', 'opened']], right: 'incidents' },
    { left: [['', 'found'], ['+', 'nothing'], ['+', 'partial'], ['+', 'denied']], right: 'results' },
  ]
  return (
    <section aria-labelledby="sums">
      <h4 id="sums">{t('supervision.sums')}</h4>
      <ul className="sums">
        {sums.map(({ left, right }) => {
          const total = left.reduce((n, [sign, name]) => n + (sign === '−' ? -1 : 1) * value(name), 0)
          const same = total === value(right)
          return (
            <li key={right}>
              <Id>{left.map(([sign, name]) => `${sign}${sign && ' '}${value(name)}`).join(' ')} {same ? '=' : '≠'} {value(right)}</Id>
              <span>{left.map(([sign, name], i) => <span key={name}>{i ? ` ${sign} ` : ''}<Part name={name} /></span>)} = <FigureName name={right} /></span>
              {!same && <span className="mark bad">≠ {t('supervision.differs')}</span>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Every desk that signs has a line; a log that does not reconcile cannot be signed. */
function Signatures({ log }: { log: Printed }) {
  const t = useText()
  const { desk } = useLive()
  const mine = log.signatures.find((s) => s.desk === desk?.desk)
  return (
    <Card title={t('supervision.signatures')} aside={<span className="muted small"><Id>{log.signatures.filter((s) => s.at).length} / {log.signatures.length}</Id></span>}>
      <ul className="lines">
        {log.signatures.map((s) => (
          <li key={s.desk}><DeskName id={s.desk} />{s.at ? <span className="pair"><span className="mark ok">✓</span> <At ms={s.at} /> <RecordLink id={s.ref} /></span> : <span className="muted">… {t('supervision.unsigned')}</span>}</li>
        ))}
      </ul>
      {mine && !mine.at && (
        <div className="actions sign">
          {log.reconciles && log.open
            ? <ActButton primary act={{ kind: 'supervision.sign/1', about: log.key, body: {} }}>{t('supervision.sign')}</ActButton>
            : <button type="button" disabled aria-describedby="why-unsigned">{t('supervision.sign')}</button>}
          <span id="why-unsigned" className={log.reconciles ? 'muted small' : 'bad'}>{log.reconciles ? t('supervision.sign.what') : t('supervision.reconciles.no')}</span>
        </div>
      )}
    </Card>
  )
}

/** The right of reply; what comes late is appended all the same (SUP-09). */
function Replies({ log }: { log: Printed }) {
  const t = useText()
  const { desk } = useLive()
  const to = [...new Set([log.from, ...log.to])].filter((d) => d && d !== desk?.desk)
  return (
    <Card title={t('supervision.replies')} aside={<span className="pair"><span className="muted small">{t('supervision.reply-by')}</span> <At ms={log.reply_by} /> <Countdown due={log.reply_by} warn={3_600_000} /></span>}>
      {!log.replies.length && <p className="muted">{t('supervision.replies.none')}</p>}
      {log.replies.map((r) => (
        <section key={r.ref} className="reply">
          <p className="line"><DeskName id={r.desk} /> <At ms={r.at} /> {r.late && <span className="mark warn">{t('supervision.late')}</span>} <RecordLink id={r.ref} /></p>
          <FreeText free={r.text} className="small" />
        </section>
      ))}
      {formOf(desk, 'supervision.reply/1') && <div className="actions"><ComposeButton code="supervision.reply/1" about={log.key} to={to}>{t('supervision.reply')}</ComposeButton></div>}
    </Card>
  )
}
