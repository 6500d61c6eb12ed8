// Drills: opened for the week, marked, and scored by each desk in its own
// column. Scores of desks are not added up.
import { useState } from 'react'
import { useAct } from '../act'
import { deskNow, left } from '../clock'
import { useFetched, useLive } from '../live'
import { go } from '../nav'
import { At, Badge, DeskName, Empty, Fault, Panel } from '../parts'
import { useMay } from '../session/may'
import { Id, type ModuleKey, Tri, useText } from '../text'
import type { DrillLine, Drills, Took } from './duty'
import './duty.css'

export function ExerciseMark() {
  const t = useText()
  return <strong className="chip exercised">{t('hotline.drill.exercise')}</strong>
}

export function DrillsTab() {
  const t = useText()
  const may = useMay()
  const { lost } = useLive()
  const { data } = useFetched<Drills>('/drills')
  const { act, busy, fault } = useAct()
  const [sure, setSure] = useState(false)
  const open = async () => {
    const from = deskNow()
    if (data && (await act({ kind: 'hotline.drill/1', body: { from, until: from + data.plan_ms, plan: data.next, note: [] } }))) setSure(false)
  }
  return (
    <div className="scroll page">
      <p className="muted"><ExerciseMark /> {t('hotline.drill.what')} {data && data.due_from > 0 && <span className="chip warn">{t('hotline.drill.due')}</span>}</p>
      {data && may('watch') && (
        <div className="row">
          {sure ? <><span>{t('hotline.drill.sure')}</span><button type="button" className="primary" disabled={busy || lost} onClick={open}>{t('hotline.drill.open', { n: data.next })}</button><button type="button" onClick={() => setSure(false)}>{t('cancel')}</button></>
            : <button type="button" onClick={() => setSure(true)}>{t('hotline.drill.open', { n: data.next })}</button>}
        </div>
      )}
      {fault && <Fault>{fault}</Fault>}
      {data?.drills.map((d) => <Drill key={d.key} drill={d} />)}
      {data && !data.drills.length && <Empty>{t('hotline.drill.none')}</Empty>}
    </div>
  )
}

function Drill({ drill }: { drill: DrillLine }) {
  const t = useText()
  const desks = drill.desks.map((d) => d.desk)
  return (
    <Panel className="exercised" title={<><ExerciseMark /> <At ms={drill.drill_from} /> – <At ms={drill.drill_until} /></>} aside={<button type="button" className="ref" onClick={() => go({ screen: 'watch', open: drill.key })}><Id>{drill.number}</Id></button>}>
      <div className="wide" tabIndex={0} role="region" aria-label={t('hotline.drills')}>
        <table>
          <thead><tr><th scope="col">{t('hotline.drill.inject')}</th>{desks.map((d) => <th key={d} scope="col"><DeskName id={d} /></th>)}</tr></thead>
          <tbody>
            {drill.injects.map((x) => (
              <tr key={x.key}>
                <th scope="row"><Badge code={x.precedence} size={20} /> <button type="button" className="ref" onClick={() => go({ screen: 'watch', open: x.key })}><Id>{x.number}</Id></button> <Tri text={x.subject} ids /></th>
                {desks.map((d) => <td key={d}>{x.took.filter((k) => k.desk === d).map((k) => <Times key={d} took={k} />)}</td>)}
              </tr>
            ))}
            <tr className="total"><th scope="row" />{drill.desks.map((d) => <td key={d.desk}>{t('hotline.drill.within', { n: d.within, of: d.asked })}</td>)}</tr>
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

const NEEDS = [['received', 'receive_ms', 'receive'], ['readback', 'readback_ms', 'readback'], ['disseminated', 'disseminate_ms', 'disseminate']] as const

function Times({ took }: { took: Took }) {
  const t = useText()
  return (
    <ul className="plain small">
      {NEEDS.filter(([need]) => took.asked.includes(need)).map(([need, field, word]) => (
        <li key={need}>{t(`hotline.drill.${word}` as ModuleKey)} {took[field] < 0 ? <span className="muted">{t('hotline.drill.notyet')}</span> : <span className={took.within.includes(need) ? '' : 'warn'}><Id>{left(took[field])}</Id></span>}</li>
      ))}
    </ul>
  )
}
