// A place or an area as a row names it: its name where it has one, with the
// district when two share it; else what it was called, else its coordinates.
import type { Area, Place, Point } from '../api'
import { useLive } from '../live'
import { coordinates, find } from '../place'
import { Id, Tri } from '../text'

export function PlaceName({ place, area }: { place?: Place; area?: Area }) {
  const { desk } = useLive()
  const known = find(desk, place)
  if (known) return <><Tri text={known.name} />{known.shared_name && <> <span className="district shared"><Tri text={known.district} /></span></>}</>
  const said = place?.text || area?.text
  if (said) return <bdi>{said}</bdi>
  return <Id>{coordinates(place ?? area?.centre?.[0] ?? area?.ring?.[0] ?? {})}</Id>
}

/** The point of a place, if it has coordinates. */
export const pointOf = (place?: Place): Point | undefined => (place?.lat && place.lon ? { lat: place.lat, lon: place.lon } : undefined)
