// That the officer is at work: keys and mouse, told to the node at most every
// 30 s. Five minutes without locks the session (SEC-08); the node decides, and
// the console asks it when the time is up.
import { useEffect } from 'react'
import { post } from '../api'
import { live, loadSession, useLive } from '../live'

const EVERY = 30_000
let touched = 0
let timer = 0

function arm(after: number) {
  clearTimeout(timer)
  if (after > 0) timer = window.setTimeout(() => { if (live().session?.state === 'open') loadSession().then(() => arm(after), () => arm(EVERY)) }, after + 500)
}

function hand() {
  const session = live().session
  if (session?.state !== 'open' || !session.lock_after_ms) return
  const now = performance.now()
  if (touched && now - touched < EVERY) return
  touched = now
  post('/session/touch').then(() => arm(session.lock_after_ms), () => undefined)
}

/** Begin to notice keys and mouse. */
export function watchHands() {
  for (const event of ['keydown', 'pointerdown', 'pointermove', 'wheel']) window.addEventListener(event, hand, { capture: true, passive: true })
  document.addEventListener('visibilitychange', () => { if (!document.hidden && live().session?.state === 'open' && live().session?.lock_after_ms) loadSession().catch(() => undefined) })
}

/** Asks the node when the session must have locked, also when no hand came near. */
export function useLockTimer() {
  const { session } = useLive()
  const after = session?.state === 'open' ? session.lock_after_ms : 0
  useEffect(() => { arm(after); return () => clearTimeout(timer) }, [after, session?.officer])
}
