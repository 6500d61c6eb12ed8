// The page around signing in: the mark of an exercise, the language, the light.
import type { ReactNode } from 'react'
import { LANGS } from '../api'
import { useLive } from '../live'
import { go, THEMES, useWhere } from '../nav'
import { Panel } from '../parts'
import { dirOf, Id, type Key, LANGUAGE_NAMES, useText } from '../text'

/** The language and the light: before sign-in as after it. */
export function Switches({ short, change = go }: { short?: boolean; change?: typeof go }) {
  const t = useText()
  const { lang, theme } = useWhere()
  return (
    <>
      <span className="switch" role="group" aria-label={t('language')}>
        {LANGS.map((l) => (
          <button key={l} type="button" lang={l} aria-pressed={l === lang} onClick={() => change({ lang: l })}>
            <bdi dir={dirOf(l)}>{l === 'en' && short ? 'EN' : LANGUAGE_NAMES[l]}</bdi>
          </button>
        ))}
      </span>
      <span className="switch" role="group" aria-label={t('theme')}>
        {THEMES.map((name) => (
          <button key={name} type="button" aria-pressed={name === theme} onClick={() => change({ theme: name })}>{t(`theme.${name}` as Key)}</button>
        ))}
      </span>
    </>
  )
}

/** One panel in the middle of an otherwise empty page. */
export function SignFrame({ children, wide }: { children: ReactNode; wide?: boolean }) {
  const t = useText()
  const { session } = useLive()
  return (
    <div className="signpage">
      {session?.exercise && <section className="exercise" aria-label={t('status.EXERCISE')}>{t('exercise')}</section>}
      <header className="signbar"><span className="brand">PARLEY</span><span className="grow" /><Switches /></header>
      <main className={'signin' + (wide ? ' wide' : '')}><Panel>{children}</Panel></main>
    </div>
  )
}

/** Whose console this is, before anybody may see more of it. */
export function WhoseDesk() {
  const { session } = useLive()
  return session?.desk ? <p className="desk muted"><Id>{[session.desk, session.cell].filter(Boolean).join(' · ')}</Id></p> : null
}
