// A conflict: both sides, where, when, how high, how much and by which rule,
// as pictures and in words; what would part them, the cheapest first; what is
// proposed, and what each may say to it. Every key opens the form that says
// what will be filed: nothing is agreed by one key.
import { path } from '../api'
import { dtg } from '../clock'
import { distance } from '../geo'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { decimals, useLocated } from '../map/located'
import { Problem } from '../api'
import { StateChip, Waits } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { Card, FactList, MatterLink } from '../module/parts'
import { useShell } from '../module/shell'
import { go } from '../nav'
import { DeskName, Empty, Kbd } from '../parts'
import { useMayFile } from '../session/may'
import { Id, plain, Tri, useLang, useText } from '../text'
import { Band } from './heights'
import { HeightPicture, TimePicture } from './overlap'
import { DECIDE, Proposals, Suggestions } from './settle'
import { shapesOf, useTone } from './shapes'
import { ActivityName, Sign } from './signs'
import type { Board, Conflict, Notice } from './types'
import { Window } from './window'

export function ConflictDetail({ id }: { id: string }) {
  const { data } = useFetched<Board>('/deconfliction?conflict=' + path(id))
  const clash = data?.conflicts.find((c) => c.key === id)
  return clash ? <ConflictCard clash={clash} notices={clash.between.flatMap((k) => data!.notices.find((n) => n.key === k) ?? [])} deciding={data!.deciding} /> : null
}

function ConflictCard({ clash, notices, deciding }: { clash: Conflict; notices: Notice[]; deciding: boolean }) {
  const t = useText()
  const lang = useLang()
  const tone = useTone()
  const f = clash.facts
  const [a, b] = notices
  const spot: Shape[] = f.where.lat && f.where.lon ? [{ id: 'where', point: { lat: f.where.lat, lon: f.where.lon }, mark: '×', tone: 'warn' }] : []
  const tones: [string, string] = [a ? tone(a.from) : 'c', b ? tone(b.from) : 'c']
  return (
    <>
      <Card title={<>{t('deconfliction.conflict')} <Id>{clash.number}</Id></>} tone={clash.open ? 'warn' : ''} aside={<StateChip module="deconfliction" state={clash.state} tone={clash.open ? 'warn' : ''} />}>
        <div className="sides">{notices.map((n) => <Side key={n.key} notice={n} />)}</div>
        {a && b && (
          <div className="pictures">
            <TimePicture a={a} b={b} facts={f} tones={tones} />
            <HeightPicture a={a} b={b} facts={f} tones={tones} />
            <Sketch label={plain(clash.text, lang)} height={150} shapes={[...notices.flatMap((n) => shapesOf(n, tone)), ...spot]} press={(key) => key !== 'where' && go({ open: key.split('/')[0] })} />
          </div>
        )}
        <FactList rows={[
          [t('deconfliction.where'), <Where clash={clash} />],
          [t('deconfliction.when'), <><Window span={f} />{f.margin_min > 0 && <span className="muted">{t('deconfliction.margin-time', { n: f.margin_min })}</span>}</>],
          [t('deconfliction.how-high'), <>{f.heights ? f.heights.split(' / ').map((h, i) => <Id key={i}>{h}</Id>) : t('deconfliction.any-height')} {f.rule !== 'area+window' && <span className="muted">{f.vertical_m ? t('deconfliction.apart', { m: distance(f.vertical_m) }) : t('deconfliction.bands-meet')}{f.margin_up_m > 0 && <> · {t('deconfliction.margin')} <Id>{distance(f.margin_up_m)}</Id></>}</span>}</>],
          [t('deconfliction.how-much'), <>{f.overlap > 0 ? t('deconfliction.overlap', { n: f.overlap }) : t('deconfliction.apart', { m: distance(f.gap_m) })} <span className="muted">{t('deconfliction.margin')} <Id>{distance(f.margin_m)}</Id></span>{f.meetings > 1 && <span className="muted">{t('deconfliction.meetings', { n: f.meetings })}</span>}</>],
          [t('deconfliction.by-rule'), t(RULES[f.rule] ?? 'deconfliction.rule-area')],
        ]} />
        {clash.open && <><h4>{t('deconfliction.clocks')}</h4><Waits module="deconfliction" waiting={clash.waiting} /></>}
      </Card>
      {clash.open && <Suggestions clash={clash} notices={notices} deciding={deciding} />}
      <Card title={t('deconfliction.proposals')}>
        <Proposals clash={clash} notices={notices} />
        {deciding && <Decision clash={clash} notices={notices} />}
      </Card>
    </>
  )
}

const RULES: Record<string, 'deconfliction.rule-height' | 'deconfliction.rule-ground' | 'deconfliction.rule-area'> = {
  'area+window+height': 'deconfliction.rule-height', 'area+window+ground': 'deconfliction.rule-ground', 'area+window': 'deconfliction.rule-area',
}

/** One of the two: whose, what, when, how high. */
function Side({ notice: n }: { notice: Notice }) {
  return (
    <section className="side" aria-label={n.number}>
      <p><DeskName id={n.from} /> <MatterLink id={n.key}><Id>{n.number}</Id></MatterLink></p>
      <p><Sign type={n.activity} /> <ActivityName type={n.activity} />{n.area.text && <> · <bdi>{n.area.text}</bdi></>}</p>
      <p><Window span={n.window} /></p>
      {n.volumes[0] && <Band volume={n.volumes[0]} brief />}
    </section>
  )
}

/** Where they meet: what it was called, in two notations, with the nearest place. */
function Where({ clash }: { clash: Conflict }) {
  const t = useText()
  const { desk } = useLive()
  const { lat, lon } = clash.facts.where
  const found = useLocated(lat && lon ? decimals({ lat: Number(lat), lon: Number(lon) }) : null)
  const near = found && !(found instanceof Problem) ? found.nearest[0] : undefined
  const place = near && desk?.places.find((p) => p.id === near.id)
  return (
    <>
      {clash.facts.area && <bdi>{clash.facts.area}</bdi>} {lat && lon && <Id>{`${lat}, ${lon}`}</Id>} {found && !(found instanceof Problem) && <Id>{found.mgrs}</Id>}
      {near && place && <span className="muted"><Id>{distance(near.distance_m)}</Id> {t('deconfliction.from-place', { azimuth: String(near.azimuth).padStart(3, '0') })} <Tri text={place.name} /></span>}
    </>
  )
}

/** What the supervisor decided, and its way to decide, where the charter lets it. */
function Decision({ clash, notices }: { clash: Conflict; notices: Notice[] }) {
  const t = useText()
  const { desk } = useLive()
  const { compose, docked } = useShell()
  const may = useMayFile()
  const decision = clash.decision[0]
  const own = desk?.members.find((m) => m.desk === desk.desk)
  const can = clash.open && own?.role === 'supervisor' && may(DECIDE)
  const to = clash.to.filter((d) => d !== desk?.desk)
  const decide = (n: Notice) => compose({ code: DECIDE, about: clash.key, to, cites: clash.causes, values: { notice: n.number, desk: n.from, volumes: clash.suggestions.find((s) => s.desk === n.from)?.volumes ?? n.volumes } })
  useKeys(can && notices[0] ? { KeyS: () => decide(notices[0]) } : {}, can && !docked)
  return (
    <section className="decision">
      <h4>{t('deconfliction.decision')}</h4>
      {decision ? <p><DeskName id={decision.by} short /> <Tri text={decision.text} ids /> <Id className="muted small">{dtg(decision.at)}</Id></p> : <Empty>{t('deconfliction.decision.none')}</Empty>}
      {can && <div className="actions">{notices.map((n, i) => <button key={n.key} type="button" onClick={() => decide(n)}>{t('deconfliction.decide', { number: n.number })} {i === 0 && <Kbd>S</Kbd>}</button>)}</div>}
    </section>
  )
}
