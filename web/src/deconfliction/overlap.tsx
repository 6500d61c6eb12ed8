// Two notices that meet, as pictures: when both are active on one axis, and
// how high on another. The words beside say the same. Axes never mirror.
import type { Altitude, Volume } from '../api'
import { dtg } from '../clock'
import { useText } from '../text'
import { type Heights, useHeights } from './heights'
import { type Conflict, type Notice, windowsOf } from './types'

const MINUTE = 60_000

/** Both windows, and what they have in common with the margin in time. */
export function TimePicture({ a, b, facts, tones }: { a: Notice; b: Notice; facts: Conflict['facts']; tones: [string, string] }) {
  const t = useText()
  const near = (n: Notice) => { const w = windowsOf(n).filter((s) => s.until >= facts.from - MINUTE && s.from <= facts.until + MINUTE); return w.length ? w : windowsOf(n).slice(0, 1) }
  const [wa, wb] = [near(a), near(b)]
  const all = [...wa, ...wb]
  const from = Math.min(facts.from, ...all.map((w) => w.from))
  const until = Math.max(facts.until, ...all.map((w) => w.until))
  const room = (until - from) * 0.04 || MINUTE
  const x = (ms: number) => 24 + ((ms - from + room) / (until - from + 2 * room)) * 196
  const label = `${a.number}: ${wa.map((w) => `${dtg(w.from)} – ${dtg(w.until)}`).join(', ')}; ${b.number}: ${wb.map((w) => `${dtg(w.from)} – ${dtg(w.until)}`).join(', ')}; ${t('deconfliction.common')} ${dtg(facts.from)} – ${dtg(facts.until)}`
  return (
    <figure className="picture">
      <svg viewBox="0 0 224 150" role="img" aria-label={label} direction="ltr">
        <rect className="common" x={x(facts.from)} width={Math.max(2, x(facts.until) - x(facts.from))} y={14} height={86} />
        {[wa, wb].map((list, i) => list.map((w, k) => <rect key={`${i}-${k}`} className={`bar tone-${tones[i]}`} x={x(w.from)} width={Math.max(2, x(w.until) - x(w.from))} y={24 + i * 38} height={26} rx={3} />))}
        <text x={18} y={41} textAnchor="end">{letter(a)}</text><text x={18} y={79} textAnchor="end">{letter(b)}</text>
        <text className="at" x={Math.max(4, Math.min(126, x(facts.from)))} y={118}>{dtg(facts.from)}</text><text className="at" x={Math.max(100, Math.min(220, x(facts.until)))} y={134} textAnchor="end">{dtg(facts.until)}</text>
      </svg>
      <figcaption>{t('deconfliction.picture.time')}</figcaption>
    </figure>
  )
}

const letter = (n: Notice) => n.number.split('-')[0]

/** The volume of a notice that is active in the common time. */
const meeting = (n: Notice, facts: Conflict['facts']): Volume | undefined => n.volumes.find((v) => v.windows.some((w) => w.until >= facts.from && w.from <= facts.until)) ?? n.volumes[0]

/** Between what heights an end lies by a reference. */
const range = (of: Heights | null, reference: string): [number, number] | null => {
  if (!of) return null
  if (of.reference === reference) return [of.m - of.off_m, of.m + of.off_m]
  if (of.reference === 'surface' && reference === 'AGL') return [0, 0]
  const found = of.in.find((x) => x.reference === reference)
  return found ? [found.low_m, found.high_m] : null
}

/** Both bands above one reference; what the ground leaves open is hatched. */
export function HeightPicture({ a, b, facts, tones }: { a: Notice; b: Notice; facts: Conflict['facts']; tones: [string, string] }) {
  const t = useText()
  const volumes = [meeting(a, facts), meeting(b, facts)]
  const ends = volumes.flatMap((v) => [v?.low[0], v?.high[0]])
  const of = [useHeights(ends[0]), useHeights(ends[1]), useHeights(ends[2]), useHeights(ends[3])]
  const references = new Set(ends.filter((e): e is Altitude => !!e).map((e) => (e.reference === 'surface' ? 'AGL' : e.reference)))
  if (!references.size) return null
  const reference = references.size === 1 ? [...references][0] : 'MSL'
  const bands = [0, 2].map((i) => ({ low: range(of[i], reference), high: range(of[i + 1], reference) }))
  const numbers = bands.flatMap((x) => [...(x.low ?? []), ...(x.high ?? [])])
  if (!numbers.length) return null
  const [least, most] = [Math.min(0, ...numbers), Math.max(...numbers) || 1]
  const room = (most - least) * 0.08
  const y = (m: number) => 8 + ((most + room - m) / (most - least + 2 * room)) * 104
  return (
    <figure className="picture high">
      <svg viewBox="0 0 150 130" role="img" aria-label={`${t('deconfliction.picture.height')} ${facts.heights}`} direction="ltr">
        <line x1={40} x2={146} y1={y(0)} y2={y(0)} /><text className="at" x={36} y={y(0) + 3} textAnchor="end">0</text>
        <text className="at" x={36} y={y(most) + 3} textAnchor="end">{most} m</text>
        {bands.map((x, i) => {
          const top = x.high ? y(x.high[1]) : 2
          const end = x.low ? y(x.low[0]) : 116
          const sureTop = x.high ? y(x.high[0]) : 2
          const sureEnd = x.low ? y(x.low[1]) : 116
          return (
            <g key={i}>
              <rect className={`maybe tone-${tones[i]}`} x={52 + i * 46} width={34} y={top} height={Math.max(2, end - top)} rx={3} />
              {sureEnd > sureTop && <rect className={`bar tone-${tones[i]}`} x={52 + i * 46} width={34} y={sureTop} height={Math.max(2, sureEnd - sureTop)} rx={3} />}
              <text x={69 + i * 46} y={127} textAnchor="middle">{letter(i ? b : a)}</text>
            </g>
          )
        })}
      </svg>
      <figcaption>{t('deconfliction.picture.height')} <bdi dir="ltr">{reference}</bdi></figcaption>
    </figure>
  )
}
