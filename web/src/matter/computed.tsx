// A matter without a record: what the node computed, and the records that it
// follows from. Nobody filed it; every desk that holds those computes the same.
import type { FactsView } from '../api'
import { Card, RecordLink } from '../module/parts'
import { Tri, useText } from '../text'
import { Value } from './texts'

export function Computed({ facts }: { facts: FactsView }) {
  const t = useText()
  return (
    <Card title={t('computed')} aside={<span className="muted small">{t('computed.what')}</span>}>
      {facts.text && <p className="free"><Tri text={facts.text} ids /></p>}
      <dl className="facts">
        {facts.fields.map((f) => <div key={f.name}><dt><Tri text={f.label} /></dt><dd><Value field={f} /></dd></div>)}
        {facts.causes.length > 0 && <div><dt>{t('computed.causes')}</dt><dd>{facts.causes.map((id) => <RecordLink key={id} id={id} />)}</dd></div>}
      </dl>
    </Card>
  )
}
