// Places as the officer types them: a name of the gazetteer, or coordinates.
import type { Desk, GazetteerPlace, Lang, Place } from './api'
import { plain } from './text'

/** The name; with its district when two places share the name. */
export function placeName(place: GazetteerPlace, lang: Lang): string {
  return `${plain(place.name, lang)} (${plain(place.district, lang)})`
}

export function fromGazetteer(place: GazetteerPlace, lang: Lang): Place {
  return { id: place.id, lat: place.lat, lon: place.lon, text: plain(place.name, lang), notation: 'name', precision_m: 0 }
}

export function find(desk: Desk | null, place: Place | null | undefined): GazetteerPlace | undefined {
  return place?.id ? desk?.places.find((p) => p.id === place.id) : undefined
}

/** "33.1234 36.1234", with or without comma, degree signs or N/E. */
export function parseLatLon(typed: string): Place | null {
  const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*°?\s*([NSns])?\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*°?\s*([EWew])?\s*$/.exec(typed)
  if (!match) return null
  const south = /[Ss]/.test(match[2] ?? '')
  const west = /[Ww]/.test(match[4] ?? '')
  const lat = (south ? '-' : '') + match[1].replace(/^-(?=.)/, south ? '' : '-')
  const lon = (west ? '-' : '') + match[3].replace(/^-(?=.)/, west ? '' : '-')
  if (Math.abs(Number(lat)) > 90 || Math.abs(Number(lon)) > 180) return null
  const decimals = Math.min((match[1].split('.')[1] ?? '').length, (match[3].split('.')[1] ?? '').length)
  return { id: '', lat, lon, text: typed.trim(), notation: 'DD', precision_m: Math.max(1, Math.round(111_000 / 10 ** decimals)) }
}

export const coordinates = (place: { lat?: string; lon?: string }) => (place.lat && place.lon ? `${place.lat}, ${place.lon}` : '')
