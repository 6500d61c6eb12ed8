// The channels: what each pair of desks can say of its line, with the
// evidence. A suspension is declared by a desk, never found by the software.
import type { Channel } from '../api'
import type { Intent } from '../compose/compose'
import { template } from '../compose/prefill'
import { useFetched, useLive } from '../live'
import { go } from '../nav'
import { At, DeskName, DeskNames, Empty, Panel } from '../parts'
import { Id, type Key, plain, Tri, useLang, useText } from '../text'

export function ChannelsTab({ compose }: { compose: (i: Intent) => void }) {
  const t = useText()
  const lang = useLang()
  const { desk, lost } = useLive()
  const { data } = useFetched<{ channels: Channel[] }>('/channels')
  const form = template(desk, 'CHSTATE')
  const declare = (wanted: RegExp) => {
    const state = form?.fields.find((f) => f.choices?.some((c) => wanted.test(c.value)))
    const value = state?.choices?.find((c) => wanted.test(c.value))?.value
    compose({ code: 'CHSTATE', values: state ? { [state.name]: value } : {} })
  }
  return (
    <div className="scroll page">
      <div className="row">
        <button type="button" disabled={!form || lost} onClick={() => declare(/suspend/)}>{t('channel.suspend')}</button>
        <button type="button" disabled={!form || lost} onClick={() => declare(/restore|resume|up/)}>{t('channel.restore')}</button>
        <span className="muted">{t('channel.what')}</span>
      </div>
      {data?.channels.map((c) => (
        <Panel key={c.pair.join()} title={<DeskNames ids={c.pair} />} aside={<span className={'chip ' + (c.state === 'up' ? 'ok' : c.state === 'degraded' ? 'warn' : 'bad')}>{t(`link.${c.state}` as Key)}</span>}>
          <dl className="facts">
            {c.since > 0 && <div><dt>{t('since')}</dt><dd><At ms={c.since} /></dd></div>}
            <div><dt>{t('channel.cause')}</dt><dd>{typeof c.cause === 'string' ? c.cause || '–' : plain(c.cause, lang) ? <Tri text={c.cause} ids /> : '–'}</dd></div>
            <div><dt>{t('channel.confidence')}</dt><dd>{t(`sureness.${c.confidence}` as Key)}</dd></div>
            {c.declared_by && <div><dt>{t('channel.declared')}</dt><dd><DeskName id={c.declared_by} /></dd></div>}
            <div><dt>{t('channel.evidence')}</dt><dd>{c.evidence.length ? c.evidence.map((ref) => <button key={ref} type="button" className="ref" onClick={() => go({ screen: 'record', tab: ref })}><Id>{ref}</Id></button>) : '–'}</dd></div>
          </dl>
          {c.history.length > 0 && (
            <details>
              <summary>{t('channel.history', { n: c.history.length })}</summary>
              <ul className="lines">{c.history.map((h, i) => <li key={i}><span><At ms={h.at} /> {h.by && <DeskName id={h.by} short />}</span><span>{t(`link.${h.state}` as Key)} {h.ref && <Id className="small muted">{h.ref}</Id>}</span></li>)}</ul>
            </details>
          )}
        </Panel>
      ))}
      {data && !data.channels.length && <Empty>{t('channels.none')}</Empty>}
    </div>
  )
}
