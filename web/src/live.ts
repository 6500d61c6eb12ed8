// What the node says, kept in one place: the desk, the watch, and whether the
// node is heard at all. Every event is followed by one fetch of /watch.
import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Desk, get, LOCKED, onUnauthorized, Problem, type Watch } from './api'
import { freezeClock, setClock } from './clock'
import { changedHands } from './session/drafts'
import type { Policy, Session } from './session/types'

export interface Live {
  session: Session | null // who works here; null: not yet known
  policy: Policy | null
  desk: Desk | null
  watch: Watch | null
  lost: boolean        // the console does not hear its own node
  version: number      // grows with every event; screens fetch again
  feed: { precedence?: string; from?: string; own: boolean; at: number } | null
}

let state: Live = { session: null, policy: null, desk: null, watch: null, lost: false, version: 0, feed: null }
const listeners = new Set<() => void>()
function set(part: Partial<Live>) {
  state = { ...state, ...part }
  listeners.forEach((f) => f())
}
export const live = () => state
export function useLive(): Live {
  return useSyncExternalStore((f) => { listeners.add(f); return () => { listeners.delete(f) } }, live)
}

let asking = false
let again = false
/** Fetch the watch; calls that come while one is under way are answered by one more. */
export async function refresh(): Promise<void> {
  if (asking) { again = true; return }
  asking = true
  try {
    do {
      again = false
      const watch = await get<Watch>('/watch')
      setClock(watch.now, watch.rate)
      set({ watch, version: state.version + 1 })
    } while (again)
  } catch (error) {
    if (!(error instanceof Problem)) gone()
  } finally {
    asking = false
  }
}

export async function loadDesk(): Promise<void> {
  const desk = await get<Desk>('/desk')
  setClock(desk.now, desk.rate)
  set({ desk })
}

/** Who works at this console now. Another officer than before begins with an empty page. */
export async function loadSession(): Promise<Session> {
  const before = state.session
  let session = await get<Session>('/session')
  // Of a locked session the node tells only whose it is; what stays open behind the lock is still theirs.
  if (session.state === 'locked' && before?.officer === session.officer) session = { ...before, state: 'locked' }
  if (session.state === 'open' && changedHands(session.officer) && before?.officer) location.reload()
  set({ session })
  return session
}

/** After a sign-in, an enrolment or an unlock: who it is, and all that they may see. */
export async function opened(): Promise<void> {
  const session = await loadSession()
  if (session.state !== 'open') return
  await Promise.all([loadDesk(), get<Policy>('/policy').then((policy) => set({ policy }), () => undefined)])
  await refresh()
  listen()
}

/** Locked, or over: say so at once, and ask the node which. */
onUnauthorized((problem) => {
  if (!state.session || state.session.state === 'none') return
  if (problem.type === LOCKED) set({ session: { ...state.session, state: 'locked' } })
  else loadSession().catch(() => undefined)
})

let source: EventSource | null = null
let lostTimer = 0
let silentTimer = 0

function heard() {
  clearTimeout(lostTimer)
  lostTimer = 0
  clearTimeout(silentTimer)
  silentTimer = window.setTimeout(gone, 25_000) // the node ticks every 10 s
  if (state.lost) {
    set({ lost: false })
    loadDesk().catch(() => undefined)
    refresh()
  }
}

function gone() {
  if (state.session?.state !== 'open') return // what a locked console does not hear is not lost
  if (!lostTimer) lostTimer = window.setTimeout(() => { freezeClock(); set({ lost: true }) }, 5_000)
}

function clockOf(event: Event) {
  const data = JSON.parse((event as MessageEvent).data)
  if (typeof data.now === 'number') setClock(data.now, data.rate ?? 1)
  return data
}

function listen() {
  source?.close()
  source = new EventSource('/api/v1/events')
  source.onopen = heard
  source.onerror = () => {
    gone()
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => { if (state.session?.state === 'open') listen() }, 2_000)
  }
  source.addEventListener('feed', (event) => {
    heard()
    const data = clockOf(event)
    set({ feed: { precedence: data.precedence, from: data.from, own: !data.from || data.from === state.desk?.desk, at: Date.now() } })
    refresh()
  })
  source.addEventListener('state', (event) => { heard(); clockOf(event); refresh() })
  source.addEventListener('tick', (event) => { heard(); clockOf(event) })
}

// A page that is left may be kept by the browser with its stream open, and a
// browser opens few connections to one desk: let go, and listen again on return.
window.addEventListener('pagehide', () => { source?.close(); source = null })
window.addEventListener('pageshow', (event) => { if (event.persisted) { listen(); refresh() } })

/** Begin: the session, the desk, the watch, then the stream. Tries again until the node answers. */
export async function start(): Promise<void> {
  try {
    await opened()
  } catch {
    set({ lost: true })
    setTimeout(() => start(), 2_000)
    return
  }
  set({ lost: false })
}

/** Fetch a path now and after every event; what was there stays until the new is. */
export function useFetched<T>(path: string | null): { data: T | null; error: Problem | null } {
  const { version } = useLive()
  const [held, setHeld] = useState<{ path: string; data: T | null; error: Problem | null } | null>(null)
  useEffect(() => {
    if (!path) return
    const stop = new AbortController()
    get<T>(path, stop.signal)
      .then((data) => setHeld({ path, data, error: null }))
      .catch((error) => {
        if (stop.signal.aborted) return
        if (error instanceof Problem) setHeld({ path, data: null, error })
      })
    return () => stop.abort()
  }, [path, version])
  return held && held.path === path ? held : { data: null, error: null }
}
