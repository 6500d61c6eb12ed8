// A window of time with its band of height, on one line, and between what
// heights the band lies by another reference.
import type { Height, Span } from '../api'
import { dtg } from '../clock'
import { Id, useText } from '../text'
import { feet, n, otherReference, useHeights } from './heights'

export function Window({ span, height }: { span?: Span; height?: Height }) {
  return (
    <span className="place">
      {span && <bdi dir="ltr"><Id>{dtg(span.from)}</Id> – <Id>{dtg(span.until)}</Id></bdi>}
      {height && <><Id>{`${height.low_m}–${height.high_m} m ${height.reference} (${feet(height.low_m)}–${feet(height.high_m)} ft)`}</Id><Elsewhere height={height} /></>}
    </span>
  )
}

/** The whole band by one other reference (DEC-11). */
function Elsewhere({ height: h }: { height: Height }) {
  const t = useText()
  const reference = otherReference(h.reference)
  const of = (m: number) => ({ m, reference: h.reference, off_m: 0 })
  const [low, high] = [useHeights(of(h.low_m)), useHeights(of(h.high_m))].map((x) => x?.in.find((i) => i.reference === reference))
  if (!low || !high) return null
  return <span className="muted small">{t('height.between', { reference, low: n(low.low_m), high: n(high.high_m), low_ft: n(low.low_ft), high_ft: n(high.high_ft) })}</span>
}
