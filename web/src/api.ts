// The node's HTTP interface as the console sees it: types, and two verbs.

export type Lang = 'en' | 'ar' | 'he'
export const LANGS: Lang[] = ['en', 'ar', 'he']
export type T3 = Partial<Record<Lang, string>>
export type Precedence = 'Z' | 'O' | 'P' | 'R'
export type Free = { lang: string; text: string }
export type Place = { id?: string; lat?: string; lon?: string; text?: string; notation?: string; precision_m?: number }

export type Point = { lat: string; lon: string }
/** A polygon by its corners, or a circle: centre is a list of at most one. */
export type Area = { ring: Point[]; centre: Point[]; radius_m: number; text: string }
export type Span = { from: number; until: number }
/** One 4D volume: a polygon, a corridor (line and half-width) or a circle, its band and its windows. Low, high and centre are lists of at most one. */
export type Altitude = { m: number; reference: string; off_m: number }
export type Volume = { ring: Point[]; holes: Point[][]; line: Point[]; centre: Point[]; radius_m: number; low: Altitude[]; high: Altitude[]; windows: Span[]; text: string }
export type Height = { low_m: number; high_m: number; reference: string }
export type Text3 = Record<Lang, string>
export type Grade = { source: string; information: string }

export interface Member { desk: string; role: 'party' | 'supervisor' | string; name: T3; letter: string; zone: string; languages: string[] }
export interface GazetteerPlace { id: string; name: T3; district: T3; lat: string; lon: string; shared_name: boolean }
export interface AgreedLine { id: string; name: T3; line: Point[] }
export interface Zone { id: string; name: T3; ring: Point[]; line: Point[]; centre: Point[]; radius_m: number; of: string; from: string; until: string; hours: string }
export interface AgreedLimit { id: string; name: T3; clause: string; zone: string; desks: string[]; categories: string[]; unit: 'pieces' | 'm' }
export interface Choice { value: string; name: T3 }
export interface Field {
  name: string
  type: 'text' | 'choice' | 'place' | 'time' | 'number' | 'ref' | 'free' | 'desks' | 'level' | 'list' | 'area' | 'span' | 'height' | 'text3' | 'grade' | 'volumes' | 'zone' | 'limit' | 'category' | 'activity'
  required: boolean
  label: T3
  hint?: T3
  choices?: Choice[]
}
export interface Template {
  code: string; kind: string; version: number; precedence: Precedence; name: T3; status?: string
  about: 'required' | 'optional' | 'none'
  fields: Field[]; sentence?: T3; acks?: { ack: string; within_s: number }[]; officer: boolean
}
export interface Stock { code: string; position: string; text: T3 }
export interface Desk {
  desk: string; cell: string; status: 'EXERCISE' | 'ACTUAL'; now: number; rate: number; demo: boolean; name: T3
  charter: { hash: string; version: number; notice: T3; reservation: T3 }
  officer: { code: string; role: string; signed_in: boolean; on_watch: boolean }
  members: Member[]; languages: string[]
  precedences: { code: Precedence; name: T3; deliver_s: number; receive_s: number; reply_s: number; ladder?: { after_s: number; level: string }[] }[]
  levels: Record<string, { level: string; name: T3 }[]>
  ladder_levels: Record<string, T3>
  places: GazetteerPlace[]; lines?: AgreedLine[]; zones?: Zone[]; limits?: AgreedLimit[]; templates: Template[]; stock: Stock[]; check_texts?: T3[]
  modules: string[]
}

export interface Waiting { desk: string; for: string; for_name: T3; since: number; due: number; level: string; part?: string; alarm?: Precedence }
export interface Contested { record: string; rule: string; text: T3 }
export interface Item {
  key: string; module: string; kind: string; code: string; number: string; precedence: Precedence; status: string
  from: string; to: string[]; at: number; dtg: string; subject: T3
  state: string; state_name: T3; since: number; waiting: Waiting[]; contested: Contested[]; unknown: boolean
}
export interface Alarm {
  id: string; kind: string; level: 'Z' | 'O' | 'P' | 'R'; text: T3; matter: string | null; since: number
  acknowledged: boolean; dismissable: boolean; due: number | null; exercise?: boolean
}
export interface Link { desk: string; via: string; state: string; since: number; head_age_ms: number; held_here: number; skew_ms: number; cause?: T3 }
export interface Watch {
  now: number; rate: number; pos: number
  on_watch: Record<string, { role: string; officer: string; languages: string[]; from: number; to: number; taken?: boolean } | null>
  on_call?: { level: string; officers: string[] }[]
  answer_now: Item[]; owed: Item[]; waiting: Item[]; info: Item[]; alarms: Alarm[]; links: Link[]
}
export interface Translation { lang: string; text: string; status: string; by: string; record: string }
export interface FreeView { field: string; lang: string; text: string; translations: Translation[] }
export interface FieldView { name: string; label: T3; value: T3; kind: string; raw?: unknown }
export interface RecordView {
  ref: string; desk: string; gen: number; index: number; id: string; kind: string; code: string; at: number; dtg: string; role: string
  to: string[]; serial: number; verdict: string; doubt?: { desk: string; note: number; from: number; until: number; by: string; text: T3 } | null; rule: string; text: T3; free: FreeView[]; fields: FieldView[]
  body?: string; commitment: string; delivered: Record<string, number>; bytes: number; bytes_text?: string
}
export interface Stamp { at: number; role?: string; record: string }
export interface Column {
  desk: string
  delivered: Stamp | null
  received: Stamp | null
  readback: (Stamp & { matches?: boolean; difference?: T3 | null }) | null
  disseminated: (Stamp & { level: string; level_name?: T3; cannot?: boolean })[] | null
  position: (Stamp & { position: string; name?: T3; text?: Free | null }) | null
}
export interface StageView { name: string; text: T3; ended: boolean; here: boolean }
export interface FactsView { rule: string; causes: string[]; text: T3 | null; fields: FieldView[] }
export interface Matter extends Item {
  records: RecordView[]; columns: Column[]; actions: string[]; hash?: string; version?: string
  moves: string[]; stages: StageView[]; facts: FactsView | null
  now?: { ref: string; text: T3; fields: FieldView[]; body: string } | null
}
/** What every module's query says of a matter (cell.Line). */
export interface Line {
  key: string; number: string; kind: string; from: string; to: string[]; at: number
  state: string; since: number; open: boolean; waiting: Owed[]; version: string
}
export interface Owed { desk: string; for: string; since: number; due: number; level: string }
export interface JournalEntry { index: number; held: boolean; ref: string; kind?: string; code?: string; text?: T3; at?: number; to?: string[]; commitment: string }
export interface JournalView {
  desk: string; gen: number; size: number; root: string; at: number; checkpoint: string
  cosigned: { desk: string; at: number; size: number }[]; views: Record<string, { size: number; same: boolean }>; entries: JournalEntry[]
}
export interface Journals { code: string; same: boolean | null; journals: JournalView[] }
export interface Attempt { at: number; desk: string; to: string | string[]; means: string; outcome: string; text?: T3 }
export interface Check { key: string; at: number; from: string; to: string[]; answered: Record<string, number | null>; result: string; attempts?: Attempt[]; code?: string }
export interface Checks { checks: Check[]; attempts: Attempt[] }
export interface Channel { pair: string[]; state: string; since: number; cause: T3 | string; evidence: string[]; confidence: string; declared_by: string | null; history: { at: number; state: string; by: string; ref: string }[] }
export interface TranslationJob { key: string; ref: string; field: string; lang: string; want: string[]; text: string }
export interface Demo {
  scenario: string; visitor?: string; started: boolean; step: string; prompt: T3; screen?: string; steps: { id: string; title: T3; done: boolean }[]
  link_cut: boolean; withholding: boolean; proof_command: string; end: null | { real: T3; scripted: T3; limits: T3 }
}
export interface Filed { key: string; ref: string; id: string; serial: number; at: number; commitment: string }
export interface Act { kind: string; to?: string[]; about?: string; cites?: string[]; precedence?: Precedence; body: unknown }

/** A field's own value as it stands in the record; a list of at most one gives its one value, unless it may hold more. */
export function rawOf(record: RecordView, field: { name: string; kind?: string; raw?: unknown }): unknown {
  if (field.raw !== undefined) return field.raw
  try {
    const value = JSON.parse(record.body || '{}')[field.name]
    return Array.isArray(value) && value.length < 2 && !['list', 'volumes'].includes(field.kind ?? '') ? value[0] : value
  } catch { return undefined }
}

/** A refusal as the node words it (RFC 9457), with the place of each fault. */
export class Problem extends Error {
  status: number
  detail: string
  errors: { location: string; message: string; value?: unknown }[]
  /** What kind of refusal it is, where that has a name of its own: LOCKED, NO_RIGHT. */
  type: string
  /** Seconds after which it may be tried again; 0 when the node did not say. */
  wait: number
  constructor(status: number, title: string, detail?: string, errors?: { location: string; message: string; value?: unknown }[], type = '', wait = 0) {
    const words = detail || title
    super([words, ...(errors ?? []).map((e) => e.message).filter((m) => !words.includes(m))].join(': '))
    this.status = status
    this.detail = detail ?? ''
    this.errors = errors ?? []
    this.type = type
    this.wait = wait
  }
}

/** The session is locked: nothing is answered until the same officer unlocks it. */
export const LOCKED = 'urn:parley:locked'
/** The officer's roles do not give the right that this asks for. */
export const NO_RIGHT = 'urn:parley:right'

let refused: (problem: Problem) => void = () => undefined
/** Who is told when the node no longer takes the session: it is over, or locked. */
export function onUnauthorized(f: (problem: Problem) => void) { refused = f }

async function call(path: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch('/api/v1' + path, { credentials: 'same-origin', ...init })
  if (answer.ok) return answer
  const body = await answer.json().catch(() => ({}))
  const problem = new Problem(answer.status, body.title ?? answer.statusText, body.detail, body.errors, body.type, Number(answer.headers.get('Retry-After')) || 0)
  if (problem.status === 401) refused(problem)
  throw problem
}

/** Lists that a node may write as null when they are empty. */
const LISTS = new Set(('members languages precedences ladder places templates fields choices acks stock answer_now owed waiting info alarms links to contested ' +
  'records columns actions disseminated free translations journals cosigned entries queue want checks attempts channels pair evidence history matters steps modules moves stages causes ' +
  'roles rights baskets officers tokens events proposals approvals ways kinds links break_glass routes').split(' '))
const MAPS = new Set(['levels', 'ladder_levels', 'on_watch', 'answered', 'views'])

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const text = await (await call(path, { signal })).text()
  return JSON.parse(text, (key, value) => (value !== null ? value : LISTS.has(key) ? [] : MAPS.has(key) ? {} : null))
}

export async function getText(path: string): Promise<string> {
  return (await call(path)).text()
}

export async function post<T = void>(path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  const answer = await call(path, { method: 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body) })
  const text = await answer.text()
  return (text ? JSON.parse(text) : undefined) as T
}

/** Take a file from the desk, as the node names it. */
export async function postFile(path: string): Promise<void> {
  await save(await call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }))
}

/** Take a file that the desk writes; what the node says of it is in its headers. */
export async function getFile(path: string): Promise<Headers> {
  const answer = await call(path)
  await save(answer)
  return answer.headers
}

async function save(answer: Response) {
  const name = /filename="?([^";]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'parley'
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Give a file to the desk as it is. sent is told how much of it has gone, from 0 to 1. */
export function putFile<T>(path: string, file: Blob, type: string, sent: (share: number) => void, key?: string): Promise<T> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1' + path)
    request.setRequestHeader('Content-Type', type)
    if (key) request.setRequestHeader('Idempotency-Key', key)
    request.upload.onprogress = (e) => { if (e.lengthComputable) sent(e.loaded / e.total) }
    request.onerror = () => fail(new Error('not sent'))
    request.onload = () => {
      let body: { title?: string; detail?: string; errors?: Problem['errors']; type?: string } = {}
      try { body = JSON.parse(request.responseText) } catch { /* a refusal without words */ }
      if (request.status < 300) { done(body as T); return }
      const problem = new Problem(request.status, body.title ?? request.statusText, body.detail, body.errors, body.type)
      if (problem.status === 401) refused(problem)
      fail(problem)
    }
    request.send(file)
  })
}

export async function del(path: string): Promise<void> { await call(path, { method: 'DELETE' }) }

/** File a record. The caller keeps one key per intention, so that pressing twice files once. */
export const file = (act: Act, key: string) => post<Filed>('/records', act, key)
export const path = encodeURIComponent
