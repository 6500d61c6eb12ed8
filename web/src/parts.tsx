// Small pieces that every screen uses.
import { type ReactNode, useEffect, useState } from 'react'
import type { Desk, Precedence, Waiting } from './api'
import { deskNow, left, stamp, useNow } from './clock'
import { useLive } from './live'
import { hasWords, Id, type Key, plain, Tri, useLang, useText } from './text'

/** Precedence as letter, shape and colour: never by colour alone. */
export function Badge({ code, flash, size = 28 }: { code: Precedence; flash?: boolean; size?: number }) {
  const t = useText()
  const shapes: Record<string, ReactNode> = {
    Z: <polygon points="10,2 22,2 30,10 30,22 22,30 10,30 2,22 2,10" />,
    O: <polygon points="16,1 31,16 16,31 1,16" />,
    P: <rect x="3" y="3" width="26" height="26" rx="3" />,
    R: <circle cx="16" cy="16" r="13.5" />,
  }
  return (
    <svg className={`badge badge-${code}${flash ? ' flashing' : ''}`} width={size} height={size} viewBox="0 0 32 32" role="img" aria-label={t(`precedence.${code}` as Key)}>
      {shapes[code] ?? shapes.R}
      <text x="16" y="21.5" textAnchor="middle">{code}</text>
    </svg>
  )
}

/** Which of the desk colours: the parties in the order of the charter, then the supervisor. */
export function deskColour(desk: Desk | null, id: string): 'a' | 'b' | 'c' {
  const member = desk?.members.find((m) => m.desk === id)
  if (!member || member.role !== 'party') return 'c'
  return desk!.members.filter((m) => m.role === 'party').findIndex((m) => m.desk === id) === 0 ? 'a' : 'b'
}

export function letterOf(desk: Desk | null, id: string): string {
  return desk?.members.find((m) => m.desk === id)?.letter ?? id.slice(0, 1).toUpperCase()
}

/** An officer's function by its name in the charter's roster template. */
export function RoleName({ role }: { role: string }) {
  const { desk } = useLive()
  const choices = desk?.templates.find((t) => t.kind === 'hotline.watch/1')?.fields.find((f) => f.name === 'role')?.choices
  const found = choices?.find((c) => c.value === role)
  const t = useText()
  if (found) return <Tri text={found.name} />
  return hasWords(`role.${role}`) ? <>{t(`role.${role}` as Key)}</> : <Id>{role}</Id>
}

/** A desk by letter, colour and name; nothing for a matter that no desk opened. */
export function DeskName({ id, short }: { id: string; short?: boolean }) {
  const { desk } = useLive()
  const lang = useLang()
  if (!id) return null
  const member = desk?.members.find((m) => m.desk === id)
  return (
    <span className="deskname">
      <span className={`letter desk-${deskColour(desk, id)}`} {...(short ? { role: 'img', 'aria-label': plain(member?.name, lang) || id } : { 'aria-hidden': true })}>{letterOf(desk, id)}</span>
      {!short && (member ? <Tri text={member.name} /> : <Id>{id}</Id>)}
    </span>
  )
}

export function DeskNames({ ids }: { ids: string[] }) {
  return <span className="desknames">{ids.map((id) => <DeskName key={id} id={id} />)}</span>
}

export function Kbd({ children }: { children: string }) {
  return <kbd dir="ltr">{children}</kbd>
}

/** What is left of a clock; negative and red when overdue. */
export function Countdown({ due, warn = 60_000, big }: { due: number; warn?: number; big?: boolean }) {
  const rest = due - useNow()
  const state = rest < 0 ? 'overdue' : rest < warn ? 'soon' : 'ample'
  return <bdi dir="ltr" className={`clock clock-${state}${big ? ' big' : ''}`}>{left(rest)}</bdi>
}

/** The same clock as a bar of what is used up. */
export function Progress({ since, due }: { since: number; due: number }) {
  const now = useNow()
  const share = due > since ? Math.min(1, Math.max(0, (now - since) / (due - since))) : 1
  return <div className={'progress' + (now > due ? ' over' : share > 0.6 ? ' most' : '')} aria-hidden="true"><div style={{ inlineSize: `${share * 100}%` }} /></div>
}

export function At({ ms }: { ms: number }) {
  if (!ms) return <span className="muted">–</span>
  return <Id>{stamp(ms, deskNow())}</Id>
}

/** The clock of a list that comes first. */
export function firstDue(waiting: Waiting[], match: (w: Waiting) => boolean): Waiting | undefined {
  return waiting.filter(match).sort((a, b) => (a.due || Infinity) - (b.due || Infinity))[0]
}

export function Panel({ title, aside, children, className, id }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; className?: string; id?: string }) {
  return (
    <section className={'panel ' + (className ?? '')} aria-labelledby={id}>
      {(title || aside) && <header>{title && <h3 id={id}>{title}</h3>}{aside}</header>}
      {children}
    </section>
  )
}

/** An empty place says in words what would be here. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>
}

export function Fault({ children }: { children: ReactNode }) {
  return <p className="fault" role="alert">{children}</p>
}

/** A value of this browser alone: a draft, a preference. */
export function useKept<T>(key: string, initial: T): [T, (value: T) => void] {
  const read = () => {
    try { const held = localStorage.getItem(key); return held === null ? initial : (JSON.parse(held) as T) } catch { return initial }
  }
  const [value, setValue] = useState<T>(read)
  useEffect(() => { setValue(read()) }, [key])
  return [value, (next) => {
    setValue(next)
    try { if (next === null || next === undefined) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(next)) } catch { /* private window: kept in memory only */ }
  }]
}
