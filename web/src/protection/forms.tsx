// A community speaks through the supervisor's liaison: the concern is filed in
// that function, which the form of the template does not do.
import type { Act } from '../api'
import { template } from '../compose/prefill'
import { useLive } from '../live'
import { SideForm } from '../module/side'
import { Tri, useText } from '../text'

export function ConcernForm({ close }: { close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const form = template(desk, 'protection.concern/1')
  if (!form) return null
  const to = desk!.members.filter((m) => m.desk !== desk!.desk).map((m) => m.desk)
  return (
    <SideForm form={form} title={<Tri text={form.name} />} what={t('protection.concern.what')} label={t('file')} initial={{}} keep={`parley.draft.${desk!.desk}.${form.code}.side`}
      make={(body) => ({ kind: form.kind, to, role: 'liaison', body }) as Act} close={close} />
  )
}
