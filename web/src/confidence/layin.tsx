// Laying in our step: the text in three languages, signed with the root key and
// sent to the supervisor alone. The node then shows everybody the commitment.
import { useEffect, useRef, useState } from 'react'
import type { Text3 } from '../api'
import { FieldEditor } from '../compose/fields'
import { formOf } from '../compose/prefill'
import { partial3 } from '../compose/words'
import { useLive } from '../live'
import { SignButton } from '../module/ceremony'
import { DeskName, useKept } from '../parts'
import { useText } from '../text'
import { type Escrow, KIND } from './types'

interface Kept { step: Text3; salt: string }

/** 32 random bytes: without them a short step could be guessed from its commitment. */
const salted = () => Array.from(crypto.getRandomValues(new Uint8Array(32)), (b) => b.toString(16).padStart(2, '0')).join('')

export function LayIn({ escrow: e, close }: { escrow: Escrow; close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk!.desk
  const [first] = useState<Kept>(() => ({ step: e.steps.find((s) => s.desk === own)?.what ?? { ar: '', en: '', he: '' }, salt: salted() }))
  // Kept in this browser: a text that is carried to the key must be the same when the line comes back.
  const [kept, setKept] = useKept<Kept | null>(`parley.draft.${own}.escrow.${e.key}`, null)
  const { step, salt } = kept ?? first
  const form = useRef<HTMLElement>(null)
  useEffect(() => { form.current?.scrollIntoView({ block: 'start' }) }, [])
  const whole = !partial3(step)
  const field = formOf(desk, KIND.deposit)?.fields.find((f) => f.name === 'step')
  const done = () => { setKept(null); close() }
  return (
    <section className="form panel" aria-label={t('confidence.lay-in')} ref={form}>
      <h3>{t('confidence.lay-in')}</h3>
      <p className="note">{t('confidence.lay-in.to')} <DeskName id={e.decides} /></p>
      <div className="fields layin">
        {field && <FieldEditor field={field} value={step} change={(v) => setKept({ step: (v as Text3 | undefined) ?? { ar: '', en: '', he: '' }, salt })} autoFocus />}
      </div>
      <p className="muted small">{t('confidence.lay-in.what')}</p>
      <div className="send">
        <button type="button" onClick={() => { setKept(null); close() }}>{t('cancel')}</button>
        <SignButton key={JSON.stringify(step)} disabled={!whole} name={`${e.number}-step-${own}.txt`}
          make={(line) => { if (!kept) setKept({ step, salt }); return { kind: KIND.deposit, about: e.key, to: [e.decides], body: { escrow: e.key, step, salt, signature: line } } }}
          words={{ offline: t('confidence.offline'), save: t('confidence.line.save'), line: t('confidence.line'), file: t('confidence.line.file') }} then={done}>
          {t('confidence.sign-and-lay')}
        </SignButton>
      </div>
    </section>
  )
}
