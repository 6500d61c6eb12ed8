// One editor per field type. Bidi control characters never get in; times and
// places are echoed back in the form in which they will be sent.
import { type ReactNode, useId, useState } from 'react'
import type { Field, Free, Lang, Place } from '../api'
import { deskNow, dtg, hms, local, parseDTG } from '../clock'
import { useLive } from '../live'
import { DeskName } from '../parts'
import { ofCharter } from './charter'
import { EntriesField, type Parted } from './entries'
import { Gazetteer } from './gazetteer'
import { AreaField, HeightField, SpanField } from './shapes'
import { useNotations } from '../map/located'
import { VolumesField } from './volumes'
import { GradeField, Text3Field } from './words'
import { coordinates, find, fromGazetteer, parseLatLon, placeName } from '../place'
import { dirOf, guess, Id, LANGUAGE_NAMES, plain, strip, Tri, useLang, useText } from '../text'

/** at is the way to what an error is about, inside the field. */
interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; at?: string[]; autoFocus?: boolean }

export function FieldEditor(props: Editor) {
  switch (props.field.type) {
    case 'choice': return <ChoiceField {...props} />
    case 'place': return <PlaceField {...props} />
    case 'time': return <TimeField {...props} />
    case 'free': return <FreeField {...props} />
    case 'ref': return <RefField {...props} />
    case 'desks': return <DesksField {...props} />
    case 'level': return <LevelField {...props} />
    case 'zone': case 'limit': case 'category': return <CharterField {...props} />
    case 'area': return <AreaField {...props} />
    case 'span': return <SpanField {...props} />
    case 'height': return <HeightField {...props} />
    case 'volumes': return <VolumesField {...props} />
    case 'text3': return <Text3Field {...props} />
    case 'grade': return <GradeField {...props} />
    case 'list': return (props.field as Parted).fields?.length ? <EntriesField {...props} /> : props.field.choices?.length ? <ListField {...props} /> : <TextField {...props} />
    default: return <TextField {...props} />
  }
}

/** Label, control, hint, error: the same for each. */
export function Labelled({ id, label, required, hint, error, note, children, group }: { id: string; label: ReactNode; required?: boolean; hint?: ReactNode; error?: string; note?: ReactNode; children: ReactNode; group?: boolean }) {
  const t = useText()
  const head = <>{label}{!required && <span className="muted small"> {t('optional')}</span>}</>
  return (
    <div className={'field' + (error ? ' wrong' : '')} data-field={id} {...(group ? { role: 'group', 'aria-labelledby': id + '-label' } : {})}>
      {group ? <span className="label" id={id + '-label'}>{head}</span> : <label htmlFor={id} id={id + '-label'}>{head}</label>}
      {children}
      <p className="hint" id={id + '-hint'}>
        {error ? <span className="bad">{error}</span> : note ?? hint}
      </p>
    </div>
  )
}

/** Strip what reorders text, and say so once it happened. */
function useStripped(): [ReactNode, (text: string) => string] {
  const t = useText()
  const [did, setDid] = useState(false)
  return [did ? <span className="warn">{t('field.stripped')}</span> : null, (text) => {
    const clean = strip(text)
    setDid(clean.stripped)
    return clean.text
  }]
}

function TextField({ field, value, change, error, autoFocus }: Editor) {
  const id = useId()
  const [note, clean] = useStripped()
  const list = field.type === 'list'
  const shown = list ? ((value as string[]) ?? []).join('\n') : value === undefined ? '' : String(value)
  const set = (typed: string) => {
    const text = clean(typed)
    if (field.type === 'number') change(text.trim() === '' ? undefined : /^-?\d+$/.test(text.trim()) ? Number(text) : text)
    else change(list ? text.split('\n').filter(Boolean) : text)
  }
  const common = { id, value: shown, autoFocus, dir: field.type === 'number' ? 'ltr' as const : 'auto' as const, 'aria-describedby': id + '-hint', 'aria-invalid': error ? true : undefined, 'aria-required': field.required || undefined }
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} note={note} error={error}>
      {list ? <textarea rows={3} {...common} onChange={(e) => set(e.target.value)} />
        : <input type="text" inputMode={field.type === 'number' ? 'numeric' : undefined} {...common} onChange={(e) => set(e.target.value)} />}
    </Labelled>
  )
}

function ChoiceField({ field, value, change, error, autoFocus }: Editor) {
  const id = useId()
  const lang = useLang()
  const choices = field.choices ?? []
  const label = <Tri text={field.label} />
  if (choices.length > 7)
    return (
      <Labelled id={id} label={label} required={field.required} hint={<Tri text={field.hint} />} error={error}>
        <select id={id} autoFocus={autoFocus} value={String(value ?? '')} onChange={(e) => change(e.target.value || undefined)}>
          <option value="">–</option>
          {choices.map((c) => <option key={c.value} value={c.value}>{plain(c.name, lang)}</option>)}
        </select>
      </Labelled>
    )
  return (
    <Labelled id={id} label={label} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <div className="choices">
        {choices.map((c, i) => (
          <label key={c.value} className="choice">
            <input type="radio" name={id} value={c.value} checked={value === c.value} autoFocus={autoFocus && (value === c.value || (!value && i === 0))} onChange={() => change(c.value)} />
            <span><Tri text={c.name} /></span>
          </label>
        ))}
      </div>
    </Labelled>
  )
}

/** One of the zones, limits or categories of the charter; its code where the charter has none. */
function CharterField(props: Editor) {
  const { desk } = useLive()
  const choices = ofCharter(desk, props.field.type)
  return choices.length ? <ChoiceField {...props} field={{ ...props.field, type: 'choice', choices }} /> : <TextField {...props} />
}

/** Any number of coded values. */
function ListField({ field, value, change, error }: Editor) {
  const id = useId()
  const chosen = (value as string[] | undefined) ?? []
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <div className="choices">
        {field.choices?.map((c) => (
          <label key={c.value} className="choice">
            <input type="checkbox" checked={chosen.includes(c.value)} onChange={(e) => change(e.target.checked ? [...chosen, c.value] : chosen.filter((x) => x !== c.value))} />
            <span><Tri text={c.name} /></span>
          </label>
        ))}
      </div>
    </Labelled>
  )
}

/** A place by its name in the gazetteer, or by coordinates as typed. */
export function PlaceField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const lang = useLang()
  const { desk } = useLive()
  const place = value as Place | undefined
  const known = find(desk, place)
  const [typed, setTyped] = useState(known ? placeName(known, lang) : place?.text || coordinates(place ?? {}))
  const [note, clean] = useStripped()
  const notations = useNotations()
  const [slips, setSlips] = useState<string[]>([])
  const type = (raw: string) => {
    const text = clean(raw)
    setTyped(text)
    setSlips([])
    if (known && text === placeName(known, lang)) return
    const point = parseLatLon(text)
    notations(text, (read, words) => { setSlips(words); if (!point && read) change(read) })
    change(point ?? (text.trim() ? { text, notation: 'unread' } : undefined))
  }
  const unread = place?.notation === 'unread'
  const echo = place && !unread ? (
    <span className="echo">
      {known && <b><Tri text={known.name} /> · <span className={known.shared_name ? 'district shared' : 'district'}><Tri text={known.district} /></span> </b>}
      <Id>{coordinates(place)}</Id>{place.precision_m ? <Id className="muted">±{place.precision_m} m</Id> : null}
      {known?.shared_name && <span className="mark warn">{t('place.shared')}</span>}
      {slips.map((w) => <bdi key={w} className="warn">{w}</bdi>)}
    </span>
  ) : null
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<>{field.hint ? <Tri text={field.hint} /> : t('place.hint')}</>} note={note ?? echo} error={error ?? (unread && typed.length > 6 ? slips[0] ?? t('place.unread') : undefined)}>
      <Gazetteer id={id} typed={typed} autoFocus={autoFocus} invalid={!!error} type={type} choose={(chosen) => { change(fromGazetteer(chosen, lang)); setTyped(placeName(chosen, lang)) }} />
    </Labelled>
  )
}

/** A date-time group, read leniently and echoed in full with each member's local time. */
export function TimeField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const { desk } = useLive()
  const [typed, setTyped] = useState(typeof value === 'number' ? dtg(value) : '')
  const ms = typeof value === 'number' ? value : null
  const set = (text: string) => {
    setTyped(text)
    const read = parseDTG(text, deskNow())
    change(read ?? (text.trim() ? text : undefined))
  }
  const echo = ms !== null && (
    <span className="echo"><Id>{dtg(ms)}{ms % 60_000 ? ' ' + hms(ms) : ''}</Id> {desk?.members.filter((m) => m.role === 'party').map((m) => <span key={m.desk} className="muted"><DeskName id={m.desk} short /> <Id>{local(ms, m.zone)}</Id> </span>)}</span>
  )
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<>{field.hint ? <Tri text={field.hint} /> : t('time.hint')}</>} note={echo || undefined} error={error ?? (typeof value === 'string' && value.length > 5 ? t('time.unread') : undefined)}>
      <div className="with">
        <input id={id} type="text" dir="ltr" className="id" autoFocus={autoFocus} value={typed} autoComplete="off" spellCheck={false} aria-describedby={id + '-hint'} onChange={(e) => set(e.target.value)} />
        <button type="button" onClick={() => { const now = deskNow() - (deskNow() % 60_000); setTyped(dtg(now)); change(now) }}>{t('time.now')}</button>
      </div>
    </Labelled>
  )
}

/** Free text with its language: guessed from the letters, the officer may say otherwise. */
export function FreeField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const lang = useLang()
  const { desk } = useLive()
  const free = (value as Free | undefined) ?? { lang, text: '' }
  const [chosen, setChosen] = useState(false)
  const [note, clean] = useStripped()
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} note={note} error={error}>
      <div className="freefield">
        <textarea id={id} rows={3} autoFocus={autoFocus} value={free.text} lang={free.lang} dir={free.text ? dirOf(free.lang) : undefined} aria-describedby={id + '-hint'}
          onChange={(e) => { const text = clean(e.target.value); change({ lang: chosen ? free.lang : guess(text, lang), text }) }} />
        <select aria-label={t('field.language')} value={free.lang} onChange={(e) => { setChosen(true); change({ ...free, lang: e.target.value }) }}>
          {(desk?.languages ?? ['ar', 'he', 'en']).map((l) => <option key={l} value={l} lang={l}>{LANGUAGE_NAMES[l as Lang] ?? l}</option>)}
        </select>
      </div>
    </Labelled>
  )
}

function RefField({ field, value, change, error }: Editor) {
  const id = useId()
  const lang = useLang()
  const { watch } = useLive()
  const items = watch ? [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info] : []
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error}>
      <select id={id} value={String(value ?? '')} onChange={(e) => change(e.target.value || undefined)}>
        <option value="">–</option>
        {value && !items.some((i) => i.key === value) ? <option value={String(value)}>{String(value)}</option> : null}
        {items.map((i) => <option key={i.key} value={i.key}>{`${i.precedence} ${i.number} · ${plain(i.subject, lang)}`}</option>)}
      </select>
    </Labelled>
  )
}

/** One desk: the one called, the one that a channel leads to. Several where a list is given to begin with. */
function DesksField({ field, value, change, error }: Editor) {
  const id = useId()
  const { desk } = useLive()
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      {Array.isArray(value) ? <DeskChoice value={value} change={change} all={(desk?.members ?? []).map((m) => m.desk)} /> : (
        <div className="choices">
          {desk?.members.map((m) => (
            <label key={m.desk} className="choice"><input type="radio" name={id} checked={value === m.desk} onChange={() => change(m.desk)} /><span><DeskName id={m.desk} /></span></label>
          ))}
        </div>
      )}
    </Labelled>
  )
}

export function DeskChoice({ value, change, all }: { value: string[]; change: (v: string[]) => void; all: string[] }) {
  return (
    <div className="choices">
      {all.map((d) => (
        <label key={d} className="choice">
          <input type="checkbox" checked={value.includes(d)} onChange={(e) => change(e.target.checked ? [...value, d] : value.filter((x) => x !== d))} />
          <span><DeskName id={d} /></span>
        </label>
      ))}
    </div>
  )
}

export function LevelField({ field, value, change, error }: Editor) {
  const id = useId()
  const { desk } = useLive()
  const levels = desk?.levels[desk.desk] ?? []
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <div className="choices">
        {levels.map((l) => (
          <label key={l.level} className="choice">
            <input type="radio" name={id} checked={value === l.level} onChange={() => change(l.level)} />
            <span><Tri text={l.name} /></span>
          </label>
        ))}
      </div>
    </Labelled>
  )
}

/** A field that no template has: for the forms of the five acks. */
export const ownField = (name: string, type: Field['type'], label: Field['label'], required = false, choices?: Field['choices']): Field => ({ name, type, label, required, choices })
