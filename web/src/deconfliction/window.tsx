// A window of time with its band of height, on one line.
import type { Height, Span } from '../api'
import { dtg } from '../clock'
import { Id } from '../text'

export function Window({ span, height }: { span?: Span; height?: Height }) {
  return (
    <span className="place">
      {span && <bdi dir="ltr"><Id>{dtg(span.from)}</Id> – <Id>{dtg(span.until)}</Id></bdi>}
      {height && <Id>{`${height.low_m}–${height.high_m} m ${height.reference}`}</Id>}
    </span>
  )
}
