// What the console can fill in by itself, so that CEASE is two keys.
import { type Desk, type Field, get, type Matter, path, type Place, rawOf, type Template, type Watch } from '../api'
import { deskNow } from '../clock'
import type { Key } from '../text'
import type { Intent } from './compose'
import { unread } from './shapes'
import { lackingIn } from './volume'
import { partial3, partialGrade } from './words'

export type Values = Record<string, unknown>

/** The start of the minute: what a date-time group can say. */
export const minute = (ms: number) => ms - (ms % 60_000)

/** The template of a code or of a kind, if an officer may file it. */
export const template = (desk: Desk | null, code: string) => desk?.templates.find((t) => (t.code === code || t.kind === code) && t.officer !== false)
/** The template of a kind, also of one that only a node files or computes. */
export const formOf = (desk: Desk | null, kind: string) => desk?.templates.find((t) => t.kind === kind)
/** The module of a kind: what stands before its dot. */
export const moduleOf = (kind: string) => kind.split('.')[0]

/** The record that opened a matter: at one time several may stand, in any order. */
export const headOf = (matter: Matter) => matter.records.find((r) => `${r.desk}:${r.id}` === matter.key) ?? matter.records[0]

const NOT_READ = ['area', 'span', 'height']
/** What cannot be sent as it stands, field by field; at is the way to what is lacking inside it. */
export function faults(form: Template, values: Values): { name: string; key: Key; at?: string[] }[] {
  return form.fields.flatMap((f): { name: string; key: Key; at?: string[] }[] => {
    const v = values[f.name]
    if (f.type === 'place' && unread(v)) return [{ name: f.name, key: 'place.unread' }]
    if (NOT_READ.includes(f.type) && unread(v)) return [{ name: f.name, key: `${f.type as 'area' | 'span' | 'height'}.unread` }]
    if (f.type === 'volumes' && unread(v)) return [{ name: f.name, ...lackingIn(v) }]
    if (f.type === 'time' && typeof v === 'string') return [{ name: f.name, key: 'time.unread' }]
    if (f.type === 'number' && typeof v === 'string') return [{ name: f.name, key: 'number.unread' }]
    if (f.type === 'text3' && partial3(v)) return [{ name: f.name, key: 'text3.unread' }]
    if (f.type === 'grade' && partialGrade(v)) return [{ name: f.name, key: 'grade.unread' }]
    return []
  })
}

/** First values for a template's fields; given values win. */
export function prefill(desk: Desk, form: Template, given: Values = {}, about?: string): Values {
  const values: Values = {}
  for (const field of form.fields) values[field.name] = given[field.name] ?? first(desk, form, field, about)
  for (const name of Object.keys(values)) if (values[name] === undefined || values[name] === null) delete values[name]
  return values
}

// What a person answers: no first choice stands there that nobody made (DEC-06).
const ANSWERED = ['escort', 'cargo', 'disputed']

function first(desk: Desk, form: Template, field: Field, about?: string): unknown {
  const urgent = form.code === 'CEASE'
  switch (field.type) {
    case 'choice':
      if (field.choices?.some((c) => c.value === desk.officer.role)) return desk.officer.role
      if (!field.required && !urgent || ANSWERED.includes(field.name)) return undefined
      return (field.choices?.find((c) => c.value === 'fire') ?? field.choices?.[0])?.value
    case 'time':
      return field.required || urgent ? minute(deskNow()) : undefined
    case 'ref':
      return about
    case 'text':
      if (/role|officer/.test(field.name) && field.required) return desk.officer.role || desk.officer.code
      if (/callback/.test(field.name)) return `${desk.officer.code || desk.desk}`
      return undefined
    case 'level':
      return field.required ? desk.levels[desk.desk]?.[0]?.level : undefined
    case 'desks':
      return field.required ? desk.members.find((m) => m.desk !== desk.desk)?.desk : undefined
    case 'list':
      return field.required && field.name === 'languages' ? desk.members.find((m) => m.desk === desk.desk)?.languages : undefined
    case 'number':
      return field.required && field.name === 'attempt' ? 1 : undefined
    default:
      return undefined
  }
}

/** CEASE from any screen: what to stop is fire; place and reference are those of the open matter, or of the newest that is not routine. */
export function cease(desk: Desk | null, watch: Watch | null, open: string): Intent | null {
  if (!template(desk, 'CEASE')) return null
  const all = watch ? [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info] : []
  const last = all.find((i) => i.key === open) ?? all.filter((i) => i.precedence !== 'R').sort((a, b) => b.at - a.at)[0]
  return { code: 'CEASE', about: last?.key, aboutItem: last, armed: true }
}

/** The place that a matter's first record names, if it names one. */
export async function placeOf(key: string): Promise<Place | undefined> {
  const matter = await get<Matter>(`/matters/${path(key)}`)
  const head = headOf(matter)
  const field = head?.fields.find((f) => f.kind === 'place')
  return field ? (rawOf(head, field) as Place | undefined) : undefined
}

/** A new version of a matter, from what it says now and what is to change. */
export function revision(desk: Desk | null, matter: Matter, changes: Values = {}): Intent {
  const head = headOf(matter)
  const says = JSON.parse(matter.now?.body || head?.body || '{}') as Values
  const values: Values = {}
  for (const f of formOf(desk, matter.kind)?.fields ?? []) values[f.name] = rawOf({ ...head, body: JSON.stringify(says) }, { name: f.name, kind: f.type })
  return { about: matter.key, aboutItem: matter, update: true, code: matter.code, values: { ...values, ...changes } }
}

/** The same for a matter that is not open: it is fetched first. */
export const revise = async (desk: Desk | null, key: string, changes: Values = {}) => revision(desk, await get<Matter>(`/matters/${path(key)}`), changes)

/** The body that is filed: empty fields are left out, never sent as null. */
export function body(form: Template, values: Values): Values {
  const out: Values = {}
  for (const field of form.fields) {
    const value = values[field.name]
    if (value === undefined || value === null || value === '') continue
    if (Array.isArray(value) && !value.length) continue
    if (field.type === 'free' && !(value as { text: string }).text.trim()) continue
    out[field.name] = value
  }
  return out
}

export function missing(form: Template, values: Values): Field[] {
  const filled = body(form, values)
  return form.fields.filter((f) => f.required && filled[f.name] === undefined)
}
