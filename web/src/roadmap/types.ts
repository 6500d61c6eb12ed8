// What GET /api/v1/roadmap gives, as the screen needs it.
import type { Line, T3, Text3 } from '../api'

export interface Block { desk: string; for: string; matter: string; due: number }
export type Why = 'met' | 'not-held' | 'state' | 'dday-not-agreed' | 'not-yet' | 'not-quiet'
export interface Condition { id: string; text: Text3; met: boolean; why: Why; since: number; due: number; matter: string; state: string; blocks: Block[] }
export interface Gate extends Line {
  title: Text3; deciders: string[]; dday: string; conditions: Condition[]
  signed: Record<string, { at: number; open: 'opens' | 'withholds'; record: string }>
  blocks: Block[]; earliest: number
}
export interface Phase { id: string; name: T3; gates: Gate[] }
export interface Day extends Line { day: number; in_force: number; agreed_at: number }
export interface Road { phases: Phase[]; dday: Day[] }

export const KIND = { gate: 'roadmap.gate/1', sign: 'roadmap.sign/1', dday: 'roadmap.dday/1' }
