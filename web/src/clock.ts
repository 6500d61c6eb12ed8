// The desk's clock. The console never uses the computer's own time for a
// record or a countdown: it runs from what the node last said, at its rate.
import { useSyncExternalStore } from 'react'

let base = { now: Date.now(), at: performance.now(), rate: 1 }
let frozenAt: number | null = null
const listeners = new Set<() => void>()
let beat = 0
let timer = 0

export function setClock(now: number, rate: number) {
  base = { now, at: performance.now(), rate }
  frozenAt = null
}

/** Stop the clock where it stands: the node is not heard, so the time is not known. */
export function freezeClock() {
  frozenAt ??= deskNow()
}

export function deskNow(): number {
  return frozenAt ?? Math.round(base.now + (performance.now() - base.at) * base.rate)
}

function subscribe(f: () => void) {
  listeners.add(f)
  if (!timer) timer = window.setInterval(() => { beat++; listeners.forEach((g) => g()) }, 500)
  return () => {
    listeners.delete(f)
    if (!listeners.size) { clearInterval(timer); timer = 0 }
  }
}

/** The desk's time, read again twice a second. */
export function useNow(): number {
  useSyncExternalStore(subscribe, () => beat)
  return deskNow()
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const two = (n: number) => String(n).padStart(2, '0')

/** 061428Z JAN 26 */
export function dtg(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}Z ${MONTHS[d.getUTCMonth()]} ${two(d.getUTCFullYear() % 100)}`
}

/** 14:28:03Z */
export function hms(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}Z`
}

/** 14:28:03Z today, 06 14:28:03Z on another day than the desk's. */
export function stamp(ms: number, now: number): string {
  const same = new Date(ms).toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10)
  return same ? hms(ms) : two(new Date(ms).getUTCDate()) + ' ' + hms(ms)
}

/** 17:30 in a member's zone */
export function local(ms: number, zone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: zone }).format(ms)
  } catch {
    return hms(ms).slice(0, 5)
  }
}

/** -3:10, 0:42, 18:30:00: what is left, negative when overdue. */
export function left(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000)
  const sign = ms < 0 && total > 0 ? '-' : ''
  const h = Math.floor(total / 3600)
  const m = Math.floor((total % 3600) / 60)
  const s = two(total % 60)
  return sign + (h ? `${h}:${two(m)}:${s}` : `${m}:${s}`)
}

/**
 * Reads 061428Z JAN 26, 061428ZJAN26, 061428Z, 1428, 14:28 or 14:28:03, any
 * case and spacing; what is missing is taken from the desk's own day.
 */
export function parseDTG(typed: string, now: number): number | null {
  const s = typed.toUpperCase().replace(/\s+/g, '')
  const day = new Date(now)
  const clock = /^(\d{1,2}):?(\d{2})(?::(\d{2}))?Z?$/.exec(s)
  if (clock && !/^\d{6}Z?$/.test(s)) {
    const [h, m, sec] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)]
    if (h > 23 || m > 59 || sec > 59) return null
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), h, m, sec)
  }
  const full = /^(\d{2})(\d{2})(\d{2})Z?([A-Z]{3})?(\d{2})?$/.exec(s)
  if (!full) return null
  const month = full[4] ? MONTHS.indexOf(full[4]) : day.getUTCMonth()
  const year = full[5] ? 2000 + Number(full[5]) : day.getUTCFullYear()
  const [d, h, m] = [Number(full[1]), Number(full[2]), Number(full[3])]
  if (month < 0 || h > 23 || m > 59) return null
  const at = new Date(Date.UTC(year, month, d, h, m))
  return at.getUTCDate() === d && at.getUTCMonth() === month ? at.getTime() : null
}
