// A short form at the side, for what the form of the template cannot do: a
// record that is addressed to nobody, one filed in another function, one of
// which few fields count. Those are shown, the others folded away. It lies over
// the screen without closing it off: the alarm strip and the list stay in reach.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useAct } from '../act'
import type { Act, Field, Template } from '../api'
import { FieldEditor } from '../compose/fields'
import { body, faults, missing, type Values } from '../compose/prefill'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { go } from '../nav'
import { Badge, Fault, Kbd, useKept } from '../parts'
import { useLacks } from '../session/may'
import { useText } from '../text'
import './side.css'

interface Props {
  form: Template
  title: ReactNode
  what: ReactNode
  label: ReactNode
  /** Shown at once, in this order; all when left out. */
  first?: string[]
  initial: Values
  /** Where the draft is kept in this browser. */
  keep: string
  /** Asks once more before it sends: FLASH. */
  twice?: boolean
  /** What the fields that are folded away are called. */
  more?: ReactNode
  /** A field as it is shown now, where that hangs on what is entered. */
  shown?: (field: Field, values: Values) => Field
  /** What is wrong beside what every field says of itself. */
  check?: (values: Values) => Record<string, string>
  make: (body: Values) => Act
  /** Where to go then; the filed matter when left out. */
  open?: string
  /** The tab on which it is listed. */
  tab?: string
  /** After the fields; may tell what is entered. */
  children?: ReactNode | ((values: Values) => ReactNode)
  close: () => void
}

export function SideForm({ form, title, what, label, first, more, shown = (f) => f, initial, keep, twice, check, make, open, tab, children, close }: Props) {
  const t = useText()
  const id = useId()
  const { lost } = useLive()
  const lacks = useLacks()(form.kind)
  const { act, busy, fault } = useAct()
  const [kept, setKept] = useKept<Values | null>(keep, null)
  const [values, setValues] = useState<Values>(() => ({ ...initial, ...kept }))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [asked, setAsked] = useState(false)
  const [unfolded, setUnfolded] = useState(false)
  const root = useRef<HTMLElement>(null)
  useEffect(() => { // back to where the officer was
    const from = document.activeElement as HTMLElement | null
    return () => from?.focus?.()
  }, [])

  const fields = first ? first.flatMap((name) => form.fields.find((f) => f.name === name) ?? []) : form.fields
  const rest = form.fields.filter((f) => !fields.includes(f))
  const change = (name: string, value: unknown) => {
    const next = { ...values, [name]: value }
    setValues(next)
    setKept(next)
    setAsked(false)
    if (errors[name]) setErrors({ ...errors, [name]: '' })
  }
  const send = async () => {
    if (busy || lost || lacks) return
    const wrong: Record<string, string> = { ...check?.(values) }
    for (const f of missing(form, values)) wrong[f.name] = t('field.required')
    for (const f of faults(form, values)) wrong[f.name] = t(f.key)
    setErrors(wrong)
    if (Object.keys(wrong).length) {
      if (rest.some((f) => wrong[f.name])) setUnfolded(true)
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('.wrong input, .wrong textarea, .wrong select')?.focus())
      return
    }
    if (twice && !asked) { setAsked(true); return }
    const filed = await act(make(body(form, values)))
    setAsked(false)
    if (!filed) return
    setKept(null)
    close()
    go({ open: open ?? filed.key, ...(tab === undefined ? {} : { tab }) })
  }
  useKeys({ 'Ctrl+Enter': send, Escape: close })
  const editor = (f: Template['fields'][number], i?: number) => <FieldEditor key={f.name} field={shown(f, values)} value={values[f.name]} change={(v) => change(f.name, v)} error={errors[f.name] || undefined} autoFocus={i === 0} />
  return (
    <section className={'sideform' + (twice ? ' urgentform' : '')} aria-labelledby={id} ref={root}>
      <header>
        <Badge code={form.precedence} size={30} />
        <h2 id={id}>{title}</h2>
        {kept && <span className="mark">{t('compose.draft')}</span>}
        <button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button>
      </header>
      <p className="muted">{what}</p>
      <div className="fields">{fields.map(editor)}</div>
      {typeof children === 'function' ? children(values) : children}
      {rest.length > 0 && (
        <details open={unfolded} onToggle={(e) => setUnfolded(e.currentTarget.open)}>
          <summary>{more}</summary>
          {unfolded && <div className="fields">{rest.map((f) => editor(f))}</div>}
        </details>
      )}
      {fault && <Fault>{fault}</Fault>}
      {lacks && <p className="note warn">{lacks}</p>}
      {lost && <p className="note bad">{t('compose.lost')}</p>}
      <div className="send">
        {asked && <p className="note bad" role="alert">{t('compose.again')}</p>}
        <span className="grow" />
        <button type="button" onClick={() => { setKept(null); close() }}>{t('compose.discard')}</button>
        <button type="button" className={twice ? 'urgent' : 'primary'} disabled={busy || lost || !!lacks} onClick={send}>{label} <Kbd>Ctrl+Enter</Kbd></button>
      </div>
    </section>
  )
}
