// A height as it was filed, in metres and feet, and between what heights it
// lies by the other references: computed at the node by what the charter says
// of the ground (GET /api/v1/geo/height; DEC-11).
import { useEffect, useState } from 'react'
import { type Altitude, get, type Lang, Problem, type Volume } from '../api'
import { Id, say, useLang, useText } from '../text'

export interface Heights { m: number; ft: number; reference: string; off_m: number; known: boolean; in: { reference: string; low_m: number; high_m: number; low_ft: number; high_ft: number }[] }

const held = new Map<string, Promise<Heights | null>>()

/** A height by every reference; null while it is asked for, or when it is none. */
export function useHeights(of: Altitude | undefined): Heights | null {
  const path = of && `/geo/height?m=${of.m}&reference=${of.reference}&off_m=${of.off_m}`
  const [found, set] = useState<{ path: string; of: Heights | null } | null>(null)
  useEffect(() => {
    if (!path) return
    let gone = false
    if (held.size > 500) held.clear()
    if (!held.has(path)) held.set(path, get<Heights>(path).catch((error) => { held.delete(path); if (error instanceof Problem) return null; throw error }))
    held.get(path)!.then((of) => { if (!gone) set({ path, of }) }, () => undefined)
    return () => { gone = true }
  }, [path])
  return path && found?.path === path ? found.of : null
}

const short = (reference: string) => (reference === 'ellipsoid' ? 'WGS 84' : reference)
/** The reference that a height is converted to where there is room for one. */
export const otherReference = (reference: string) => (reference === 'MSL' ? 'AGL' : 'MSL')
export const feet = (m: number) => Math.round(m / 0.3048)
/** A number with its sign before it, also in a sentence from right to left. */
export const n = (v: number) => `\u2066${String(v).replace('-', '−')}\u2069`

/** 120 m AGL (394 ft) */
export function Filed({ of }: { of: Altitude }) {
  const t = useText()
  if (of.reference === 'surface') return <>{t('height.surface')}</>
  return <Id>{`${n(of.m)} m ${short(of.reference)}${of.off_m > 0 ? ` ±${of.off_m} m` : ''} (${n(feet(of.m))} ft)`}</Id>
}

/** The same by the other references, in words. */
export function Converted({ of, lang, only }: { of: Altitude | undefined; lang?: Lang; only?: string }) {
  const own = useLang()
  const h = useHeights(of)
  if (!h) return null
  const speak = lang ?? own
  return (
    <span className="converted muted small">
      {h.in.filter((x) => !only || x.reference === only).map((x) => <span key={x.reference}>{x.low_m === x.high_m
        ? say(speak, 'height.is', { reference: short(x.reference), m: n(x.low_m), ft: n(x.low_ft) })
        : say(speak, 'height.between', { reference: short(x.reference), low: n(x.low_m), high: n(x.high_m), low_ft: n(x.low_ft), high_ft: n(x.high_ft) })}</span>)}
      {!h.known && <span>{say(speak, 'height.unknown')}</span>}
    </span>
  )
}

/** Both ends of a volume; in few words, above the sea alone. */
export function Band({ volume, brief }: { volume: Volume; brief?: boolean }) {
  const t = useText()
  const [low, high] = [volume.low[0], volume.high[0]]
  if (!low && !high) return <>{t('deconfliction.any-height')}</>
  return (
    <dl className="band">
      {low && <div><dt>{t('deconfliction.low')}</dt><dd><Filed of={low} /> <Converted of={low} only={brief ? otherReference(low.reference) : undefined} /></dd></div>}
      {high && <div><dt>{t('deconfliction.high')}</dt><dd><Filed of={high} /> <Converted of={high} only={brief ? otherReference(high.reference) : undefined} /></dd></div>}
    </dl>
  )
}
