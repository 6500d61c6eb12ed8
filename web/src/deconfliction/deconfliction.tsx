// Activities: three days on a board and as a list, what is open beside it, the
// files of other systems, and the card to print.
import { useState } from 'react'
import { deskNow } from '../clock'
import { useShell } from '../module/shell'
import { Screen, useModule } from '../module/screen'
import { go, useWhere } from '../nav'
import { Empty, Kbd } from '../parts'
import { Id, useText, useWordOf } from '../text'
import { BlindDetail } from './blind'
import { ActivityBoard } from './board'
import './board.css'
import { CardPage } from './card'
import { ConflictDetail } from './conflict'
import { DraftDetail } from './draft'
import { Files } from './files'
import { NoticeDetail } from './notice'
import { ACCEPT, DECIDE, DECLINE, PROPOSE } from './settle'
import { useTypeName } from './signs'
import { ActivityTable } from './table'
import { type Board, HOUR, LONG, SIX } from './types'

const OWN = [PROPOSE, DECIDE, ACCEPT, DECLINE]
const MOST = 500 // on one board; the bar says when there are more

export function Deconfliction() {
  const { tab, open } = useWhere()
  return tab === 'card' && open ? <CardPage id={open} /> : <Activities />
}

function Activities() {
  const t = useText()
  const { open, tab } = useWhere()
  const { docked } = useShell()
  const [days, setDays] = useState(0)
  const [type, setType] = useState('')
  const [state, setState] = useState('')
  // From the six hours in which the watch is; a shift is a day.
  const from = Math.floor(deskNow() / SIX) * SIX - SIX + days * 24 * HOUR
  const { data, error } = useModule<Board>(`deconfliction?from=${from}&until=${from + LONG}&limit=${MOST}&brief=yes`)
  const all = [...(data?.notices ?? [])].sort((a, b) => a.window.from - b.window.from)
  const notices = all.filter((n) => (!type || n.activity === type) && (!state || n.state === state))
  const shown = new Set(notices.map((n) => n.key))
  const conflicts = (data?.conflicts ?? []).filter((c) => (type || state ? c.between.some((k) => shown.has(k)) : true)).filter((c) => c.facts.until >= from && c.facts.from <= from + LONG)
    .sort((a, b) => Number(b.open) - Number(a.open) || a.facts.from - b.facts.from)
  const blind = (data?.blind ?? []).filter((x) => x.open && x.facts.window.until >= from && x.facts.window.from <= from + LONG && (!type && !state || x.facts.between.some((k) => shown.has(k))))
  const none = !notices.length && !conflicts.length && !blind.length
  const view = tab === 'list'
    ? <ActivityTable notices={notices} conflicts={conflicts} blind={blind} open={open} />
    : none ? <Empty>{t(all.length ? 'deconfliction.none-filtered' : 'deconfliction.none-here')}</Empty>
      : <ActivityBoard notices={notices} conflicts={conflicts} blind={blind} from={from} open={open} shift={(by) => setDays((d) => d + by)} />
  return (
    <Screen module="deconfliction" own={OWN} tools={<button type="button" onClick={() => go({ screen: 'movement', tab: '', open: '' })}>{t('deconfliction.move.open-board')}</button>} ready={!!data} error={error} order={[...conflicts, ...blind, ...notices].map((x) => x.key)}
      tabs={[{ tab: 'board', title: t('deconfliction.board.tab') }, { tab: 'list', title: t('deconfliction.list.tab') }, { tab: 'files', title: t('deconfliction.files.tab'), page: <Files notices={all} /> }]}
      top={!docked || open || tab !== 'files' ? <Filters board={data} days={days} setDays={setDays} type={type} setType={setType} state={state} setState={setState} count={notices.length} conflicts={conflicts.filter((c) => c.open).length + blind.length} /> : null}
      list={view}
      detail={(key) => {
        const meeting = data?.blind.find((x) => x.key === key)
        return meeting ? <BlindDetail meeting={meeting} board={data!} /> : key.startsWith(':') ? <ConflictDetail id={key} /> : <><NoticeDetail id={key} known={all} /><DraftDetail id={key} /></>
      }}
      rest={<p className="muted">{t('deconfliction.no-permission')}</p>} />
  )
}

interface FilterProps { board: Board | null; days: number; setDays: (n: number) => void; type: string; setType: (s: string) => void; state: string; setState: (s: string) => void; count: number; conflicts: number }

function Filters({ board, days, setDays, type, setType, state, setState, count, conflicts }: FilterProps) {
  const t = useText()
  const word = useWordOf()
  const name = useTypeName()
  const present = (of: (n: Board['notices'][number]) => string, kept: string) => [...new Set([...(board?.notices ?? []).map(of), ...(kept ? [kept] : [])])].sort()
  return (
    <div className="boardfilters" role="group" aria-label={t('deconfliction.filter')}>
      <label>{t('deconfliction.type')} <select value={type} onChange={(e) => setType(e.target.value)}><option value="">{t('deconfliction.all')}</option>{present((n) => n.activity, type).map((x) => <option key={x} value={x}>{name(x)}</option>)}</select></label>
      <label>{t('deconfliction.state')} <select value={state} onChange={(e) => setState(e.target.value)}><option value="">{t('deconfliction.all')}</option>{present((n) => n.state, state).map((x) => <option key={x} value={x}>{word('state', 'deconfliction', x)}</option>)}</select></label>
      <span className="switch" dir="ltr">
        <button type="button" onClick={() => setDays(days - 1)} title={t('deconfliction.earlier')}>‹ 24 h</button>
        <button type="button" onClick={() => setDays(0)} aria-pressed={days === 0}>{t('time.now')}</button>
        <button type="button" onClick={() => setDays(days + 1)} title={t('deconfliction.later')}>24 h ›</button>
      </span>
      <span className="muted small" role="status">{t('deconfliction.count', { n: count })}{conflicts > 0 && <> · <b className="warn">{t('deconfliction.n-conflicts', { n: conflicts })}</b></>}</span>
      {board?.more && <span className="mark warn">{t('deconfliction.more', { n: MOST })}</span>}
      {board && board.unchecked.length > 0 && <span className="mark warn">{t('deconfliction.not-checked')} <Id>{board.unchecked.map((u) => u.desk).join(', ')}</Id></span>}
      <span className="grow" />
      <span className="muted small keys"><Kbd>← ↑ ↓ →</Kbd> <Kbd>Enter</Kbd> <Kbd>PgDn</Kbd></span>
    </div>
  )
}
