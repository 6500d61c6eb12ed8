// The map itself. North is up in every language and it is never mirrored; it
// draws no ground and no border. The keyboard moves a cross over it, which
// does all that the pointer does.
import type * as GeoJSON from 'geojson'
import { Map as GLMap, MercatorCoordinate, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { useEffect, useRef, useState } from 'react'
import { distance, type LL, round, type XY } from '../geo'
import { useText } from '../text'
import { useWhere } from '../nav'
import { type Picture, picture } from './picture'
import { middle, type Packed, SIGN, under, within } from './shapes'
import { colours, FONTS, degreesOf, palette, PICTURE, style } from './style'
import { features, type Thing } from './things'

setWorkerUrl(workerUrl)

export interface Handle { zoom: (by: number) => void; fit: (points: LL[]) => void }
interface Props {
  things: Packed
  known: GeoJSON.FeatureCollection
  draft: GeoJSON.FeatureCollection
  open: Thing | undefined
  drawing: boolean
  /** What is in sight first. */
  first: LL[]
  label: string
  pick: (key: string) => void
  place: (at: LL) => void
  back: () => void
  end: () => void
  /** Where the pointer or the cross is; null when neither is over the map. */
  over: (at: LL | null, by: 'pointer' | 'keyboard') => void
  handle: (h: Handle | null) => void
  failed: () => void
}

const STEP = 16
/** With more than so many in sight no names are placed: they would hide what they name. */
const MOST_NAMED = 300
/** Pixels about the pointer in which a thing is found. */
const NEAR = 4
const loaded = () => Promise.all(FONTS.map((f, i) => document.fonts.load(`400 12px "${f}"`, 'Aاא'[i]))).catch(() => undefined)

export function Canvas(props: Props) {
  const t = useText()
  const { theme } = useWhere()
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<GLMap | null>(null)
  const hold = useRef<Begun | null>(null)
  const now = useRef(props)
  now.current = props
  const [ready, setReady] = useState(false)
  const [cross, setCross] = useState<XY | null>(null)
  const [scale, setScale] = useState<{ px: number; m: number } | null>(null)

  useEffect(() => {
    let gone = false
    loaded().then(() => {
      if (gone || !box.current) return
      try {
        hold.current = begin(box.current, now, setScale, () => { setReady(true) })
        map.current = hold.current.map
      } catch {
        now.current.failed()
      }
    })
    return () => { gone = true; now.current.handle(null); hold.current?.picture.close(); map.current?.remove(); map.current = hold.current = null; setReady(false) }
  }, [])

  useEffect(() => { fill(map.current, ready, 'known', props.known) }, [ready, props.known])
  useEffect(() => { fill(map.current, ready, 'draft', props.draft) }, [ready, props.draft])
  useEffect(() => { if (ready) hold.current!.show() }, [ready, props.things])
  useEffect(() => { if (ready) hold.current!.mark() }, [ready, props.open, props.things])
  useEffect(() => { if (ready && map.current) { repaint(map.current); hold.current!.show() } }, [ready, theme])

  const at = (p: XY): LL => { const q = map.current!.unproject([p.x, p.y]); return { lat: q.lat, lon: q.lng } }
  const centre = (): XY => ({ x: (box.current?.clientWidth ?? 0) / 2, y: (box.current?.clientHeight ?? 0) / 2 })
  const move = (dx: number, dy: number) => {
    const { clientWidth: w, clientHeight: h } = box.current!
    const from = cross ?? centre()
    const next = { x: from.x + dx, y: from.y + dy }
    const shift: [number, number] = [next.x < 24 || next.x > w - 24 ? dx : 0, next.y < 24 || next.y > h - 24 ? dy : 0]
    if (shift[0] || shift[1]) map.current!.panBy(shift, { duration: 0 })
    const held = { x: next.x - shift[0], y: next.y - shift[1] }
    setCross(held)
    props.over(at(held), 'keyboard')
  }
  const key = (event: React.KeyboardEvent) => {
    if (!map.current || event.altKey || event.ctrlKey || event.metaKey) return
    const by = event.shiftKey ? 1 : STEP
    const steps: Record<string, () => void> = {
      ArrowLeft: () => move(-by, 0), ArrowRight: () => move(by, 0), ArrowUp: () => move(0, -by), ArrowDown: () => move(0, by),
      '+': () => map.current!.zoomIn(), '=': () => map.current!.zoomIn(), '-': () => map.current!.zoomOut(),
      Enter: () => (props.drawing ? props.place(at(cross ?? centre())) : props.pick(thingAt(map.current!, props.things, cross ?? centre())?.key ?? '')),
    }
    if (props.drawing) steps.Backspace = props.back
    const act = steps[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  return (
    <div className="mapbox" dir="ltr" data-ready={ready || undefined}>
      <div className="mapcanvas" ref={box} tabIndex={0} role="application" aria-label={props.label} aria-describedby="map-keys" onKeyDown={key}
        onFocus={(e) => { if (map.current && e.currentTarget.matches(':focus-visible')) { setCross((c) => c ?? centre()); props.over(at(cross ?? centre()), 'keyboard') } }}
        onBlur={() => { setCross(null); props.over(null, 'keyboard') }} />
      {cross && <span className="cross" aria-hidden="true" style={{ transform: `translate(${cross.x}px, ${cross.y}px)` }} />}
      <span className="mapnorth" aria-hidden="true">▲ N</span>
      {scale && <span className="mapscale id" aria-hidden="true" style={{ inlineSize: scale.px }}>{distance(scale.m)}</span>}
      {!ready && <p className="maploading muted">{t('loading')}</p>}
    </div>
  )
}

/** What lies under a place on the screen; small things before wide ones. */
function thingAt(map: GLMap, { shapes, owner }: Packed, p: XY): Thing | undefined {
  const at = MercatorCoordinate.fromLngLat(map.unproject([p.x, p.y]))
  const found = under(shapes, at.x, at.y, NEAR / (512 * 2 ** map.getZoom()))
  if (found >= 0) return owner[found]
  const named = map.queryRenderedFeatures([p.x, p.y], { layers: ['name', 'name-spot'] })[0]
  return named && owner[Number(named.properties.shape)]
}

/** The names of what is in sight, each in the middle of its shape; none in a crowd. */
function names(map: GLMap, { shapes, owner }: Packed): GeoJSON.FeatureCollection {
  const [a, b] = [[0, 0], [map.getContainer().clientWidth, map.getContainer().clientHeight]].map((p) => MercatorCoordinate.fromLngLat(map.unproject(p as [number, number])))
  const [dx, dy] = [(b.x - a.x) / 4, (b.y - a.y) / 4]
  const seen = within(shapes, a.x - dx, a.y - dy, b.x + dx, b.y + dy).filter((i) => !(shapes.sign[i] & SIGN.hatched)) // the cross has the name
  const features = seen.length > MOST_NAMED ? [] : seen.map((i): GeoJSON.Feature => {
    const at = new MercatorCoordinate(...middle(shapes, i)).toLngLat()
    return { type: 'Feature', properties: { shape: i, label: owner[i].label, spot: (shapes.sign[i] & 3) >= SIGN.spot }, geometry: { type: 'Point', coordinates: [at.lng, at.lat] } }
  })
  return { type: 'FeatureCollection', features }
}

/** What a source holds; while it holds nothing its layers cost nothing. */
function fill(map: GLMap | null, ready: boolean, source: string, data: GeoJSON.FeatureCollection) {
  if (!ready || !map) return
  ;(map.getSource(source) as GeoJSONSource | undefined)?.setData(data)
  for (const layer of map.getStyle().layers) if ('source' in layer && layer.source === source) map.setLayoutProperty(layer.id, 'visibility', data.features.length ? 'visible' : 'none')
}

/** The colours of another theme, layer by layer: the data stays where it is. */
function repaint(map: GLMap) {
  for (const layer of style(colours()).layers)
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as never, value as never)
}

function bounds(points: LL[]): [[number, number], [number, number]] | null {
  if (!points.length) return null
  const [lats, lons] = [points.map((p) => p.lat), points.map((p) => p.lon)]
  const least = (v: number[]) => v.reduce((a, b) => Math.min(a, b))
  const most = (v: number[]) => v.reduce((a, b) => Math.max(a, b))
  return [[least(lons), least(lats)], [most(lons), most(lats)]]
}

interface Begun { map: GLMap; picture: Picture; show: () => void; mark: () => void }

function begin(container: HTMLDivElement, now: { current: Props }, setScale: (s: { px: number; m: number }) => void, done: () => void): Begun {
  const box = bounds(now.current.first)
  const map = new GLMap({
    container, style: style(colours()), attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, doubleClickZoom: false,
    maxZoom: 18, renderWorldCopies: false, fadeDuration: 0, trackResize: true, ...(box ? { bounds: box, fitBoundsOptions: { padding: 56, maxZoom: 13 } } : {}),
  })
  map.painter.drawFunctions.sky = () => undefined // there is no sky over a flat map, and it would cost a third of each frame
  map.touchZoomRotate.disableRotation()
  const canvas = map.getCanvas()
  canvas.tabIndex = -1 // the box around it takes the keys
  canvas.removeAttribute('role')
  canvas.removeAttribute('aria-label')
  canvas.setAttribute('aria-hidden', 'true')
  let painted = false
  const shown = picture(map, () => { painted = true })
  map.on('idle', () => { if (painted) container.dataset.idle = 'true' })
  let over: Thing | undefined
  const mark = () => {
    const { open } = now.current
    const features_ = [...(open ? features(open, { open: true }) : []), ...(over && over.key !== open?.key ? features(over, { open: false }) : [])]
    fill(map, true, 'chosen', { type: 'FeatureCollection', features: features_ })
  }
  const name = () => fill(map, true, 'names', names(map, now.current.things))
  const show = () => {
    shown.show(now.current.things.shapes, palette(colours()))
    name()
  }
  const moved = () => {
    const b = map.getBounds()
    if (map.getZoom() > 2) (map.getSource('grid') as GeoJSONSource | undefined)?.setData(degreesOf({ south: b.getSouth(), north: b.getNorth(), west: b.getWest(), east: b.getEast() }))
    const m = (156_543.034 / 2 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom() // of one pixel; tiles of 512
    const long = round(m * 110)
    setScale({ px: long / m, m: long })
  }
  map.on('load', () => { map.addLayer(shown.layer, PICTURE); moved(); done() })
  map.on('moveend', () => { moved(); name() })
  map.on('resize', moved)
  map.on('mousemove', (e) => {
    if (e.originalEvent.buttons) return // while it is dragged nothing is asked of it
    now.current.over({ lat: e.lngLat.lat, lon: e.lngLat.lng }, 'pointer')
    const found = now.current.drawing ? undefined : thingAt(map, now.current.things, e.point)
    canvas.style.cursor = now.current.drawing ? 'crosshair' : found ? 'pointer' : ''
    if (found !== over) { over = found; mark() }
  })
  map.on('mouseout', () => { now.current.over(null, 'pointer'); if (over) { over = undefined; mark() } })
  map.on('click', (e) => (now.current.drawing ? e.originalEvent.detail < 2 && now.current.place({ lat: e.lngLat.lat, lon: e.lngLat.lng }) : // the second of two ends the drawing
    now.current.pick(thingAt(map, now.current.things, e.point)?.key ?? '')))
  map.on('dblclick', () => { if (now.current.drawing) now.current.end() })
  now.current.handle({
    zoom: (by) => map.zoomTo(map.getZoom() + by, { duration: 150 }),
    fit: (points) => { const b = bounds(points); if (b) map.fitBounds(b, { padding: 72, maxZoom: 13, duration: 250 }) },
  })
  return { map, picture: shown, show, mark }
}
