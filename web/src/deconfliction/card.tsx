// A notice on one sheet of paper, in three languages at once: the same sheet
// whichever language the console speaks. Values stand once in the middle, what
// they are called on both sides. What a paper says is no permission either.
import { type CSSProperties, type ReactNode, useRef, useState } from 'react'
import { type Lang, LANGS, type Matter, path, Problem, type T3, type Volume } from '../api'
import { deskNow, dtg, local } from '../clock'
import { formOf, headOf } from '../compose/prefill'
import { distance, type LL, ll } from '../geo'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { decimals, useLocated } from '../map/located'
import { Sketch } from '../module/map'
import { go } from '../nav'
import { Empty, Kbd } from '../parts'
import { dirOf, Id, type Key, say, useText } from '../text'
import './card.css'
import { Converted, Filed, otherReference } from './heights'
import { shapesOf, useTone } from './shapes'
import { Sign } from './signs'
import { type Board, type Notice, windowsOf } from './types'

const CORNERS = 12 // of all areas: more are counted, so that it stays one sheet
const WINDOWS = 5
const VOLUMES = 3

export function CardPage({ id }: { id: string }) {
  const t = useText()
  const { data } = useFetched<Board>('/deconfliction?notice=' + path(id))
  const { data: matter, error } = useFetched<Matter>(`/matters/${path(id)}`)
  const back = () => go({ tab: '' })
  useKeys({ KeyP: () => window.print(), Escape: back })
  const notice = data?.notices[0]
  return (
    <div className="cardpage">
      <div className="cardtools"><button type="button" onClick={back}>{t('back')} <Kbd>Esc</Kbd></button><button type="button" className="primary" disabled={!notice} onClick={() => window.print()}>{t('deconfliction.card.print')} <Kbd>P</Kbd></button><span className="muted">{t('deconfliction.card.what')}</span></div>
      {notice && matter ? <Sheet notice={notice} matter={matter} /> : <Empty>{error ? t('open.unknown') : t('loading')}</Empty>}
    </div>
  )
}

/** One text in the three languages, each in its own direction. */
function Three({ word, text, args }: { word?: string; text?: T3; args?: Record<string, string | number> }) {
  return <span className="three">{LANGS.map((l) => { const said = word ? say(l, word as Key, args) : text?.[l]; return said ? <span key={l} lang={l} dir={dirOf(l)}>{said}</span> : null })}</span>
}

/** A row: its name in English at the left, in Arabic and Hebrew at the right, the value between. */
function Row({ word, children }: { word: string; children: ReactNode }) {
  const label = (l: Lang) => <span lang={l} dir={dirOf(l)}>{say(l, word as Key)}</span>
  return <tr><th scope="row">{label('en')}</th><td>{children}</td><th className="right" aria-hidden="true"><div>{label('ar')}{label('he')}</div></th></tr>
}

interface Said { contact?: string[]; stop?: string; units?: string; purpose?: string; people?: number[]; vehicles?: { count: number; type: string; colour: string; plate: string }[]; escort?: string }

function Sheet({ notice: n, matter }: { notice: Notice; matter: Matter }) {
  const { desk } = useLive()
  const tone = useTone()
  const printed = useRef(deskNow())
  const [fit, sheet] = useFit()
  const form = formOf(desk, matter.kind)
  const member = desk?.members.find((m) => m.desk === n.from)
  const said = JSON.parse(matter.now?.body || headOf(matter)?.body || '{}') as Said
  const activity = form?.fields.find((f) => f.name === 'activity')?.choices?.find((c) => c.value === n.activity)?.name
  const state = stateName(n.state)
  const exercise = desk?.status === 'EXERCISE' || matter.status === 'EXERCISE'
  const windows = windowsOf(n)
  const corners = n.volumes.flatMap(cornersOf)
  const middle = corners.length ? { lat: corners.reduce((s, p) => s + p.lat, 0) / corners.length, lon: corners.reduce((s, p) => s + p.lon, 0) / corners.length } : null
  const vehicles = (said.vehicles ?? []).map((v) => [v.count, v.type, v.colour, v.plate].filter(Boolean).join(' ')).join('; ').slice(0, 160)
  const extras = [said.units, vehicles, said.people?.length, said.escort].filter(Boolean).length
  const each = Math.ceil((CORNERS - 2 * extras) / Math.min(VOLUMES, Math.max(1, n.volumes.length)))
  const lines = Math.min(WINDOWS, windows.length) + n.volumes.slice(0, VOLUMES).reduce((s, v) => s + 8 + Math.min(each, cornersOf(v).length), 0)
  const oneBand = new Set(n.volumes.map((v) => JSON.stringify([v.low, v.high]))).size < 2 // said once, below the areas
  return (
    <article className={'printcard' + (lines > 24 ? ' dense' : '')} ref={sheet} style={{ '--fit': fit } as CSSProperties} dir="ltr" lang="en">
      {exercise && <Watermark />}
      <header>
        <div><p className="number"><Sign type={n.activity} /> <Id>{n.number}</Id> <Id className="code">{matter.code}</Id></p><p><Three text={form?.name} /></p></div>
        <div className="whose"><p><Three text={member?.name} /></p>{exercise && <p className="exercised"><Three word="deconfliction.card.exercise" /></p>}</div>
      </header>
      <p className="standing"><Three word="deconfliction.card.standing" /></p>
      <div className="body">
        <table>
          <tbody>
            <Row word="deconfliction.type"><Three text={activity} /></Row>
            <Row word="deconfliction.card.state"><Id>{dtg(printed.current)}</Id> · <Three text={state} /></Row>
            <Row word="deconfliction.windows"><ul>{windows.slice(0, WINDOWS).map((w, i) => <li key={i}><Id>{dtg(w.from)} – {dtg(w.until)}</Id>{' '}{i === 0 && desk?.members.filter((m) => m.role === 'party').map((m) => <Id key={m.desk} className="local">{m.letter} {local(w.from, m.zone)}–{local(w.until, m.zone)} </Id>)}</li>)}</ul>{windows.length > WINDOWS && <Three word="deconfliction.more-windows" args={{ n: windows.length - WINDOWS }} />}</Row>
            {n.volumes.slice(0, VOLUMES).map((v, i) => <VolumeRows key={i} volume={v} at={n.volumes.length > 1 ? i + 1 : 0} most={each} band={!oneBand || i === n.volumes.slice(0, VOLUMES).length - 1} />)}
            {!n.volumes.length && <Row word="deconfliction.where"><Three word="deconfliction.blind.what" /></Row>}
            {n.volumes.length > VOLUMES && <Row word="deconfliction.where"><Three word="deconfliction.card.more-volumes" args={{ n: n.volumes.length - VOLUMES }} /></Row>}
            {middle && <Row word="deconfliction.card.nearest"><Nearest at={middle} /></Row>}
            {said.units && <Row word="deconfliction.card.units"><bdi>{said.units}</bdi></Row>}
            {vehicles && <Row word="deconfliction.card.vehicles"><bdi>{vehicles}</bdi></Row>}
            {!!said.people?.length && <Row word="deconfliction.card.people"><Id>{said.people[0]}</Id></Row>}
            {said.escort && <Row word="deconfliction.card.escort"><Three word={said.escort === 'yes' ? 'deconfliction.yes' : 'deconfliction.no'} /></Row>}
            <Row word="deconfliction.card.contact">{said.contact?.length ? <ul>{said.contact.map((c) => <li key={c}><bdi>{c}</bdi></li>)}</ul> : '–'}</Row>
            <Row word="deconfliction.card.stop">{said.stop ? <bdi className="stop">{said.stop}</bdi> : <Three word="deconfliction.card.cease" />}</Row>
          </tbody>
        </table>
        {corners.length > 0 && <Sketch label={n.number} shapes={shapesOf(n, tone)} height={Math.max(170, Math.min(400, 480 - lines * 10))} />}
      </div>
      <footer><Id>{n.key}</Id><span><Id>{dtg(printed.current)}</Id> · <Three word="deconfliction.card.printed" /></span></footer>
    </article>
  )
}

const SHEET = 1030 // pixels that an A4 page has between its margins, with a little room
const LEAST = 0.7 // below this nobody reads it in a vehicle

/** How much smaller the sheet is set so that it stays one page. */
function useFit(): [number, (el: HTMLElement | null) => void] {
  const [fit, setFit] = useState(1)
  const watch = useRef<ResizeObserver | null>(null)
  const take = useRef((el: HTMLElement | null) => {
    watch.current?.disconnect()
    if (!el) return
    watch.current = new ResizeObserver(() => { if (el.getBoundingClientRect().height > SHEET) setFit((f) => Math.max(LEAST, f - 0.03)) })
    watch.current.observe(el)
  })
  return [fit, take.current]
}

/** The mark of an exercise across the sheet; its words stand in the head as well. */
function Watermark() {
  return (
    <svg className="watermark" viewBox="0 0 700 1000" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {LANGS.map((l, i) => <text key={l} lang={l} x={350} y={220 + i * 300} textAnchor="middle" transform={`rotate(-24 350 ${220 + i * 300})`}>{say(l, 'deconfliction.card.exercise')}</text>)}
    </svg>
  )
}

const stateName = (state: string): T3 => Object.fromEntries(LANGS.map((l) => [l, say(l, `state.deconfliction.${state}` as Key)]))
const cornersOf = (v: Volume): LL[] => [...v.ring, ...v.line, ...v.centre].map(ll)

/** The area in two notations, and the band with what it is above the sea. */
function VolumeRows({ volume: v, at, most, band }: { volume: Volume; at: number; most: number; band: boolean }) {
  const all = cornersOf(v)
  const kind = v.line.length ? 'deconfliction.card.corridor' : v.centre.length ? 'area.circle' : 'area.polygon'
  return (
    <>
      <Row word="deconfliction.where">
        {at > 0 && <Id>{at}. </Id>}{v.text && <><bdi>{v.text}</bdi> · </>}{v.radius_m > 0 && <><Id>{v.radius_m} m</Id> · </>}<Three word={kind} />
        <table className="cornertable"><tbody>{all.slice(0, most).map((p, i) => <Corner key={i} n={i + 1} at={p} />)}</tbody></table>
        {all.length > most && <Three word="deconfliction.card.more-corners" args={{ n: all.length - most }} />}
      </Row>
      {band && <Row word="deconfliction.height">
        {!v.low.length && !v.high.length ? <Three word="deconfliction.any-height" /> : <>
          <p>{v.low[0] ? <Filed of={v.low[0]} /> : '–'} … {v.high[0] ? <Filed of={v.high[0]} /> : '–'}</p>
          {LANGS.map((l) => <p key={l} lang={l} dir={dirOf(l)}><Converted of={v.high[0] ?? v.low[0]} lang={l} only={otherReference((v.high[0] ?? v.low[0]).reference)} /></p>)}
        </>}
      </Row>}
    </>
  )
}

function Corner({ n, at }: { n: number; at: LL }) {
  const found = useLocated(decimals(at))
  const read = found && !(found instanceof Problem) ? found : null
  return <tr><th scope="row"><Id>{n}</Id></th><td><Id>{read?.mgrs ?? '…'}</Id></td><td><Id>{read?.dms ?? '…'}</Id></td></tr>
}

function Nearest({ at }: { at: LL }) {
  const { desk } = useLive()
  const found = useLocated(decimals(at))
  const near = found && !(found instanceof Problem) ? found.nearest[0] : undefined
  const place = near && desk?.places.find((p) => p.id === near.id)
  if (!near || !place) return <>–</>
  return <><Id>{distance(near.distance_m)} {String(near.azimuth).padStart(3, '0')}°</Id> · <Three text={place.name} /></>
}
