// The look of the map: desk colours, numbers and letters, neutral symbols, no
// border, no ground. Fonts are the page's own; nothing is fetched.
import type * as GeoJSON from 'geojson'
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { lines, type LL } from '../geo'

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
  const tone: ExpressionSpecification = ['match', ['get', 'tone'], 'a', c['desk-a'], 'b', c['desk-b'], 'c', c['desk-c'], c.warn]
  const text = (id: string, from: string, colour: string | ExpressionSpecification, size: number, more: object = {}, filter?: ExpressionSpecification): LayerSpecification => ({
    id, type: 'symbol', source: from, ...(filter ? { filter } : {}),
    layout: { 'text-field': ['get', 'label'], 'text-font': FONTS, 'text-size': size, 'text-padding': 2, ...more },
    paint: { 'text-color': colour, 'text-halo-color': c.s2, 'text-halo-width': 1.6 },
  })
  const solid: ExpressionSpecification = ['==', ['get', 'dashed'], false]
  const broken: ExpressionSpecification = ['==', ['get', 'dashed'], true]
  const point: ExpressionSpecification = ['==', ['geometry-type'], 'Point']
  return {
    version: 8,
    sources: { grid: source(), known: source(), things: source(), draft: source() },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': c.s2 } },
      { id: 'grid', type: 'line', source: 'grid', filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': c.line, 'line-width': 1 } },
      text('grid-text', 'grid', c.muted, 10, { 'text-anchor': ['get', 'anchor'], 'text-allow-overlap': true }, point),
      { id: 'fill', type: 'fill', source: 'things', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': tone, 'fill-opacity': 0.14 } },
      { id: 'fill-open', type: 'fill', source: 'things', filter: ['==', ['get', 'key'], ''], paint: { 'fill-color': tone, 'fill-opacity': 0.26 } },
      { id: 'edge', type: 'line', source: 'things', filter: ['all', solid, ['!', point]], paint: { 'line-color': tone, 'line-width': 1.8 } },
      { id: 'edge-dashed', type: 'line', source: 'things', filter: ['all', broken, ['!', point]], paint: { 'line-color': tone, 'line-width': 1.8, 'line-dasharray': [3, 2] } },
      { id: 'edge-open', type: 'line', source: 'things', filter: ['==', ['get', 'key'], ''], paint: { 'line-color': c.text, 'line-width': 3 } },
      { id: 'known', type: 'circle', source: 'known', paint: { 'circle-radius': 3, 'circle-color': c.muted } },
      text('known-text', 'known', c.muted, 12, { 'text-anchor': 'top', 'text-offset': [0, 0.5] }),
      { id: 'spot', type: 'circle', source: 'things', filter: point, paint: { 'circle-radius': 5, 'circle-color': tone, 'circle-stroke-color': c.s2, 'circle-stroke-width': 1.5 } },
      text('label', 'things', c.text, 12, { 'text-variable-anchor': ['center', 'bottom', 'top'], 'text-radial-offset': 0.7 }, ['==', ['geometry-type'], 'Polygon']),
      text('label-way', 'things', c.text, 12, { 'symbol-placement': 'line-center', 'text-rotation-alignment': 'viewport' }, ['==', ['geometry-type'], 'LineString']),
      text('label-spot', 'things', c.text, 12, { 'text-variable-anchor': ['bottom', 'top', 'right', 'left'], 'text-radial-offset': 0.7 }, point),
      { id: 'draft-fill', type: 'fill', source: 'draft', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': c.accent, 'fill-opacity': 0.16 } },
      { id: 'draft-edge', type: 'line', source: 'draft', filter: ['!', point], paint: { 'line-color': c.accent, 'line-width': 2.2, 'line-dasharray': [2, 1.4] } },
      { id: 'draft-corner', type: 'circle', source: 'draft', filter: point, paint: { 'circle-radius': 5, 'circle-color': c.accent, 'circle-stroke-color': c.bg, 'circle-stroke-width': 1.5 } },
      text('draft-text', 'draft', c.text, 12, { 'text-anchor': 'bottom-left', 'text-offset': [0.6, -0.4], 'text-allow-overlap': true }, point),
    ],
  }
}

const degrees = (v: number, plus: string, minus: string) => `${Number(Math.abs(v).toFixed(3))}°${v < 0 ? minus : plus}`

/** Round parallels and meridians of what is in sight, each with its degrees at the edge. */
export function graticule(b: { south: number; north: number; west: number; east: number }): GeoJSON.FeatureCollection {
  const line = (from: LL, to: LL): GeoJSON.Feature => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [[from.lon, from.lat], [to.lon, to.lat]] } })
  const word = (p: LL, label: string, anchor: string): GeoJSON.Feature => ({ type: 'Feature', properties: { label, anchor }, geometry: { type: 'Point', coordinates: [p.lon, p.lat] } })
  return {
    type: 'FeatureCollection',
    features: [
      ...lines(b.south, b.north).flatMap((lat) => [line({ lat, lon: b.west }, { lat, lon: b.east }), word({ lat, lon: b.west }, ' ' + degrees(lat, 'N', 'S'), 'bottom-left')]),
      ...lines(b.west, b.east).flatMap((lon) => [line({ lat: b.south, lon }, { lat: b.north, lon }), word({ lat: b.north, lon }, ' ' + degrees(lon, 'E', 'W'), 'top-left')]),
    ],
  }
}
