// Editor for what an activity keeps for itself: up to 64 volumes, each an area, a
// band of heights and its windows. One is open at a time; the others stand in
// one line each, and stay as they are.
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import './volumes.css'
import type { Field, Volume } from '../api'
import { dtg } from '../clock'
import { volumeShape } from '../deconfliction/shapes'
import { distance } from '../geo'
import { Id, Tri, useText } from '../text'
import { BandField } from './band'
import { Labelled } from './fields'
import { AreaField } from './shapes'
import { lacking, MOST, type Part, partOf, type Slot, slot, slotsOf, valueOf, withPart } from './volume'
import { WindowsField } from './windows'

/** at says which volume the error is about, and of it which part. */
interface Editor { field: Field; value: unknown; change: (value: unknown) => void; error?: string; at?: string[]; autoFocus?: boolean }

const words = {
  area: { en: 'Area', ar: 'المنطقة', he: 'שטח' },
  windows: { en: 'Window', ar: 'الفترة الزمنية', he: 'חלון זמן' },
  band: { en: 'Height', ar: 'الارتفاع', he: 'גובה' },
}

export function VolumesField({ field, value, change, error, at, autoFocus }: Editor) {
  const id = useId()
  const t = useText()
  const [slots, setSlots] = useState(() => slotsOf(value))
  const latest = useRef(slots) // what a place is called may be answered when other volumes have changed
  const [opened, setOpened] = useState<string | null>(slots.length === 1 ? slots[0].id : null)
  const [fresh, setFresh] = useState<string | null>(null)
  const [focused, setFocused] = useState('')
  const list = useRef<HTMLOListElement>(null)
  const put = (next: Slot[]) => {
    latest.current = next
    setSlots(next)
    change(valueOf(next))
  }
  const faulty = error && at ? slots[Number(at[0])] : undefined
  useLayoutEffect(() => { if (faulty) setOpened(faulty.id) }, [error, at])
  useEffect(() => { if (focused) list.current?.querySelector<HTMLElement>(`[data-volume="${focused}"] button`)?.focus(); setFocused('') }, [focused])
  const insert = (s: Slot, after: number) => {
    put([...slots.slice(0, after + 1), s, ...slots.slice(after + 1)])
    setOpened(s.id)
    setFresh(s.id)
  }
  const move = (i: number, to: number) => {
    if (to < 0 || to >= slots.length) return
    const next = [...slots]
    next.splice(to, 0, ...next.splice(i, 1))
    put(next)
    setFocused(slots[i].id)
  }
  const remove = (i: number) => {
    const next = slots.filter((_, k) => k !== i)
    put(next)
    setFocused((next[i] ?? next[i - 1]).id)
    if (next.length === 1) setOpened(next[0].id)
  }
  const several = slots.length > 1
  const room = slots.length < MOST
  return (
    <Labelled id={id} label={<Tri text={field.label} />} required={field.required} hint={<Tri text={field.hint} />} error={faulty && opened === faulty.id ? undefined : error} group>
      <ol className="volumes" ref={list}>
        {slots.map((s, i) => {
          const open = opened === s.id
          return (
            <li key={s.id} data-volume={s.id} className={several ? 'of' : undefined}>
              {several && (
                <div className="head" onKeyDown={(e) => { if (e.altKey && /^Arrow(Up|Down)$/.test(e.key)) { e.preventDefault(); move(i, e.key === 'ArrowUp' ? i - 1 : i + 1) } }}>
                  <button type="button" className="quiet fold" aria-expanded={open} onClick={() => setOpened(open ? null : s.id)}><b>{t('volume.n', { n: i + 1 })}</b> <Summary slot={s} /></button>
                  <span className="row">
                    <button type="button" className="quiet" disabled={i === 0} aria-label={t('volume.up', { n: i + 1 })} onClick={() => move(i, i - 1)}>↑</button>
                    <button type="button" className="quiet" disabled={i === slots.length - 1} aria-label={t('volume.down', { n: i + 1 })} onClick={() => move(i, i + 1)}>↓</button>
                    <button type="button" className="quiet" disabled={!room} aria-label={`${t('volume.copy.short')}: ${t('volume.n', { n: i + 1 })}`} onClick={() => insert(slot(s.v, s.open), i)}>{t('volume.copy.short')}</button>
                    <button type="button" className="quiet" aria-label={t('volume.remove', { n: i + 1 })} onClick={() => remove(i)}>✕</button>
                  </span>
                </div>
              )}
              {open && <OneVolume slot={s} label={t('volume.n', { n: i + 1 })} set={(part, v) => put(latest.current.map((x) => (x.id === s.id ? withPart(x, part, v) : x)))} unhole={() => put(slots.map((x) => (x.id === s.id ? { ...x, v: { ...x.v, holes: [] } } : x)))}
                beside={slots.flatMap((x, k) => (x.id === s.id ? [] : volumeShape(x.v, x.id, { tone: 'none', dashed: true, label: String(k + 1) })))}
                autoFocus={fresh === s.id || (autoFocus && !several)} error={faulty === s ? error : undefined} at={at?.[1]} />}
            </li>
          )
        })}
      </ol>
      <span className="row more">
        <button type="button" disabled={!room} onClick={() => insert(slot(), slots.length - 1)}>+ {t('volume.add')}</button>
        {!several && <button type="button" className="quiet" onClick={() => insert(slot(slots[0].v, slots[0].open), 0)}>{t('volume.copy', { n: 1 })}</button>}
      </span>
    </Labelled>
  )
}

interface OneProps { slot: Slot; label: string; set: (part: Part, value: unknown) => void; unhole: () => void; beside: ReturnType<typeof volumeShape>; autoFocus?: boolean; error?: string; at?: string }

/** Which part a member of a volume belongs to: as the node names it, and as the form does. */
const PARTS: Record<string, Part> = { windows: 'windows', low: 'band', high: 'band', band: 'band' }

/** The three parts of the volume that is open; what is wrong stands at the part that lacks it. */
function OneVolume({ slot: s, label, set, unhole, beside, autoFocus, error, at }: OneProps) {
  const t = useText()
  const own = (name: Part, type: Field['type'], required: boolean): Field => ({ name, type, required, label: words[name] })
  const holes = s.v.holes.map((ring, i) => ({ id: `hole/${i}`, area: { ring, centre: [], radius_m: 0, text: '' }, tone: 'none' as const, dashed: true }))
  const wrong = (part: Part) => (PARTS[at ?? ''] === part || (part === 'area' && !PARTS[at ?? '']) ? error : undefined)
  return (
    <div className="parts" role="group" aria-label={label}>
      <AreaField field={own('area', 'area', true)} value={partOf(s, 'area')} change={(v) => set('area', v)} autoFocus={autoFocus} error={wrong('area')} wide beside={[...beside, ...holes]} />
      {s.v.holes.length > 0 && <p className="note">{t('volume.holes', { n: s.v.holes.length })} <button type="button" className="quiet" onClick={unhole}>{t('volume.holes.remove')}</button></p>}
      <WindowsField field={own('windows', 'span', true)} value={partOf(s, 'windows')} change={(v) => set('windows', v)} error={wrong('windows')} />
      <BandField field={own('band', 'height', false)} value={partOf(s, 'band')} change={(v) => set('band', v)} error={wrong('band')} />
    </div>
  )
}

/** A volume in one line: what it is, how high, when; and that it is not whole. */
function Summary({ slot: s }: { slot: Slot }) {
  const t = useText()
  const { v } = s
  const end = (a?: Volume['low'][number]) => (a ? (a.reference === 'surface' ? '0' : `${a.m} m ${a.reference}`) : '…')
  const sort = v.centre.length ? 'circle' : v.line.length ? 'corridor' : v.ring.length ? 'polygon' : null
  return (
    <span className="muted small summary">
      {sort && <span>{t(`area.${sort}`)} <Id>{sort === 'circle' ? distance(v.radius_m) : sort === 'corridor' ? distance(2 * v.radius_m) : v.ring.length}</Id></span>}
      {v.text && <bdi>{v.text}</bdi>}
      {v.low.length + v.high.length > 0 && <Id>{end(v.low[0])} – {end(v.high[0])}</Id>}
      {v.windows[0] && <Id>{dtg(v.windows[0].from)} – {dtg(v.windows[0].until)}{v.windows.length > 1 ? ` +${v.windows.length - 1}` : ''}</Id>}
      {lacking(s) && <span className="mark warn">{t('volume.lacking')}</span>}
    </span>
  )
}
