// The way past each other: what would part the two (computed, nobody's word),
// and what they propose, counter, accept and decline.
import { useState } from 'react'
import type { Free } from '../api'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { revise } from '../compose/prefill'
import { Card, FactList, RecordLink } from '../module/parts'
import { useShell } from '../module/shell'
import { go } from '../nav'
import { At, DeskName, DeskNames, Kbd } from '../parts'
import { useMayFile } from '../session/may'
import { Id, Tri, useText } from '../text'
import { band, type Conflict, type Notice, type Offer, type Suggestion } from './types'
import { Window } from './window'

export const PROPOSE = 'deconfliction.propose/2'
export const ACCEPT = 'deconfliction.accept/1'
export const DECLINE = 'deconfliction.decline/1'
export const DECIDE = 'deconfliction.decide/1'

/** What is settled: a conflict, or a meeting of which a side is blind, which rests on no notice that both hold. */
type Clash = Pick<Conflict, 'key' | 'to' | 'from' | 'open' | 'state' | 'proposals'> & { causes?: string[]; head?: string }
interface Props { clash: Conflict; notices: Notice[] }

/** Opens the form of a proposal, or of one that answers another. */
export function usePropose(clash: Clash) {
  const { desk } = useLive()
  const { compose } = useShell()
  const to = audience(clash, desk?.desk)
  return (notice: string, whose: string, volumes: Notice['volumes'], instead?: Offer, more: { text?: Free; note?: string } = {}) => compose({
    code: PROPOSE, about: clash.key, to, cites: [...(clash.causes ?? [clash.head!]), ...(instead ? [instead.ref] : [])], note: more.note,
    values: { notice, desk: whose, ...(volumes.length ? { volumes } : {}), ...(more.text ? { text: more.text } : {}), ...(instead ? { instead: instead.hash } : {}) },
  })
}

/** Everybody who holds it, but this desk. */
const audience = (clash: Clash, own: string | undefined) => [...new Set([...clash.to, ...(clash.from ? [clash.from] : [])])].filter((d) => d !== own)

/** The newest proposal of another that stands and that this desk has not answered. */
export const toAnswer = (clash: Pick<Clash, 'proposals'>, own: string) => clash.proposals.findLast((p) => p.by !== own && !p.declined_by.length && !p.accepted_by.includes(own))

export function Suggestions({ clash, notices, deciding }: Props & { deciding: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const { docked } = useShell()
  const may = useMayFile()
  const propose = usePropose(clash)
  const own = desk?.desk ?? ''
  const party = notices.some((n) => n.from === own)
  const can = may(PROPOSE) && (party || desk?.members.find((m) => m.desk === own)?.role === 'supervisor')
  const list = clash.suggestions.slice(0, 9)
  const answering = toAnswer(clash, own)
  const use = (s: Suggestion) => propose(s.notice, s.desk, s.volumes, party ? answering : undefined)
  useKeys(Object.fromEntries(list.map((s, i) => [`Digit${i + 1}`, () => use(s)])), can && !docked)
  return (
    <Card title={t('deconfliction.suggestions')} aside={<span className="muted small">{t('deconfliction.suggestions.what')}</span>}>
      {!list.length && <p className="muted">{t('deconfliction.suggestions.none')}</p>}
      <ol className="suggestions">
        {list.map((s, i) => (
          <li key={i}>
            <Kbd>{String(i + 1)}</Kbd>
            <span><DeskName id={s.desk} short /> <Id>{s.notice}</Id> <b>{t(`deconfliction.suggest.${s.how}`, { n: s.how === 'time' ? s.minutes : s.how === 'height' ? s.metres : s.area_pct })}</b>
              {s.volumes[0] && <Window span={s.volumes[0].windows[0]} height={band(s.volumes[0])} />}</span>
            <span className="muted small">{t('deconfliction.cost', { n: (s.cost / 10).toFixed(0) })}</span>
            {can && <button type="button" className={i === 0 ? 'primary' : ''} onClick={() => use(s)}>{t(answering && party ? 'deconfliction.counter-with' : 'deconfliction.propose-this')}</button>}
          </li>
        ))}
      </ol>
      {can && <div className="actions">{notices.map((n) => <button key={n.key} type="button" onClick={() => propose(n.number, n.from, n.volumes)}>{t('deconfliction.propose', { number: n.number })}</button>)}</div>}
      {deciding && !party && <p className="muted small">{t('deconfliction.decision.may')}</p>}
    </Card>
  )
}

const MOST = 6 // volumes of one proposal that are listed

export function Proposals({ clash, notices }: { clash: Clash; notices: Notice[] }) {
  const t = useText()
  const { desk } = useLive()
  if (!clash.proposals.length) return <p className="muted">{t('deconfliction.no-proposal')}</p>
  const newest = toAnswer(clash, desk?.desk ?? '')
  return <>{clash.proposals.map((p) => <Proposal key={p.ref} clash={clash} offer={p} keyed={p === newest} notice={notices.find((n) => n.number === p.notice || n.key === p.notice)} />)}</>
}

/** One proposal, what was said to it, and what this desk may say. */
function Proposal({ clash, offer, notice, keyed }: { clash: Clash; offer: Offer; notice?: Notice; keyed: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const { compose, docked } = useShell()
  const may = useMayFile()
  const propose = usePropose(clash)
  const [busy, setBusy] = useState(false)
  const own = desk?.desk ?? ''
  const party = (!!notice || !clash.causes) && desk?.members.find((m) => m.desk === own)?.role === 'party'
  const answered = offer.by === own || [...offer.accepted_by, ...offer.declined_by].includes(own)
  const to = audience(clash, own)
  const mine = notice?.from === own && clash.state === 'accepted' && !offer.declined_by.length
  const answer = (kind: string) => compose({ code: kind, about: clash.key, to, cites: [offer.ref, ...(clash.head ? [clash.head] : [])], values: { hash: offer.hash } })
  const counter = () => propose(offer.notice, offer.desk, offer.volumes, offer, clash.causes ? {} : { note: t(offer.desk === own ? 'deconfliction.blind.note.own' : 'deconfliction.blind.note.other') })
  const can = clash.open && party && !answered
  useKeys(can && keyed ? { ...(may(ACCEPT) ? { KeyE: () => answer(ACCEPT) } : {}), ...(may(DECLINE) ? { KeyN: () => answer(DECLINE) } : {}), ...(may(PROPOSE) ? { KeyO: counter } : {}) } : {}, can && keyed && !docked)
  // The sentence names the notice by its key; people know it by its number.
  const called = notice?.number ?? (offer.notice.includes(':') ? t('deconfliction.blind.unseen') : '')
  const numbered = called ? Object.fromEntries(Object.entries(offer.text).map(([l, words]) => [l, words.replace(notice?.key ?? offer.notice, called)])) : offer.text
  const moved = offer.volumes.slice(0, MOST)
  const change = async () => {
    setBusy(true)
    try { compose(await revise(desk, notice!.key, { ...(offer.volumes.length ? { volumes: offer.volumes } : {}), ...(offer.window[0] ? { window: offer.window[0] } : {}), ...(offer.height[0] ? { height: offer.height[0] } : {}) })) } catch { go({ open: notice!.key }) } finally { setBusy(false) }
  }
  const key = (k: string) => keyed && <Kbd>{k}</Kbd>
  return (
    <section className="panel proposal">
      <p><DeskName id={offer.by} short /> <Tri text={numbered} ids /> <At ms={offer.at} /> <RecordLink id={offer.ref} /></p>
      <FactList rows={[
        ...moved.map((v, i): [React.ReactNode, React.ReactNode] => [<>{t('deconfliction.window')}{moved.length > 1 && <Id> {i + 1}</Id>}</>, <Window span={v.windows[0]} height={band(v)} />]),
        offer.volumes.length > MOST && [t('deconfliction.window'), <Id>+{offer.volumes.length - MOST}</Id>],
        !!(offer.window[0] || offer.height[0]) && [t('deconfliction.window'), <Window span={offer.window[0]} height={offer.height[0]} />],
        [t('deconfliction.accepted-by'), <DeskNames ids={[...new Set([...(notice || offer.accepted_by.length || desk?.members.find((m) => m.desk === offer.by)?.role === 'party' ? [offer.by] : []), ...offer.accepted_by])]} />],
        offer.declined_by.length > 0 && [t('deconfliction.declined-by'), <DeskNames ids={offer.declined_by} />],
      ]} />
      {(can || clash.open && mine) && (
        <div className="actions">
          {can && may(ACCEPT) && <button type="button" className="primary" onClick={() => answer(ACCEPT)}>{t('deconfliction.accept')} {key('E')}</button>}
          {can && may(PROPOSE) && <button type="button" onClick={counter}>{t('deconfliction.counter')} {key('O')}</button>}
          {can && may(DECLINE) && <button type="button" onClick={() => answer(DECLINE)}>{t('deconfliction.decline')} {key('N')}</button>}
          {mine && <button type="button" className="primary" disabled={busy} onClick={change}>{t('deconfliction.change', { number: notice.number })}</button>}
        </div>
      )}
    </section>
  )
}
