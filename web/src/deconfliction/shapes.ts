// What a sketch draws of a notice: every volume, a corridor with its width.
import type { Volume } from '../api'
import { corridor, ll } from '../geo'
import { useLive } from '../live'
import type { Shape } from '../module/map'
import { deskColour } from '../parts'
import type { Notice } from './types'

export function useTone(): (desk: string) => 'a' | 'b' | 'c' {
  const { desk } = useLive()
  return (id) => deskColour(desk, id)
}

export function volumeShape(v: Volume, id: string, rest: Partial<Shape>): Shape[] {
  if (v.line.length) {
    const ring = corridor(v.line.map(ll), v.radius_m).map((p) => ({ lat: String(p.lat), lon: String(p.lon) }))
    return [{ id, path: v.line, area: { ring, centre: [], radius_m: 0, text: v.text }, ...rest }]
  }
  return [{ id, area: { ring: v.ring, centre: v.centre, radius_m: v.radius_m, text: v.text }, ...rest }]
}

export function shapesOf(n: Notice, tone: (desk: string) => 'a' | 'b' | 'c'): Shape[] {
  const rest = { tone: tone(n.from), dashed: n.state === 'filed' }
  return n.volumes.flatMap((v, i) => volumeShape(v, `${n.key}/${i}`, { ...rest, label: i ? String(i + 1) : n.number }))
}
