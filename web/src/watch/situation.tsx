// The situation: links and channels, who has the watch at each desk, and the
// line checks.
import type { Channel, Checks } from '../api'
import { CalledNow } from '../hotline/roster'
import { useFetched, useLive } from '../live'
import { go } from '../nav'
import { At, DeskName, Empty, Panel, RoleName } from '../parts'
import { Called } from './called'
import { Id, type Key, plain, Tri, useLang, useText } from '../text'

const stateClass = (state: string) => (state === 'up' ? 'ok' : state === 'degraded' ? 'warn' : 'bad')

export function Situation() {
  const t = useText()
  const lang = useLang()
  const { watch } = useLive()
  const { data: channels } = useFetched<{ channels: Channel[] }>('/channels')
  return (
    <aside className="pane situation" aria-label={t('situation')}>
      <header><h2>{t('situation')}</h2></header>
      <div className="scroll">
        <Panel title={t('links')}>
          <ul className="lines">
            {watch?.links.map((l) => (
              <li key={l.desk + l.via}>
                <DeskName id={l.desk} />
                <span className={'chip ' + stateClass(l.state)}>{t(`link.${l.state}` as Key)}</span>
                <span className="muted small detail">
                  {l.since > 0 && <>{t('since')} <At ms={l.since} /> </>}
                  {l.via !== 'direct' && <>{t('link.via')} <DeskName id={l.via} short /></>}
                  {l.held_here > 0 && <> · {t('link.held', { n: l.held_here })}</>}
                  {l.state !== 'up' && plain(l.cause, lang) && <> · <Tri text={l.cause} /></>}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title={t('channels')} aside={<button type="button" className="quiet" onClick={() => go({ screen: 'hotline', tab: 'channels' })}>{t('show')}</button>}>
          <ul className="lines">
            {channels?.channels.map((c) => (
              <li key={c.pair.join()}>
                <span className="pair">{c.pair.map((d) => <DeskName key={d} id={d} short />)}</span>
                <span className={'chip ' + stateClass(c.state)}>{t(`link.${c.state}` as Key)}</span>
              </li>
            ))}
            {channels && !channels.channels.length && <li><Empty>{t('channels.none')}</Empty></li>}
          </ul>
        </Panel>
        <OnWatch />
        {watch && watch.on_call?.some((c) => c.officers.length) && <CalledNow calls={watch.on_call} />}
        <Called />
        <NextCheck />
      </div>
    </aside>
  )
}

function OnWatch() {
  const t = useText()
  const { watch, desk } = useLive()
  return (
    <Panel title={t('onwatch')} aside={<button type="button" className="quiet" onClick={() => go({ screen: 'hotline', tab: 'handover' })}>{t('hotline.handover')}</button>}>
      <ul className="lines">
        {desk?.members.map((m) => {
          const held = watch?.on_watch[m.desk]
          return (
            <li key={m.desk}>
              <span><DeskName id={m.desk} /></span>
              {held ? <Id className="small muted">{held.languages.join(' ').toUpperCase()}</Id> : <span className="chip warn">{t('onwatch.none')}</span>}
              {held && <span className="muted small detail">{held.officer ? <Id>{held.officer}</Id> : <RoleName role={held.role} />} {held.taken === false && <span className="chip">{t('hotline.roster.planned')}</span>} · {t('until')} <At ms={held.to} /></span>}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function NextCheck() {
  const t = useText()
  const { data } = useFetched<Checks>('/checks')
  const last = data?.checks[0]
  const missed = data?.checks.filter((c) => c.result === 'missed').length ?? 0
  return (
    <Panel title={t('checks')} aside={<button type="button" className="quiet" onClick={() => go({ screen: 'hotline', tab: 'checks' })}>{t('show')}</button>}>
      {last ? (
        <p className="line">
          <At ms={last.at} /> <DeskName id={last.from} short />
          <span className={'chip ' + (last.result === 'missed' ? 'bad' : last.result === 'answered' ? 'ok' : 'warn')}>{t(`check.${last.result}` as Key)}</span>
          {missed > 0 && <span className="bad small">{t('check.missed.n', { n: missed })}</span>}
        </p>
      ) : <Empty>{t('checks.none')}</Empty>}
    </Panel>
  )
}
