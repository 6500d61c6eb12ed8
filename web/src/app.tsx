// The shell: what is always on the screen, and which screen is in it.
import { useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { Boundary } from './boundary'
import { Compose, type Intent } from './compose/compose'
import { cease } from './compose/prefill'
import { useKeys } from './keys'
import { useLive } from './live'
import { ShellContext } from './module/shell'
import { go, useWhere } from './nav'
import { Empty } from './parts'
import { RecordScreen } from './record/record'
import { shown } from './screens'
import { AlarmStrip, useAlarms } from './shell/alarms'
import { Announcer } from './shell/announcer'
import { ClockBar } from './shell/clockbar'
import { DemoBar } from './shell/demo'
import { Footer } from './shell/footer'
import { KeySheet } from './shell/keysheet'
import { NavRail } from './shell/navrail'
import { SignedOut, TakeWatch } from './shell/signin'
import { silence } from './sound'
import { dirOf, LangContext, LOCALES, useText, useTitle } from './text'
import { Watch } from './watch/watch'

const RAC_LOCALES = { en: 'en-US', ar: 'ar-AE', he: 'he-IL' }

export function App() {
  const { lang, theme } = useWhere()
  const { desk } = useLive()
  useEffect(() => {
    const root = document.documentElement
    root.lang = LOCALES[lang].slice(0, 2)
    root.dir = dirOf(lang)
    root.dataset.theme = theme
  }, [lang, theme])
  // A desk's first language is the console's, until the officer chooses another.
  useEffect(() => {
    const own = desk?.members.find((m) => m.desk === desk.desk)?.languages[0]
    if (own && !new URLSearchParams(location.search).get('lang') && !localStorage.getItem('parley.lang'))
      if (own === 'ar' || own === 'he' || own === 'en') go({ lang: own })
  }, [desk])
  return (
    <LangContext.Provider value={lang}>
      <I18nProvider locale={RAC_LOCALES[lang]}>
        <Shell />
      </I18nProvider>
    </LangContext.Provider>
  )
}

function Shell() {
  const t = useText()
  const title = useTitle()
  const where = useWhere()
  const { desk, watch, signedOut, lost } = useLive()
  const [intent, setIntent] = useState<Intent | null>(null)
  const [help, setHelp] = useState(false)
  const [dismissed, setDismissed] = useState(() => new URLSearchParams(location.search).has('look'))
  const { alarms, acknowledge } = useAlarms()

  const compose = (next: Intent) => { setHelp(false); setIntent({ ...next, serial: Date.now() }) }
  const openAlarm = () => {
    const first = alarms.find((a) => a.matter && !a.acknowledged) ?? alarms.find((a) => a.matter)
    if (first?.matter) { setIntent(null); setDismissed(true); go({ screen: 'watch', open: first.matter }) }
    else if (alarms[0]) go({ screen: /equivocation|rollback|gap|withheld/.test(alarms[0].kind) ? 'record' : 'hotline', tab: 'channels' })
  }
  const screen = (name: string) => () => { setDismissed(true); go({ screen: name, tab: '', open: '' }) }
  const screens = shown(desk?.modules)
  useKeys({
    'g KeyW': screen('watch'), 'g KeyV': screen('record'),
    ...Object.fromEntries(screens.map((s) => ['g Key' + s.letter.toUpperCase(), screen(s.module)])),
    KeyC: () => compose({}), 'g KeyC': () => compose({}),
    'Shift+Slash': () => setHelp((h) => !h),
    F2: openAlarm, F4: silence,
    F9: () => { const next = cease(desk, watch, where.open); if (next) { setDismissed(true); compose(next) } },
  })

  if (signedOut) return <SignedOut />
  if (!desk || !watch)
    return <main className="signin"><h1>Parley</h1><Empty>{lost ? t('lost.first') : t('loading')}</Empty></main>

  const needsWatch = where.screen === 'signin' || (!desk.officer.on_watch && !dismissed)
  const docked = intent && <Compose key={intent.serial} intent={intent} close={() => setIntent(null)} />
  const Module = screens.find((s) => s.module === where.screen)?.Screen
  const aside = docked && (where.screen === 'record' || (where.screen === 'hotline' && where.tab !== '' && where.tab !== 'log'))
  return (
    <div className={'shell' + (lost ? ' lost' : '') + (intent ? ' composing' : '')}>
      <a className="skip" href="#main">{t('skip')}</a>
      <ClockBar />
      {desk.status === 'EXERCISE' && <section className="exercise" aria-label={t('status.EXERCISE')}>{t('exercise')}</section>}
      <AlarmStrip alarms={alarms} acknowledge={acknowledge} open={openAlarm} />
      <NavRail help={() => setHelp(true)} />
      <main id="main" tabIndex={-1} className={'main' + (aside ? ' docked' : '')}>
        {!(needsWatch && !intent) && <h1 className="sr">{title(Module || where.screen === 'record' ? where.screen : 'watch')}</h1>}
        <Boundary key={where.screen}>
        {help && <KeySheet close={() => setHelp(false)} />}
        {needsWatch && !intent ? (
          <TakeWatch done={() => { setDismissed(true); go({ screen: 'watch' }) }} />
        ) : where.screen === 'record' ? (
          <RecordScreen />
        ) : (
          <ShellContext.Provider value={{ compose, docked: aside ? null : docked }}>{Module ? <Module /> : <Watch />}</ShellContext.Provider>
        )}
        </Boundary>
        {aside && <Boundary><div className="dock">{docked}</div></Boundary>}
      </main>
      <DemoBar />
      <Footer />
      <Announcer alarms={alarms} />
    </div>
  )
}
