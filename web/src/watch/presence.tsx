// The presence check: the desk asks the officer on watch, one key answers.
import { useAct } from '../act'
import { useLive } from '../live'
import { Countdown, Fault } from '../parts'
import { useMay } from '../session/may'
import { useText } from '../text'
import { useFetched } from '../live'
import type { Handover } from '../hotline/duty'

export function PresencePrompt() {
  const t = useText()
  const may = useMay()
  const { watch, desk } = useLive()
  const { act, busy, fault } = useAct()
  const item = watch ? [...watch.answer_now, ...watch.owed].find((i) => i.kind === 'hotline.presence/1') : undefined
  const { data } = useFetched<Handover>(item ? '/handover' : null)
  const officer = data?.presence[0]?.officer
  if (!item || !officer || !may('watch')) return null
  const due = item.waiting[0]?.due
  const own = officer === desk?.officer.code
  const answer = (outcome: string) => act({ kind: 'hotline.present/1', about: item.key, body: { outcome, note: [] } })
  return (
    <div className="row presence" role="alertdialog" aria-label={t('hotline.presence.ask', { officer })}>
      <strong>{t('hotline.presence.ask', { officer })}</strong>
      {due ? <Countdown due={due} /> : null}
      <button type="button" className="primary" disabled={busy} autoFocus={own} onClick={() => answer(own ? 'present' : 'relieved')}>{t(own ? 'hotline.presence.here' : 'hotline.presence.relieve')}</button>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}
