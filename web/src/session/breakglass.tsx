// Break-glass: for an hour an officer may do and see what their roles do not
// give, and everybody at the desk is told (SEC-07).
import { useId, useState } from 'react'
import { post } from '../api'
import { useKeys } from '../keys'
import { opened, useLive } from '../live'
import { Fault, Kbd } from '../parts'
import { strip, useText } from '../text'
import { useTry } from './ways'

export function BreakGlass({ close }: { close: () => void }) {
  const t = useText()
  const id = useId()
  const { lost } = useLive()
  const { attempt, busy, fault, setFault } = useTry()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const press = async () => {
    if (reason.trim().length < 10) { setFault(t('glass.reason.needs')); document.getElementById(id + 'r')?.focus(); return }
    if (!asked) { setAsked(true); return }
    if (await attempt(async () => { await post('/session/break-glass', { reason: reason.trim() }); await opened() })) close()
  }
  useKeys({ 'Ctrl+Enter': press, Escape: close })
  return (
    <section className="sideform urgentform" aria-labelledby={id}>
      <header><h2 id={id}>{t('glass')}</h2><button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button></header>
      <p>{t('glass.what')}</p>
      <ul className="help"><li>{t('glass.1')}</li><li>{t('glass.2')}</li><li>{t('glass.3')}</li></ul>
      <div className="field">
        <label htmlFor={id + 'r'}>{t('glass.reason')}</label>
        <textarea id={id + 'r'} rows={4} dir="auto" autoFocus maxLength={150} value={reason} onChange={(e) => { setReason(strip(e.target.value).text); setAsked(false) }} />
        <p className="hint">{t('glass.reason.hint')}</p>
      </div>
      {fault && <Fault>{fault}</Fault>}
      <div className="send">
        {asked && <p className="note bad" role="alert">{t('glass.again')}</p>}
        <span className="grow" />
        <button type="button" className="urgent" disabled={busy || lost} onClick={press}>{t('glass.press')} <Kbd>Ctrl+Enter</Kbd></button>
      </div>
    </section>
  )
}
