// A place in every notation, as the node reads it (GET /api/v1/geo): grids are
// computed in one place only.
import { useEffect, useRef, useState } from 'react'
import { get, path, type Place, Problem } from '../api'
import type { LL } from '../geo'
import { notPlace, type Slip, slipWords } from '../slips'
import { useLang } from '../text'

export interface Located { lat: number; lon: number; notation: string; precision_m: number; mgrs: string; dms: string; dm: string; gars: string; slips: Slip[]; nearest: { id: string; distance_m: number; azimuth: number }[] }

const held = new Map<string, Located | Problem>()
const MOST = 500

export async function locate(text: string): Promise<Located | Problem> {
  const known = held.get(text)
  if (known) return known
  const answer = await get<Located>('/geo?text=' + path(text)).catch((error) => { if (error instanceof Problem) return error; throw error })
  if (held.size >= MOST) held.clear()
  if (!(answer instanceof Problem) || answer.status === 422) held.set(text, answer)
  return answer
}

/** What the node makes of a text, a moment after it last changed; null until then. */
export function useLocated(text: string | null, pause = 120): Located | Problem | null {
  const [answer, setAnswer] = useState<{ text: string; of: Located | Problem } | null>(null)
  useEffect(() => {
    if (!text) return
    let gone = false
    const timer = setTimeout(() => locate(text).then((of) => { if (!gone) setAnswer({ text, of }) }, () => undefined), pause)
    return () => { gone = true; clearTimeout(timer) }
  }, [text, pause])
  return text && answer?.text === text ? answer.of : null
}

export const decimals = (p: LL) => `${p.lat.toFixed(5)}, ${p.lon.toFixed(5)}`

/** What the node reads, as the place of a record: degrees, with what was typed kept beside them. */
const placeOf = (found: Located, text: string): Place => ({
  id: '', lat: String(Number(found.lat.toFixed(6))), lon: String(Number(found.lon.toFixed(6))), text, notation: 'DD', precision_m: Math.max(1, Math.round(found.precision_m)),
})

type Take = (place: Place | null, words: string[]) => void

/** Asks the node to read a text in any notation; of what is typed in a row the last counts. What is no place comes with why. */
export function useNotations(): (text: string, take: Take) => void {
  const lang = useLang()
  const last = useRef('')
  const timer = useRef(0)
  return (text, take) => {
    last.current = text
    clearTimeout(timer.current)
    if (!/\d.*\d/.test(text)) return
    timer.current = window.setTimeout(() => locate(text.trim()).then((found) => {
      if (last.current !== text) return
      if (found instanceof Problem) take(null, found.status === 422 ? [notPlace(lang, found)] : [])
      else take(placeOf(found, text.trim()), found.slips.map((s) => slipWords(lang, s)))
    }, () => undefined), 250)
  }
}
