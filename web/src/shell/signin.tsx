// Taking the watch: one press that lets the browser sound, plays the test
// tone, and files who has the watch at this desk.
import { useState } from 'react'
import { file } from '../api'
import { deskNow } from '../clock'
import { body, prefill } from '../compose/prefill'
import { loadDesk, refresh, useLive } from '../live'
import { DeskName, Fault, Panel } from '../parts'
import { useRefusal } from '../refusal'
import { unlock } from '../sound'
import { Id, Tri, useText } from '../text'

const WATCH_LENGTH = 12 * 3600_000

export function TakeWatch({ done }: { done: () => void }) {
  const t = useText()
  const { desk, lost } = useLive()
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const [muted, setMuted] = useState(false)
  if (!desk) return null
  const own = desk.members.find((m) => m.desk === desk.desk)
  const take = async () => {
    setBusy(true)
    setFault('')
    const sounded = await unlock()
    setMuted(!sounded)
    if ('Notification' in window && Notification.permission === 'default') Notification.requestPermission().catch(() => undefined)
    const now = deskNow()
    try {
      const form = desk.templates.find((f) => f.kind === 'hotline.watch/1')
      const given = { role: desk.officer.role || 'watch', languages: own?.languages ?? desk.languages, from: now, to: now + WATCH_LENGTH }
      await file({
        kind: 'hotline.watch/1', to: desk.members.filter((m) => m.desk !== desk.desk).map((m) => m.desk),
        body: form?.fields.length ? body(form, prefill(desk, form, given)) : given,
      }, crypto.randomUUID())
      await Promise.all([loadDesk(), refresh()])
      done()
    } catch (error) {
      setFault(refusal.sentence(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="signin">
      <Panel>
        <p className="desk"><DeskName id={desk.desk} /> <span className="muted">· <Id>{desk.cell}</Id></span></p>
        <h1>{t('take.title')}</h1>
        <p>{t('take.what')}</p>
        <div className="row">
          <button type="button" className="primary large" autoFocus disabled={busy || lost} onClick={take}>{t('take.button')}</button>
          <button type="button" onClick={done}>{t('take.look')}</button>
        </div>
        {muted && <p className="chip bad">{t('sound.off')}</p>}
        {fault && <Fault>{fault}</Fault>}
        <hr />
        <p className="notice"><Tri text={desk.charter.notice} /></p>
        <p className="notice"><Tri text={desk.charter.reservation} /></p>
      </Panel>
    </div>
  )
}
