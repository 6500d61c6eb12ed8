// What stands on the map: a thing for every notice, conflict, protected place
// or area, way and incident that this desk may see, each from its module's own
// query. A thing that has no coordinates is listed and not drawn.
import type * as GeoJSON from 'geojson'
import type { Area, Desk, Height, Lang, Line, Place, Span, T3, Volume } from '../api'
import { formOf } from '../compose/prefill'
import { corridor, type LL, ll, outline } from '../geo'
import { useMemo } from 'react'
import { useFetched, useLive } from '../live'
import { pointOf } from '../module/where'
import { deskColour, letterOf } from '../parts'
import { find } from '../place'
import { plain, useLang } from '../text'
import type { Report, Request } from '../incident/types'
import type { Shown as Register } from '../protection/types'

export const LAYERS = ['notices', 'conflicts', 'protected', 'corridors', 'incidents', 'zones'] as const
export type Layer = (typeof LAYERS)[number]
export type Tone = 'a' | 'b' | 'c' | 'warn' | 'none'

export interface Thing {
  key: string; layer: Layer; module: string
  /** The matter that it stands for; what the charter draws is none. */
  line?: Line
  /** A few letters beside it: the desk's letter and its number. */
  label: string
  name: string
  tone: Tone
  dashed: boolean
  /** Rings: the outline first, then holes. */
  rings: LL[][][]; paths: LL[][]; points: LL[]
  /** Pairs of outlines, of which the part that lies in both is hatched. */
  common: [LL[], LL[]][]
  spans: Span[]
  height?: Height
  /** Days and hours, as the charter writes them. */
  note?: string
}

interface Notice extends Line { live: boolean; activity?: string; area?: Area; volumes?: Volume[]; window?: Span; height?: Height[]; text: T3 }
interface Conflict extends Line { facts: { where: Place; from: number; until: number }; between: string[]; text: T3 }

const known = (p: LL) => Number.isFinite(p.lat) && Number.isFinite(p.lon)
const areaRings = (area: Area | undefined): LL[][][] => { const ring = area ? outline(area).filter(known) : []; return ring.length > 2 ? [[ring]] : [] }

/** The rings of a volume; a corridor is as wide as it says. */
function volumeRings(v: Volume): LL[][][] {
  const area = v.line?.length ? corridor(v.line.map(ll), v.radius_m) : outline({ ring: v.ring ?? [], centre: v.centre ?? [], radius_m: v.radius_m, text: '' })
  const ring = area.filter(known)
  return ring.length > 2 ? [[ring, ...(v.holes ?? []).map((h) => h.map(ll))]] : []
}

const drawn = new Map<string, { text: string; rings: LL[][][] }>()
/** The rings of a matter's volumes; the same ones as long as it says the same, so that nothing is drawn anew. */
function ringsOf(key: string, volumes: Volume[]): LL[][][] {
  const text = JSON.stringify(volumes)
  const had = drawn.get(key)
  if (had?.text === text) return had.rings
  const rings = volumes.flatMap(volumeRings)
  drawn.set(key, { text, rings })
  return rings
}

/** Notices asked for, with up to 64 volumes each: the most that the query gives. */
export const MOST = 2000

/** Everything there is to draw, with what it is called in the reader's language. */
export function useThings(): { things: Thing[]; ready: boolean; more: boolean } {
  const { desk } = useLive()
  const lang = useLang()
  const runs = (module: string) => (desk?.modules.includes(module) ? '/' + module : null)
  const paths = { deconfliction: runs('deconfliction') && `/deconfliction?limit=${MOST}`, protection: runs('protection'), incident: runs('incident') }
  const ground = useFetched<{ notices: Notice[]; conflicts: Conflict[]; more: boolean }>(paths.deconfliction)
  const register = useFetched<Register>(paths.protection)
  const reports = useFetched<{ incidents: Report[]; requests: Request[] }>(paths.incident)
  const things = useMemo(() => [
    ...(ground.data?.notices ?? []).filter((n) => n.live).map((n) => notice(desk, lang, n)),
    ...(ground.data?.conflicts ?? []).filter((c) => c.open).map((c) => conflict(c, lang, ground.data!.notices.filter((n) => c.between.includes(n.key)))),
    ...(register.data ? registered(desk, lang, register.data) : []),
    ...[...(reports.data?.incidents ?? []), ...(reports.data?.requests ?? [])].filter((r) => r.open).map((r) => incident(desk, lang, r)),
    ...agreed(desk, lang),
  ], [desk, lang, ground.data, register.data, reports.data])
  const waits = [[paths.deconfliction, ground], [paths.protection, register], [paths.incident, reports]] as const
  return { things, more: !!ground.data?.more, ready: waits.every(([p, x]) => !p || x.data || x.error) }
}

const base = (desk: Desk | null, line: Line, layer: Layer, module: string) => ({
  key: line.key, layer, module, line, label: line.number || letterOf(desk, line.from), tone: deskColour(desk, line.from) as Tone, dashed: false, rings: [], paths: [], points: [], common: [], spans: [] as Span[],
})

function choice(desk: Desk | null, lang: Lang, kind: string, field: string, value: string | undefined): string {
  const found = formOf(desk, kind)?.fields.find((f) => f.name === field)?.choices?.find((c) => c.value === value)
  return found ? plain(found.name, lang) : plain(formOf(desk, kind)?.name, lang)
}

function notice(desk: Desk | null, lang: Lang, n: Notice): Thing {
  const volumes = n.volumes ?? []
  const said = n.area?.text || volumes.find((v) => v.text)?.text
  const name = choice(desk, lang, n.kind, 'activity', n.activity) + (said ? ` · ${said}` : '')
  return {
    ...base(desk, n, 'notices', 'deconfliction'), name, dashed: n.state === 'filed', height: n.height?.[0],
    rings: volumes.length ? ringsOf(n.key, volumes) : areaRings(n.area),
    spans: volumes.length ? volumes.flatMap((v) => v.windows ?? []) : n.window ? [n.window] : [],
  }
}

/** A conflict: where it begins, and where on the ground volumes of both lie at one time. What meets is the node's to say. */
function conflict(c: Conflict, lang: Lang, of: Notice[]): Thing {
  const at = pointOf(c.facts.where)
  const [a, b] = of.map((n) => (n.volumes ?? []).map((v) => ({ v, outline: volumeRings(v)[0]?.[0] ?? [] })))
  const together = (x: Volume, y: Volume) => x.windows.some((s) => y.windows.some((o) => s.from <= o.until && o.from <= s.until))
  const common = (a ?? []).flatMap((x) => (b ?? []).filter((y) => x.outline.length && y.outline.length && together(x.v, y.v)).map((y): [LL[], LL[]] => [x.outline, y.outline]))
  return { ...base(null, c, 'conflicts', 'deconfliction'), label: c.number, tone: 'warn', name: plain(c.text, lang), points: at ? [ll(at)] : [], common, spans: [{ from: c.facts.from, until: c.facts.until }] }
}

/** What the charter draws: lines, and zones with their days and hours. */
function agreed(desk: Desk | null, lang: Lang): Thing[] {
  const drawn = (id: string, name: T3): Thing => ({ key: 'charter:' + id, layer: 'zones', module: '', label: plain(name, lang), name: plain(name, lang), tone: 'none', dashed: true, rings: [], paths: [], points: [], common: [], spans: [] })
  return [
    ...(desk?.zones ?? []).map((z) => ({ ...drawn('zone/' + z.id, z.name), rings: volumeRings({ ...z, holes: [], low: [], high: [], windows: [], text: '' }), note: [z.from && z.from + ' –', z.until && '– ' + z.until, z.hours].filter(Boolean).join(' · ').replace('– · –', '–') })),
    ...(desk?.lines ?? []).map((l) => ({ ...drawn('line/' + l.id, l.name), paths: [l.line.map(ll)] })),
  ]
}

function registered(desk: Desk | null, lang: Lang, r: Register): Thing[] {
  const named = (x: Line & { code: string; category: string }) => `${choice(desk, lang, x.kind, 'category', x.category)} ${x.code}`
  const exact = new Set(r.places.filter((p) => p.open).map((p) => p.code))
  return [
    ...r.places.filter((p) => p.open).map((p) => ({ ...base(desk, p, 'protected', 'protection'), label: p.code, name: named(p), rings: areaRings(p.area) })),
    ...r.areas.filter((a) => a.open && !exact.has(a.code)).map((a) => ({ ...base(desk, a, 'protected', 'protection'), label: a.code, name: named(a), dashed: true, rings: areaRings(a.area) })),
    ...r.corridors.filter((w) => w.open).map((w): Thing => {
      const legs = w.segments.flatMap((s) => { const [a, b] = [pointOf(s.from), pointOf(s.to)]; return a && b ? [[ll(a), ll(b)]] : [] })
      return { ...base(desk, w, 'corridors', 'protection'), name: plain(w.name[0], lang), dashed: w.segments.some((s) => s.state !== 'open'), paths: legs, spans: w.window }
    }),
  ]
}

function incident(desk: Desk | null, lang: Lang, r: Report | Request): Thing {
  const at = pointOf(r.place)
  const place = find(desk, r.place)
  const name = [choice(desk, lang, r.kind, 'type', 'type' in r ? r.type : undefined), place ? plain(place.name, lang) : r.place.text].filter(Boolean).join(' · ')
  return { ...base(desk, r, 'incidents', 'incident'), name, points: at ? [ll(at)] : [], rings: 'area' in r ? r.area.flatMap((a) => areaRings(a)) : [] }
}

/** Whether a thing is active at a time; what states no window always is. */
export const activeAt = (thing: Thing, at: number) => !thing.spans.length || thing.spans.some((s) => s.from <= at && at < s.until)

/** Where to look for a thing. */
export const placesOf = (t: Thing): LL[] => [...t.rings.flatMap((r) => r[0]), ...t.paths.flat(), ...t.points]

const at = (p: LL): [number, number] => [p.lon, p.lat]
const closed = (ring: LL[]) => [...ring.map(at), at(ring[0])]

/** One thing by itself: the chosen one, and the one under the pointer, are drawn sharp above the others. */
export function features(t: Thing, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature[] {
  const one = (geometry: GeoJSON.Geometry): GeoJSON.Feature => ({ type: 'Feature', properties: { ...properties, tone: t.tone }, geometry })
  return [
    ...t.rings.map((r) => one({ type: 'Polygon', coordinates: r.map(closed) })),
    ...t.paths.map((p) => one({ type: 'LineString', coordinates: p.map(at) })),
    ...t.points.map((p) => one({ type: 'Point', coordinates: at(p) })),
  ]
}

/** Whether two lists are drawn the same. */
export const alike = (a: Thing[], b: Thing[]) => a.length === b.length && a.every((x, i) => {
  const y = b[i]
  return x === y || (x.key === y.key && x.tone === y.tone && x.dashed === y.dashed && x.label === y.label && x.layer === y.layer && alikeParts(x, y))
})
const alikeParts = (x: Thing, y: Thing) => (x.rings === y.rings || JSON.stringify(x.rings) === JSON.stringify(y.rings)) && JSON.stringify([x.paths, x.points, x.common]) === JSON.stringify([y.paths, y.points, y.common])
