import { useEffect, useRef, useSyncExternalStore } from 'react'
import { lettersOn, onLetters, setLetters, useKeys } from '../keys'
import { useLive } from '../live'
import { Kbd } from '../parts'
import { offered } from '../screens'
import { type Key, useText, useTitle } from '../text'

const KEYS: [string, Key][] = [
  ['F2', 'keys.alarm'], ['F4', 'keys.silence'], ['F8', 'lock'], ['F9', 'keys.cease'],
  ['j / k', 'keys.move'], ['A', 'action.receive'], ['B', 'action.read_back'], ['D', 'action.disseminate'],
  ['P', 'action.position'], ['1 – 9', 'keys.stock'], ['R', 'action.reply'], ['T', 'action.translate'], ['U', 'action.update'], ['Q', 'action.clarify'], ['Y', 'action.confirm'], ['X', 'keys.proof'],
  ['C', 'compose'], ['Ctrl+Enter', 'keys.send'], ['Esc', 'keys.back'], ['?', 'nav.keys'],
]

export function KeySheet({ close }: { close: () => void }) {
  const t = useText()
  const title = useTitle()
  const { session, desk } = useLive()
  const screens = offered(session, desk?.modules).map((s) => [s.letter, s.screen])
  const on = useSyncExternalStore(onLetters, lettersOn)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  useKeys({ Escape: close })
  return (
    <section className="keysheet panel" aria-labelledby="keys-title">
      <header><h2 id="keys-title" tabIndex={-1} ref={heading}>{t('nav.keys')}</h2><button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button></header>
      <dl>{KEYS.map(([key, text]) => <div key={key}><dt><Kbd>{key}</Kbd></dt><dd>{t(text)}</dd></div>)}
        {screens.map(([letter, name]) => <div key={name}><dt><Kbd>{`g ${letter}`}</Kbd></dt><dd>{title(name)}</dd></div>)}
      </dl>
      <label className="check"><input type="checkbox" checked={on} onChange={(e) => setLetters(e.target.checked)} /> {t('keys.letters')}</label>
    </section>
  )
}
