// The roadmap: the charter's phases, the gates in them, what each waits for and
// who signs it. The software computes the conditions; it opens nothing.
import { dtg, useNow } from '../clock'
import { useLive } from '../live'
import { LineList, StateChip } from '../module/line'
import { ActButton, agree, MatterLink } from '../module/parts'
import { ComposeButton, Screen, useModule } from '../module/screen'
import { go } from '../nav'
import { DeskName, Empty } from '../parts'
import { Id, Tri, useText } from '../text'
import { GateCard, Signs } from './gate'
import { type Day, type Gate, KIND, type Phase, type Road } from './types'
import './roadmap.css'

const day = 86_400_000
export const tone = (g: Gate) => (g.state === 'open' ? 'ok' : g.state === 'regressed' ? 'warn' : '')

export function Roadmap() {
  const t = useText()
  const { data, error } = useModule<Road>('roadmap')
  const phases = data?.phases ?? []
  const days = data?.dday ?? []
  const gates = phases.flatMap((p) => p.gates)
  return (
    <Screen module="roadmap" order={[...gates, ...days].map((x) => x.key)} ready={!!data} error={error}
      top={data && <DDayLine days={days} />}
      list={(
        <>
          {phases.map((p) => <LineList key={p.id} module="roadmap" lines={p.gates} title={<Tri text={p.name} />} none={t('roadmap.none')} subject={(g) => <Tri text={g.title} />} marks={(g) => <Count gate={g} />} />)}
          {days.length > 0 && <LineList module="roadmap" lines={days} title={t('roadmap.dday')} subject={(d) => <Id>{dtg(d.day)}</Id>} />}
        </>
      )}
      detail={(key) => {
        const gate = gates.find((g) => g.key === key)
        return gate ? <GateCard gate={gate} /> : null
      }}
      rest={<Path phases={phases} days={days} />} />
  )
}

/** How many of the conditions are met. */
function Count({ gate: g }: { gate: Gate }) {
  const t = useText()
  return <span className="mark">{t('roadmap.met.of', { n: g.conditions.filter((c) => c.met).length, all: g.conditions.length })}</span>
}

/** D-day in one line: without it, dates that count from it do not run. */
function DDayLine({ days }: { days: Day[] }) {
  const t = useText()
  const now = useNow()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const party = desk?.members.find((m) => m.desk === own)?.role === 'party'
  const live = days.filter((d) => d.open || d.agreed_at)
  const agreed = live.filter((d) => d.in_force)
  const open = live.filter((d) => !d.in_force)
  const count = (d: Day) => Math.floor((now - d.in_force) / day)
  return (
    <div className="ddayline" role="status">
      <b>{t('roadmap.dday')}</b>
      {agreed.map((d) => <span key={d.key} className="pair"><MatterLink id={d.key}><Id>{d.number}</Id></MatterLink> <Id>{dtg(d.in_force)}</Id> <span className="mark ok"><Id>{`D${count(d) < 0 ? '−' : '+'}${Math.abs(count(d))}`}</Id></span></span>)}
      {open.map((d) => (
        <span key={d.key} className="pair"><MatterLink id={d.key}><Id>{d.number}</Id></MatterLink> <Id>{dtg(d.day)}</Id> <span className="mark warn">{t('roadmap.dday.declared')}</span>
          {party && d.from !== own && d.waiting.some((w) => w.desk === own && w.for === 'position') && <ActButton act={agree(d.key, d.version)}>{t('roadmap.dday.agree')}</ActButton>}
        </span>
      ))}
      {!live.length && <span>{t('roadmap.dday.none')}</span>}
      <span className="grow" />
      {!agreed.length && <ComposeButton code={KIND.dday} />}
    </div>
  )
}

/** The phases one after the other, each with its gates; the way goes with the reading. */
function Path({ phases, days }: { phases: Phase[]; days: Day[] }) {
  const t = useText()
  const { desk } = useLive()
  const supervisor = desk?.members.find((m) => m.desk === desk.desk)?.role === 'supervisor'
  const founders = (desk?.members ?? []).filter((m) => m.role === 'party' || m.role === 'supervisor').map((m) => m.desk)
  const dday = days.find((d) => d.in_force) ?? days.find((d) => d.open)
  if (!phases.length) return <Empty>{t('roadmap.phases.none')}</Empty>
  return (
    <ol className="path">
      {phases.map((p) => (
        <li key={p.id}>
          <h3><Tri text={p.name} /></h3>
          {p.gates.map((g) => <Stop key={g.key} gate={g} />)}
          {!p.gates.length && <p className="muted small">{t('roadmap.none')}</p>}
          {supervisor && <ComposeButton code={KIND.gate} values={{ phase: p.id, deciders: founders, ...(dday ? { dday: dday.key } : {}) }}>{t('roadmap.set')}</ComposeButton>}
        </li>
      ))}
    </ol>
  )
}

/** A gate on the path, as a button that opens it. */
function Stop({ gate: g }: { gate: Gate }) {
  const t = useText()
  const blockers = [...new Set(g.blocks.map((b) => b.desk))]
  return (
    <button type="button" className={`stop state-${g.state}`} onClick={() => go({ open: g.key })}>
      <b><Tri text={g.title} /></b>
      <span className="row"><StateChip module="roadmap" state={g.state} tone={tone(g)} /> <Count gate={g} /></span>
      <span className="checks" aria-hidden="true">{g.conditions.map((c) => <i key={c.id}>{Signs[c.met ? 'met' : c.why === 'not-held' ? 'unseen' : 'not']}</i>)}</span>
      <span className="small">{t('roadmap.signed')} {g.deciders.filter((d) => g.signed[d]?.open === 'opens').map((d) => <DeskName key={d} id={d} short />)}{!g.deciders.some((d) => g.signed[d]?.open === 'opens') && '–'}</span>
      {g.open && blockers.length > 0 && <span className="small">{t('roadmap.blocks')} {blockers.map((d) => <DeskName key={d} id={d} short />)}</span>}
    </button>
  )
}
