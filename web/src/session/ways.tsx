// The ways to show who one is: a key, or passphrase and code. Used to sign in
// and to unlock.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { post, Problem } from '../api'
import { opened, useLive } from '../live'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'
import { useText } from '../text'
import { keyFault, passkeys, useKey } from './webauthn'

/** Runs one try: busy while it lasts, and what went wrong in the officer's words. */
export function useTry() {
  const t = useText()
  const refusal = useRefusal()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const attempt = async (work: () => Promise<unknown>, refusedAs?: string): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setFault('')
    try {
      await work()
      return true
    } catch (thrown) {
      const key = keyFault(thrown)
      setFault(key ? t(key) : refusedAs && thrown instanceof Problem && thrown.status < 500 && thrown.status !== 429 ? refusedAs : refusal.sentence(thrown))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { attempt, busy, fault, setFault }
}

/** A field for the six digits. */
export function CodeField({ id, value, change }: { id: string; value: string; change: (v: string) => void }) {
  const t = useText()
  return (
    <div className="field">
      <label htmlFor={id}>{t('signin.code')}</label>
      <input id={id} type="text" dir="ltr" className="id digits" inputMode="numeric" autoComplete="one-time-code" maxLength={7} required value={value} onChange={(e) => change(e.target.value.replace(/[^0-9]/g, '').slice(0, 6))} />
      <p className="hint">{t('signin.code.hint')}</p>
    </div>
  )
}

/** Signs in: by key at one press, by passphrase and code below it. */
export function Ways({ officer, then }: { officer?: string; then?: () => void }) {
  const t = useText()
  const id = useId()
  const { session } = useLive()
  const { attempt, busy, fault, setFault } = useTry()
  const [way, setWay] = useState<'key' | 'code'>('key')
  const [who, setWho] = useState(officer ?? '')
  const [phrase, setPhrase] = useState('')
  const [code, setCode] = useState('')
  const byKey = session?.ways.includes('passkey')
  const byCode = session?.ways.includes('code')
  const can = byKey && passkeys()
  const press = useRef<HTMLButtonElement>(null)
  useEffect(() => press.current?.focus(), [])

  const done = async () => { setPhrase(''); setCode(''); await opened(); then?.() }
  const key = () => attempt(async () => {
    const { publicKey } = await post<{ publicKey: object }>('/signin/begin', officer ? { officer } : {})
    const credential = await useKey(publicKey as Record<string, unknown>)
    await post('/signin/finish', { credential })
    await done()
  }, t('signin.refused'))
  const typed = (event: FormEvent) => {
    event.preventDefault()
    if (!who.trim() || !phrase || code.length !== 6) { setFault(t('signin.all')); return }
    attempt(async () => { await post('/signin/finish', { officer: who.trim(), passphrase: phrase, code }); await done() }, t('signin.refused.code'))
  }
  const codeShown = byCode && (way === 'code' || !can)
  return (
    <div className="ways">
      {can && <button ref={press} type="button" className="primary large" disabled={busy} onClick={key}>{busy && way === 'key' ? t('signin.touch') : officer ? t('lock.unlock') : t('signin.key')}</button>}
      {byKey && !can && <p className="note warn">{t('key.fault.none')}</p>}
      {fault && <Fault>{fault}</Fault>}
      {codeShown ? (
        <form className="codeform" onSubmit={typed}>
          {!officer && (
            <div className="field"><label htmlFor={id + 'o'}>{t('signin.officer')}</label>
              <input id={id + 'o'} type="text" dir="ltr" className="id" autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} required value={who} onChange={(e) => setWho(e.target.value)} placeholder="watch-1" /></div>
          )}
          <div className="field"><label htmlFor={id + 'p'}>{t('signin.passphrase')}</label>
            <input id={id + 'p'} type="password" autoFocus={!!officer} autoComplete="current-password" required value={phrase} onChange={(e) => setPhrase(e.target.value)} /></div>
          <CodeField id={id + 'c'} value={code} change={setCode} />
          <button type="submit" className={can ? '' : 'primary'} disabled={busy}>{officer ? t('lock.unlock.code') : t('signin.go')}</button>
        </form>
      ) : byCode && <button type="button" className="quiet" onClick={() => { setWay('code'); setFault('') }}>{t('signin.other')}</button>}
    </div>
  )
}
