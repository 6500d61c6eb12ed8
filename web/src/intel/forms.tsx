// The two forms of intelligence: a warning in the fewest fields, and a draft
// that stays at home until a second officer releases it.
import { useState } from 'react'
import { DeskChoice } from '../compose/fields'
import { template, type Values } from '../compose/prefill'
import { useLive } from '../live'
import { Fault } from '../parts'
import { useText } from '../text'
import { SideForm } from '../module/side'
import { Handling } from './handling'

/** Sent by one officer alone, reviewed afterwards (INT-03, INT-11). */
export function WarnForm({ close }: { close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const others = desk!.members.filter((m) => m.desk !== desk!.desk).map((m) => m.desk)
  const [to, setTo] = useState(others)
  const form = template(desk, 'intel.warning/1')
  if (!form) return null
  const check = (v: Values) => (v.place || v.area ? {} : { place: t('intel.warn.where') }) as Record<string, string>
  return (
    <SideForm form={form} title={t('intel.warn')} what={t('intel.warn.what')} label={t('intel.warn.send')} twice
      first={['threat', 'place', 'at_risk', 'text']} more={t('intel.warn.more')} initial={{ tlp: 'amber' }} keep={`parley.draft.${desk!.desk}.${form.code}.short`}
      shown={(f, v) => (f.name === 'place' && !v.area ? { ...f, required: true, hint: undefined } : f)}
      check={check} tab="" make={(body) => ({ kind: form.kind, to, body })} close={close}>
      {(v) => (
        <>
          <p className="line"><Handling kind={form.kind} tlp={String(v.tlp ?? '')} use={String(v.use ?? 'warn-only')} /> <span className="muted small">{t('intel.warn.marking')}</span></p>
          <div role="group" aria-labelledby="warn-to" className="audience"><span id="warn-to" className="label">{t('to')}</span><DeskChoice value={to} change={setTo} all={others} /></div>
          {!to.length && <Fault>{t('compose.nobody')}</Fault>}
        </>
      )}
    </SideForm>
  )
}

/** A new draft, or a change of one: addressed to nobody. */
export function DraftForm({ change, close }: { change?: { key: string; values: Values }; close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const plain = template(desk, 'intel.draft/1')
  if (!plain) return null
  // Several desks may be named; the form of the template takes one.
  const desks = desk!.members.map((m) => ({ value: m.desk, name: m.name }))
  const form = { ...plain, fields: plain.fields.map((f) => (f.name === 'releasable' ? { ...f, type: 'list' as const, choices: desks } : f)) }
  const own = { use: 'warn-only', releasable: desk!.members.map((m) => m.desk) }
  return (
    <SideForm form={form} title={change ? t('intel.draft.change') : t('intel.draft.new')} what={t('intel.draft.what')} label={t('intel.draft.keep')}
      initial={change?.values ?? own} keep={`parley.draft.${desk!.desk}.${form.code}.${change?.key ?? ''}`} open={change?.key} tab="drafts"
      make={(body) => (change ? { kind: 'cell.update/1', about: change.key, body: { body } } : { kind: form.kind, body })} close={close} />
  )
}
