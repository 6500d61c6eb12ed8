// What the movement board reads from the node, and where a movement stands as
// time passes between two answers.
import type { Line, Place, Span, T3 } from '../api'

export interface Point { number: number; name: string; place: Place; what: 'pass' | 'stop' | 'alternate'; planned: number; expected: number; actual: number; by: string; desk: string; condition: Condition; passed: boolean }
export type Condition = '' | 'well' | 'delayed' | 'stopped' | 'harmed'
export type Moving = 'planned' | 'on-time' | 'late' | 'lost' | 'declared' | 'arrived' | 'over'
export interface Word { ref: string; desk: string; said: number; point: number; at: number; by: string; place: Place[]; condition: Condition; next: number[]; counts: boolean }
export interface Answer { desk: string; name: string; through: string; status: string; at: number }
export interface Movement extends Line {
  moving: Moving; moving_since: number; activity: string; units: string; window: Span; points: Point[]
  next: number; expected: number; overdue: number; last: Word[]; others: Word[]; lost: string[]
  contact: string[]; vehicles: { count: number; type: string }[]; people: number[]; escort: '' | 'yes' | 'no'
  answers: Answer[]; overall: string; worst: Answer[]; unreached: { desk: string; levels: string[]; due: number }[]; conflicts: string[]; text: T3
}
export interface Board { movements: Movement[]; more: boolean; overdue_ms: number; unheard: { desk: string; since: number }[] }

/** Where a movement stands now: the node's answer, with the time that has passed since. */
export function standing(m: Movement, now: number): Moving {
  if (!['planned', 'on-time', 'late'].includes(m.moving) || !m.next) return m.moving
  return now >= m.overdue ? 'lost' : now >= m.expected ? 'late' : m.moving === 'late' ? 'on-time' : m.moving
}

/** Whole minutes to a time, away from zero: half a minute over is one over. */
export const minutesTo = (at: number, now: number) => (at < now ? -Math.ceil((now - at) / 60_000) : Math.ceil((at - now) / 60_000))

export const gone = (s: Moving) => s === 'lost' || s === 'declared'

/** When the point after the next one is expected, if the next is passed now: as late as this one. Nothing when it is in time. */
export function delayed(m: Movement, now: number): number | undefined {
  const after = m.points.find((p) => p.number > m.next && p.what !== 'alternate' && p.planned)
  const over = now - m.expected
  return after && over > 60_000 ? after.planned + Math.ceil(over / 60_000) * 60_000 : undefined
}
