// Editors for words in three languages and for the two grades of a source.
import { useId } from 'react'
import { type Field, type Grade, LANGS, type Text3 } from '../api'
import { dirOf, type Key, LANGUAGE_NAMES, strip, Tri, useText } from '../text'
import { Labelled } from './fields'

interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; autoFocus?: boolean }

/** One text in all three languages, stacked, each in its own direction. */
export function Text3Field({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const texts = (value as Partial<Text3> | undefined) ?? {}
  const set = (lang: string, text: string) => {
    const next = { ar: '', en: '', he: '', ...texts, [lang]: strip(text).text }
    change(LANGS.some((l) => next[l].trim()) ? next : undefined)
  }
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={field.hint ? <Tri text={field.hint} /> : t('text3.what')} error={error} group>
      <div className="text3field">
        {(['ar', 'he', 'en'] as const).map((l, i) => (
          <label key={l} className="sub"><span lang={l}>{LANGUAGE_NAMES[l]}</span>
            <textarea rows={2} lang={l} dir={dirOf(l)} value={texts[l] ?? ''} autoFocus={autoFocus && i === 0} aria-required={field.required || undefined} onChange={(e) => set(l, e.target.value)} />
          </label>
        ))}
      </div>
    </Labelled>
  )
}

export const partial3 = (value: unknown) => !!value && LANGS.some((l) => !(value as Partial<Text3>)[l]?.trim())

/** How far a source is trusted, and how far what it says is confirmed: two judgements. */
export function GradeField({ field, value, change, error, autoFocus }: Editor) {
  const t = useText()
  const id = useId()
  const grade = { source: '', information: '', ...(value as Partial<Grade> | undefined) }
  const set = (part: Partial<Grade>) => {
    const next = { ...grade, ...part }
    change(next.source || next.information ? next : undefined)
  }
  const list = (name: 'source' | 'information', codes: string[], label: string, focus?: boolean) => (
    <label className="sub">{label}
      <select value={grade[name]} autoFocus={focus} onChange={(e) => set({ [name]: e.target.value })}>
        <option value="">–</option>
        {codes.map((c) => <option key={c} value={c}>{`${c} · ${t(`grade.${c}` as Key)}`}</option>)}
      </select>
    </label>
  )
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={error} group>
      <div className="pairfield">
        {list('source', [...'ABCDEF'], t('grade.source'), autoFocus)}
        {list('information', [...'123456'], t('grade.information'))}
      </div>
    </Labelled>
  )
}

export const partialGrade = (value: unknown) => !!value && (!(value as Grade).source || !(value as Grade).information)
