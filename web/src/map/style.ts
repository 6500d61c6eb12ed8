// The look of the map: desk colours, numbers and letters, neutral symbols, no
// border, no ground. Fonts are the page's own; nothing is fetched.
import type * as GeoJSON from 'geojson'
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { lines, type LL } from '../geo'
import type { Look } from './painter'
import type { Tone } from './things'

const TOKENS = ['bg', 's2', 'text', 'muted', 'line', 'edge', 'accent', 'warn', 'desk-a', 'desk-b', 'desk-c'] as const
type Colours = Record<(typeof TOKENS)[number], string>

/** The tokens as they stand now: MapLibre takes colours, not CSS variables. */
export function colours(): Colours {
  const css = getComputedStyle(document.documentElement)
  return Object.fromEntries(TOKENS.map((n) => [n, css.getPropertyValue('--' + n).trim()])) as Colours
}

export const FONTS = ['Plex Sans', 'Plex Arabic', 'Plex Hebrew']
const none: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const source = () => ({ type: 'geojson' as const, data: none, tolerance: 0.2 })

export function style(c: Colours): StyleSpecification {
  const tone: ExpressionSpecification = ['match', ['get', 'tone'], 'a', c['desk-a'], 'b', c['desk-b'], 'c', c['desk-c'], 'none', c.muted, c.warn]
  const text = (id: string, from: string, colour: string | ExpressionSpecification, size: number, more: object = {}, filter?: ExpressionSpecification): LayerSpecification => ({
    id, type: 'symbol', source: from, ...(filter ? { filter } : {}),
    layout: { 'text-field': ['get', 'label'], 'text-font': FONTS, 'text-size': size, 'text-padding': 2, ...more },
    paint: { 'text-color': colour, 'text-halo-color': c.s2, 'text-halo-width': 1.6 },
  })
  const point: ExpressionSpecification = ['==', ['geometry-type'], 'Point']
  const polygon: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon']
  const open: ExpressionSpecification = ['get', 'open']
  const spot: ExpressionSpecification = ['get', 'spot']
  const wrong: ExpressionSpecification = ['boolean', ['get', 'wrong'], false]
  return {
    version: 8,
    sources: { grid: source(), known: source(), names: source(), chosen: source(), draft: source() },
    // The ground is the page behind the map. What stands on it is a picture under PICTURE: see picture.ts.
    layers: [
      text('grid-text', 'grid', c.muted, 10, { 'text-anchor': ['get', 'anchor'], 'text-allow-overlap': true }),
      { id: PICTURE, type: 'circle', source: 'known', paint: { 'circle-radius': 3, 'circle-color': c.muted } },
      { id: 'chosen-fill', type: 'fill', source: 'chosen', filter: polygon, paint: { 'fill-color': tone, 'fill-opacity': ['case', open, 0.26, 0.12], 'fill-antialias': false } },
      { id: 'chosen-edge', type: 'line', source: 'chosen', filter: ['!', point], paint: { 'line-color': ['case', open, c.text, tone], 'line-width': 3 } },
      { id: 'chosen-spot', type: 'circle', source: 'chosen', filter: point, paint: { 'circle-radius': 9, 'circle-opacity': 0, 'circle-stroke-color': ['case', open, c.text, tone], 'circle-stroke-width': 2.5 } },
      text('known-text', 'known', c.muted, 12, { 'text-anchor': 'top', 'text-offset': [0, 0.5] }),
      text('name', 'names', c.text, 12, { 'text-variable-anchor': ['center', 'bottom', 'top'], 'text-radial-offset': 0.7 }, ['!', spot]),
      text('name-spot', 'names', c.text, 12, { 'text-variable-anchor': ['bottom', 'top', 'right', 'left'], 'text-radial-offset': 0.7 }, spot),
      { id: 'draft-fill', type: 'fill', source: 'draft', filter: polygon, paint: { 'fill-color': c.accent, 'fill-opacity': 0.16, 'fill-antialias': false } },
      { id: 'draft-edge', type: 'line', source: 'draft', filter: ['!', point], paint: { 'line-color': c.accent, 'line-width': 2.2, 'line-dasharray': [2, 1.4] } },
      { id: 'draft-corner', type: 'circle', source: 'draft', filter: point, paint: { 'circle-radius': 5, 'circle-color': ['case', wrong, c.warn, c.accent], 'circle-stroke-color': c.bg, 'circle-stroke-width': 1.5 } },
      text('draft-text', 'draft', c.text, 12, { 'text-anchor': 'bottom-left', 'text-offset': [0.6, -0.4], 'text-allow-overlap': true }, point),
    ],
  }
}

/** The layer that the picture of all things lies under. */
export const PICTURE = 'known'
/** The colours of the picture. */
export function palette(c: Colours): Look {
  const stroke: Record<Tone, string> = { a: c['desk-a'], b: c['desk-b'], c: c['desk-c'], warn: c.warn, none: c.muted }
  const fill = Object.fromEntries(Object.entries(stroke).map(([k, v]) => [k, v + (k === 'none' ? '00' : '24')])) as Record<Tone, string> // 24: one seventh
  return { stroke, fill, rim: c.s2, grid: c.line }
}

const degrees = (v: number, plus: string, minus: string) => `${Number(Math.abs(v).toFixed(3))}°${v < 0 ? minus : plus}`

/** The degrees of round parallels and meridians, at the edge of what is in sight; the picture has the lines. */
export function degreesOf(b: { south: number; north: number; west: number; east: number }): GeoJSON.FeatureCollection {
  const word = (p: LL, label: string, anchor: string): GeoJSON.Feature => ({ type: 'Feature', properties: { label, anchor }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } })
  return {
    type: 'FeatureCollection',
    features: [
      ...lines(b.south, b.north).map((lat) => word({ lat, lon: b.west }, ' ' + degrees(lat, 'N', 'S'), 'bottom-left')),
      ...lines(b.west, b.east).map((lon) => word({ lat: b.north, lon }, ' ' + degrees(lon, 'E', 'W'), 'top-left')),
    ],
  }
}
