// Live regions, the title and the desktop notice. FLASH is read at once, the
// rest when the reader pauses. A notice carries precedence and number only.
import { useEffect, useRef, useState } from 'react'
import type { Alarm } from '../api'
import { useLive } from '../live'
import { plain, useLang, useText } from '../text'

export function Announcer({ alarms }: { alarms: Alarm[] }) {
  const t = useText()
  const lang = useLang()
  const { watch, desk, lost } = useLive()
  const [urgent, setUrgent] = useState('')
  const [calm, setCalm] = useState('')
  const known = useRef<Set<string> | null>(null)
  const raised = useRef<Set<string>>(new Set())

  useEffect(() => {
    if (!watch) return
    const items = [...watch.answer_now, ...watch.owed, ...watch.info]
    const fresh = known.current ? items.filter((i) => !known.current!.has(i.key) && i.from !== desk?.desk) : []
    known.current = new Set([...items, ...watch.waiting].map((i) => i.key))
    for (const item of fresh) {
      if (document.hidden && 'Notification' in window && Notification.permission === 'granted')
        new Notification(`${item.precedence} ${item.number}`, { tag: item.key })
    }
    const rest = fresh.filter((i) => i.precedence !== 'Z')
    if (rest.length) setCalm(rest.map((i) => `${i.precedence} ${i.number} ${plain(i.subject, lang)}`).join('. '))
  }, [watch])

  useEffect(() => {
    const fresh = alarms.filter((a) => a.level === 'Z' && !a.acknowledged && !raised.current.has(a.id))
    raised.current = new Set(alarms.map((a) => a.id))
    if (fresh.length) setUrgent(fresh.map((a) => `${t('precedence.Z')}. ${plain(a.text, lang)}`).join('. '))
  }, [alarms])

  const flash = alarms.some((a) => a.level === 'Z' && !a.acknowledged)
  const count = watch?.answer_now.length ?? 0
  useEffect(() => {
    const name = desk ? `Parley ${plain(desk.name, lang)}` : 'Parley'
    document.title = (lost ? '✕ ' : flash ? 'Z ● ' : count ? `(${count}) ` : '') + name
  }, [flash, count, lost, desk, lang])

  return (
    <>
      <div className="sr" role="alert" aria-live="assertive">{urgent}</div>
      <div className="sr" role="status" aria-live="polite">{calm}</div>
    </>
  )
}
