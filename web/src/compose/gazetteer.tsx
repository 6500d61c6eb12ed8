// A name from the gazetteer by typing part of it in any of the three
// languages. The list is not modal: the alarm strip stays within reach.
import { useState } from 'react'
import type { GazetteerPlace } from '../api'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { coordinates } from '../place'
import { Id, Tri } from '../text'

interface Props { id: string; typed: string; autoFocus?: boolean; invalid?: boolean; type: (text: string) => void; choose: (place: GazetteerPlace) => void }


export function Gazetteer({ id, typed, autoFocus, invalid, type, choose }: Props) {
  const { desk } = useLive()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const wanted = typed.trim().toLowerCase()
  const found = (desk?.places ?? []).filter((p) =>
    !wanted || [p.id, ...Object.values(p.name), ...Object.values(p.district)].some((word) => word?.toLowerCase().includes(wanted)))
  const shown = open && found.length > 0
  const take = (place: GazetteerPlace | undefined) => {
    if (!place) return
    choose(place)
    setOpen(false)
    setAt(-1)
  }
  useKeys({ Escape: () => setOpen(false) }, shown) // before Escape closes the form
  const key = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt((i) => (found.length ? (i + step + found.length) % found.length : -1))
    } else if (event.key === 'Enter' && shown) {
      event.preventDefault()
      take(found[at < 0 ? 0 : at])
    } else if (event.key === 'Tab') setOpen(false)
  }
  return (
    <div className="gazetteer" onBlur={(e) => { if (!e.currentTarget.contains(e.relatedTarget)) setOpen(false) }}>
      <input
        id={id} type="text" dir="auto" autoFocus={autoFocus} value={typed} autoComplete="off" spellCheck={false}
        role="combobox" aria-expanded={shown} aria-controls={id + '-list'} aria-autocomplete="list" aria-invalid={invalid || undefined}
        aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined} aria-describedby={id + '-hint'}
        onChange={(e) => { type(e.target.value); setOpen(e.target.value !== ''); setAt(-1) }} onKeyDown={key}
      />
      <ul id={id + '-list'} role="listbox" aria-labelledby={id + '-label'} hidden={!shown} className="options">
        {found.map((p, i) => (
          <li key={p.id} id={`${id}-${i}`} role="option" aria-selected={i === at} onPointerDown={(e) => { e.preventDefault(); take(p) }}>
            <span><Tri text={p.name} /> <span className={p.shared_name ? 'district shared' : 'district'}><Tri text={p.district} /></span></span>
            <Id className="small muted">{coordinates(p)}</Id>
          </li>
        ))}
      </ul>
    </div>
  )
}
