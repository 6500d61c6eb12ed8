// What GET /api/v1/venture gives, as the screen needs it.
import type { Free, Line, Text3 } from '../api'

export interface Stage { stage: string; at: number; text: Free[] }
export interface Gate { key: string; number: string; state: string; seen: boolean; signed: string[] }
export interface Venture extends Line {
  contested: boolean; title: Text3; field: string; sides: string[]; stages: Record<string, Stage>
  gate: Gate; paused_since: number; disclosure: 'undisclosed' | 'desks' | 'public'; benefit: { desk: string; text: Text3 }[]
}
export interface Ventures {
  ventures: Venture[]; pipeline: { stage: string; count: number }[]
  public: { title: Text3; field: string; sides: string[]; state: string; since: number }[]
}

export const KIND = { proposal: 'venture.proposal/1', step: 'venture.step/1' }
/** The way of a venture, one stage at a time. */
export const WAY = ['idea', 'vetted', 'mou', 'permits', 'pilot', 'operating']
/** From here on a venture needs its gate open. */
export const GATED = ['pilot', 'operating']
