// The painter: a worker that draws what stands on the map as one picture. On a
// machine without a graphics processor ten thousand areas as triangles cost half a
// second a frame; as one picture that moves with the map they cost what a picture
// costs (docs/decisions/0033).
import { SIGN, type Shapes, TONES, within } from './shapes'

export interface Wanted {
  /** The north-west corner on the Mercator map, and how much of it a pixel is. */
  x: number; y: number; pixel: number
  width: number; height: number
  /** Pixels of the picture for one of the page. */
  ratio: number
  /** Parallels and meridians. */
  lats: number[]; lons: number[]
}
type Colours = Record<string, string>
/** Colours of edges and fills by tone, what is about a sign, and the grid's. */
export interface Look { stroke: Colours; fill: Colours; rim: string; grid: string }
export type Order = ({ shapes: Shapes } & Look) | { draw: Wanted }
export interface Painted { of: Wanted; picture: ImageBitmap; took: number }

const page = self as unknown as { onmessage: ((e: MessageEvent<Order>) => void) | null; postMessage: (said: Painted, keep: Transferable[]) => void }
let held: Extract<Order, { shapes: Shapes }> | null = null
const canvas = new OffscreenCanvas(1, 1)
const brush = canvas.getContext('2d', { willReadFrequently: true })! // in memory: it is read out at once

page.onmessage = ({ data }) => {
  if ('shapes' in data) { held = data; return }
  const begun = performance.now()
  paint(data.draw)
  const picture = canvas.transferToImageBitmap()
  page.postMessage({ of: data.draw, picture, took: performance.now() - begun }, [picture])
}

function paint(w: Wanted) {
  canvas.width = w.width
  canvas.height = w.height
  if (!held) return
  grid(w, held.grid)
  brush.lineJoin = 'round'
  const [east, south] = [w.x + w.width * w.pixel, w.y + w.height * w.pixel]
  const edge = 8 * w.ratio * w.pixel
  const seen = within(held.shapes, w.x - edge, w.y - edge, east + edge, south + edge)
  for (const i of seen) one(held, i, w, seen.length > CROWD)
}

/** More than so many in sight are drawn with thin lines, which take a third of the time, and dashed only where dashes can be told. */
const CROWD = 1500

function grid(w: Wanted, colour: string) {
  brush.fillStyle = colour
  for (const lon of w.lons) brush.fillRect(Math.round((lon - w.x) / w.pixel), 0, Math.ceil(w.ratio), w.height)
  for (const lat of w.lats) brush.fillRect(0, Math.round((lat - w.y) / w.pixel), w.width, Math.ceil(w.ratio))
}

function one({ shapes, stroke, fill, rim }: NonNullable<typeof held>, i: number, w: Wanted, crowd: boolean) {
  const sign = shapes.sign[i]
  const tone = TONES[sign >> 4]
  const sort = sign & 3
  const b = i * 4
  const size = Math.max(shapes.box[b + 2] - shapes.box[b], shapes.box[b + 3] - shapes.box[b + 1]) / w.pixel
  if (sort >= SIGN.spot) return spot((shapes.box[b] - w.x) / w.pixel, (shapes.box[b + 1] - w.y) / w.pixel, sort === SIGN.cross, stroke[tone], rim, w.ratio)
  if (size < 3) { // too small for a form: it is there
    brush.fillStyle = stroke[tone]
    return brush.fillRect((shapes.box[b] - w.x) / w.pixel - 1, (shapes.box[b + 1] - w.y) / w.pixel - 1, 2 * w.ratio, 2 * w.ratio)
  }
  if (sign & SIGN.hatched) return common(shapes, i, w, hatch(stroke[tone], w.ratio))
  brush.beginPath()
  for (let part = shapes.first[i]; part < shapes.first[i + 1]; part++) trace(shapes, part, w, sort === SIGN.area)
  if (sort === SIGN.area) {
    brush.fillStyle = fill[tone]
    brush.fill('evenodd')
  }
  brush.strokeStyle = stroke[tone]
  brush.lineWidth = (tone === 'none' || crowd || size < 14 * w.ratio ? 1 : 1.8) * w.ratio
  const dash = tone === 'none' ? [10, 4, 2, 4] : [5.4, 3.6] // what the charter draws looks like nobody's notice
  brush.setLineDash(sign & SIGN.dashed && size > (crowd ? 24 : 12) * w.ratio ? dash.map((n) => n * w.ratio) : [])
  brush.stroke()
}

/** The path of one part; corners nearer to each other than a pixel and a half are one. */
function trace(s: Shapes, part: number, w: Wanted, closed: boolean) {
  const to = s.parts[part + 1]
  let [px, py] = [NaN, NaN]
  for (let k = s.parts[part]; k < to; k++) {
    const [x, y] = [(s.xy[2 * k] - w.x) / w.pixel, (s.xy[2 * k + 1] - w.y) / w.pixel]
    if (Math.abs(x - px) + Math.abs(y - py) < 1.5 && k < to - 1) continue
    if (px !== px) brush.moveTo(x, y)
    else brush.lineTo(x, y)
    px = x
    py = y
  }
  if (closed) brush.closePath()
}

/** What lies in both parts, hatched. */
function common(s: Shapes, i: number, w: Wanted, pattern: CanvasPattern) {
  brush.save()
  brush.beginPath()
  trace(s, s.first[i], w, true)
  brush.clip()
  brush.beginPath()
  trace(s, s.first[i] + 1, w, true)
  brush.fillStyle = pattern
  brush.fill()
  brush.restore()
}

/** A dot, or a lying cross where two things meet: no colour says it alone. */
function spot(x: number, y: number, cross: boolean, colour: string, rim: string, ratio: number) {
  const r = 5 * ratio
  brush.setLineDash([])
  brush.beginPath()
  if (cross) {
    brush.moveTo(x - r, y - r); brush.lineTo(x + r, y + r); brush.moveTo(x + r, y - r); brush.lineTo(x - r, y + r)
    brush.lineCap = 'round'
    for (const [style, width] of [[rim, 6], [colour, 3]] as const) { brush.strokeStyle = style; brush.lineWidth = width * ratio; brush.stroke() }
    brush.lineCap = 'butt'
    return
  }
  brush.arc(x, y, r, 0, 2 * Math.PI)
  brush.fillStyle = colour
  brush.fill()
  brush.strokeStyle = rim
  brush.lineWidth = 1.5 * ratio
  brush.stroke()
}

const patterns = new Map<string, CanvasPattern>()
/** Lines from south-west to north-east. */
function hatch(colour: string, ratio: number): CanvasPattern {
  const key = colour + ratio
  const had = patterns.get(key)
  if (had) return had
  const side = Math.round(8 * ratio)
  const tile = new OffscreenCanvas(side, side)
  const g = tile.getContext('2d')!
  g.strokeStyle = colour
  g.lineWidth = 1.4 * ratio
  g.beginPath()
  for (const shift of [-side, 0, side]) { g.moveTo(shift, side); g.lineTo(shift + side, 0) }
  g.stroke()
  const made = brush.createPattern(tile, 'repeat')!
  patterns.set(key, made)
  return made
}
