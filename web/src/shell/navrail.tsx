import { useLive } from '../live'
import { go, useWhere } from '../nav'
import { Kbd } from '../parts'
import { GROUPS, offered } from '../screens'
import { useText, useTitle } from '../text'

/** The navigation: only what exists at this desk. */
export function NavRail({ help }: { help: () => void }) {
  const t = useText()
  const title = useTitle()
  const { screen } = useWhere()
  const { session, watch, desk } = useLive()
  const all = offered(session, desk?.modules)
  const count: Record<string, number | undefined> = { watch: watch?.answer_now.length, movement: watch?.alarms.filter((a) => a.kind === 'lost-contact').length }
  return (
    <nav className="rail" aria-label={t('nav')}>
      {GROUPS.filter((g) => all.some((s) => s.group === g)).map((g) => (
        <div key={g} className="group">
          <h2>{t(g)}</h2>
          {all.filter((s) => s.group === g).map((s) => (
            <button key={s.screen} type="button" aria-current={screen === s.screen ? 'page' : undefined} onClick={() => go({ screen: s.screen, tab: '', open: '' })}>
              <span className="name">{title(s.screen)}</span>
              {count[s.screen] ? <span className="count">{count[s.screen]}</span> : null}
              <Kbd>{`g ${s.letter}`}</Kbd>
            </button>
          ))}
        </div>
      ))}
      <span className="grow" />
      <button type="button" onClick={help}><span className="name">{t('nav.keys')}</span><Kbd>?</Kbd></button>
    </nav>
  )
}
