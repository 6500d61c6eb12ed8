// A copy that the supervisor keeps and cannot read, until the author or an
// addressee hands over its key; the author's journal shows that it is the one.
import type { Act } from '../api'
import { template } from '../compose/prefill'
import { useLive } from '../live'
import { KindName, StateChip } from '../module/line'
import { Card, FactList, RecordLink } from '../module/parts'
import { SideForm } from '../module/side'
import { At, DeskName, DeskNames } from '../parts'
import { Id, Tri, useText } from '../text'
import type { SealedLine } from './types'

export function SealedMarks({ copy }: { copy: SealedLine }) {
  const t = useText()
  return (
    <>
      <span className={'mark ' + (copy.opened ? 'ok' : '')}>{copy.opened ? t('supervision.opened') : t('supervision.closed')}</span>
      {copy.fault && <Fault fault={copy.fault} />}
    </>
  )
}

const Fault = ({ fault }: { fault: string }) => { const t = useText(); return <span className="mark bad">▲ {t(`supervision.fault.${fault}`)}</span> }

export function SealedCard({ copy: c, hand }: { copy: SealedLine; hand: () => void }) {
  const t = useText()
  const { desk } = useLive()
  return (
    <Card title={t('supervision.sealed')} tone={c.fault ? 'bad' : ''} aside={<><StateChip module="supervision" state={c.state} /><SealedMarks copy={c} /></>}>
      <FactList rows={[
        [t('supervision.record'), <RecordLink id={c.of} />],
        [t('supervision.author'), <DeskName id={c.author} />],
        [t('supervision.commitment'), <Id className="breaks small">{c.commitment}</Id>],
        [t('supervision.proven'), c.proven ? <span className="ok">✓</span> : <span className="muted">…</span>],
        c.by.length > 0 && [t('supervision.keys'), <DeskNames ids={c.by} />],
      ]} />
      {c.record ? (
        <section className="panel">
          <p className="line"><b><KindName kind={c.record.kind} /></b> <At ms={c.record.at} /> <DeskNames ids={c.record.to} /></p>
          <div className="free"><Tri text={c.record.text} ids /></div>
          <FactList rows={c.record.fields.map((f) => [<Tri text={f.label} />, <Tri text={f.value} ids />])} />
        </section>
      ) : <p className="muted">{t('supervision.sealed.what')}</p>}
      {c.author === desk?.desk && !c.by.includes(c.author) && <div className="actions"><button type="button" onClick={hand}>{t('supervision.handover')}</button></div>}
    </Card>
  )
}

/** To the supervisor alone; the node fills in the key that it holds. */
export function HandOver({ of, close }: { of: string; close: () => void }) {
  const t = useText()
  const { desk } = useLive()
  const form = template(desk, 'supervision.open/1')
  if (!form) return null
  const to = desk!.members.filter((m) => m.role === 'supervisor').map((m) => m.desk)
  return (
    <SideForm form={form} title={<Tri text={form.name} />} what={t('supervision.handover.what')} label={t('supervision.handover')} first={['of', 'reason']} more={t('supervision.handover.key')}
      initial={{ of, salt: 'auto' }} keep={`parley.draft.${desk!.desk}.${form.code}.${of}`} shown={(f) => (f.name === 'of' ? { ...f, type: 'text' } : f)}
      make={(body) => ({ kind: form.kind, to, body }) as Act} close={close} />
  )
}
