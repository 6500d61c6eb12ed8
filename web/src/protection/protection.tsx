// Protection: what communities say, the ways to safety, the places that nobody
// may harm. One notice stands over all of it, on every print as well (PRO-13).
import { useState } from 'react'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { LineList } from '../module/line'
import { Sketch } from '../module/map'
import { ComposeButton, Screen, useModule } from '../module/screen'
import { go, useWhere } from '../nav'
import { DeskName } from '../parts'
import { deskNow } from '../clock'
import { minute } from '../compose/prefill'
import { ProposeForm } from '../approvals/propose'
import { useMay } from '../session/may'
import { dirOf, Id, say, useText } from '../text'
import { LANGS } from '../api'
import { AreaCard, ConcernCard, ConcernSays, Left, Level, PlaceCard, QuestionCard } from './cards'
import { CorridorCard, Passage, WayName } from './corridor'
import { ConcernForm } from './forms'
import { Ledger } from './ledger'
import './protection.css'
import { areaShape, concernShape, placeShape, wayShapes } from './shapes'
import type { Around, Entry, Shown, Way } from './types'

const OWN = ['protection.corrstate/1', 'protection.reply/1', 'protection.answer/1']
const day = 24 * 3_600_000

const sorted = <L extends { open: boolean; at: number }>(lines: L[] = []) => [...lines].sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at)

export function Protection() {
  const t = useText()
  const { data, error } = useModule<Shown>('protection')
  const { desk, lost } = useLive()
  const { open } = useWhere()
  const [speaking, setSpeaking] = useState(false)
  const concerns = sorted(data?.concerns)
  const corridors = sorted(data?.corridors)
  const places = sorted(data?.places)
  const areas = sorted(data?.areas)
  const questions = sorted(data?.questions)
  const role = desk?.members.find((m) => m.desk === desk.desk)?.role
  const supervisors = desk?.members.filter((m) => m.role === 'supervisor').map((m) => m.desk) ?? []
  const by = <L extends { key: string }>(list: L[], key: string) => list.find((x) => x.key === key)
  const may = useMay()
  const [taking, setTaking] = useState(false)
  const press = (id: string) => go({ open: id.replace(/\/\d+$/, '') })
  const shapes = [
    ...areas.filter((a) => a.open).map((a) => areaShape(desk, a, places.some((p) => p.code === a.code))), ...places.filter((p) => p.open).map((p) => placeShape(desk, p)),
    ...corridors.filter((w) => w.open).flatMap((w) => wayShapes(desk, w, w.number + '·')), ...concerns.filter((c) => c.open && c.state === 'raised').map(concernShape),
  ]
  const detail = (key: string) => {
    const [place, area, way, concern, question] = [by(places, key), by(areas, key), by(corridors, key), by(concerns, key), by(questions, key)]
    return place ? <PlaceCard place={place} around={areas.find((a) => a.code === place.code && a.open)} /> : area ? <AreaCard area={area} /> : way ? <CorridorCard way={way} /> : concern ? <ConcernCard concern={concern} /> : question ? <QuestionCard question={question} /> : null
  }
  // An entry is for the supervisor alone until its officer widens it.
  const entry = <ComposeButton primary code="protection.place/1" disabled={lost} to={role === 'supervisor' ? undefined : supervisors} values={{ tier: role === 'supervisor' ? 'exact' : 'buffered', verification: 0, valid_until: minute(deskNow()) + 90 * day }} />
  return (
    <div className="protection">
      <Standing />
      <Screen module="protection" own={OWN} ready={!!data} error={error}
        order={[...concerns, ...corridors, ...places, ...areas, ...questions].map((x) => x.key)}
        tabs={[{ tab: '', title: t('protection.register') }, { tab: 'ledger', title: t('protection.ledger'), page: <Ledger ledger={data?.ledger ?? []} /> }]}
        tools={<>{entry}{role === 'supervisor' && <ComposeButton code="protection.area/1" disabled={lost} />}<ComposeButton code="protection.corridor/1" disabled={lost} />{role === 'supervisor' && <button type="button" disabled={lost} aria-expanded={speaking} onClick={() => setSpeaking(true)}>{t('protection.concern.raise')}</button>}{role === 'party' && <ComposeButton code="protection.ask/1" disabled={lost} to={supervisors} />}{may('draft') && <button type="button" disabled={lost} aria-expanded={taking} onClick={() => setTaking(true)}>{t('deed.list.take')}</button>}</>}
        list={(
          <>
            <LineList module="protection" lines={concerns} title={t('protection.concerns')} none={t('protection.none.concerns')} subject={(c) => <ConcernSays concern={c} />}
              marks={(c) => <><ChoiceName kind={c.kind} field="asks" value={c.asks} />{c.replies.map((r) => <span key={r.desk} className="mark ok">✓ <DeskName id={r.desk} short /></span>)}</>} />
            <LineList module="protection" lines={corridors} title={t('protection.corridors')} none={t('protection.none.corridors')} subject={(w) => <WayName way={w} />} marks={(w) => <Segments way={w} />} />
            <LineList module="protection" lines={places} title={t('protection.places')} none={t('protection.none.places')} subject={(p) => <><ChoiceName kind={p.kind} field="category" value={p.category} /> <Id>{p.code}</Id></>} marks={(p) => <PlaceMarks place={p} />} />
            {(areas.length > 0 || role === 'party') && <LineList module="protection" lines={areas} title={t('protection.areas')} none={t('protection.none.areas')} subject={(a) => <><ChoiceName kind={a.kind} field="category" value={a.category} /> <Id>{a.code}</Id></>} marks={(a) => <AreaMarks area={a} />} />}
            {questions.length > 0 && <LineList module="protection" lines={questions} title={t('protection.questions')} subject={(q) => <><Id>{q.code}</Id> <ChoiceName kind={q.kind} field="question" value={q.question} /></>} />}
          </>
        )}
        detail={detail}
        rest={<><p className="muted">{t('protection.sketch')}</p><Sketch label={t('protection.title')} shapes={shapes} open={open} press={press} height={420} /></>} />
      {speaking && <ConcernForm close={() => setSpeaking(false)} />}
      {taking && <ProposeForm what="list" act={{ list: 'protection' }} title={t('deed.list.take')} close={() => setTaking(false)}><p className="note warn">{t('deed.list.what')}</p></ProposeForm>}
    </div>
  )
}

/** In the reader's language on the screen, in all three on paper. */
function Standing() {
  const t = useText()
  return (
    <div className="standing" role="note">
      <p className="shown"><span aria-hidden="true">§</span> {t('protection.standing')}</p>
      {LANGS.map((l) => <p key={l} className="printed" lang={l} dir={dirOf(l)}>{say(l, 'protection.standing')}</p>)}
    </div>
  )
}

/** Every segment with its number, controller and state. */
function Segments({ way }: { way: Way }) {
  return <span className="segmentmarks">{way.segments.map((s, i) => <span key={i} className="pair"><Id>{i + 1}</Id><DeskName id={s.controller} short /><Passage state={s.state} /></span>)}</span>
}

function PlaceMarks({ place: p }: { place: Entry }) {
  const t = useText()
  return (
    <>
      <span className="mark">{t(`protection.tier.${p.tier}`)}</span>
      <Level level={p.level} />
      {p.open && <span className="pair"><Left until={p.valid_until} /></span>}
      {p.contested.length > 0 && <span className="mark warn">▲ {t('contested')}</span>}
    </>
  )
}

function AreaMarks({ area: a }: { area: Around }) {
  const t = useText()
  return <><span className="mark dashed">{t('protection.buffered')}</span><Level level={a.verification} />{a.contested.length > 0 && <span className="mark warn">▲ {t('contested')}</span>}</>
}
