// Compose: a docked pane, never a dialog over the alarm strip. The form is
// made from the template; FLASH asks once more; what was sent cannot be undone.
import { useEffect, useRef, useState } from 'react'
import { type Act, file, type Item, type Precedence, Problem, type Template } from '../api'
import { useKeys } from '../keys'
import { refresh, useLive } from '../live'
import { go, useWhere } from '../nav'
import { Badge, DeskName, Empty, Fault, Kbd, useKept } from '../parts'
import { useRefusal } from '../refusal'
import { useLacks, useMayFile } from '../session/may'
import { Id, type Key, Tri, useText, useTitle } from '../text'
import { DeskChoice, FieldEditor } from './fields'
import { body, faults, missing, moduleOf, placeOf, prefill, template, type Values } from './prefill'

/** What the officer is about to write, as far as the screen knows it. */
export interface Intent {
  code?: string     // the template; without it one is chosen
  about?: string    // the matter's key
  aboutItem?: Item & { moves?: string[] }
  values?: Values   // first values of fields, by name
  to?: string[]     // the desks; otherwise the matter's, or all others
  cites?: string[]  // records, desk#index; otherwise the node cites the head or the causes
  precedence?: Precedence
  armed?: boolean   // CEASE by F9: Enter or F9 sends
  update?: boolean  // a new version of the matter's own head
  note?: string     // what the officer should know before writing
  serial?: number
}

/** What is wrong with a field, and the way to it inside. */
interface Wrong { words: string; at?: string[] }

export function Compose({ intent, close }: { intent: Intent; close: () => void }) {
  const { desk } = useLive()
  const [code, setCode] = useState(intent.code ?? '')
  const form = template(desk, code)
  if (!desk) return null
  return form
    ? <Form key={form.code} form={form} intent={intent} close={close} back={intent.code ? undefined : () => setCode('')} />
    : <Choose intent={intent} choose={setCode} close={close} />
}

// Kinds that only the form of their own screen can file: a draft is addressed to nobody, a concern is a liaison's.
const BY_SCREEN = ['intel.draft/1', 'intel.report/1', 'protection.concern/1', 'hotline.roster/1', 'hotline.assign/1', 'hotline.handover/1']

/** The templates by number. Two digits when there are more than nine. */
function Choose({ intent, choose, close }: { intent: Intent; choose: (code: string) => void; close: () => void }) {
  const t = useText()
  const title = useTitle()
  const { desk } = useLive()
  const { screen } = useWhere()
  const answers = ['MSG', 'CLARIFY', 'CONFIRM']
  const moves = intent.aboutItem?.moves ?? []
  // About a matter: what may follow it. Otherwise: what opens one.
  const may = useMayFile()
  const offered = (f: Template) => f.officer !== false && may(f.kind) && !f.kind.startsWith('cell.') && f.kind !== 'hotline.correct/1' && !BY_SCREEN.includes(f.kind) &&
    (!intent.about ? f.about !== 'required' : moves.includes(f.kind) || (moduleOf(f.kind) === 'hotline' ? f.about !== 'none' : f.about === 'optional'))
  const modules = ['hotline', ...(desk?.modules ?? [])]
  const rank = (f: Template) => (intent.about && moves.includes(f.kind) ? -3 : intent.about && answers.includes(f.code) ? -2 : moduleOf(f.kind) === screen ? -1 : modules.indexOf(moduleOf(f.kind)))
  const list = (desk?.templates ?? []).filter(offered).sort((a, b) => rank(a) - rank(b))
  const groups = list.reduce<{ name: string; from: number; forms: Template[] }[]>((all, f, i) => {
    const last = all.at(-1)
    if (last?.name === moduleOf(f.kind)) last.forms.push(f)
    else all.push({ name: moduleOf(f.kind), from: i, forms: [f] })
    return all
  }, [])
  const buffer = useRef({ digits: '', timer: 0 })
  const [typed, setTyped] = useState('')
  const pick = (n: number) => { if (list[n - 1]) choose(list[n - 1].code) }
  const digit = (d: number) => {
    const b = buffer.current
    clearTimeout(b.timer)
    b.digits += d
    setTyped(b.digits)
    const n = Number(b.digits)
    if (n * 10 > list.length) { b.digits = ''; setTyped(''); pick(n) }
    else b.timer = window.setTimeout(() => { b.digits = ''; setTyped(''); pick(n) }, 700)
  }
  useKeys({ Escape: close, ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => ['Digit' + i, () => digit(i)])) })
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => { first.current?.closest('.pane, .dock')?.scrollTo(0, 0); first.current?.focus() }, [])
  return (
    <section className="compose" aria-labelledby="compose-title">
      <header>
        <h2 id="compose-title">{intent.about ? t('compose.reply') : t('compose')}{intent.aboutItem && <> <Id>{intent.aboutItem.number}</Id></>}</h2>
        <span className="muted">{t('compose.number')} <Id>{typed}</Id></span>
        <button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button>
      </header>
      {!list.length && <Empty>{t('compose.mayno')}</Empty>}
      {groups.map((g) => (
        <section key={g.from} aria-labelledby={'forms-' + g.from} className="formgroup">
          <h3 id={'forms-' + g.from} className={groups.length > 1 ? 'muted' : 'sr'}>{title(g.name)}</h3>
          <ol className="templates">
            {g.forms.map((f, i) => (
              <li key={f.code}>
                <button type="button" ref={g.from + i === 0 ? first : undefined} onClick={() => choose(f.code)}>
                  <Kbd>{String(g.from + i + 1)}</Kbd><Badge code={f.precedence} size={22} /><span className="name"><Tri text={f.name} /></span><Id className="muted small">{f.code}</Id>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </section>
  )
}

function Form({ form, intent, close, back }: { form: Template; intent: Intent; close: () => void; back?: () => void }) {
  const t = useText()
  const { desk, lost } = useLive()
  const lacks = useLacks()(form.kind)
  const others = desk!.members.filter((m) => m.desk !== desk!.desk).map((m) => m.desk)
  const audience = intent.aboutItem ? [...new Set([intent.aboutItem.from, ...intent.aboutItem.to])].filter((d) => others.includes(d)) : []
  // CEASE opens a matter of its own; what it refers to stands in its fields.
  const about = form.about === 'required' || (form.about === 'optional' && !intent.armed) ? intent.about : undefined
  const keep = `parley.draft.${desk!.desk}.${form.code}.${intent.armed ? 'armed' : intent.about ?? ''}${intent.values && !intent.update ? '.' + JSON.stringify(intent.values) : ''}`
  const [draft, setDraft] = useKept<Values | null>(keep, null)
  const [values, setValues] = useState<Values>(() => prefill(desk!, form, { ...intent.values, ...(intent.armed ? {} : draft) }, intent.about))
  const [to, setTo] = useState(intent.to?.filter((d) => others.includes(d)) ?? (audience.length && !intent.armed ? audience : others))
  const [precedence, setPrecedence] = useState<Precedence>(intent.precedence ?? form.precedence)
  const [asked, setAsked] = useState(false)
  const [busy, setBusy] = useState(false)
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const [errors, setErrors] = useState<Record<string, Wrong>>({})
  const [showing, setShowing] = useState(0)
  const intention = useRef(crypto.randomUUID()) // one key a version of the form: pressing twice files once
  const root = useRef<HTMLElement>(null)
  useEffect(() => { root.current?.closest('.pane, .dock')?.scrollTo(0, 0) }, [])
  // A blind notice goes to the supervisor alone, whoever was chosen before.
  const blind = String(values.confidentiality ?? '').startsWith('blind')
  const audible = blind ? others.filter((d) => desk!.members.find((m) => m.desk === d)?.role === 'supervisor') : to
  const place = form.fields.find((f) => f.type === 'place')?.name
  const seeking = useRef<Promise<void> | null>(null)
  const [found, setFound] = useState(0)
  const latest = useRef(values)
  latest.current = values
  useEffect(() => {
    if (!intent.armed || !intent.about || !place) return
    seeking.current = placeOf(intent.about).then((at) => {
      if (!at || latest.current[place]) return
      latest.current = { ...latest.current, [place]: at }
      setValues(latest.current)
      setFound((n) => n + 1)
    }, () => undefined)
  }, [])

  const change = (name: string, value: unknown) => {
    const next = { ...latest.current, [name]: value }
    latest.current = next
    setValues(next)
    setDraft(next)
    setAsked(false)
    intention.current = crypto.randomUUID()
    if (errors[name]) setErrors(({ [name]: _, ...rest }) => rest)
  }
  const show = (found: Record<string, Wrong>) => {
    setErrors(found)
    setShowing((n) => n + 1)
  }
  // To the first that is wrong, once it is open.
  useEffect(() => {
    if (showing) root.current?.querySelector<HTMLElement>('.wrong :is(input, textarea, select)')?.focus()
  }, [showing])
  /** Which of several volumes is meant, where there are several. */
  const wrong = (name: string, words: string, at?: string[]): Wrong => {
    const v = latest.current[name] as unknown[] | { sketch?: unknown[] } | undefined
    const several = (Array.isArray(v) ? v : v?.sketch ?? []).length > 1
    return { words: at && several ? `${t('volume.n', { n: Number(at[0]) + 1 })}: ${words}` : words, at }
  }
  const send = async () => {
    if (busy || lost || lacks) return
    if (seeking.current) await Promise.race([seeking.current, new Promise((done) => setTimeout(done, 1500))])
    const values = latest.current
    const found: Record<string, Wrong> = {}
    for (const f of missing(form, values)) found[f.name] = { words: t('field.required') }
    for (const f of faults(form, values)) found[f.name] = wrong(f.name, t(f.key), f.at)
    if (Object.keys(found).length) { show(found); setAsked(false); return }
    if (!audible.length) { setFault(t('compose.nobody')); return }
    if (precedence === 'Z' && !intent.armed && !asked) { setAsked(true); return }
    setBusy(true)
    setFault('')
    const act: Act = intent.update
      ? { kind: 'cell.update/1', about: intent.about, body: { body: body(form, values) } }
      : { kind: form.kind, to: audible, about, body: body(form, values), ...(intent.cites?.length ? { cites: intent.cites } : {}), ...(precedence !== form.precedence ? { precedence } : {}) }
    try {
      const filed = await file(act, intention.current)
      setDraft(null)
      await refresh()
      close()
      go({ open: about ?? (intent.update ? intent.about : filed.key) })
    } catch (problem) {
      const places: Record<string, Wrong> = {}
      if (problem instanceof Problem)
        for (const e of problem.errors) {
          const [name, ...at] = e.location.replace(/^\/?(body[./])*/, '').split(/[./]/) // a new version's body stands in a body
          const field = form.fields.find((f) => f.name === name)
          if (field && !places[name]) places[name] = wrong(name, refusal.fault(e), field.type === 'volumes' && /^\d+$/.test(at[0] ?? '') ? at : undefined)
        }
      if (Object.keys(places).length) show(places)
      else setFault(refusal.sentence(problem))
      setAsked(false)
    } finally {
      setBusy(false)
    }
  }
  useKeys({
    'Ctrl+Enter': send,
    Escape: () => (back ? back() : close()),
    ...(intent.armed ? {
      F9: send,
      Enter: (event: KeyboardEvent) => {
        const el = event.target as HTMLElement
        if (/^(TEXTAREA|BUTTON|SELECT)$/.test(el.tagName) || el.getAttribute('aria-expanded') === 'true') return
        event.preventDefault()
        send()
      },
    } : {}),
  })
  const focusAt = intent.armed ? Math.max(0, form.fields.findIndex((f) => f.name === 'what' || f.type === 'choice')) : 0
  const clock = desk!.precedences.find((p) => p.code === precedence)
  return (
    <section className={'compose' + (intent.armed ? ' armed' : '')} aria-labelledby="compose-title" ref={root}>
      <header>
        <Badge code={precedence} size={32} />
        <h2 id="compose-title">{intent.update ? t('compose.update') : ''} <Tri text={form.name} />{form.name.en?.toUpperCase() !== form.code && <> <Id className="muted">{form.code}</Id></>}</h2>
        {draft && <span className="mark">{t('compose.draft')}</span>}
        {back && <button type="button" onClick={back}>{t('compose.templates')}</button>}
      </header>
      {intent.armed && <p className="note bad">{t('cease.two')}</p>}
      {intent.aboutItem && (about || intent.armed) && <p className="note">{t('compose.about')} <Id>{intent.aboutItem.number}</Id> <Tri text={intent.aboutItem.subject} ids /></p>}
      {intent.note && <p className="note warn">{intent.note}</p>}
      <div className="fields">
        {form.fields.map((f, i) => f.name === 'instead' && !intent.values?.instead ? null : (f.name === 'hash' || f.name === 'instead') && intent.values?.[f.name] ? (
          <p className="note" key={f.name}><Tri text={f.label} /> <Id className="breaks small">{String(values[f.name])}</Id></p>
        ) : (
          <FieldEditor key={f.name + (f.name === place ? found : '')} field={f} value={values[f.name]} change={(v) => change(f.name, v)} error={errors[f.name]?.words} at={errors[f.name]?.at} autoFocus={i === focusAt} />
        ))}
      </div>
      {!intent.update && (
        <div className="row audience">
          <div role="group" aria-labelledby="to-label"><span id="to-label" className="label">{t('to')}</span><DeskChoice value={audible} change={setTo} all={blind ? audible : others} /></div>
          <div role="group" aria-labelledby="precedence-label"><span id="precedence-label" className="label">{t('precedence')}</span>
            <div className="choices">
              {desk!.precedences.map((p) => (
                <label key={p.code} className="choice"><input type="radio" name="precedence" checked={precedence === p.code} disabled={intent.armed} onChange={() => { setPrecedence(p.code); setAsked(false) }} /><span><Badge code={p.code} size={20} /> <Tri text={p.name} /></span></label>
              ))}
            </div>
          </div>
        </div>
      )}
      {blind && <p className="note">{t('deconfliction.blind.what')}</p>}
      {precedence === 'Z' && clock && <p className="note warn">{t('compose.flash', { receive: Math.round(clock.receive_s / 60), reply: Math.round(clock.reply_s / 60) })}</p>}
      {fault && <Fault>{fault}</Fault>}
      {lacks && <p className="note warn">{lacks}</p>}
      {lost && <p className="note bad">{t('compose.lost')}</p>}
      <div className="send">
        <span className="muted small final">{t('compose.final')}</span>
        <button type="button" onClick={() => { setDraft(null); close() }}>{t('compose.discard')}</button>
        <button type="button" className={precedence === 'Z' ? 'urgent' : 'primary'} disabled={busy || lost || !!lacks} onClick={send}>
          {asked ? t('compose.again') : t('compose.send', { precedence: t(`precedence.${precedence}` as Key) })} <Kbd>{intent.armed ? 'Enter' : 'Ctrl+Enter'}</Kbd>
        </button>
      </div>
      {asked && <p className="note bad" role="alert">{t('compose.confirm')} {audible.map((d) => <DeskName key={d} id={d} />)}</p>}
    </section>
  )
}
