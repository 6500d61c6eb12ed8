// The short forms under the action bar: passed on, position, translation,
// correction and cancellation.
import { useState } from 'react'
import { type Free, type FreeView, get, type Lang, type Matter, path, type RecordView } from '../api'
import { FieldEditor, FreeField, ownField } from '../compose/fields'
import { headOf, minute } from '../compose/prefill'
import { deskNow } from '../clock'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { Empty, Kbd } from '../parts'
import { useLacks } from '../session/may'
import { FreeText, type Key, LANGUAGE_NAMES, Tri, useLang, useText } from '../text'
import type { FileAct } from './matter'
import { Buttons, three } from './readback'

const POSITIONS = ['noted', 'objects', 'cannot_comply', 'counter_proposes', 'complied', 'disputes', 'agrees']

/** The levels that are still to be told: those that the matter waits for or names, else all that were not. */
function owedLevels(matter: Matter, own: string, all: string[]): string[] {
  const told = (matter.columns.find((c) => c.desk === own)?.disseminated ?? []).filter((d) => !d.cannot).map((d) => d.level)
  const waits = matter.waiting.find((w) => w.desk === own && w.for === 'disseminated' && w.part)?.part?.split(',')
  const named = (JSON.parse(matter.now?.body || headOf(matter)?.body || '{}') as { disseminate?: { desk: string; level: string }[] }).disseminate
  const asked = waits ?? (Array.isArray(named) ? named.filter((x) => x.desk === own).map((x) => x.level) : all)
  return asked.filter((l) => !told.includes(l))
}

/** One record for each level that is ticked: what reached one has not reached the next (XC-09). */
export function DisseminateForm({ matter, act, close }: { matter: Matter; act: FileAct; close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const levels = desk?.levels[desk.desk] ?? []
  const owed = owedLevels(matter, desk?.desk ?? '', levels.map((l) => l.level))
  const [ticked, setTicked] = useState<string[]>(() => owed.slice(0, 1))
  const [at, setAt] = useState<unknown>(minute(deskNow()))
  const [cannot, setCannot] = useState(false)
  const send = async () => {
    if (typeof at !== 'number') return
    for (const level of levels.map((l) => l.level).filter((l) => ticked.includes(l))) if (!(await act({ kind: 'cell.disseminated/1', body: { level, at, cannot } }))) return
  }
  useKeys({ 'Ctrl+Enter': send })
  return (
    <>
      <h3>{t('action.disseminate')}</h3>
      <fieldset className="levels">
        <legend>{t('disseminate.level')}</legend>
        {levels.map((l) => (
          <label key={l.level} className="check">
            <input type="checkbox" checked={ticked.includes(l.level)} onChange={(e) => setTicked((now) => (e.target.checked ? [...now, l.level] : now.filter((x) => x !== l.level)))} /> <Tri text={l.name} />
            {!owed.includes(l.level) && <span className="mark ok">✓</span>}
          </label>
        ))}
        {owed.length > 1 && <button type="button" onClick={() => setTicked(owed)}>{t('disseminate.all')}</button>}
      </fieldset>
      <div className="fields">
        <FieldEditor field={ownField('at', 'time', three('disseminate.at'), true)} value={at} change={setAt} autoFocus />
      </div>
      <label className="check"><input type="checkbox" checked={cannot} onChange={(e) => setCannot(e.target.checked)} /> {t('disseminate.cannot.long')}</label>
      <Buttons send={send} close={close} label={t('file')} />
    </>
  )
}

/** Agreement names what it agrees to: the SHA-256 of the version's exact text. */
async function versionHash(ref: string): Promise<string> {
  const record = await get<RecordView>(`/records/${path(ref)}`)
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(record.bytes_text ?? ''))
  return Array.from(new Uint8Array(sum), (b) => b.toString(16).padStart(2, '0')).join('')
}

/** Stock replies by digit; or a position with free words. Agreement names what it agrees to. */
export function PositionForm({ matter, act, close }: { matter: Matter; act: FileAct; close: () => void }) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const stock = desk?.stock ?? []
  const [position, setPosition] = useState('noted')
  const [text, setText] = useState<Free>()
  const [picked, setPicked] = useState('')
  const latest = matter.records.findLast((r) => r.desk === matter.from && (r.kind === matter.kind || r.kind === 'cell.update/1')) ?? headOf(matter)
  const pick = (code: string) => {
    const found = stock.find((s) => s.code === code)
    if (!found) return
    setPicked(code)
    setPosition(found.position)
    const words = found.text[lang] ? lang : (Object.keys(found.text)[0] as Lang)
    setText({ lang: words, text: found.text[words] ?? '' })
  }
  const lacks = useLacks()('cell.position/1', { position })
  const send = async () => {
    if (lacks) return
    const hash = position === 'agrees' && latest ? (matter.hash || (await versionHash(latest.ref))) : ''
    act({
      kind: 'cell.position/1',
      body: { position, ...(text?.text.trim() ? { text } : {}), ...(hash ? { hash } : {}) },
    })
  }
  useKeys({ 'Ctrl+Enter': send, ...Object.fromEntries(stock.map((s) => ['Digit' + s.code, () => pick(s.code)])) })
  return (
    <>
      <h3>{t('action.position')}</h3>
      {stock.length > 0 && (
        <div className="stock" role="group" aria-label={t('stock')}>
          {stock.map((s) => <button key={s.code} type="button" aria-pressed={picked === s.code} onClick={() => pick(s.code)}><Kbd>{s.code}</Kbd> <Tri text={s.text} /></button>)}
        </div>
      )}
      <div className="fields">
        <FieldEditor field={ownField('position', 'choice', three('action.position'), true, POSITIONS.map((p) => ({ value: p, name: three(`position.${p}` as Key) })))} value={position} change={(v) => { setPosition(String(v)); setPicked('') }} />
        <FreeField field={ownField('text', 'free', three('position.words'))} value={text} change={(v) => { setText(v as Free); setPicked('') }} />
      </div>
      {lacks && <p className="note warn">{lacks}</p>}
      <Buttons send={send} close={close} label={t('file')} />
    </>
  )
}

/** A translation is its own record, with its status. */
export function TranslateForm({ matter, act, close, only }: { matter: Matter; act: FileAct; close: () => void; only?: { ref: string; field: string; lang?: string } }) {
  const t = useText()
  const ui = useLang()
  const { desk } = useLive()
  const all: { ref: string; free: FreeView }[] = matter.records.flatMap((r) => r.free.map((free) => ({ ref: r.ref, free })))
    .filter((x) => !only || (x.ref === only.ref && x.free.field === only.field))
  const [at, setAt] = useState(0)
  const job = all[at]
  const targets = (desk?.languages ?? ['ar', 'he', 'en']).filter((l) => l !== job?.free.lang)
  const [lang, setLang] = useState(only?.lang ?? (targets.includes(ui) ? ui : targets[0]))
  const [text, setText] = useState('')
  const [status, setStatus] = useState('draft')
  const send = () => { if (job && text.trim()) act({ kind: 'cell.translation/1', cites: [job.ref], body: { field: job.free.field, lang, text: text.trim(), standing: status } }) }
  useKeys({ 'Ctrl+Enter': send })
  if (!job) return <><h3>{t('action.translate')}</h3><Empty>{t('translate.nothing')}</Empty><Buttons send={close} close={close} label={t('close')} /></>
  return (
    <>
      <h3>{t('action.translate')}</h3>
      {all.length > 1 && <select aria-label={t('text.original')} value={at} onChange={(e) => setAt(Number(e.target.value))}>{all.map((x, i) => <option key={i} value={i}>{x.ref} {x.free.field}</option>)}</select>}
      <blockquote><FreeText free={job.free} /></blockquote>
      <div className="row">
        <label className="field">{t('translate.into')}<select value={lang} onChange={(e) => setLang(e.target.value)}>{targets.map((l) => <option key={l} value={l}>{LANGUAGE_NAMES[l as Lang] ?? l}</option>)}</select></label>
        <label className="field">{t('translate.status')}<select value={status} onChange={(e) => setStatus(e.target.value)}>{['draft', 'checked', 'agreed'].map((s) => <option key={s} value={s}>{t(`translation.${s}` as Key)}</option>)}</select></label>
      </div>
      <FreeField field={ownField('text', 'free', three('text.translation'), true)} value={{ lang, text }} change={(v) => setText((v as Free).text)} autoFocus />
      <Buttons send={send} close={close} label={t('file')} />
    </>
  )
}

/** Undo does not exist: a correction is a new record that points at the old one. */
export function CorrectForm({ matter, act, close }: { matter: Matter; act: FileAct; close: () => void }) {
  const t = useText()
  const can = matter.actions
  const [mode, setMode] = useState<'correct' | 'cancel'>(can.includes('correct') ? 'correct' : 'cancel')
  const [wrong, setWrong] = useState<Free>()
  const [right, setRight] = useState<Free>()
  const [effect, setEffect] = useState<Free>()
  const [reason, setReason] = useState<Free>()
  const send = () => {
    if (mode === 'cancel') act({ kind: 'cell.cancel/1', body: reason?.text.trim() ? { reason } : {} })
    else if (wrong?.text.trim() && right?.text.trim()) act({ kind: 'hotline.correct/1', body: { wrong, right, ...(effect?.text.trim() ? { effect } : {}) } })
  }
  useKeys({ 'Ctrl+Enter': send })
  return (
    <>
      <h3>{t('action.correct')}</h3>
      {can.includes('correct') && can.includes('cancel') && (
        <div className="choices" role="group" aria-label={t('action.correct')}>
          {(['correct', 'cancel'] as const).map((m) => <label key={m} className="choice"><input type="radio" name="mode" checked={mode === m} onChange={() => setMode(m)} /><span>{t(`correct.${m}` as Key)}</span></label>)}
        </div>
      )}
      <div className="fields">
        {mode === 'correct' ? <>
          <FreeField field={ownField('wrong', 'free', three('correct.wrong'), true)} value={wrong} change={(v) => setWrong(v as Free)} autoFocus />
          <FreeField field={ownField('right', 'free', three('correct.right'), true)} value={right} change={(v) => setRight(v as Free)} />
          <FreeField field={ownField('effect', 'free', three('correct.effect'))} value={effect} change={(v) => setEffect(v as Free)} />
        </> : <FreeField field={ownField('reason', 'free', three('correct.reason'))} value={reason} change={(v) => setReason(v as Free)} autoFocus />}
      </div>
      <Buttons send={send} close={close} label={t('file')} />
    </>
  )
}
