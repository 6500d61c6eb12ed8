// The map: notices, conflicts, protected places and areas, ways and incidents
// on one picture with the charter's places; the lists beside it say the same.
import type * as GeoJSON from 'geojson'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { type LL, ll } from '../geo'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { Sketch } from '../module/map'
import { useShell } from '../module/shell'
import { go, useWhere } from '../nav'
import { Empty, Kbd, useKept } from '../parts'
import { useMay } from '../session/may'
import { plain, useLang, useText } from '../text'
import type { Handle } from './canvas'
import { begin, type Draft, draftFeatures, finish, isOf, MODES, put, takeBack, widen } from './draft'
import './map.css'
import { Drawing, Lists, Position, Selected } from './panel'
import { activeAt, alike, type Layer, LAYERS, MOST, placesOf, type Thing, useThings } from './things'
import { Settling } from './settling'
import { pack } from './shapes'
import { TimeBar } from './timebar'

const Canvas = lazy(() => import('./canvas').then((m) => ({ default: m.Canvas })))

/** Where half the width of a corridor is typed. */
const WIDTH = '.drawing input[type=number]'

/** Whether this browser can draw the map at all. */
const drawable = () => { try { return !!document.createElement('canvas').getContext('webgl2') } catch { return false } }

export function MapScreen() {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const { open } = useWhere()
  const { docked } = useShell()
  const may = useMay()
  const { things, ready, more } = useThings()
  const [hidden, setHidden] = useKept<Layer[]>('parley.map.hidden', [])
  const [at, setAt] = useState<number | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [over, setOver] = useState<{ at: LL | null; by: 'pointer' | 'keyboard' }>({ at: null, by: 'pointer' })
  const [works, setWorks] = useState(drawable)
  const handle = useRef<Handle | null>(null)

  const visible = useMemo(() => things.filter((x) => !hidden.includes(x.layer) && (at === null || activeAt(x, at))), [things, hidden.join(), at])
  const last = useRef<Thing[]>([])
  if (!alike(last.current, visible)) last.current = visible
  const drawn = useMemo(() => pack(last.current), [last.current])
  const known = useMemo(() => gazetteer(desk?.places ?? [], lang), [desk, lang])
  const sketching = draft && !draft.ended
  const sketch = useMemo(() => draftFeatures(draft, sketching ? over.at : null), [draft, sketching && over.at])
  const first = useMemo(() => [...(desk?.places ?? []).map(ll), ...things.flatMap(placesOf)], [desk, things])
  const thing = things.find((x) => x.key === open)
  useEffect(() => { if (draft && thing?.rings.some((r) => isOf(draft, r[0]))) setDraft(null) }, [thing])
  const pick = (key: string) => { go({ open: key }) }
  const focus = (selector: string) => requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus())
  const end = () => {
    setDraft((d) => d && finish(d))
    focus(draft?.led && !draft.radius ? WIDTH : '.drawing .forms button') // what comes next
  }
  const place = (p: LL) => {
    setDraft((d) => d && put(d, p))
    if (draft?.led) focus(WIDTH) // to the metre, where the hand was not
  }
  const draw = (mode: Draft['mode']) => { setDraft(begin(mode)); requestAnimationFrame(() => document.querySelector<HTMLElement>('.mapcanvas')?.focus()) }
  const order = visible.map((x) => x.key)
  const step = (by: number) => { const i = order.indexOf(open); const next = order[i < 0 ? 0 : Math.min(order.length - 1, Math.max(0, i + by))]; if (next) show(next) }
  const show = (key: string) => { go({ open: key }); const x = things.find((y) => y.key === key); if (x) handle.current?.fit(placesOf(x)) }
  useKeys({ KeyJ: () => step(1), KeyK: () => step(-1), Escape: () => (sketching ? end() : go({ open: '' })) }, !docked)

  // The pointer says with every step where it is: what does not change by that is not made anew.
  const lists = useMemo(() => <Lists things={visible} shown={LAYERS.filter((l) => !hidden.includes(l))} />, [visible, hidden.join(), lang])
  const bar = useMemo(() => <TimeBar things={things.filter((x) => !hidden.includes(x.layer))} at={at} set={setAt} />, [things, hidden.join(), at, lang])
  const layers = (
    <fieldset className="layers">
      <legend className="sr">{t('map.layers')}</legend>
      {LAYERS.map((l) => (
        <label key={l} className="choice"><input type="checkbox" checked={!hidden.includes(l)} onChange={(e) => setHidden(e.target.checked ? hidden.filter((x) => x !== l) : [...hidden, l])} /><span>{t(`map.layer.${l}`)}</span></label>
      ))}
    </fieldset>
  )
  return (
    <div className="module module-map">
      <header className="bar">
        <h2>{t('nav.map')}</h2>
        {layers}
        <span className="grow" />
        {works && may('draft') && MODES.map((m) => <button key={m} type="button" className={draft?.mode === m ? 'on' : ''} onClick={() => draw(m)}>{t(`map.draw.${m}`)}</button>)}
      </header>
      <div className="mapview">
        <div className="mapside">
          {draft && <Drawing draft={draft} to={sketching ? over.at : null} at={at} put={(p) => setDraft((d) => d && put(d, p))} widen={(m) => setDraft((d) => d && widen(d, m))} back={() => setDraft((d) => d && takeBack(d))} clear={() => setDraft(null)} />}
          {thing && <Selected thing={thing} close={() => go({ open: '' })} show={() => handle.current?.fit(placesOf(thing))} />}
          {thing?.layer === 'conflicts' && <Settling key={thing.key} id={thing.key} />}
          {more && <p className="small warn notice-more">{t('map.most', { n: MOST })}</p>}
          {ready ? lists : <Empty>{t('loading')}</Empty>}
        </div>
        <div className="mappane">
          {works ? (
            <>
              {ready && <Suspense fallback={<p className="maploading muted">{t('loading')}</p>}>
                <Canvas things={drawn} known={known} draft={sketch} open={thing} drawing={!!sketching} first={first} label={t('map.label')}
                  pick={pick} place={place} back={() => setDraft((d) => d && takeBack(d))} end={end}
                  over={(p, by) => setOver({ at: p, by })} handle={(h) => { handle.current = h }} failed={() => setWorks(false)} />
              </Suspense>}
              <div className="mapzoom">
                <button type="button" aria-label={t('map.in')} onClick={() => handle.current?.zoom(1)}>+</button>
                <button type="button" aria-label={t('map.out')} onClick={() => handle.current?.zoom(-1)}>−</button>
                <button type="button" onClick={() => handle.current?.fit(first)}>{t('map.all')}</button>
              </div>
            </>
          ) : <Unable things={visible} open={open} pick={pick} />}
        </div>
      </div>
      <div className="mapread">
        <p id="map-keys" className="muted small">{works && (sketching ? <>{t('map.keys.draw')} <Kbd>Enter</Kbd> <Kbd>Backspace</Kbd> <Kbd>Esc</Kbd></> : t('map.keys'))}</p>
        <p aria-live={over.by === 'keyboard' ? 'polite' : 'off'}><Position at={over.at} /></p>
      </div>
      {bar}
    </div>
  )
}

/** Without WebGL: said in words, with the sketch that needs none. */
function Unable({ things, open, pick }: { things: Thing[]; open: string; pick: (key: string) => void }) {
  const t = useText()
  const text = (p: LL) => ({ lat: String(p.lat), lon: String(p.lon) })
  const shapes = things.flatMap((x) => [
    ...x.rings.map((r) => ({ id: x.key, area: { ring: r[0].map(text), centre: [], radius_m: 0, text: '' }, label: x.label, tone: x.tone, dashed: x.dashed })),
    ...x.paths.map((p) => ({ id: x.key, path: p.map(text), label: x.label, tone: x.tone, dashed: x.dashed })),
    ...x.points.map((p) => ({ id: x.key, point: text(p), mark: x.label, tone: x.tone })),
  ])
  return <div className="page scroll"><Empty>{t('map.unable')}</Empty><Sketch label={t('map.label')} shapes={shapes} open={open} press={pick} height={360} /></div>
}

const gazetteer = (places: { id: string; name: Parameters<typeof plain>[0]; lat: string; lon: string }[], lang: Parameters<typeof plain>[1]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: places.map((p) => ({ type: 'Feature', properties: { label: plain(p.name, lang) }, geometry: { type: 'Point', coordinates: [Number(p.lon), Number(p.lat)] } })),
})
