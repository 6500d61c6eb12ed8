// A one-time link was opened: whom it is for, and how they will sign in. The
// secret stood behind # in the address, which no server is told; it is taken
// out of the address bar before anything else is done (main.tsx).
import { type FormEvent, useEffect, useId, useState } from 'react'
import { post, Problem } from '../api'
import { loadSession } from '../live'
import { go } from '../nav'
import { Empty, Fault } from '../parts'
import { useRefusal } from '../refusal'
import { Id, useText } from '../text'
import { SignFrame, WhoseDesk } from './frame'
import { CodeField, useTry } from './ways'
import { makeKey, passkeys } from './webauthn'

interface Begun {
  officer: { code: string; name: string }
  /** Null where this console takes no keys. */
  publicKey: Record<string, unknown> | null
  totp?: { uri: string; secret: string; qr: string }
}

/** Shorter passphrases the node refuses (officer). */
const SHORTEST = 12

export function Enrol({ secret, done }: { secret: string; done: () => void }) {
  const t = useText()
  const refusal = useRefusal()
  const [begun, setBegun] = useState<Begun | null>(null)
  const [refused, setRefused] = useState('')
  const [way, setWay] = useState<'' | 'code'>('')
  const { attempt, busy, fault } = useTry()
  const begin = () => {
    setRefused('')
    post<Begun>('/enrol/begin', { secret }).then(setBegun, (thrown) =>
      setRefused(thrown instanceof Problem && thrown.status < 500 && thrown.status !== 429 ? t('enrol.used') : refusal.sentence(thrown)))
  }
  useEffect(() => { loadSession().catch(() => undefined); if (secret) begin(); else setRefused(t('enrol.nosecret')) }, [])
  const key = () => attempt(async () => {
    const credential = await makeKey(begun!.publicKey!)
    await post('/enrol/finish', { secret, credential })
    done()
  }, t('enrol.refused'))
  return (
    <SignFrame wide={way === 'code'}>
      <WhoseDesk />
      <h1>{t('enrol.title')}</h1>
      {refused && <><Fault>{refused}</Fault><div className="row">{secret && <button type="button" onClick={begin}>{t('enrol.again')}</button>}<button type="button" onClick={() => { go({ screen: 'watch' }); location.reload() }}>{t('enrol.signin')}</button></div></>}
      {!refused && !begun && <Empty>{t('loading')}</Empty>}
      {begun && (
        <>
          <p className="whom"><span>{t('enrol.for')}</span> <b>{begun.officer.name || begun.officer.code}</b> <Id>{begun.officer.code}</Id></p>
          <p className="muted">{t('enrol.notyou')}</p>
          {way === '' && (
            <>
              {begun.publicKey && passkeys()
                ? <><button type="button" className="primary large" autoFocus disabled={busy} onClick={key}>{busy ? t('signin.touch') : t('enrol.key')}</button><p className="muted">{t('enrol.key.what')}</p></>
                : <p className="note warn">{t('key.fault.none')}</p>}
              {fault && <Fault>{fault}</Fault>}
              {begun.totp && <button type="button" className="quiet" onClick={() => setWay('code')}>{t('enrol.other')}</button>}
            </>
          )}
          {way === 'code' && begun.totp && <ByCode begun={begun} secret={secret} done={done} back={() => setWay('')} />}
        </>
      )}
    </SignFrame>
  )
}

/** Without a key: an app that shows six digits, and a passphrase. */
function ByCode({ begun, secret, done, back }: { begun: Begun; secret: string; done: () => void; back: () => void }) {
  const t = useText()
  const id = useId()
  const { attempt, busy, fault, setFault } = useTry()
  const [code, setCode] = useState('')
  const [phrase, setPhrase] = useState('')
  const [seen, setSeen] = useState(false)
  const totp = begun.totp!
  const finish = (event: FormEvent) => {
    event.preventDefault()
    if ([...phrase].length < SHORTEST) { setFault(t('enrol.short', { n: SHORTEST })); return }
    if (code.length !== 6) { setFault(t('signin.all')); return }
    attempt(async () => { await post('/enrol/finish', { secret, code, passphrase: phrase }); done() }, t('enrol.refused.code'))
  }
  return (
    <form className="bycode" onSubmit={finish}>
      <ol>
        <li>
          <p>{t('enrol.scan')}</p>
          <div className="scan">
            {/^data:image\/png;base64,/.test(totp.qr) && <img src={totp.qr} alt={t('enrol.qr')} width={180} height={180} />}
            <div><p className="muted small">{t('enrol.secret')}</p><p className="id secret" dir="ltr">{(totp.secret.match(/.{1,4}/g) ?? []).map((four, i) => <span key={i}>{four}</span>)}</p></div>
          </div>
        </li>
        <li>
          <div className="field">
            <label htmlFor={id + 'p'}>{t('enrol.passphrase')}</label>
            <input id={id + 'p'} type={seen ? 'text' : 'password'} dir="auto" autoComplete="new-password" required value={phrase} onChange={(e) => setPhrase(e.target.value)} aria-describedby={id + 'h'} />
            <p className="hint" id={id + 'h'}>{t('enrol.passphrase.hint', { n: SHORTEST })}</p>
            <label className="check"><input type="checkbox" checked={seen} onChange={(e) => setSeen(e.target.checked)} /> {t('enrol.show')}</label>
          </div>
        </li>
        <li><CodeField id={id + 'c'} value={code} change={setCode} /></li>
      </ol>
      {fault && <Fault>{fault}</Fault>}
      <div className="row"><button type="submit" className="primary" disabled={busy}>{t('enrol.finish')}</button><button type="button" onClick={back}>{t('back')}</button></div>
    </form>
  )
}
