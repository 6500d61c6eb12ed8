// The same as the board, as a table: for a screen reader, for a small screen,
// and for whoever looks for a number.
import type { Span } from '../api'
import { dtg } from '../clock'
import { go } from '../nav'
import { DeskName, Empty } from '../parts'
import { StateChip } from '../module/line'
import { Id, useText } from '../text'
import { feet } from './heights'
import { ActivityName, Sign } from './signs'
import { band, type Conflict, type Notice, type Unseen, windowsOf } from './types'

export function ActivityTable({ notices, conflicts, blind, open }: { notices: Notice[]; conflicts: Conflict[]; blind: Unseen[]; open: string }) {
  const t = useText()
  const meetings = [...conflicts.map((c) => ({ ...c, at: c.facts as Span })), ...blind.map((c) => ({ ...c, at: c.facts.window }))]
  if (!notices.length && !meetings.length) return <Empty>{t('deconfliction.none-here')}</Empty>
  return (
    <div className="activities">
      {meetings.length > 0 && (
        <table>
          <caption>{t('deconfliction.conflicts')} <Id className="muted">{meetings.length}</Id></caption>
          <thead><tr><th scope="col">{t('deconfliction.number')}</th><th scope="col">{t('deconfliction.common')}</th><th scope="col">{t('deconfliction.state')}</th></tr></thead>
          <tbody>
            {meetings.map((c) => (
              <tr key={c.key} className={open === c.key ? 'open' : ''}>
                <th scope="row"><Open id={c.key} open={open}><span className="warn" aria-hidden="true">▲</span> <Id>{c.number}</Id></Open></th>
                <td><Times from={c.at.from} until={c.at.until} /></td>
                <td><StateChip module="deconfliction" state={c.state} tone={c.open ? 'warn' : ''} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table>
        <caption>{t('deconfliction.notices')} <Id className="muted">{notices.length}</Id></caption>
        <thead><tr><th scope="col">{t('deconfliction.number')}</th><th scope="col">{t('deconfliction.type')}</th><th scope="col">{t('deconfliction.windows')}</th><th scope="col">{t('deconfliction.height')}</th><th scope="col">{t('deconfliction.state')}</th></tr></thead>
        <tbody>
          {notices.map((n) => <Row key={n.key} notice={n} open={open} />)}
        </tbody>
      </table>
    </div>
  )
}

function Row({ notice: n, open }: { notice: Notice; open: string }) {
  const t = useText()
  const windows = windowsOf(n)
  const height = n.volumes[0] && band(n.volumes[0])
  return (
    <tr className={[open === n.key ? 'open' : '', n.live ? '' : 'over'].join(' ')}>
      <th scope="row"><DeskName id={n.from} short /> <Open id={n.key} open={open}><Id>{n.number}</Id></Open></th>
      <td><Sign type={n.activity} /> <ActivityName type={n.activity} />{n.area.text && <> · <bdi>{n.area.text}</bdi></>}</td>
      <td>{windows.slice(0, 2).map((w, i) => <Times key={i} from={w.from} until={w.until} />)}{windows.length > 2 && <span className="muted small">{t('deconfliction.more-windows', { n: windows.length - 2 })}</span>}</td>
      <td>{height ? <><Id>{`${height.low_m}–${height.high_m} m ${height.reference}`}</Id> <Id className="muted small">{`${feet(height.low_m)}–${feet(height.high_m)} ft`}</Id></> : '–'}</td>
      <td><StateChip module="deconfliction" state={n.state} tone={n.conflicts.length ? 'warn' : ''} />{n.flag && n.live && n.flag !== 'unreceived' && <span className="mark warn">{t(`deconfliction.flag.${n.flag}`)}</span>}{n.outside && <span className="mark warn">{t('deconfliction.flag.outside')}</span>}{n.conflicts.length > 0 && <span className="mark warn">▲ <Id>{n.conflicts.length}</Id></span>}</td>
    </tr>
  )
}

function Open({ id, open, children }: { id: string; open: string; children: React.ReactNode }) {
  return <button type="button" className="ref" aria-current={open === id ? 'true' : undefined} onClick={() => go({ open: id })}>{children}</button>
}

const Times = ({ from, until }: { from: number; until: number }) => <span className="times" dir="ltr"><Id>{dtg(from)}</Id> – <Id>{dtg(until)}</Id></span>
