// Windows of time on one axis. Time runs from left to right in every language,
// so that officers of different languages can say "left of the bar".
import type { ReactNode } from 'react'
import { dtg, useNow } from '../clock'
import { useText } from '../text'

export interface Bar { from: number; until: number; tone?: 'a' | 'b' | 'c' | 'warn' | 'bad'; dashed?: boolean; label?: string }
export interface BarRow { id: string; label: ReactNode; bars: Bar[] }

const hour = 3_600_000
const STEPS = [1 / 60, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 3, 6, 12, 24, 48, 168, 336, 720]

/** What both ends of the axis are, when nobody says: all bars and the present, with room. */
export function extent(rows: BarRow[], now: number): { from: number; until: number } {
  const all = rows.flatMap((r) => r.bars)
  const from = Math.min(now, ...all.map((b) => b.from))
  const until = Math.max(now + hour, ...all.map((b) => b.until))
  const room = (until - from) * 0.04
  return { from: from - room, until: until + room }
}

export function SpanBar({ rows, label, from, until, open, press }: { rows: BarRow[]; label: string; from?: number; until?: number; open?: string; press?: (id: string) => void }) {
  const t = useText()
  const now = useNow()
  const all = extent(rows, now)
  const [a, b] = [from ?? all.from, until ?? all.until]
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - a) / (b - a)) * 100))
  const step = (STEPS.find((h) => (b - a) / (h * hour) <= 8) ?? 2160) * hour
  const ticks: number[] = []
  for (let v = Math.ceil(a / step) * step; v < b; v += step) ticks.push(v)
  const tick = (ms: number) => (step < 24 * hour && ms % (24 * hour) ? dtg(ms).slice(2, 6) + 'Z' : dtg(ms).slice(0, 2) + ' ' + dtg(ms).slice(8, 11))
  return (
    <div className="spanbar" role="group" aria-label={label}>
      <div className="axis" aria-hidden="true"><i /><div dir="ltr">{ticks.map((v) => <span key={v} className="id" style={{ insetInlineStart: `${at(v)}%` }}>{tick(v)}</span>)}</div></div>
      <ul>
        {rows.map((r) => (
          <li key={r.id} className={open === r.id ? 'open' : ''}>
            {press ? <button type="button" className="ref" aria-current={open === r.id ? 'true' : undefined} onClick={() => press(r.id)}>{r.label}</button> : <span className="name">{r.label}</span>}
            <div className="track" dir="ltr" onClick={press && (() => press(r.id))}>
              {ticks.map((v) => <i key={v} className="tick" style={{ insetInlineStart: `${at(v)}%` }} />)}
              {r.bars.map((x, i) => (
                <span key={i} className={`bar tone-${x.tone ?? 'none'}${x.dashed ? ' dashed' : ''}`} title={`${dtg(x.from)} – ${dtg(x.until)}`} style={{ insetInlineStart: `${at(x.from)}%`, inlineSize: `max(4px, ${at(x.until) - at(x.from)}%)` }}>
                  <span className="sr">{`${dtg(x.from)} – ${dtg(x.until)}`}</span>{x.label && <span aria-hidden="true">{x.label}</span>}
                </span>
              ))}
              {now >= a && now <= b && <i className="now" style={{ insetInlineStart: `${at(now)}%` }} title={t('time.now')} />}
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
