// The picture that the painter makes, laid on the map as one rectangle that moves
// with it. It reaches beyond the edge of the map, and a new one is asked for when
// the map leaves it, when the scale has changed, and when there is something new.
import { type CustomLayerInterface, type Map as GLMap, MercatorCoordinate } from 'maplibre-gl'
import { lines, step } from '../geo'
import type { Look, Order, Painted, Wanted } from './painter'
import type { Shapes } from './shapes'

/** How far it reaches beyond each edge, as a share of the map: half of it, and less where that would be more pixels than these. */
const BEYOND = 0.5
const PIXELS = 4_000_000
/** Milliseconds: a picture that takes no longer is made anew while the scale changes. */
const QUICK = 24

const VERTEX = `#version 300 es
uniform vec4 place; in vec2 corner; out vec2 at;
void main() { at = corner; gl_Position = vec4(place.xy + corner * place.zw, 0, 1); }`
const FRAGMENT = `#version 300 es
precision mediump float; uniform sampler2D picture; in vec2 at; out vec4 colour;
void main() { colour = texture(picture, at); }`

export interface Picture {
  layer: CustomLayerInterface
  show: (shapes: Shapes, look: Look) => void
  close: () => void
}

/** Begins the picture of a map; painted is called whenever one is in place that is not already out of date. */
export function picture(map: GLMap, painted: () => void): Picture {
  const worker = new Worker(new URL('./painter.ts', import.meta.url), { type: 'module' })
  const send = (order: Order) => worker.postMessage(order)
  let gl: WebGL2RenderingContext | null = null
  let drawn: { program: WebGLProgram; texture: WebGLTexture; corners: WebGLBuffer; place: WebGLUniformLocation | null } | null = null
  let held: Wanted | null = null
  let fresh: Painted | null = null
  let [busy, again, took] = [false, false, 0]

  const pixel = () => 1 / (512 * 2 ** map.getZoom() * map.getPixelRatio())
  const corner = () => { const p = MercatorCoordinate.fromLngLat(map.unproject([0, 0])); return { x: p.x, y: p.y } }
  /** Parallels and meridians of the picture, as far apart as those of the map, which have their degrees at its edge. */
  const grid = (west: number, north: number, east: number, south: number) => {
    if (map.getZoom() <= 2) return { lons: [], lats: [] }
    const [b, a, z] = [map.getBounds(), new MercatorCoordinate(west, north).toLngLat(), new MercatorCoordinate(east, south).toLngLat()]
    const within = (from: number, to: number, seen: number) => lines(from, to, step(seen))
    return {
      lons: within(a.lng, z.lng, b.getEast() - b.getWest()).map((lon) => MercatorCoordinate.fromLngLat([lon, 0]).x),
      lats: within(z.lat, a.lat, b.getNorth() - b.getSouth()).map((lat) => MercatorCoordinate.fromLngLat([0, lat]).y),
    }
  }
  const size = () => { const c = map.getCanvas(); return { width: c.width, height: c.height } }

  function ask() {
    if (busy) { again = true; return }
    busy = true
    again = false
    const { width, height } = size()
    const beyond = Math.max(0.1, Math.min(BEYOND, (Math.sqrt(PIXELS / (width * height)) - 1) / 2))
    const [dx, dy] = [Math.round(width * beyond), Math.round(height * beyond)]
    const [at, per] = [corner(), pixel()]
    const [x, y] = [at.x - dx * per, at.y - dy * per]
    send({ draw: { x, y, pixel: per, width: width + 2 * dx, height: height + 2 * dy, ratio: map.getPixelRatio(), ...grid(x, y, x + (width + 2 * dx) * per, y + (height + 2 * dy) * per) } })
  }
  worker.onmessage = ({ data }: MessageEvent<Painted>) => {
    busy = false
    took = data.took
    fresh?.picture.close()
    fresh = data
    map.triggerRepaint()
    if (again) ask()
    else painted()
  }

  /** Whether the map shows what the picture does not, or shows it at another scale. */
  function stale(resting: boolean): boolean {
    const of = fresh?.of ?? held
    if (!of) return false
    const { width, height } = size()
    const [at, per] = [corner(), pixel()]
    const out = at.x < of.x || at.y < of.y || at.x + width * per > of.x + of.width * of.pixel || at.y + height * per > of.y + of.height * of.pixel
    const scale = per / of.pixel
    return out || (Math.abs(scale - 1) > 1e-9 && (resting || took < QUICK || scale > 1.6 || scale < 0.6))
  }
  const moving = () => { if (stale(false)) ask() }
  const rested = () => { if (stale(true)) ask() }
  map.on('move', moving)
  map.on('moveend', rested)
  map.on('resize', ask)

  return {
    layer: {
      id: 'picture', type: 'custom', renderingMode: '2d',
      onAdd(_map, context) {
        gl = context as WebGL2RenderingContext
        drawn = prepare(gl)
        if (held) { held = null; ask() } // the browser had taken the texture away
      },
      onRemove() { gl = null; drawn = null },
      render() {
        if (!gl || !drawn) return
        gl.activeTexture(gl.TEXTURE0)
        gl.bindTexture(gl.TEXTURE_2D, drawn.texture)
        if (fresh) {
          gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, fresh.picture)
          fresh.picture.close()
          held = fresh.of
          fresh = null
        }
        if (!held) return
        const { width, height } = size()
        const [at, per] = [corner(), pixel()]
        const [w, h] = [(held.width * held.pixel) / per, (held.height * held.pixel) / per]
        const [x, y] = [(held.x - at.x) / per, (held.y - at.y) / per]
        gl.useProgram(drawn.program)
        gl.uniform4f(drawn.place, (2 * x) / width - 1, 1 - (2 * y) / height, (2 * w) / width, (-2 * h) / height)
        gl.bindBuffer(gl.ARRAY_BUFFER, drawn.corners)
        gl.enableVertexAttribArray(0)
        gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0)
        gl.enable(gl.BLEND)
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
      },
    },
    show(shapes, look) { send({ shapes, ...look }); ask() },
    close() { worker.terminate(); fresh?.picture.close() },
  }
}

function prepare(gl: WebGL2RenderingContext) {
  const program = gl.createProgram()
  for (const [sort, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(sort)!
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.bindAttribLocation(program, 0, 'corner')
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'the picture has no program')
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  for (const [name, value] of [[gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.LINEAR], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]] as const) gl.texParameteri(gl.TEXTURE_2D, name, value)
  const corners = gl.createBuffer()
  gl.bindBuffer(gl.ARRAY_BUFFER, corners)
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW)
  return { program, texture, corners, place: gl.getUniformLocation(program, 'place') }
}
