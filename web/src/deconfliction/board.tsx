// Three days of activities: a lane for each desk, a bar for each notice over
// its windows, conflicts in a lane of their own with a line between the two
// that meet. Time runs from left to right in every language, so that officers
// of different languages can say "left of the bar". One stop of the Tab key:
// arrows move, Enter opens; what is on it is one list to a screen reader, and
// the tab beside it says the same as a table.
import { type KeyboardEvent, memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { dtg, local, useNow } from '../clock'
import { useLive } from '../live'
import { go } from '../nav'
import { deskColour, DeskName, letterOf } from '../parts'
import { Id, useText, useWordOf } from '../text'
import { type Item, next, place, type Placed } from './rows'
import { Sign, useTypeName } from './signs'
import { type Conflict, HOUR, LONG, type Notice, SIX, type Unseen, windowsOf } from './types'

const ROW = 26
const CONFLICTS = '!'
/** A sign for a state, beside its words where there is room for them. */
export const STATES: Record<string, string> = { filed: '○', 'check-pending': '?', 'check-held': '?', clear: '', agreed: '=', active: '●', conflicting: '▲', refused: '!', nonconforming: '≠', ended: '×' }

interface Props { notices: Notice[]; conflicts: Conflict[]; blind: Unseen[]; from: number; open: string; shift: (by: number) => void }

export function ActivityBoard({ notices, conflicts, blind, from, open, shift }: Props) {
  const t = useText()
  const { desk } = useLive()
  const id = useId()
  const [width, track] = useWidth()
  const [at, setAt] = useState('')
  const words = useWords()
  const list = useRef<HTMLDivElement>(null)
  const lanes = useMemo(() => {
    const known = (desk?.members ?? []).map((m) => m.desk)
    const others = [...new Set(notices.map((n) => n.from))].filter((d) => !known.includes(d))
    return [...(conflicts.length + blind.length ? [CONFLICTS] : []), ...known.filter((d) => desk?.members.find((m) => m.desk === d)?.role === 'party' || notices.some((n) => n.from === d)), ...others]
  }, [desk, notices, conflicts, blind])
  const items = useMemo<Item[]>(() => [
    ...conflicts.map((c) => ({ key: c.key, lane: CONFLICTS, windows: [{ from: c.facts.from, until: c.facts.until }], words: wide(c.number) + 16 })),
    ...blind.map((x) => ({ key: x.key, lane: CONFLICTS, windows: [x.facts.window], words: wide(x.number) + 16 })),
    ...notices.map((n) => ({ key: n.key, lane: n.from, windows: windowsOf(n), words: wide(n.number) + 20 + (STATES[n.state] ? 14 : 0) })),
  ], [notices, conflicts, blind])
  const { placed, lanes: placedLanes } = useMemo(() => place(items, lanes, from, width), [items, lanes, from, width])
  const by = useMemo(() => ({ notice: new Map(notices.map((n) => [n.key, n])), conflict: new Map<string, Conflict | Unseen>([...conflicts, ...blind].map((c) => [c.key, c])), at: new Map(placed.map((p) => [p.key, p])) }), [placed])
  const active = by.at.has(at) ? at : by.at.has(open) ? open : placed[0]?.key ?? ''
  const option = (key: string) => `${id}-${key.replace(/\W/g, '_')}`
  useEffect(() => { document.getElementById(option(active))?.scrollIntoView({ block: 'nearest' }) }, [active])

  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'PageDown' || event.key === 'PageUp') { event.preventDefault(); shift(event.key === 'PageDown' ? 1 : -1); return }
    if (event.key === 'Enter' || event.key === ' ') { if (active) { event.preventDefault(); go({ open: active }) } return }
    if (!/^(Arrow|Home$|End$)/.test(event.key)) return
    event.preventDefault()
    const to = next(placed, active, event.key)
    if (to) setAt(to)
  }
  const rows = placedLanes.reduce((n, l) => n + l.rows, 0)
  const bar = (p: Placed) => {
    const notice = by.notice.get(p.key)
    const conflict = by.conflict.get(p.key)
    return <Bar key={p.key} id={option(p.key)} placed={p} label={notice ? words.notice(notice) : words.conflict(conflict!)} state={notice?.state ?? conflict!.state} over={notice ? !notice.live : !conflict!.open}
      type={notice?.activity ?? ''} number={notice?.number ?? conflict!.number} tone={notice ? deskColour(desk, notice.from) : 'warn'} clashing={!!notice?.conflicts.length} active={p.key === active} open={p.key === open} pick={setAt} />
  }
  return (
    <div className="board">
      <Axis from={from} />
      <div className="boardlist" role="listbox" tabIndex={0} aria-label={t('deconfliction.board')} aria-describedby={id + '-keys'} aria-activedescendant={active ? option(active) : undefined} onKeyDown={key} ref={list}>
        {placedLanes.map((l) => (
          <div key={l.id} className="lane" role="group" aria-label={l.id === CONFLICTS ? t('deconfliction.conflicts') : words.desk(l.id)} style={{ blockSize: l.rows * ROW + 6 }}>
            <span className="lanename" aria-hidden="true">{l.id === CONFLICTS ? <><span className="warn">▲</span> {t('deconfliction.conflicts')}</> : <DeskName id={l.id} />}</span>
            <div className="track" dir="ltr" ref={l === placedLanes[0] ? track : undefined}>
              <Grid from={from} />
              {placed.filter((p) => p.lane === l.id).map((p) => bar({ ...p, row: p.row - l.first }))}
            </div>
          </div>
        ))}
        <Links lanes={placedLanes} conflicts={conflicts} at={by.at} width={width} height={rows * ROW + placedLanes.length * 7} from={from} />
      </div>
      <Legend notices={notices} />
      <p className="sr" id={id + '-keys'}>{t('deconfliction.keys')}</p>
    </div>
  )
}

const times = (s: { from: number; until: number }) => `${dtg(s.from)} – ${dtg(s.until)}`
const wide = (number: string) => number.length * 7.3 + 12

/** The width of the track, as it is shown. */
function useWidth(): [number, (el: HTMLElement | null) => void] {
  const [width, set] = useState(900)
  const watch = useRef<ResizeObserver | null>(null)
  const take = useRef((el: HTMLElement | null) => {
    watch.current?.disconnect()
    if (!el) return
    set(Math.max(1, Math.round(el.clientWidth)))
    watch.current = new ResizeObserver(([e]) => set(Math.max(1, Math.round(e.contentRect.width))))
    watch.current.observe(el)
  })
  useLayoutEffect(() => () => watch.current?.disconnect(), [])
  return [width, take.current]
}

/** What a bar is to somebody who hears it. */
function useWords() {
  const t = useText()
  const { desk } = useLive()
  const word = useWordOf()
  const type = useTypeName()
  const name = (d: string) => t('deconfliction.desk', { letter: letterOf(desk, d) })
  return {
    desk: name,
    notice: (n: Notice) => [n.number, type(n.activity), name(n.from), ...windowsOf(n).slice(0, 3).map((w) => `${dtg(w.from)} – ${dtg(w.until)}`), word('state', 'deconfliction', n.state), n.conflicts.length ? t('deconfliction.n-conflicts', { n: n.conflicts.length }) : ''].filter(Boolean).join(', '),
    conflict: (c: Conflict | Unseen) => [t('deconfliction.conflict'), c.number, 'window' in c.facts ? t('deconfliction.blind') : `${c.facts.a} × ${c.facts.b}`, times('window' in c.facts ? c.facts.window : c.facts), word('state', 'deconfliction', c.state)].join(', '),
  }
}

interface BarProps { id: string; placed: Placed; label: string; state: string; over: boolean; type: string; number: string; tone: string; clashing: boolean; active: boolean; open: boolean; pick: (key: string) => void }

const Bar = memo(function Bar({ id, placed: p, label, state, over, type, number, tone, clashing, active, open, pick }: BarProps) {
  const first = p.spans[0]
  const last = p.spans[p.spans.length - 1]
  return (
    <div id={id} role="option" aria-selected={open} aria-label={label} title={label} className={`activity tone-${tone} is-${state}${over ? ' over' : ''}${active ? ' active' : ''}${open ? ' open' : ''}`}
      style={{ insetBlockStart: p.row * ROW + 3, left: p.x, width: p.width }} onClick={() => { pick(p.key); go({ open: p.key }) }}>
      {p.spans.length > 1 && <i className="joined" style={{ left: first.x - p.x, width: last.x + last.width - first.x }} />}
      {p.spans.map((s, i) => <i key={i} className="span" style={{ left: s.x - p.x, width: s.width }} />)}
      <span className="words">{p.before && '‹'}{type ? <Sign type={type} /> : <b className="warn">▲</b>}<span className="id">{number}</span>{STATES[state] && type && <b className={clashing ? 'warn' : ''}>{STATES[state]}</b>}</span>
    </div>
  )
}, (a, b) => a.label === b.label && a.state === b.state && a.over === b.over && a.active === b.active && a.open === b.open && a.tone === b.tone && a.id === b.id && JSON.stringify(a.placed) === JSON.stringify(b.placed))

/** What the signs on the board are: of the types and states that stand on it. */
const Legend = memo(function Legend({ notices }: { notices: Notice[] }) {
  const word = useWordOf()
  const type = useTypeName()
  const types = [...new Set(notices.map((n) => n.activity))].sort()
  const states = [...new Set(notices.map((n) => n.state))].filter((s) => STATES[s]).sort()
  return (
    <p className="legend muted small" aria-hidden="true">
      {types.map((x) => <span key={x}><Sign type={x} /> {type(x)}</span>)}
      {states.map((x) => <span key={x}><b>{STATES[x]}</b> {word('state', 'deconfliction', x)}</span>)}
    </p>
  )
})

/** A line between the two that meet, with the mark in its middle. */
const Links = memo(function Links({ lanes, conflicts, at, width, height, from }: { lanes: { first: number; rows: number }[]; conflicts: Conflict[]; at: Map<string, Placed>; width: number; height: number; from: number }) {
  const y = (row: number) => { const lane = lanes.findIndex((l) => row < l.first + l.rows); return row * ROW + lane * 7 + 3 + ROW / 2 - 2 }
  return (
    <svg className="clashlines" width={width} height={height} aria-hidden="true">
      {conflicts.filter((c) => c.open).map((c) => {
        const [a, b] = c.between.map((k) => at.get(k))
        if (!a || !b) return null
        const x = Math.min(width - 6, Math.max(6, ((Math.max(c.facts.from, from) - from) / LONG) * width + 3))
        const [top, end] = [Math.min(y(a.row), y(b.row)), Math.max(y(a.row), y(b.row))]
        const middle = (top + end) / 2
        return <g key={c.key} onClick={() => go({ open: c.key })}><line x1={x} x2={x} y1={top} y2={end} /><circle cx={x} cy={top} r={2.5} /><circle cx={x} cy={end} r={2.5} /><path d={`M${x} ${middle - 7}L${x + 7} ${middle + 5}H${x - 7}Z`} /></g>
      })}
    </svg>
  )
})

const marks = (from: number) => Array.from({ length: LONG / SIX + 1 }, (_, i) => Math.ceil(from / SIX) * SIX + i * SIX).filter((v) => v <= from + LONG)
const share = (ms: number, from: number) => `${((ms - from) / LONG) * 100}%`

const Grid = memo(function Grid({ from }: { from: number }) {
  return <>{marks(from).map((v) => <i key={v} className={'tick' + (v % (24 * HOUR) ? '' : ' day')} style={{ left: share(v, from) }} />)}<Now from={from} /></>
})

/** The present, alone: it moves twice a second, and nothing else is drawn again for it. */
function Now({ from }: { from: number }) {
  const now = useNow()
  return now >= from && now <= from + LONG ? <i className="now" style={{ left: share(now, from) }} /> : null
}

/** Every six hours in UTC, and below in this desk's own time. */
function Axis({ from }: { from: number }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.members.find((m) => m.desk === desk.desk)
  return (
    <div className="boardaxis" aria-hidden="true">
      <span className="lanename muted small"><span>UTC</span>{own && <span>{t('deconfliction.local')} <Id>{own.letter}</Id></span>}</span>
      <div className="track" dir="ltr">
        {marks(from).slice(0, -1).map((v) => (
          <span key={v} className={'hour id' + (v % (24 * HOUR) ? '' : ' day') + (v % (12 * HOUR) ? ' mid' : '')} style={{ left: share(v, from) }}>
            <b>{v % (24 * HOUR) ? dtg(v).slice(2, 6) + 'Z' : dtg(v).slice(0, 2) + ' ' + dtg(v).slice(8, 11)}</b><span>{own && local(v, own.zone)}</span>
          </span>
        ))}
        <Now from={from} />
      </div>
    </div>
  )
}
