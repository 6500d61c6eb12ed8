// The map itself. North is up in every language and it is never mirrored; it
// draws no ground and no border. The keyboard moves a cross over it, which
// does all that the pointer does.
import type * as GeoJSON from 'geojson'
import { Map as GLMap, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { useEffect, useRef, useState } from 'react'
import { distance, type LL, round, type XY } from '../geo'
import { useText } from '../text'
import { useWhere } from '../nav'
import { colours, FONTS, graticule, style } from './style'

setWorkerUrl(workerUrl)

export interface Handle { zoom: (by: number) => void; fit: (points: LL[]) => void }
interface Props {
  things: GeoJSON.FeatureCollection
  known: GeoJSON.FeatureCollection
  draft: GeoJSON.FeatureCollection
  open: string
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
const loaded = () => Promise.all(FONTS.map((f, i) => document.fonts.load(`400 12px "${f}"`, 'Aاא'[i]))).catch(() => undefined)

export function Canvas(props: Props) {
  const t = useText()
  const { theme } = useWhere()
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<GLMap | null>(null)
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
        map.current = begin(box.current, now, setScale, () => { setReady(true) })
      } catch {
        now.current.failed()
      }
    })
    return () => { gone = true; now.current.handle(null); map.current?.remove(); map.current = null; setReady(false) }
  }, [])

  const data = { things: props.things, known: props.known, draft: props.draft }
  useEffect(() => { fill(map.current, ready, 'things', data.things) }, [ready, data.things])
  const crowded = props.things.features.length > 1500 // so many names are placed only from near
  useEffect(() => { if (ready) map.current?.setLayerZoomRange('label', crowded ? 12 : 0, 24) }, [ready, crowded])
  useEffect(() => { fill(map.current, ready, 'known', data.known) }, [ready, data.known])
  useEffect(() => { fill(map.current, ready, 'draft', data.draft) }, [ready, data.draft])
  useEffect(() => {
    if (!ready) return
    for (const id of ['fill-open', 'edge-open']) map.current?.setFilter(id, ['==', ['get', 'key'], props.open])
  }, [ready, props.open])
  useEffect(() => { if (ready && map.current) repaint(map.current) }, [ready, theme])

  const at = (p: XY): LL => { const q = map.current!.unproject([p.x, p.y]); return { lat: q.lat, lon: q.lng } }
  const middle = (): XY => ({ x: (box.current?.clientWidth ?? 0) / 2, y: (box.current?.clientHeight ?? 0) / 2 })
  const move = (dx: number, dy: number) => {
    const { clientWidth: w, clientHeight: h } = box.current!
    const from = cross ?? middle()
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
      Enter: () => (props.drawing ? props.place(at(cross ?? middle())) : props.pick(keyAt(map.current!, cross ?? middle()))),
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
        onFocus={(e) => { if (map.current && e.currentTarget.matches(':focus-visible')) { setCross((c) => c ?? middle()); props.over(at(cross ?? middle()), 'keyboard') } }}
        onBlur={() => { setCross(null); props.over(null, 'keyboard') }} />
      {cross && <span className="cross" aria-hidden="true" style={{ transform: `translate(${cross.x}px, ${cross.y}px)` }} />}
      <span className="mapnorth" aria-hidden="true">▲ N</span>
      {scale && <span className="mapscale id" aria-hidden="true" style={{ inlineSize: scale.px }}>{distance(scale.m)}</span>}
      {!ready && <p className="maploading muted">{t('loading')}</p>}
    </div>
  )
}

/** The key of what lies under a place on the screen; small things before wide ones. */
function keyAt(map: GLMap, p: XY): string {
  const near: [[number, number], [number, number]] = [[p.x - 4, p.y - 4], [p.x + 4, p.y + 4]]
  const found = map.queryRenderedFeatures(near, { layers: ['spot', 'label-spot', 'label', 'label-way', 'edge', 'edge-dashed', 'fill'] })
  return String(found[0]?.properties.key ?? '')
}

function fill(map: GLMap | null, ready: boolean, source: string, data: GeoJSON.FeatureCollection) {
  if (ready) (map?.getSource(source) as GeoJSONSource | undefined)?.setData(data)
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

function begin(container: HTMLDivElement, now: { current: Props }, setScale: (s: { px: number; m: number }) => void, done: () => void): GLMap {
  const box = bounds(now.current.first)
  const map = new GLMap({
    container, style: style(colours()), attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, doubleClickZoom: false,
    maxZoom: 18, renderWorldCopies: false, fadeDuration: 0, trackResize: true, ...(box ? { bounds: box, fitBoundsOptions: { padding: 56, maxZoom: 13 } } : {}),
  })
  map.touchZoomRotate.disableRotation()
  const canvas = map.getCanvas()
  canvas.tabIndex = -1 // the box around it takes the keys
  canvas.removeAttribute('role')
  canvas.removeAttribute('aria-label')
  canvas.setAttribute('aria-hidden', 'true')
  const moved = () => {
    const b = map.getBounds()
    if (map.getZoom() > 2) (map.getSource('grid') as GeoJSONSource | undefined)?.setData(graticule({ south: b.getSouth(), north: b.getNorth(), west: b.getWest(), east: b.getEast() }))
    const m = (156_543.034 / 2 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom() // of one pixel; tiles of 512
    const long = round(m * 110)
    setScale({ px: long / m, m: long })
  }
  map.on('load', () => { moved(); done() })
  map.on('moveend', moved)
  map.on('resize', moved)
  map.on('mousemove', (e) => {
    if (e.originalEvent.buttons) return // while it is dragged nothing is asked of it
    now.current.over({ lat: e.lngLat.lat, lon: e.lngLat.lng }, 'pointer')
    canvas.style.cursor = now.current.drawing ? 'crosshair' : keyAt(map, e.point) ? 'pointer' : ''
  })
  map.on('mouseout', () => now.current.over(null, 'pointer'))
  map.on('click', (e) => (now.current.drawing ? now.current.place({ lat: e.lngLat.lat, lon: e.lngLat.lng }) : now.current.pick(keyAt(map, e.point))))
  map.on('dblclick', () => { if (now.current.drawing) now.current.end() })
  map.on('idle', () => { container.dataset.idle = 'true' })
  now.current.handle({
    zoom: (by) => map.zoomTo(map.getZoom() + by, { duration: 150 }),
    fit: (points) => { const b = bounds(points); if (b) map.fitBounds(b, { padding: 72, maxZoom: 13, duration: 250 }) },
  })
  return map
}
