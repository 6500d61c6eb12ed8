// A draft at home, before its matter: what it would be filed as, how it stands
// to the limits, and the way into its form. Nobody else sees it until then. A
// declaration of what is held is shown with the limits alone.
import { type Matter, path, type Volume } from '../api'
import { formOf, headOf } from '../compose/prefill'
import { useFetched, useLive } from '../live'
import { Sketch } from '../module/map'
import { Card } from '../module/parts'
import { useShell } from '../module/shell'
import { useMayFile } from '../session/may'
import { Tri, useText } from '../text'
import { Limits } from './limits'
import { volumeShape } from './shapes'
import { Window } from './window'

export function DraftDetail({ id }: { id: string }) {
  const t = useText()
  const { desk } = useLive()
  const { compose } = useShell()
  const may = useMayFile()
  const { data: matter } = useFetched<Matter>(`/matters/${path(id)}`)
  if (matter?.kind.startsWith('deconfliction.holdings/')) return <Limits id={id} />
  if (!matter?.kind.startsWith('deconfliction.draft/')) return null
  const { kind, body } = JSON.parse(matter.now?.body || headOf(matter)?.body || '{}') as { kind?: string; body?: { volumes?: Volume[] } & Record<string, unknown> }
  // A draft of an older version is filed by the form that officers have now.
  const form = kind ? desk?.templates.find((x) => x.officer !== false && x.kind.split('/')[0] === kind.split('/')[0]) ?? formOf(desk, kind) : undefined
  const volumes = body?.volumes ?? []
  if (!form) return null
  // A type of activity that the form does not offer is the file's word: its officer chooses.
  const offered = form.fields.find((f) => f.name === 'activity')?.choices?.some((c) => c.value === body?.activity)
  return (
    <div className="draftcard">
      <Card title={<Tri text={form.name} />} aside={may(form.kind) && <button type="button" className="primary" onClick={() => compose({ code: form.code, values: { ...body, ...(offered ? {} : { activity: undefined }) } })}>{t('import.draft.file')}</button>}>
        <p className="muted">{t('import.draft.what')}</p>
        {volumes[0]?.windows[0] && <p><Window span={volumes[0].windows[0]} /></p>}
        <Sketch label={matter.number} shapes={volumes.flatMap((v, i) => volumeShape(v, `draft/${i}`, {}))} height={220} />
      </Card>
      <Limits id={id} />
    </div>
  )
}
