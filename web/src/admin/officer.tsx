// One officer: how they stand, their link, their tokens.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { del, path, post } from '../api'
import { deskNow, dtg } from '../clock'
import { useFetched, useLive } from '../live'
import { Card, FactList } from '../module/parts'
import { Countdown, Empty, Fault, RoleName } from '../parts'
import { useTry } from '../session/ways'
import type { Right } from '../session/types'
import { Id, LANGUAGE_NAMES, useText } from '../text'
import { OfficerForm } from './form'
import { State } from './officers'
import { RightName } from './policy'
import type { Link, Made, Officer, Token } from './types'

export function OfficerCard({ officer: o, changed }: { officer: Officer; changed: () => void }) {
  const t = useText()
  const { lost, session } = useLive()
  const { attempt, busy, fault } = useTry()
  const [form, setForm] = useState<'' | 'change' | 'disable' | 'link'>('')
  const [back, setBack] = useState(false)
  const [link, setLink] = useState<Link | null>(null)
  const self = session?.officer === o.code
  const enrol = () => attempt(async () => { setLink(await post<Link>(`/officers/${path(o.code)}/enrol`, back ? { take_back: true } : {})); setForm(''); changed() })
  const disable = async () => { if (await attempt(() => post(`/officers/${path(o.code)}/disable`))) { setForm(''); setLink(null); changed() } }
  if (form === 'change') return <OfficerForm officer={o} known={[]} close={() => setForm('')} then={() => { setForm(''); changed() }} />
  return (
    <div className="page">
      <Card title={<>{o.name} <Id className={o.name ? 'muted' : ''}>{o.code}</Id></>} aside={<State officer={o} />}>
        <FactList rows={[
          [t('officer.roles'), <>{o.roles.map((r) => <span key={r} className="mark"><RoleName role={r} /></span>)}</>],
          [t('officer.baskets'), o.all ? t('officer.all') : o.baskets.length ? <>{o.baskets.map((b) => <Id key={b} className="mark">{b}</Id>)}</> : t('officer.nobaskets')],
          o.languages.length > 0 && [t('officers.languages'), <>{o.languages.map((l) => LANGUAGE_NAMES[l as 'en'] ?? l).join(' · ')}</>],
          o.added > 0 && [t('officers.added'), <Id>{dtg(o.added)}</Id>],
        ]} />
        {fault && <Fault>{fault}</Fault>}
        <div className="actions">
          {!o.disabled && <button type="button" className={o.keys || o.has_code ? '' : 'primary'} disabled={busy || lost} aria-expanded={o.keys || o.has_code ? form === 'link' : undefined} onClick={() => (o.keys || o.has_code ? setForm(form === 'link' ? '' : 'link') : enrol())}>{o.keys || o.has_code ? t('officers.relink') : t('officers.enrol')}</button>}
          <button type="button" disabled={lost || self} aria-describedby={self ? 'officer-self' : undefined} onClick={() => setForm('change')}>{t('officers.change')}</button>
          {!o.disabled && <button type="button" aria-expanded={form === 'disable'} disabled={lost || self} aria-describedby={self ? 'officer-self' : undefined} onClick={() => setForm(form ? '' : 'disable')}>{t('officers.disable')}</button>}
        </div>
        {self && !o.disabled && <p className="muted small" id="officer-self">{t('officers.self')}</p>}
        {form === 'link' && (
          <div className="note" role="group" aria-label={t('officers.relink')}>
            <label className="check"><input type="checkbox" autoFocus checked={back} onChange={(e) => setBack(e.target.checked)} /> {t('officers.takeback')}</label>
            <div className="row"><button type="button" className="primary" disabled={busy || lost} onClick={enrol}>{t('officers.enrol')}</button><button type="button" onClick={() => setForm('')}>{t('cancel')}</button></div>
          </div>
        )}
        {form === 'disable' && (
          <div className="note bad" role="group" aria-label={t('officers.disable')}>
            <p>{t('officers.disable.what')}</p>
            <div className="row"><button type="button" className="urgent" autoFocus disabled={busy || lost} onClick={disable}>{t('officers.disable.yes', { code: o.code })}</button><button type="button" onClick={() => setForm('')}>{t('cancel')}</button></div>
          </div>
        )}
      </Card>
      {link && !o.disabled && <Once title={t('officers.link.title')} what={t('officers.link.what', { code: o.code })} text={address(link)} until={link.until} close={() => setLink(null)} />}
      {!o.disabled && <Tokens officer={o} />}
    </div>
  )
}

/** The address at which the officer enrols: this console's own, where the desk names several. */
const address = (l: Link) => l.links.find((x) => x.startsWith(location.origin + '/')) ?? l.links[0] ?? `${location.origin}/enrol#${l.secret}`

/** A secret that is shown this once: to copy, or to print and hand over. */
export function Once({ title, what, text, until, close }: { title: ReactNode; what: ReactNode; text: string; until: number; close: () => void }) {
  const t = useText()
  const [copied, setCopied] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => box.current?.focus(), [])
  const copy = () => {
    box.current?.select()
    navigator.clipboard?.writeText(text).then(() => setCopied(true), () => setCopied(false))
  }
  return (
    <Card title={title} tone="warn" aside={<button type="button" onClick={close}>{t('once.done')}</button>}>
      <p>{what}</p>
      <label className="sr" htmlFor="once-text">{title}</label>
      <textarea id="once-text" ref={box} className="id once" dir="ltr" readOnly rows={3} value={text} onFocus={(e) => e.target.select()} />
      <p className="row"><span>{t('once.until')} <Id>{dtg(until)}</Id></span> <Countdown due={until} /></p>
      <div className="row"><button type="button" className="primary" onClick={copy}>{t('once.copy')}</button><button type="button" onClick={() => window.print()}>{t('once.print')}</button><span role="status">{copied && <span className="mark ok">✓ {t('once.copied')}</span>}</span></div>
    </Card>
  )
}

const DAYS = [1, 7, 30, 90]

function Tokens({ officer: o }: { officer: Officer }) {
  const t = useText()
  const id = useId()
  const { lost, policy } = useLive()
  const [version, setVersion] = useState(0)
  const { data, error } = useFetched<{ tokens: Token[] }>(`/officers/${path(o.code)}/tokens?v=${version}`)
  const { attempt, busy, fault, setFault } = useTry()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const [scope, setScope] = useState<Right[]>([])
  const [days, setDays] = useState(7)
  const [ending, setEnding] = useState('')
  const may = policy ? policy.rights.filter((r) => policy.roles.some((x) => o.roles.includes(x.role) && x.rights.includes(r))) : []
  const tokens = (data?.tokens ?? []).filter((x) => !x.revoked)
  const make = async () => {
    if (!scope.length) { setFault(t('tokens.scope.needs')); return }
    if (await attempt(async () => setMade(await post<Made>(`/officers/${path(o.code)}/tokens`, { scope, until: deskNow() + days * 86_400_000 })))) { setMaking(false); setScope([]); setVersion((v) => v + 1) }
  }
  const end = async (token: string) => { if (await attempt(() => del(`/officers/${path(o.code)}/tokens/${path(token)}`))) { setEnding(''); setVersion((v) => v + 1) } }
  return (
    <>
      {made && <Once title={t('tokens.made')} what={t('tokens.made.what')} text={made.token} until={made.until} close={() => setMade(null)} />}
      <Card title={t('tokens')} aside={<button type="button" aria-expanded={making} disabled={lost} onClick={() => setMaking(!making)}>{t('tokens.make')}</button>}>
        <p className="muted">{t('tokens.what')}</p>
        {making && (
          <div className="stack">
            <div className="field" role="group" aria-labelledby={id + 's'}><span className="label" id={id + 's'}>{t('tokens.scope')}</span>
              <div className="choices">{may.map((r) => <label key={r} className="choice"><input type="checkbox" checked={scope.includes(r)} onChange={() => setScope(scope.includes(r) ? scope.filter((x) => x !== r) : [...scope, r])} /><span><RightName right={r} /></span></label>)}</div></div>
            <div className="field"><label htmlFor={id + 'd'}>{t('tokens.days')}</label><select id={id + 'd'} value={days} onChange={(e) => setDays(Number(e.target.value))}>{DAYS.map((d) => <option key={d} value={d}>{t('tokens.days.n', { n: d })}</option>)}</select></div>
            <div className="row"><button type="button" className="primary" disabled={busy || lost} onClick={make}>{t('tokens.make')}</button><button type="button" onClick={() => setMaking(false)}>{t('cancel')}</button></div>
          </div>
        )}
        {fault && <Fault>{fault}</Fault>}
        {error ? null : data && !tokens.length ? <Empty>{t('tokens.none')}</Empty> : (
          <ul className="lines">
            {tokens.map((x) => (
              <li key={x.id}>
                <span><Id>{x.id}</Id> {x.scope ? x.scope.map((r) => <span key={r} className="mark"><RightName right={r} /></span>) : t('tokens.whole')}</span>
                <span className="pair"><span className="muted small">{t('until')}</span> {x.until ? <Id className="small">{dtg(x.until)}</Id> : '–'}
                  {ending === x.id ? <><button type="button" className="urgent" autoFocus disabled={busy} onClick={() => end(x.id)}>{t('tokens.end.yes')}</button><button type="button" onClick={() => setEnding('')}>{t('cancel')}</button></> : <button type="button" disabled={lost} onClick={() => setEnding(x.id)}>{t('tokens.end')}</button>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
