// The officers of this desk: who there is, how they sign in, their links and
// their tokens. Kept by an administrator, who sees no content (SEC-07).
import { useState } from 'react'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { go, useWhere } from '../nav'
import { Empty, Kbd, RoleName } from '../parts'
import { useRefusal } from '../refusal'
import { Id, useText } from '../text'
import { OfficerForm } from './form'
import { OfficerCard } from './officer'
import type { Officer } from './types'
import './admin.css'

export function Officers() {
  const t = useText()
  const refusal = useRefusal()
  const { lost } = useLive()
  const { open } = useWhere()
  const [version, setVersion] = useState(0)
  const [adding, setAdding] = useState(false)
  const { data, error } = useFetched<{ officers: Officer[] }>(`/officers?v=${version}`)
  const [held, setHeld] = useState<Officer[]>([])
  if (data && data.officers !== held) setHeld(data.officers)
  const officers = data?.officers ?? held
  const again = () => setVersion((v) => v + 1)
  const move = (by: number) => {
    const at = officers.findIndex((o) => o.code === open)
    const next = officers[at < 0 ? 0 : Math.min(officers.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next.code })
  }
  useKeys({ KeyJ: () => move(1), KeyK: () => move(-1), KeyN: () => setAdding(true), Escape: () => go({ open: '' }) }, !adding)
  const chosen = officers.find((o) => o.code === open)
  return (
    <div className="recordscreen">
      <header className="bar">
        <h2>{t('nav.officers')}</h2>
        <span className="grow" />
        <button type="button" className="primary" disabled={lost} aria-expanded={adding} onClick={() => setAdding(!adding)}>{t('officers.add')} <Kbd>N</Kbd></button>
      </header>
      <div className={'conversations' + (open || adding ? ' opened' : '')}>
        <section className="pane queue" aria-label={t('nav.officers')}>
          <ul className="subjects scroll">
            {officers.map((o) => (
              <li key={o.code}>
                <button type="button" className="officerrow" aria-current={open === o.code ? 'true' : undefined} onClick={() => { setAdding(false); go({ open: o.code }) }}>
                  <span className="subject">{o.name || <Id>{o.code}</Id>}</span>
                  <State officer={o} />
                  <span className="under">{o.name && <Id>{o.code}</Id>} {o.roles.map((r, i) => <span key={r}><RoleName role={r} />{i < o.roles.length - 1 && ' ·'}</span>)}</span>
                </button>
              </li>
            ))}
          </ul>
          {error && <Empty>{refusal.sentence(error)}</Empty>}
          {data && !officers.length && <Empty>{t('officers.none')}</Empty>}
        </section>
        <section className="pane open" aria-label={t('open')} tabIndex={chosen || adding ? undefined : 0}>
          {adding ? <OfficerForm close={() => setAdding(false)} then={(code) => { setAdding(false); again(); go({ open: code }) }} known={officers.map((o) => o.code)} />
            : chosen ? <OfficerCard key={chosen.code} officer={chosen} changed={again} />
            : <div className="page"><Empty>{t('officers.what')}</Empty></div>}
        </section>
      </div>
    </div>
  )
}

/** How an officer stands, in a word and a sign. */
export function State({ officer: o }: { officer: Officer }) {
  const t = useText()
  if (o.disabled) return <span className="mark bad">✕ {t('officers.disabled')}</span>
  if (o.keys > 0) return <span className="mark ok">✓ {t('officers.key')}</span>
  if (o.has_code) return <span className="mark ok">✓ {t('officers.code')}</span>
  if (o.exercise) return <span className="mark">{t('officers.exercise')}</span>
  if (o.link_until) return <span className="mark warn">… {t('officers.link')}</span>
  return <span className="mark warn">{t('officers.nothing')}</span>
}
