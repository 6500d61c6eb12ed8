// Editor for the band of heights of a volume: each end with what it is measured
// from and by how much it may be off. An end that is not given has no bound. What
// is filed is whole metres, the band never narrower than was typed.
import { useId, useState } from 'react'
import type { Altitude, Field } from '../api'
import { Converted, Filed } from '../deconfliction/heights'
import { Tri, useText } from '../text'
import { Labelled } from './fields'
import type { Band } from './volume'

interface End { m: string; reference: string; off: string }
interface Typed { low: End; high: End; unit: 'm' | 'ft' }
interface Props { field: Field; value: unknown; change: (value: unknown) => void; error?: string }

const FOOT = 0.3048 // metres
const REFERENCES = ['AGL', 'MSL', 'ellipsoid', 'surface'] as const
const SIDES = ['low', 'high'] as const

const endOf = (a: Altitude | undefined): End => ({ m: a ? String(a.m) : '', reference: a?.reference ?? '', off: a?.off_m ? String(a.off_m) : '' })
function typedOf(value: unknown): Typed {
  const held = value as (Partial<Band> & { sketch?: Typed }) | undefined
  return held?.sketch ?? { low: endOf(held?.low?.[0]), high: endOf(held?.high?.[0]), unit: 'm' }
}

/** An end as it is filed: none when nothing is given, null when it cannot be read. */
function read(e: End, unit: Typed['unit'], round: (m: number) => number): Altitude[] | null {
  const metres = (text: string, up: (m: number) => number) => (/^-?\d+$/.test(text) ? (unit === 'ft' ? up(Number(text) * FOOT) : Number(text)) : null)
  const typed = e.m.trim() || (e.reference === 'surface' ? '0' : '')
  if (!typed) return e.off.trim() ? null : []
  const [m, off] = [metres(typed, round), metres(e.off.trim() || '0', Math.ceil)]
  return m === null || off === null || off < 0 || !e.reference ? null : [{ m, reference: e.reference, off_m: off }]
}

function bandOf(s: Typed): Band | null {
  const [low, high] = [read(s.low, s.unit, Math.floor), read(s.high, s.unit, Math.ceil)]
  const upside = low?.[0] && high?.[0] && low[0].reference === high[0].reference && high[0].m < low[0].m
  return low && high && !upside ? { low, high } : null
}

export function BandField({ field, value, change, error }: Props) {
  const t = useText()
  const id = useId()
  const [s, setTyped] = useState(() => typedOf(value))
  const band = bandOf(s)
  const put = (next: Typed) => {
    setTyped(next)
    const found = bandOf(next)
    change(!found ? { notation: 'unread', sketch: next } : found.low.length + found.high.length ? found : undefined)
  }
  // Both ends are mostly measured from the same: the second follows the first until it says otherwise. What is above the surface is measured by AGL.
  const set = (side: 'low' | 'high', part: Partial<End>) => {
    const next = { ...s, [side]: { ...s[side], ...part } }
    put(part.reference && side === 'low' && (!s.high.reference || s.high.reference === s.low.reference) ? { ...next, high: { ...s.high, reference: part.reference === 'surface' && Number(s.high.m) ? 'AGL' : part.reference } } : next)
  }
  const given = !!band && band.low.length + band.high.length > 0
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={t('band.what')} error={error} group>
      <div className="bandfield">
        {SIDES.map((side) => (
          <div key={side} role="group" aria-label={t(`band.${side}`)}>
            <label className="sub">{t(`band.${side}`)}<input type="text" inputMode="numeric" dir="ltr" value={s[side].m} onChange={(e) => set(side, { m: e.target.value })} /></label>
            <label className="sub">{t('height.reference')}
              <select value={s[side].reference} onChange={(e) => set(side, { reference: e.target.value })}>
                <option value="">–</option>
                {REFERENCES.map((r) => <option key={r} value={r}>{t(`height.${r}`)}</option>)}
              </select>
            </label>
            <label className="sub">{t('band.off')}<input type="text" inputMode="numeric" dir="ltr" value={s[side].off} onChange={(e) => set(side, { off: e.target.value })} /></label>
          </div>
        ))}
        <label className="sub unit">{t('height.unit')}
          <select value={s.unit} onChange={(e) => put({ ...s, unit: e.target.value as Typed['unit'] })}><option value="m">{t('height.unit.m')}</option><option value="ft">{t('height.unit.ft')}</option></select>
        </label>
      </div>
      {given && SIDES.map((side) => <p key={side} className="small">{band[side][0] ? <><Filed of={band[side][0]} /> <Converted of={band[side][0]} /></> : <span className="muted">{t(`band.${side}.open`)}</span>}</p>)}
    </Labelled>
  )
}
