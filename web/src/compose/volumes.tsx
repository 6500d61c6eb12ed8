// Editor for what an activity keeps for itself. It edits the first volume by an
// area, a window and a height; further volumes are kept as they are.
import { useId, useState } from 'react'
import type { Area, Field, Height, Span, Volume } from '../api'
import { Tri } from '../text'
import { Labelled } from './fields'
import { AreaField, HeightField, SpanField, unread } from './shapes'

interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; autoFocus?: boolean }
interface Parts { area: unknown; window: unknown; height: unknown }

const words = {
  area: { en: 'Area', ar: 'المنطقة', he: 'שטח' },
  window: { en: 'Window', ar: 'الفترة الزمنية', he: 'חלון זמן' },
  height: { en: 'Height', ar: 'الارتفاع', he: 'גובה' },
}

/** The parts of the first volume, as the older editors take them. */
function parts(first?: Volume): Parts {
  const low = first?.low[0]
  const high = first?.high[0]
  return {
    area: first && (first.ring.length || first.centre.length) ? { ring: first.ring, centre: first.centre, radius_m: first.centre.length ? first.radius_m : 0, text: first.text } : undefined,
    window: first?.windows[0],
    height: low && high && low.reference === high.reference ? { low_m: low.m, high_m: high.m, reference: low.reference } : undefined,
  }
}

/** The first volume as the parts have it now. */
function volume(p: Parts, first?: Volume): Volume {
  const area = p.area as Area
  const height = p.height as Height | undefined
  const band = (m: number) => [{ m, reference: height!.reference, off_m: 0 }]
  const rest = first?.windows.slice(1) ?? []
  return { ring: area.ring, holes: [], line: [], centre: area.centre, radius_m: area.radius_m, low: height ? band(height.low_m) : [], high: height ? band(height.high_m) : [], windows: [p.window as Span, ...rest], text: area.text }
}

export function VolumesField({ field, value, change, error, autoFocus }: Editor) {
  const id = useId()
  const held = Array.isArray(value) ? (value as Volume[]) : []
  const [p, setParts] = useState<Parts>(() => (unread(value) ? (value as { sketch: Parts }).sketch : parts(held[0])))
  const [first] = useState(held[0])
  const [others] = useState(held.slice(1))
  const set = (part: Partial<Parts>) => {
    const next = { ...p, ...part }
    setParts(next)
    const nothing = !next.area && !next.window && !next.height
    const whole = next.area && next.window && ![next.area, next.window, next.height].some(unread)
    change(nothing && !others.length ? undefined : whole ? [volume(next, first), ...others] : { notation: 'unread', sketch: next })
  }
  const own = (name: keyof Parts, type: Field['type'], required: boolean) => ({ name, type, required, label: words[name] })
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <AreaField field={own('area', 'area', true)} value={p.area} change={(v) => set({ area: v })} autoFocus={autoFocus} />
      <SpanField field={own('window', 'span', true)} value={p.window} change={(v) => set({ window: v })} />
      <HeightField field={own('height', 'height', false)} value={p.height} change={(v) => set({ height: v })} />
    </Labelled>
  )
}
