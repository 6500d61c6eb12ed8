import { useLive } from '../live'
import { go, type Screen, useWhere } from '../nav'
import { Kbd } from '../parts'
import { type Key, useText } from '../text'

const SCREENS: { group: Key; screens: { screen: Screen; key: string }[] }[] = [
  { group: 'nav.onwatch', screens: [{ screen: 'watch', key: 'g w' }, { screen: 'hotline', key: 'g h' }] },
  { group: 'nav.accountability', screens: [{ screen: 'record', key: 'g v' }] },
]

/** The navigation: only what exists. */
export function NavRail({ help }: { help: () => void }) {
  const t = useText()
  const { screen } = useWhere()
  const { watch } = useLive()
  const count: Partial<Record<Screen, number>> = { watch: watch?.answer_now.length }
  return (
    <nav className="rail" aria-label={t('nav')}>
      {SCREENS.map((g) => (
        <div key={g.group} className="group">
          <h2>{t(g.group)}</h2>
          {g.screens.map((s) => (
            <button key={s.screen} type="button" aria-current={screen === s.screen ? 'page' : undefined} onClick={() => go({ screen: s.screen, tab: '' })}>
              <span className="name">{t(`nav.${s.screen}` as Key)}</span>
              {count[s.screen] ? <span className="count">{count[s.screen]}</span> : null}
              <Kbd>{s.key}</Kbd>
            </button>
          ))}
        </div>
      ))}
      <span className="grow" />
      <button type="button" onClick={help}><span className="name">{t('nav.keys')}</span><Kbd>?</Kbd></button>
    </nav>
  )
}
