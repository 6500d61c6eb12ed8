// A new officer, or a change of one: code, name, roles, baskets, languages.
import { useId, useState } from 'react'
import { LANGS, path, post } from '../api'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { Fault, Kbd, RoleName } from '../parts'
import { useTry } from '../session/ways'
import type { Policy } from '../session/types'
import { Id, LANGUAGE_NAMES, strip, useText } from '../text'
import type { Officer } from './types'

/** As cell.IsWord has it. */
const CODE = /^[a-z][a-z0-9-]{0,30}$/

export function OfficerForm({ officer, known, close, then }: { officer?: Officer; known: string[]; close: () => void; then: (code: string) => void }) {
  const t = useText()
  const id = useId()
  const { lost, policy: held } = useLive()
  const { data } = useFetched<Policy>('/policy')
  const policy = data ?? held
  const { attempt, busy, fault } = useTry()
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [code, setCode] = useState(officer?.code ?? '')
  const [name, setName] = useState(officer?.name ?? '')
  const [roles, setRoles] = useState(officer?.roles ?? [])
  const [all, setAll] = useState(officer?.all ?? false)
  const [baskets, setBaskets] = useState(officer?.baskets ?? [])
  const [languages, setLanguages] = useState(officer?.languages ?? [])
  const flip = (list: string[], item: string) => (list.includes(item) ? list.filter((x) => x !== item) : [...list, item])
  const send = async () => {
    const wrong: Record<string, string> = {}
    if (!CODE.test(code)) wrong.code = t('officers.code.bad')
    else if (!officer && known.includes(code)) wrong.code = t('officers.code.taken')
    if (!roles.length) wrong.roles = t('officers.roles.needs')
    setErrors(wrong)
    if (Object.keys(wrong).length) { document.getElementById(id + (wrong.code ? 'c' : 'r0'))?.focus(); return }
    const body = { code, name: name.trim(), roles: policy ? policy.roles.map((r) => r.role).filter((r) => roles.includes(r)) : roles, all, baskets: all ? [] : baskets, languages }
    if (await attempt(() => post(officer ? `/officers/${path(officer.code)}/change` : '/officers', body))) then(code)
  }
  useKeys({ 'Ctrl+Enter': send, Escape: close })
  return (
    <section className="compose" aria-labelledby={id}>
      <header><h2 id={id}>{officer ? t('officers.change') : t('officers.add')} {officer && <Id>{officer.code}</Id>}</h2><button type="button" onClick={close}>{t('close')} <Kbd>Esc</Kbd></button></header>
      <div className="fields">
        <div className={'field' + (errors.code ? ' wrong' : '')}>
          <label htmlFor={id + 'c'}>{t('officers.code.label')}</label>
          <input id={id + 'c'} type="text" dir="ltr" className="id" autoFocus={!officer} disabled={!!officer} autoCapitalize="none" autoComplete="off" spellCheck={false} maxLength={31} value={code} onChange={(e) => { setCode(e.target.value.trim().toLowerCase()); setErrors({}) }} aria-describedby={id + 'ch'} />
          <p className="hint" id={id + 'ch'}>{errors.code ? <span className="bad">{errors.code}</span> : t('officers.code.hint')}</p>
        </div>
        <div className="field">
          <label htmlFor={id + 'n'}>{t('officers.name')}</label>
          <input id={id + 'n'} type="text" dir="auto" autoFocus={!!officer} autoComplete="off" maxLength={120} value={name} onChange={(e) => setName(strip(e.target.value).text)} aria-describedby={id + 'nh'} />
          <p className="hint" id={id + 'nh'}>{t('officers.name.hint')}</p>
        </div>
        <div className={'field' + (errors.roles ? ' wrong' : '')} role="group" aria-labelledby={id + 'rl'} aria-describedby={id + 'rh'}>
          <span className="label" id={id + 'rl'}>{t('officer.roles')}</span>
          <div className="choices">{policy?.roles.map((r, i) => <label key={r.role} className="choice"><input id={id + 'r' + i} type="checkbox" checked={roles.includes(r.role)} onChange={() => { setRoles(flip(roles, r.role)); setErrors({}) }} /><span><RoleName role={r.role} /></span></label>)}</div>
          <p className="hint" id={id + 'rh'}>{errors.roles ? <span className="bad">{errors.roles}</span> : t('officers.roles.hint')}</p>
        </div>
        <div className="field" role="group" aria-labelledby={id + 'bl'}>
          <span className="label" id={id + 'bl'}>{t('officer.baskets')}</span>
          <label className="check"><input type="checkbox" checked={all} onChange={(e) => setAll(e.target.checked)} /> {t('officer.all')}</label>
          {!all && <><div className="choices">{[...new Set([...(policy?.baskets ?? []), ...baskets])].map((b) => <label key={b} className="choice"><input type="checkbox" checked={baskets.includes(b)} onChange={() => setBaskets(flip(baskets, b))} /><span><Id>{b}</Id></span></label>)}</div><p className="hint">{t('officers.baskets.hint')}</p></>}
        </div>
        <div className="field" role="group" aria-labelledby={id + 'll'}>
          <span className="label" id={id + 'll'}>{t('officers.languages')}</span>
          <div className="choices">{LANGS.map((l) => <label key={l} className="choice"><input type="checkbox" checked={languages.includes(l)} onChange={() => setLanguages(flip(languages, l))} /><span lang={l}>{LANGUAGE_NAMES[l]}</span></label>)}</div>
        </div>
      </div>
      {fault && <Fault>{fault}</Fault>}
      <div className="send"><span className="grow" /><button type="button" className="primary" disabled={busy || lost} onClick={send}>{officer ? t('officers.keep') : t('officers.add')} <Kbd>Ctrl+Enter</Kbd></button></div>
    </section>
  )
}
