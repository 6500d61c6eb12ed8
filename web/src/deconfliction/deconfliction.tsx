// Deconfliction: the notices and their lead times on one axis and one sketch,
// the conflicts that follow from them, and what is proposed to part them.
import { useState } from 'react'
import type { Area, Height, Line, Place, Span, T3, Volume } from '../api'
import { left } from '../clock'
import { revise } from '../compose/prefill'
import { useLive } from '../live'
import { LineList, StateChip } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { ActButton, Card, FactList, MatterLink, RecordLink } from '../module/parts'
import { ComposeButton, Screen, useModule } from '../module/screen'
import { useShell } from '../module/shell'
import { SpanBar } from '../module/time'
import { go, useWhere } from '../nav'
import { deskColour, DeskName, DeskNames, Empty } from '../parts'
import { Id, plain, Tri, useLang, useText } from '../text'
import { distance } from '../geo'
import { Window } from './window'

interface Notice extends Line {
  live: boolean; activity: string; volumes: Volume[]; area: Area; window: Span; height: Height[]
  lead_ms: number; lead_so_far_ms: number; lead_agreed_ms: number; flag: '' | 'short-notice' | 'post-facto' | 'unreceived'
  conflicts: string[]; text: T3
}
interface Offer { ref: string; hash: string; by: string; at: number; notice: string; desk: string; window: Span[]; height: Height[]; volumes: Volume[]; accepted_by: string[]; declined_by: string[]; text: T3 }
interface Conflict extends Line {
  facts: { a: string; b: string; where: Place; from: number; until: number; gap_m: number; margin_m: number; rule: string }
  between: string[]; text: T3; proposals: Offer[]
}

const PROPOSE = 'deconfliction.propose/2'
const FORMS = ['AIRNOT', 'UAVNOT', 'MOVNOT', 'FIRNOT', 'EXNOT', 'WRKNOT', 'HUMMOV', 'MEDEVAC', 'LAUNCH']
const OFFERED = [PROPOSE, 'deconfliction.decide/1', 'deconfliction.accept/1', 'deconfliction.decline/1']

/** The band of a volume, where both its ends have one reference. */
const band = (v: Volume): Height | undefined => (v.low[0] && v.low[0].reference === v.high[0]?.reference ? { low_m: v.low[0].m, high_m: v.high[0].m, reference: v.low[0].reference } : undefined)

/** The name of a type of activity, as the template words it. */
function Activity({ type }: { type: string }) {
  const { desk } = useLive()
  const found = desk?.templates.filter((x) => FORMS.includes(x.code) || x.code === 'NOTICE').flatMap((x) => x.fields.find((f) => f.name === 'activity')?.choices ?? []).find((c) => c.value === type)
  return found ? <Tri text={found.name} /> : <Id>{type}</Id>
}

function useShapes() {
  const { desk } = useLive()
  return (n: Notice): Shape => ({ id: n.key, area: n.area, label: n.number, tone: deskColour(desk, n.from), dashed: n.state === 'filed' })
}

export function Deconfliction() {
  const t = useText()
  const { desk } = useLive()
  const { open } = useWhere()
  const shape = useShapes()
  const { data, error } = useModule<{ notices: Notice[]; conflicts: Conflict[] }>('deconfliction')
  const notices = [...(data?.notices ?? [])].sort((a, b) => a.window.from - b.window.from)
  const live = notices.filter((n) => n.live)
  const over = notices.filter((n) => !n.live).reverse()
  const clashes = [...(data?.conflicts ?? [])].sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at)
  const lists = { module: 'deconfliction', subject: (n: Notice) => <><Activity type={n.activity} />{n.area.text && <> · <bdi>{n.area.text}</bdi></>}</>, marks: (n: Notice) => <Marks notice={n} /> }
  const press = (key: string) => go({ open: key })
  return (
    <Screen module="deconfliction" codes={FORMS} own={OFFERED} ready={!!data} error={error}
      order={[...clashes, ...live, ...over].map((x) => x.key)}
      top={live.length > 0 && (
        <SpanBar label={t('deconfliction.live')} open={open} press={press}
          rows={live.map((n) => ({ id: n.key, label: <><DeskName id={n.from} short /> <Id>{n.number}</Id>{n.conflicts.length > 0 && <span className="warn" aria-label={t('state.deconfliction.conflicting')}>▲</span>}</>, bars: [{ from: n.window.from, until: n.window.until, tone: deskColour(desk, n.from), dashed: n.state === 'filed' }] }))} />
      )}
      list={!notices.length ? <Empty>{t('deconfliction.none')}</Empty> : (
        <>
          {clashes.length > 0 && <LineList module="deconfliction" lines={clashes} title={t('deconfliction.conflicts')} />}
          <LineList {...lists} lines={live} title={t('deconfliction.notices')} />
          {over.length > 0 && <LineList {...lists} lines={over} title={t('deconfliction.over')} />}
        </>
      )}
      detail={(key) => {
        const notice = notices.find((n) => n.key === key)
        const clash = clashes.find((c) => c.key === key)
        return notice ? <NoticeCard notice={notice} clashes={clashes.filter((c) => c.between.includes(key))} /> : clash ? <ConflictCard clash={clash} notices={notices.filter((n) => clash.between.includes(n.key))} /> : null
      }}
      rest={<><p className="muted">{t('deconfliction.no-permission')}</p><Sketch label={t('deconfliction.live')} shapes={live.map(shape)} press={press} height={400} /></>} />
  )
}

function Marks({ notice }: { notice: Notice }) {
  const t = useText()
  return (
    <>
      {notice.flag && notice.live && <span className={'mark ' + (notice.flag === 'unreceived' ? '' : 'warn')}>{t(`deconfliction.flag.${notice.flag}`)}</span>}
      {notice.conflicts.length > 0 && <span className="mark warn">▲ <Id>{notice.conflicts.length}</Id></span>}
    </>
  )
}

function NoticeCard({ notice, clashes }: { notice: Notice; clashes: Conflict[] }) {
  const t = useText()
  const shape = useShapes()
  return (
    <Card title={t('deconfliction.lead')} tone={notice.flag && notice.flag !== 'unreceived' ? 'warn' : ''} aside={<Marks notice={notice} />}>
      <div className="beside">
        <FactList rows={[
          [t('deconfliction.lead'), notice.flag === 'unreceived' ? <>{t('deconfliction.at-most')} <Id>{left(notice.lead_so_far_ms)}</Id></> : <Id>{left(notice.lead_ms)}</Id>],
          [t('deconfliction.lead-agreed'), <Id>{left(notice.lead_agreed_ms)}</Id>],
          [t('deconfliction.window'), <Window span={notice.window} height={notice.height[0]} />],
          clashes.length > 0 && [t('deconfliction.conflicts'), clashes.map((c) => <span key={c.key} className="pair"><MatterLink id={c.key}><Id>{c.number}</Id></MatterLink><StateChip module="deconfliction" state={c.state} tone={c.open ? 'warn' : ''} /></span>)],
        ]} />
        <Sketch label={notice.number} shapes={[shape(notice)]} height={220} />
      </div>
    </Card>
  )
}

/** How far the areas are apart, when both are active, and what is proposed. */
function ConflictCard({ clash, notices }: { clash: Conflict; notices: Notice[] }) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const shape = useShapes()
  const where = clash.facts.where
  return (
    <Card title={t('deconfliction.conflicts')} tone={clash.open ? 'warn' : ''} aside={<StateChip module="deconfliction" state={clash.state} />}>
      <div className="beside">
        <FactList rows={[
          [t('deconfliction.notices'), notices.map((n) => <span key={n.key} className="pair"><DeskName id={n.from} short /><MatterLink id={n.key}><Id>{n.number}</Id></MatterLink></span>)],
          [t('deconfliction.common'), <Window span={clash.facts} />],
          [t('deconfliction.gap'), <><Id>{distance(clash.facts.gap_m)}</Id> <span className="muted">{t('deconfliction.margin')} <Id>{distance(clash.facts.margin_m)}</Id></span></>],
        ]} />
        <Sketch label={plain(clash.text, lang)} height={240} shapes={[...notices.map(shape), ...(where.lat && where.lon ? [{ id: 'where', point: { lat: where.lat, lon: where.lon }, mark: '×', tone: 'warn' as const }] : [])]} press={(key) => key !== 'where' && go({ open: key })} />
      </div>
      <h4>{t('deconfliction.proposals')}</h4>
      {clash.proposals.length ? clash.proposals.map((p) => <Proposal key={p.ref} clash={clash} offer={p} notice={notices.find((n) => n.number === p.notice || n.key === p.notice)} />) : <p className="muted">{t('deconfliction.no-proposal')}</p>}
      {clash.open && (
        <div className="actions">
          {notices.map((n) => (
            <ComposeButton key={n.key} code={PROPOSE} about={clash.key} to={clash.to.filter((d) => d !== desk?.desk)} values={{ notice: n.number, desk: n.from, volumes: n.volumes }}>{t('deconfliction.propose', { number: n.number })}</ComposeButton>
          ))}
        </div>
      )}
    </Card>
  )
}

/** One proposal, what was said to it, and what this desk may say. */
function Proposal({ clash, offer, notice }: { clash: Conflict; offer: Offer; notice?: Notice }) {
  const t = useText()
  const { desk } = useLive()
  const { compose } = useShell()
  const [busy, setBusy] = useState(false)
  const own = desk?.desk ?? ''
  const party = notice && desk?.members.find((m) => m.desk === own)?.role === 'party'
  const answered = [...offer.accepted_by, ...offer.declined_by].includes(own)
  const to = clash.to.filter((d) => d !== own)
  const mine = notice?.from === own && clash.state === 'accepted' && !offer.declined_by.length
  // The sentence names the notice by its key; people know it by its number.
  const numbered = notice ? Object.fromEntries(Object.entries(offer.text).map(([l, words]) => [l, words.replace(notice.key, notice.number)])) : offer.text
  const change = async () => {
    setBusy(true)
    try { compose(await revise(desk, notice!.key, { ...(offer.volumes.length ? { volumes: offer.volumes } : {}), ...(offer.window[0] ? { window: offer.window[0] } : {}), ...(offer.height[0] ? { height: offer.height[0] } : {}) })) } catch { go({ open: notice!.key }) } finally { setBusy(false) }
  }
  return (
    <section className="panel proposal">
      <p><DeskName id={offer.by} short /> <Tri text={numbered} ids /> <RecordLink id={offer.ref} /></p>
      <FactList rows={[
        [t('deconfliction.window'), offer.volumes[0] ? <Window span={offer.volumes[0].windows[0]} height={band(offer.volumes[0])} /> : offer.window[0] || offer.height[0] ? <Window span={offer.window[0]} height={offer.height[0]} /> : '–'],
        [t('deconfliction.accepted-by'), offer.accepted_by.length ? <DeskNames ids={offer.accepted_by} /> : '–'],
        offer.declined_by.length > 0 && [t('deconfliction.declined-by'), <DeskNames ids={offer.declined_by} />],
      ]} />
      {clash.open && (
        <div className="actions">
          {party && !answered && <ActButton primary act={{ kind: 'deconfliction.accept/1', about: clash.key, to, cites: [offer.ref], body: { hash: offer.hash } }}>{t('deconfliction.accept')}</ActButton>}
          {party && !answered && <ComposeButton code="deconfliction.decline/1" about={clash.key} to={to} cites={[offer.ref]} values={{ hash: offer.hash }}>{t('deconfliction.decline')}</ComposeButton>}
          {mine && <button type="button" className="primary" disabled={busy} onClick={change}>{t('deconfliction.change', { number: notice.number })}</button>}
        </div>
      )}
    </section>
  )
}
