// A notice before its matter: lead time, windows and heights, what it meets,
// how it stands to the limits, and what nobody here has checked.
import { path } from '../api'
import { dtg, left } from '../clock'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { StateChip } from '../module/line'
import { Sketch } from '../module/map'
import { Card, FactList, MatterLink } from '../module/parts'
import { go } from '../nav'
import { At, DeskName, Kbd } from '../parts'
import { Id, useText } from '../text'
import { isBlind } from './blind'
import { Band } from './heights'
import { Limits } from './limits'
import { shapesOf, useTone } from './shapes'
import { type Board, type Notice, windowsOf } from './types'

export function NoticeDetail({ id, known }: { id: string; known: Notice[] }) {
  const { data } = useFetched<Board>('/deconfliction?notice=' + path(id))
  const notice = data?.notices[0]
  return notice ? <><NoticeCard notice={notice} board={data!} /><Limits id={id} known={known} /></> : null
}

function NoticeCard({ notice, board }: { notice: Notice; board: Board }) {
  const t = useText()
  const tone = useTone()
  const { desk } = useLive()
  useKeys({ KeyI: () => go({ tab: 'card' }) })
  const windows = windowsOf(notice)
  const blind = isBlind(notice)
  const check = notice.check[0]
  const warned = notice.flag === 'short-notice' || notice.flag === 'post-facto'
  return (
    <Card title={t('deconfliction.notice')} tone={warned ? 'warn' : ''} aside={<>
      {notice.flag && notice.live && <span className={'mark ' + (warned ? 'warn' : '')}>{t(`deconfliction.flag.${notice.flag}`)}</span>}
      {notice.outside && <span className="mark warn">{t('deconfliction.flag.outside')}</span>}
      <button type="button" onClick={() => go({ tab: 'card' })}>{t('deconfliction.card')} <Kbd>I</Kbd></button></>}>
      {notice.state === 'check-pending' && <p className="note warn"><b>{t('deconfliction.not-checked')}</b> {t('deconfliction.not-checked.what')}</p>}
      {notice.state === 'check-held' && <p className="note warn"><b>{t('deconfliction.not-checked')}</b> {t('deconfliction.held.what')}</p>}
      {blind && <p className="note"><b>{t('deconfliction.blind')}</b> {t('deconfliction.blind.what')}</p>}
      {notice.confidentiality === 'buffered' && <p className="muted small">{t('deconfliction.buffered')}</p>}
      {notice.live && board.unchecked.filter((u) => u.desk !== desk?.desk).map((u) => <p className="note warn" key={u.desk}>{t('deconfliction.unchecked-since', { since: u.since ? dtg(u.since) : '–' })} <DeskName id={u.desk} /></p>)}
      <div className="beside">
        <FactList rows={[
          [t('deconfliction.lead'), <>{notice.flag === 'unreceived' ? <>{t('deconfliction.at-most')} <Id>{left(notice.lead_so_far_ms)}</Id></> : <Id>{left(notice.lead_ms)}</Id>} <span className="muted">{t('deconfliction.lead-agreed')} <Id>{left(notice.lead_agreed_ms)}</Id></span></>],
          check && [t('deconfliction.checked'), <>{t(`deconfliction.checked.${check.result as 'clear'}`)}{blind && <span className="muted">{t('deconfliction.probed', { n: check.answers, m: check.withdrawn })}</span>}</>],
          windows.length > 0 && [t('deconfliction.windows'), <Windows list={windows} />],
          ...notice.volumes.slice(0, 6).map((v, i): [React.ReactNode, React.ReactNode] => [<>{t('deconfliction.height')}{notice.volumes.length > 1 && <Id> {i + 1}</Id>}</>, <Band volume={v} />]),
          notice.answers.length > 0 && [t('deconfliction.answers'), <ul>{notice.answers.map((a, i) => <li key={i} className="pair">{a.desk ? <DeskName id={a.desk} /> : <><bdi>{a.name}</bdi> <DeskName id={a.through} short /></>} <span className={'mark ' + (GRAVE.includes(a.status) ? 'warn' : '')}>{t(`deconfliction.answer.${a.status as 'noted'}`)}</span> {a.at > 0 && <At ms={a.at} />}</li>)}</ul>],
          notice.conflicts.length > 0 && [t('deconfliction.conflicts'), board.conflicts.filter((c) => c.open).map((c) => <span key={c.key} className="pair"><MatterLink id={c.key}><Id>{c.number}</Id></MatterLink><StateChip module="deconfliction" state={c.state} tone="warn" /></span>)],
        ]} />
        {notice.volumes.length > 0 && <Sketch label={notice.number} shapes={shapesOf(notice, tone)} height={220} />}
      </div>
      <p className="muted small">{t('deconfliction.no-permission')}</p>
    </Card>
  )
}

/** The answers that stop or change what was planned. */
const GRAVE = ['denied', 'objects', 'conditions']

function Windows({ list }: { list: { from: number; until: number }[] }) {
  const t = useText()
  const line = (w: { from: number; until: number }, i: number) => <li key={i}><bdi dir="ltr"><Id>{dtg(w.from)}</Id> – <Id>{dtg(w.until)}</Id></bdi></li>
  if (list.length <= 4) return <ul>{list.map(line)}</ul>
  return <details><summary>{t('deconfliction.n-windows', { n: list.length })}</summary><ul>{list.map(line)}</ul></details>
}
