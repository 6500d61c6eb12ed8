// Asking a second officer: for what one officer alone cannot do.
import { type ReactNode, useId, useState } from 'react'
import { post } from '../api'
import { useKeys } from '../keys'
import { refresh, useLive } from '../live'
import { go } from '../nav'
import { Fault, Kbd } from '../parts'
import { useTry } from '../session/ways'
import { strip, useText } from '../text'
import type { Proposal } from './types'

export const propose = (what: Proposal['what'], act: Record<string, unknown>, reason: string) =>
  post<{ key: string }>('/proposals', { what, act, reason }, crypto.randomUUID()).then(async (filed) => { await refresh(); return filed })

/** A short form for a reason, then the proposal; it opens on the Approvals screen. */
export function ProposeForm({ what, act, title, children, close }: { what: Proposal['what']; act: Record<string, unknown>; title: ReactNode; children: ReactNode; close: () => void }) {
  const t = useText()
  const id = useId()
  const { lost } = useLive()
  const { attempt, busy, fault, setFault } = useTry()
  const [reason, setReason] = useState('')
  const send = () => {
    if (!reason.trim()) { setFault(t('field.required')); return }
    attempt(async () => { const { key } = await propose(what, act, reason.trim()); close(); go({ screen: 'approvals', tab: '', open: key }) })
  }
  useKeys({ 'Ctrl+Enter': send, Escape: close })
  return (
    <section className="sideform" aria-labelledby={id}>
      <header><h2 id={id}>{title}</h2><button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button></header>
      {children}
      <div className="field"><label htmlFor={id + 'r'}>{t('approvals.reason')}</label><textarea id={id + 'r'} rows={3} dir="auto" autoFocus maxLength={1000} value={reason} onChange={(e) => setReason(strip(e.target.value).text)} /></div>
      {fault && <Fault>{fault}</Fault>}
      <div className="send"><span className="grow" /><button type="button" className="primary" disabled={busy || lost} onClick={send}>{t('approvals.propose')} <Kbd>Ctrl+Enter</Kbd></button></div>
    </section>
  )
}
