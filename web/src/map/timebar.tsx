// Seventy-two hours under the map, from left to right in every language: a
// day behind, two ahead. It shows when what is on the map is active, and
// leaves on it what is active at one time.
import { dtg, useNow } from '../clock'
import { Id, useText } from '../text'
import type { Thing } from './things'

const hour = 3_600_000
const BEHIND = 24 * hour
const LONG = 72 * hour
const QUARTER = hour / 4

interface Props { things: Thing[]; at: number | null; set: (at: number | null) => void }

export function TimeBar({ things, at, set }: Props) {
  const t = useText()
  const now = useNow()
  const from = Math.floor((now - BEHIND) / QUARTER) * QUARTER
  const share = (ms: number) => Math.min(100, Math.max(0, ((ms - from) / LONG) * 100))
  const ticks = Array.from({ length: 13 }, (_, i) => Math.ceil(from / (6 * hour)) * 6 * hour + i * 6 * hour).filter((v) => v < from + LONG)
  const shown = at ?? Math.round(now / QUARTER) * QUARTER
  const tick = (ms: number) => (ms % (24 * hour) ? dtg(ms).slice(2, 6) + 'Z' : dtg(ms).slice(0, 2) + ' ' + dtg(ms).slice(8, 11))
  return (
    <section className="timebar" aria-label={t('map.time')}>
      <label className="check"><input type="checkbox" checked={at !== null} onChange={(e) => set(e.target.checked ? shown : null)} /> {t('map.time.only')} <Id>{dtg(shown)}</Id></label>
      {at !== null && <button type="button" className="small" onClick={() => set(Math.round(now / QUARTER) * QUARTER)}>{t('time.now')}</button>}
      <div className="axis72" dir="ltr">
        <svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">
          {things.slice(0, 400).flatMap((x) => x.spans.filter((s) => s.until > from && s.from < from + LONG).map((s, i) => (
            <rect key={x.key + i} className={`tone-${x.tone}`} x={share(s.from) * 10} width={Math.max(2, (share(s.until) - share(s.from)) * 10)} y={LANES[x.layer] ?? 12} height={5} />
          )))}
        </svg>
        {ticks.filter((v) => share(v) > 2).map((v) => <span key={v} className="tick id" aria-hidden="true" style={{ left: `${share(v)}%` }}>{tick(v)}</span>)}
        <i className="now" aria-hidden="true" title={t('time.now')} style={{ left: `${share(now)}%` }} />
        <input type="range" dir="ltr" min={from} max={from + LONG} step={QUARTER} value={shown} aria-label={t('map.time.at')} aria-valuetext={dtg(shown)} onChange={(e) => set(Number(e.target.value))} />
      </div>
    </section>
  )
}
const LANES: Partial<Record<Thing['layer'], number>> = { notices: 3, conflicts: 10, corridors: 17 }
