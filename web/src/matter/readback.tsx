// Read back: the officer enters place, time, height and number again, from
// what he read or heard. The node compares; a difference is shown to all.
import { useState } from 'react'
import type { Matter, Place } from '../api'
import { FieldEditor, ownField } from '../compose/fields'
import { headOf } from '../compose/prefill'
import { useKeys } from '../keys'
import { Kbd } from '../parts'
import { type Key, say, useText } from '../text'
import type { FileAct } from './matter'

const three = (key: Key) => ({ en: say('en', key), ar: say('ar', key), he: say('he', key) })

export function ReadBackForm({ matter, act, close }: { matter: Matter; act: FileAct; close: () => void }) {
  const t = useText()
  const head = headOf(matter)
  const kinds = new Set(head?.fields.map((f) => f.kind))
  const [place, setPlace] = useState<Place>()
  const [time, setTime] = useState<unknown>()
  const [number, setNumber] = useState<unknown>()
  const [height, setHeight] = useState<unknown>()
  const [fault, setFault] = useState('')
  // The place of an area is its centre or first corner, the time of a window its beginning, the height of a band its lower end.
  const where = kinds.has('place') || kinds.has('area')
  const tall = kinds.has('height') || head?.fields.some((f) => /height|alt/.test(f.name))
  const send = () => {
    if (place?.notation === 'unread') return setFault(t('place.unread'))
    if (typeof time === 'string') return setFault(t('time.unread'))
    if (typeof number === 'string' || typeof height === 'string') return setFault(t('number.unread'))
    if (place === undefined && time === undefined && number === undefined && height === undefined) return setFault(t('readback.empty'))
    setFault('')
    const body = Object.fromEntries(Object.entries({ place, time, height_m: height, number }).filter(([, v]) => v !== undefined))
    act({ kind: 'cell.readback/1', body })
  }
  useKeys({ 'Ctrl+Enter': send })
  return (
    <>
      <h3>{t('action.read_back')}</h3>
      <p className="muted">{t('readback.what')}</p>
      <div className="fields">
        {(where || !kinds.size) && <FieldEditor field={ownField('place', 'place', three('readback.place'))} value={place} change={(v) => setPlace(v as Place)} autoFocus />}
        {(kinds.has('time') || kinds.has('span') || !where) && <FieldEditor field={ownField('time', 'time', three('readback.time'))} value={time} change={setTime} autoFocus={!where} />}
        {tall && <FieldEditor field={ownField('height_m', 'number', three('readback.height'))} value={height} change={setHeight} />}
        {kinds.has('number') && <FieldEditor field={ownField('number', 'number', three('readback.number'))} value={number} change={setNumber} />}
      </div>
      {fault && <p className="fault" role="alert">{fault}</p>}
      <Buttons send={send} close={close} label={t('readback.send')} />
    </>
  )
}

export function Buttons({ send, close, label }: { send: () => void; close: () => void; label: string }) {
  const t = useText()
  return (
    <div className="send">
      <span className="grow" />
      <button type="button" onClick={close}>{t('cancel')} <Kbd>Esc</Kbd></button>
      <button type="button" className="primary" onClick={send}>{label} <Kbd>Ctrl+Enter</Kbd></button>
    </div>
  )
}
export { three }
