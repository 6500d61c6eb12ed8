// A sketch of areas and places: true north is up in every language, it is never
// mirrored, it has a scale, and it draws no border and no ground. It is no
// chart: the coordinates are the argument. Shapes can be pressed; the list
// beside a sketch is the way by keyboard, and says the same in words.
import { useEffect, useId, useRef, useState } from 'react'
import type { Area, Point } from '../api'
import { distance, type Frame, frame, lines, ll, outline, round, type XY } from '../geo'
import { useLive } from '../live'
import { plain, useLang, useText } from '../text'

export interface Shape {
  id: string
  area?: Area
  point?: Point
  /** Points joined in order: a route. */
  path?: Point[]
  label?: string
  /** A few letters at a point. */
  mark?: string
  /** The desk's colour (a, b, c), or warn for what is in question. The label carries the meaning. */
  tone?: 'a' | 'b' | 'c' | 'warn' | 'none'
  dashed?: boolean
}

interface Props { shapes: Shape[]; label: string; open?: string; press?: (id: string) => void; height?: number }

const pointsOf = (s: Shape) => [...(s.area ? outline(s.area) : []), ...(s.path ?? []).map(ll), ...(s.point ? [ll(s.point)] : [])]
const svg = (points: XY[]) => points.map((p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(' ')

export function Sketch({ shapes, label, open = '', press, height = 300 }: Props) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const clip = useId()
  const box = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(560)
  useEffect(() => { // drawn at the size it is shown in, so that words keep theirs
    if (!box.current) return
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(160, Math.round(entry.contentRect.width))))
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [shapes.length > 0])
  const all = shapes.flatMap(pointsOf).filter((p) => Number.isFinite(p.lat) && Number.isFinite(p.lon))
  if (!all.length) return <figure ref={box} className="sketch none" style={{ blockSize: height }}><p className="muted">{t('map.none')}</p></figure>
  const f = frame(all, width, height)
  const known = (desk?.places ?? []).filter((p) => f.seen(ll(p)))
  return (
    <figure ref={box} className="sketch">
      <svg viewBox={`0 0 ${width} ${height}`} style={{ blockSize: height }} role="img" aria-label={`${label}. ${t('map.what')}`} direction="ltr">
        <clipPath id={clip}><rect width={width} height={height} /></clipPath>
        <g clipPath={`url(#${clip})`}>
          <Grid f={f} width={width} height={height} />
          {known.map((p) => { const { x, y } = f.at(ll(p)); return <g key={p.id} className="known"><circle cx={x} cy={y} r={2.5} /><text x={x} y={y + 14} textAnchor="middle">{plain(p.name, lang)}</text></g> })}
          {[...shapes].sort((a, b) => Number(a.id === open) - Number(b.id === open)).map((s) => <Drawn key={s.id} s={s} f={f} open={s.id === open} press={press} />)}
        </g>
        <North x={width - 24} y={30} />
        <Scale f={f} width={width} y={height - 12} />
      </svg>
    </figure>
  )
}

function Drawn({ s, f, open, press }: { s: Shape; f: Frame; open: boolean; press?: (id: string) => void }) {
  const ring = s.area ? outline(s.area).map(f.at) : []
  const path = (s.path ?? []).map((p) => f.at(ll(p)))
  const spot = s.point ? f.at(ll(s.point)) : null
  const all = [...ring, ...path, ...(spot ? [spot] : [])]
  if (!all.length) return null
  const middle = { x: all.reduce((n, p) => n + p.x, 0) / all.length, y: all.reduce((n, p) => n + p.y, 0) / all.length }
  return (
    <g className={`shape tone-${s.tone ?? 'none'}${open ? ' open' : ''}${s.dashed ? ' dashed' : ''}${press ? ' press' : ''}`} onClick={press && (() => press(s.id))}>
      {ring.length > 0 && (ring.length > 2 ? <polygon points={svg(ring)} /> : <polyline points={svg(ring)} />)}
      {path.length > 0 && <polyline points={svg(path)} />}
      {spot && <circle cx={spot.x} cy={spot.y} r={4} />}
      {spot && s.mark && <text x={spot.x + 7} y={spot.y - 6}>{s.mark}</text>}
      {s.label && <text x={middle.x} y={spot && !ring.length ? middle.y - 9 : middle.y + 4} textAnchor="middle">{s.label}</text>}
    </g>
  )
}

const degrees = (v: number, plus: string, minus: string) => `${Number(Math.abs(v).toFixed(3))}°${v < 0 ? minus : plus}`

function Grid({ f, width, height }: { f: Frame; width: number; height: number }) {
  return (
    <g className="grid">
      {lines(f.south, f.north).map((v) => { const { y } = f.at({ lat: v, lon: (f.west + f.east) / 2 }); return <g key={v}><line x1={0} x2={width} y1={y} y2={y} /><text x={4} y={y - 3}>{degrees(v, 'N', 'S')}</text></g> })}
      {lines(f.west, f.east).map((v) => { const { x } = f.at({ lat: (f.south + f.north) / 2, lon: v }); return <g key={v}><line y1={0} y2={height} x1={x} x2={x} /><text x={x + 3} y={11}>{degrees(v, 'E', 'W')}</text></g> })}
    </g>
  )
}

function North({ x, y }: XY) {
  return <g className="north" transform={`translate(${x} ${y})`}><path d="M0,-16 L6,6 L0,2 L-6,6 Z" /><text y={20} textAnchor="middle">N</text></g>
}

function Scale({ f, width, y }: { f: Frame; width: number; y: number }) {
  const m = round(width / 4 / f.perMetre)
  const px = m * f.perMetre
  return <g className="scale" transform={`translate(${width - 14 - px} ${y})`}><path d={`M0,-5 V0 H${px} V-5`} /><text x={px / 2} y={-5} textAnchor="middle">{distance(m)}</text></g>
}
