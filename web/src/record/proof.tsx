// Taking a proof out of the desk is an act with a reason, shown to all.
import { useId, useState } from 'react'
import { getText, path, Problem } from '../api'
import { propose } from '../approvals/propose'
import { useKeys } from '../keys'
import { refresh, useLive } from '../live'
import { go } from '../nav'
import { Fault, Kbd, Panel } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { Id, strip, useText } from '../text'

export function ProofForm({ ref_, close }: { ref_: string; close: () => void }) {
  const t = useText()
  const { lost } = useLive()
  const id = useId()
  const may = useMay()
  const [ref, setRef] = useState(ref_)
  const [reason, setReason] = useState('')
  const [saved, setSaved] = useState('')
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const take = async () => {
    setFault('')
    if (!ref.trim() || !reason.trim()) { setFault(t('proof.needs')); return }
    try {
      const text = await getText(`/records/${path(ref.trim())}/proof?reason=${path(reason.trim())}`)
      const name = ref.trim().replace(/[^a-z0-9~-]+/gi, '-') + '.proof'
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
      setSaved(name)
      refresh()
    } catch (problem) {
      // The charter wants two officers: it is proposed, and another approves it.
      const two = problem instanceof Problem && problem.errors.some((e) => e.value === 'cell.two-persons')
      if (!two || !may('draft')) { setFault(refusal.sentence(problem)); return }
      try {
        const { key } = await propose('export', { record: ref.trim() }, reason.trim())
        go({ screen: 'approvals', tab: '', open: key })
      } catch (again) { setFault(refusal.sentence(again)) }
    }
  }
  const enter = (event: KeyboardEvent) => { // in a field of one line Enter is enough
    if ((event.target as HTMLElement).tagName !== 'INPUT') return
    event.preventDefault()
    take()
  }
  useKeys({ 'Ctrl+Enter': take, Enter: enter })
  return (
    <Panel title={t('proof.export')} className="form" aside={<button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button>}>
      <p className="muted">{t('proof.what')}</p>
      <div className="fields">
        <div className="field"><label htmlFor={id + 'r'}>{t('proof.record')}</label><input id={id + 'r'} dir="ltr" className="id" autoFocus={!ref_} value={ref} onChange={(e) => setRef(strip(e.target.value).text)} placeholder="alpha#41" /></div>
        <div className="field"><label htmlFor={id + 'w'}>{t('proof.reason')}</label><input id={id + 'w'} dir="auto" autoFocus={!!ref_} value={reason} onChange={(e) => setReason(strip(e.target.value).text)} /></div>
      </div>
      {fault && <Fault>{fault}</Fault>}
      <div className="send"><span className="grow" /><button type="button" className="primary" disabled={lost} onClick={take}>{t('proof.take')} <Kbd>Enter</Kbd></button></div>
      {saved && <p className="note ok" role="status">{t('proof.saved')} <Id>{saved}</Id><br />{t('proof.verify')} <code dir="ltr" tabIndex={0}>parley verify {saved} --charter charter.note</code></p>}
    </Panel>
  )
}
