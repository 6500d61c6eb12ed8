// The shell: what is always on the screen, and which screen is in it.
import { useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { Boundary } from './boundary'
import { Compose, type Intent } from './compose/compose'
import { cease } from './compose/prefill'
import { useKeys } from './keys'
import { start, useLive } from './live'
import { ShellContext } from './module/shell'
import { go, useWhere } from './nav'
import { Empty } from './parts'
import { RecordScreen } from './record/record'
import { offered, shown } from './screens'
import { BreakGlass } from './session/breakglass'
import { Enrol } from './session/enrol'
import { Lock } from './session/lock'
import { useMay } from './session/may'
import { lockNow, locks, OfficerPanel } from './session/menu'
import { useLockTimer } from './session/presence'
import { SignIn } from './session/signin'
import { AlarmStrip, useAlarms } from './shell/alarms'
import { Announcer } from './shell/announcer'
import { ClockBar } from './shell/clockbar'
import { DemoBar } from './shell/demo'
import { Footer } from './shell/footer'
import { KeySheet } from './shell/keysheet'
import { NavRail } from './shell/navrail'
import { TakeWatch } from './shell/signin'
import { silence } from './sound'
import { dirOf, LangContext, LOCALES, useText, useTitle } from './text'
import { Watch } from './watch/watch'

const RAC_LOCALES = { en: 'en-US', ar: 'ar-AE', he: 'he-IL' }

export function App({ enrol }: { enrol: string | null }) {
  const { lang, theme } = useWhere()
  const [secret, setSecret] = useState(enrol)
  const enrolled = () => { history.replaceState(null, '', '/'); setSecret(null); start() }
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
        {secret === null ? <Shell /> : <Enrol secret={secret} done={enrolled} />}
      </I18nProvider>
    </LangContext.Provider>
  )
}

function Shell() {
  const t = useText()
  const { session, desk, watch, lost } = useLive()
  const { alarms, acknowledge } = useAlarms()
  useLockTimer()
  if (!session) return <main className="signin"><h1>Parley</h1><Empty>{lost ? t('lost.first') : t('loading')}</Empty></main>
  if (session.state === 'none') return <SignIn />
  const ready = desk && watch
  return (
    <>
      {ready && <div className="behind" inert={session.state === 'locked'}><Desk alarms={alarms} acknowledge={acknowledge} /></div>}
      {session.state === 'locked' && <Lock alarms={alarms} />}
      {!ready && session.state === 'open' && <main className="signin"><h1>Parley</h1><Empty>{lost ? t('lost.first') : t('loading')}</Empty></main>}
    </>
  )
}

/** The screens on which something can be done about an alarm; of other matters it is the Watch. */
const ALARM_SCREENS: Record<string, string> = { 'lost-contact': 'movement', conflict: 'deconfliction' }

/** The console of an officer who is signed in. */
function Desk({ alarms, acknowledge }: ReturnType<typeof useAlarms>) {
  const t = useText()
  const title = useTitle()
  const where = useWhere()
  const may = useMay()
  const { session, desk, watch, lost } = useLive()
  const [intent, setIntent] = useState<Intent | null>(null)
  const [help, setHelp] = useState(false)
  const [menu, setMenu] = useState(false)
  const [glass, setGlass] = useState(false)
  const [dismissed, setDismissed] = useState(() => new URLSearchParams(location.search).has('look'))

  const compose = (next: Intent) => { if (!may('read')) return; setHelp(false); setIntent({ ...next, serial: Date.now() }) }
  const openAlarm = () => {
    const first = alarms.find((a) => a.matter && !a.acknowledged) ?? alarms.find((a) => a.matter)
    if (first?.matter) { setIntent(null); setDismissed(true); go({ screen: ALARM_SCREENS[first.kind] ?? 'watch', tab: '', open: first.matter }) }
    else if (alarms[0]) go({ screen: /equivocation|rollback|gap|withheld/.test(alarms[0].kind) ? 'record' : 'hotline', tab: 'channels' })
  }
  const screen = (name: string) => () => { setDismissed(true); go({ screen: name, tab: '', open: '' }) }
  const screens = offered(session, desk?.modules)
  useKeys({
    ...Object.fromEntries(screens.map((s) => ['g Key' + s.letter.toUpperCase(), screen(s.screen)])),
    KeyC: () => compose({}), 'g KeyC': () => compose({}),
    'Shift+Slash': () => setHelp((h) => !h),
    F2: openAlarm, F4: silence, F8: () => { if (locks(session)) lockNow() },
    F9: () => { const next = may('safety') && watch && cease(desk, watch, where.open); if (next) { setDismissed(true); compose(next) } },
  })

  const asked = where.screen === 'signin' ? 'watch' : where.screen
  const here = screens.find((s) => s.screen === asked) ?? screens[0]
  const needsWatch = !!desk && may('watch') && !session?.broken_until && (where.screen === 'signin' || (!desk.officer.on_watch && !dismissed)) && !(here && !here.module && here.screen !== 'watch' && here.screen !== 'record')
  const docked = intent && <Compose key={intent.serial} intent={intent} close={() => setIntent(null)} />
  const Module = here?.module ? shown(desk?.modules).find((s) => s.module === here.screen)?.Screen : here?.Screen
  const aside = docked && (!here?.module && here?.screen !== 'watch' || (here?.screen === 'hotline' && where.tab !== '' && where.tab !== 'log'))
  return (
    <div className={'shell' + (lost ? ' lost' : '') + (intent ? ' composing' : '')}>
      <a className="skip" href="#main">{t('skip')}</a>
      <ClockBar menu={menu} toggleMenu={() => setMenu((m) => !m)} />
      {(desk?.status === 'EXERCISE' || session?.exercise) && <section className="exercise" aria-label={t('status.EXERCISE')}>{t('exercise')}</section>}
      <AlarmStrip alarms={alarms} acknowledge={acknowledge} open={openAlarm} />
      <NavRail help={() => setHelp(true)} />
      <main id="main" tabIndex={-1} className={'main' + (aside ? ' docked' : '')}>
        {!(needsWatch && !intent) && <h1 className="sr">{here ? title(here.screen) : 'Parley'}</h1>}
        <Boundary key={here?.screen}>
        {help && <KeySheet close={() => setHelp(false)} />}
        {needsWatch && !intent ? (
          <TakeWatch done={() => { setDismissed(true); go({ screen: 'watch' }) }} />
        ) : (
          <ShellContext.Provider value={{ compose, docked: aside ? null : docked }}>{Module ? <Module /> : here?.screen === 'watch' ? <Watch /> : here?.screen === 'record' ? <RecordScreen /> : <Empty>{t('screens.none')}</Empty>}</ShellContext.Provider>
        )}
        {menu && <OfficerPanel close={() => setMenu(false)} breakGlass={() => setGlass(true)} />}
        {glass && <BreakGlass close={() => setGlass(false)} />}
        </Boundary>
        {aside && <Boundary><div className="dock">{docked}</div></Boundary>}
      </main>
      <DemoBar />
      <Footer />
      <Announcer alarms={alarms} />
    </div>
  )
}
