// How far an item may be passed on, what it may be used for, and how far its
// source is trusted: in words, by a shape and by a border, never by colour alone.
import type { Grade } from '../api'
import { ChoiceName } from '../module/choice'
import { DeskNames } from '../parts'
import { Id, type Key, useText } from '../text'

/** The labels of TLP 2.0, the same in every language: a value read on the telephone. */
const LABELS: Record<string, string> = { red: 'RED', 'amber-strict': 'AMBER+STRICT', amber: 'AMBER', green: 'GREEN', clear: 'CLEAR' }

function Shape({ tlp }: { tlp: string }) {
  return (
    <svg className="tlpshape" width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
      {tlp === 'red' ? <polygon points="4,0.5 10,0.5 13.5,4 13.5,10 10,13.5 4,13.5 0.5,10 0.5,4" /> :
        tlp === 'amber-strict' ? <polygon points="7,0.5 13.5,7 7,13.5 0.5,7" /> :
        tlp === 'amber' ? <polygon className="hollow" points="7,1.5 12.5,7 7,12.5 1.5,7" /> :
        tlp === 'green' ? <circle cx={7} cy={7} r={6} /> : <circle className="hollow" cx={7} cy={7} r={5.2} />}
    </svg>
  )
}

interface Marked { kind: string; tlp: string; use: string }

/** On one line, for lists. */
export function Handling({ kind, tlp, use }: Marked) {
  return <span className={`handling tlp-${tlp}`}><Shape tlp={tlp} /><Id>TLP:{LABELS[tlp] ?? tlp}</Id> <span aria-hidden="true">·</span> <ChoiceName kind={kind} field="use" value={use} /></span>
}

/** The banner over an open item: the marking, the use, and who may have it. */
export function Banner({ kind, tlp, use, releasable }: Marked & { releasable?: string[] }) {
  const t = useText()
  return (
    <div className={`handling banner tlp-${tlp}`} role="note" aria-label={t('intel.tlp')}>
      <Shape tlp={tlp} /><Id>TLP:{LABELS[tlp] ?? tlp}</Id>
      <span className="words"><ChoiceName kind={kind} field="tlp" value={tlp} /></span>
      <span className="words"><span className="of">{t('intel.use')}</span> <ChoiceName kind={kind} field="use" value={use} /></span>
      {releasable && <span className="words"><span className="of">{t('intel.releasable')}</span> <DeskNames ids={releasable} /></span>}
    </div>
  )
}

/** Letter and digit; their words are in the title, and for whoever hears the screen. */
export function GradeMark({ grade }: { grade: Grade }) {
  const t = useText()
  const words = `${t('intel.grade.source')}: ${t(`grade.${grade.source}` as Key)}. ${t('intel.grade.information')}: ${t(`grade.${grade.information}` as Key)}`
  return <span className="mark grade" title={words}><Id>{grade.source + grade.information}</Id><span className="sr">{words}</span></span>
}

/** Both judgements as text. */
export function GradeWords({ grade }: { grade: Grade }) {
  const t = useText()
  return (
    <>
      <Id>{grade.source + grade.information}</Id>
      <span>{t('intel.grade.source')} <Id>{grade.source}</Id>: {t(`grade.${grade.source}` as Key)}</span>
      <span>{t('intel.grade.information')} <Id>{grade.information}</Id>: {t(`grade.${grade.information}` as Key)}</span>
    </>
  )
}
