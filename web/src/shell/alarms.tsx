// The alarm strip: one line that nothing covers. Silence is not acknowledge:
// a silenced alarm goes on flashing, an acknowledged one is steady.
import { useEffect, useRef, useState } from 'react'
import { type Alarm, type Item, post } from '../api'
import { ExerciseMark } from '../hotline/drills'
import { useLive } from '../live'
import { Badge, Countdown, firstDue, Kbd } from '../parts'
import { useMay } from '../session/may'
import { play, silence } from '../sound'
import { plain, Tri, useLang, useText } from '../text'

const RANK = { Z: 0, O: 1, P: 2, R: 3 }
/** What stands before the others of its level: somebody is not heard of; two meet, of which the notice alone says nothing. */
const FIRST = ['lost-contact', 'conflict']
const kindRank = (a: Alarm) => (FIRST.includes(a.kind) ? FIRST.indexOf(a.kind) : FIRST.length)

/** The node's alarms, and one for each urgent matter that waits for our receipt and has none. */
function derive(alarms: Alarm[], items: Item[], own: string, seen: Set<string>): Alarm[] {
  const raised = new Set(alarms.map((a) => a.matter))
  const extra = items
    .filter((i) => (i.precedence === 'Z' || i.precedence === 'O') && !raised.has(i.key))
    .map((i) => ({ i, w: firstDue(i.waiting, (w) => w.desk === own && w.for === 'received') }))
    .filter(({ w }) => w)
    .map(({ i, w }): Alarm => ({
      id: 'matter:' + i.key, kind: 'flash-unanswered', level: i.precedence, text: i.subject, matter: i.key,
      since: i.at, acknowledged: seen.has('matter:' + i.key), dismissable: false, due: w!.due || null,
    }))
  return [...alarms, ...extra].sort(
    (a, b) => Number(a.acknowledged) - Number(b.acknowledged) || RANK[a.level] - RANK[b.level] || kindRank(a) - kindRank(b) || (a.due || Infinity) - (b.due || Infinity) || a.since - b.since,
  )
}

export function useAlarms() {
  const { watch, desk } = useLive()
  const [seen, setSeen] = useState(new Set<string>())
  const alarms = watch && desk ? derive(watch.alarms, watch.answer_now, desk.desk, seen) : []
  const acknowledge = (alarm: Alarm) => {
    if (alarm.id.startsWith('matter:')) setSeen(new Set(seen).add(alarm.id))
    else post(`/alarms/${encodeURIComponent(alarm.id)}/acknowledge`).catch(() => undefined)
  }
  return { alarms, acknowledge }
}

/** FLASH sounds each 10 s, IMMEDIATE each 60 s, a lost node each 15 s. */
function useSounds(alarms: Alarm[]) {
  const { lost, feed } = useLive()
  const flash = alarms.some((a) => a.level === 'Z' && !a.acknowledged)
  const immediate = alarms.some((a) => a.level === 'O' && !a.acknowledged)
  const every = (active: boolean, tune: 'flash' | 'immediate' | 'lost', ms: number) =>
    useEffect(() => {
      if (!active) return
      play(tune)
      const timer = setInterval(() => play(tune), ms)
      return () => clearInterval(timer)
    }, [active])
  every(flash && !lost, 'flash', 10_000)
  every(immediate && !flash && !lost, 'immediate', 60_000)
  every(lost, 'lost', 15_000)
  const heard = useRef(feed)
  useEffect(() => {
    if (feed && feed !== heard.current && !feed.own && !flash && !immediate) play('tick')
    heard.current = feed
  }, [feed])
}

export function AlarmStrip({ alarms, acknowledge, open }: { alarms: Alarm[]; acknowledge: (a: Alarm) => void; open: () => void }) {
  const t = useText()
  const lang = useLang()
  const { lost } = useLive()
  const may = useMay()
  const [all, setAll] = useState(false)
  useSounds(alarms)
  const first = alarms[0]
  if (lost)
    return <section className="alarms level-lost" aria-label={t('alarms')}><div className="alarm"><strong>{t('lost')}</strong><span>{t('lost.what')}</span></div></section>
  if (!first) return null
  const shown = all ? alarms : [first]
  return (
    <section className={`alarms level-${first.acknowledged ? 'seen' : first.level}`} aria-label={t('alarms')}>
      {shown.map((alarm, i) => (
        <div className="alarm" key={alarm.id}>
          <Badge code={alarm.level} flash={!alarm.acknowledged && alarm.level === 'Z'} />
          <span className="what" title={plain(alarm.text, lang)}><Tri text={alarm.text} ids /></span>
          {alarm.exercise && <ExerciseMark />}
          {alarm.acknowledged && <span className="chip">{t('alarm.seen')}</span>}
          {i === 0 && alarms.length > 1 && (
            <button type="button" className="quiet" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t('alarm.fewer') : t('alarm.more', { n: alarms.length - 1 })}</button>
          )}
          <span className="grow" />
          {alarm.due ? <Countdown due={alarm.due} big /> : null}
          {i === 0 && <button type="button" className={first.acknowledged ? '' : 'urgent'} onClick={open}>{t('alarm.open')} <Kbd>F2</Kbd></button>}
          {alarm.kind === 'break-glass' && may('log') && <button type="button" onClick={() => post(`/alarms/${encodeURIComponent(alarm.id)}/answer`).catch(() => undefined)}>{t('alarm.answer')}</button>}
          {!alarm.acknowledged && (!alarm.matter || alarm.kind === 'conflict') && may('watch') && <button type="button" className="acknowledge" onClick={() => acknowledge(alarm)}>{t('alarm.acknowledge')}</button>}
          {i === 0 && !first.acknowledged && <button type="button" onClick={silence}>{t('alarm.silence')} <Kbd>F4</Kbd></button>}
        </div>
      ))}
    </section>
  )
}
