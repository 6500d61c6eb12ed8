// Whether all desks see the same: the hash over what is shared, the counts of
// what is and what is not with the reason, the journals, and who may read what.
import { dtg } from '../clock'
import { Card, RecordLink } from '../module/parts'
import { DeskName } from '../parts'
import { hasWords, Id, type Key, useText, useTitle } from '../text'
import type { Shown } from './types'

export function Overview({ data }: { data: Shown }) {
  const t = useText()
  return (
    <>
      <Card title={t('supervision.hash')} aside={<span className="muted small">{t('supervision.since')} <Id>{dtg(data.since)}</Id></span>}>
        <p className="muted">{t('supervision.parity.what')}</p>
        <p className="hash" dir="ltr">{(data.hash.match(/.{1,8}/g) ?? []).map((part, i) => <Id key={i}>{part}</Id>)}</p>
        <p className="line muted small">{t('supervision.through')} {data.through.map((ref) => <RecordLink key={ref} id={ref} />)}</p>
      </Card>
      <ParityTable data={data} />
      <div className="beside">
        <Journals data={data} />
        <Modes modes={data.modes} />
      </div>
    </>
  )
}

function useModuleName() {
  const t = useText()
  const title = useTitle()
  return (module: string) => (module === 'cell' ? t('supervision.module.cell') : title(module))
}

function ParityTable({ data }: { data: Shown }) {
  const t = useText()
  const name = useModuleName()
  const sum = (pick: (p: Shown['parity'][number]) => number) => data.parity.reduce((n, p) => n + pick(p), 0)
  return (
    <Card title={t('supervision.parity')}>
      {!data.parity.length ? <p className="muted">{t('supervision.parity.none')}</p> : (
        <table className="paritytable">
          <thead><tr><th scope="col">{t('supervision.module')}</th><th scope="col">{t('supervision.shared')}</th><th scope="col">{t('supervision.not-shown')}</th><th scope="col">{t('supervision.reason')}</th></tr></thead>
          <tbody>
            {data.parity.map((p) => (
              <tr key={p.module}>
                <th scope="row">{name(p.module)}</th><td><Id>{p.shared}</Id></td><td><Id>{p.not_shown}</Id></td>
                <td>{p.reasons.map((r) => <span key={r.reason} className="why"><Id>{r.count}</Id> <Reason reason={r.reason} /></span>)}{!p.reasons.length && <span className="muted">–</span>}</td>
              </tr>
            ))}
            <tr className="total"><th scope="row">{t('figures.total')}</th><td><Id>{sum((p) => p.shared)}</Id></td><td><Id>{sum((p) => p.not_shown)}</Id></td><td /></tr>
          </tbody>
        </table>
      )}
    </Card>
  )
}

function Reason({ reason }: { reason: string }) {
  const t = useText()
  const key = `supervision.reason.${reason}`
  return hasWords(key) ? <>{t(key as Key)}</> : <Id>{reason}</Id>
}

/** How much of every journal this desk sees as commitments only. */
function Journals({ data }: { data: Shown }) {
  const t = useText()
  return (
    <Card title={t('supervision.journals')}>
      <ul className="lines journalcounts">
        {data.journals.map((j) => (
          <li key={`${j.desk}${j.gen}`}>
            <span className="pair"><DeskName id={j.desk} />{j.gen > 1 && <Id className="muted">~{j.gen}</Id>}</span>
            <span className="pair"><Id>{j.entries}</Id> <span className="muted">{t('supervision.entries')}</span></span>
            <span className="detail"><progress value={j.held} max={Math.max(1, j.entries)} aria-label={t('supervision.held')} /> <span><Id>{j.held}</Id> {t('supervision.held')}</span> <span><Id>{j.unseen}</Id> {t('supervision.unseen')}{j.reason && <> · <Reason reason={j.reason} /></>}</span></span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Who of the supervisor reads what is exchanged in each basket. */
function Modes({ modes }: { modes: Record<string, string> }) {
  const t = useText()
  const word = (key: string, name: string) => (hasWords(key) ? t(key as Key) : name)
  return (
    <Card title={t('supervision.modes')}>
      <dl className="modes">
        {Object.entries(modes).sort().map(([basket, mode]) => <div key={basket}><dt>{word(`supervision.basket.${basket}`, basket)}</dt><dd>{word(`supervision.mode.${mode}`, mode)}</dd></div>)}
      </dl>
    </Card>
  )
}
