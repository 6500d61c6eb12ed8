// The movement board: who is on the way, which points they have passed and when,
// what is expected next, and of whom nothing was heard (DEC-09). Areas of interest
// are its second view.
import { useEffect } from 'react'
import { deskNow, hms, useNow } from '../clock'
import { minute, template } from '../compose/prefill'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { useShell } from '../module/shell'
import { go, useWhere } from '../nav'
import { DeskName, Empty, Kbd } from '../parts'
import { useRefusal } from '../refusal'
import { useMayFile } from '../session/may'
import { Id, useText } from '../text'
import { Interests } from './interests'
import './movement.css'
import { type Board, delayed, gone, minutesTo, type Movement, standing } from './moving'
import { Row } from './movementrow'

export function MovementScreen() {
  const t = useText()
  const { tab } = useWhere()
  const view = tab === 'interests' ? 'interests' : 'board'
  const tabs: ['board' | 'interests', string][] = [['board', t('deconfliction.move.board')], ['interests', t('deconfliction.move.interests')]]
  return (
    <div className="module module-movement">
      <header className="bar">
        <h2>{t('nav.movement')}</h2>
        <nav className="tabs" aria-label={t('nav.movement')}>
          {tabs.map(([id, title]) => <button key={id} type="button" aria-current={view === id ? 'page' : undefined} onClick={() => go({ tab: id === 'board' ? '' : id, open: '' })}>{title}</button>)}
        </nav>
        <span className="grow" />
        {view === 'board' && <span className="muted small keysaid">{t('deconfliction.move.keys')}</span>}
      </header>
      {view === 'board' ? <MovementBoard /> : <Interests />}
    </div>
  )
}

function MovementBoard() {
  const t = useText()
  const refusal = useRefusal()
  const { open } = useWhere()
  const { data, error } = useFetched<Board>('/deconfliction/movements')
  const write = useWrite()
  const list = data?.movements ?? []
  const chosen = list.find((m) => m.key === open)
  const move = (by: number) => {
    const at = list.findIndex((m) => m.key === open)
    const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next.key })
  }
  useKeys({
    KeyJ: () => move(1), KeyK: () => move(-1), Escape: () => go({ open: '' }),
    KeyI: () => { const m = chosen ?? list[0]; if (m) write.checkIn(m) },
    KeyL: () => { const m = chosen ?? list[0]; if (m) write.lost(m) },
  })
  useEffect(() => { if (open) document.querySelector('.movements > li[data-open]')?.scrollIntoView({ block: 'nearest' }) }, [open])
  return (
    <div className="scroll page">
      {data?.unheard.map((h) => <p key={h.desk} className="note warn"><UnheardOf desk={h.desk} /></p>)}
      {error ? <Empty>{refusal.sentence(error)}</Empty> : !data ? <Empty>{t('loading')}</Empty> : !list.length ? <Empty>{t('deconfliction.move.none')}</Empty> : (
        <ul className="movements">
          {list.map((m) => (
            <Row key={m.key} movement={m} open={m.key === open} clock={<Next movement={m} />} actions={(
              <span className="actions">
                {write.mayCheckIn && m.moving !== 'over' && <button type="button" className={m.key === open ? 'primary' : ''} onClick={() => write.checkIn(m)}>{t('deconfliction.move.checkin')} {m.key === open && <Kbd>I</Kbd>}</button>}
                {write.mayLose && m.moving !== 'over' && <button type="button" onClick={() => write.lost(m)}>{t('deconfliction.move.lostcon')} {m.key === open && <Kbd>L</Kbd>}</button>}
              </span>
            )} adopt={(w) => write.checkIn(m, { point: w.point, at: w.at, by: w.by, ...(w.place[0] ? { place: w.place[0] } : {}), ...(w.condition ? { condition: w.condition } : {}) })} />
          ))}
        </ul>
      )}
      {data?.more && <p className="muted">{t('deconfliction.move.more')}</p>}
    </div>
  )
}

function UnheardOf({ desk }: { desk: string }) {
  const t = useText()
  const [before, after] = t('deconfliction.move.unlinked', { desk: '\u0001' }).split('\u2068\u0001\u2069')
  return <>{before}<DeskName id={desk} />{after}</>
}

const hm = (ms: number) => hms(ms).slice(0, 5) + 'Z'

/** The minutes to the next check-in, ticking; over it, how many; and when contact counts as lost. */
function Next({ movement: m }: { movement: Movement }) {
  const t = useText()
  const now = useNow()
  const s = standing(m, now)
  const n = minutesTo(m.expected, now)
  return (
    <span className={'next moving-' + s}>
      <span className="chip">{t(`deconfliction.move.state.${s}`)}</span>
      {m.next > 0 && s !== 'over' && (
        <>
          <strong>{n > 0 ? t('deconfliction.move.to', { n }) : n === 0 ? t('deconfliction.move.now') : t('deconfliction.move.since', { n: -n })}</strong>
          <span className="muted small">{t('deconfliction.move.next')} <Id>{hm(m.expected)}</Id>{s === 'late' && <>{' · '}{t('deconfliction.move.lost-at', { time: hm(m.overdue) })}</>}</span>
        </>
      )}
      {gone(s) && <span className="sr">{t('deconfliction.move.state.lost')}</span>}
    </span>
  )
}

/** The two forms, with what the board knows filled in. */
function useWrite() {
  const { desk } = useLive()
  const { compose } = useShell()
  const may = useMayFile()
  const forms = { checkIn: template(desk, 'CHKIN'), lost: template(desk, 'LOSTCON') }
  const to = (m: Movement) => [m.from, ...m.to].filter((d) => d !== desk?.desk)
  return {
    mayCheckIn: !!forms.checkIn && may(forms.checkIn.kind),
    mayLose: !!forms.lost && may(forms.lost.kind),
    checkIn: (m: Movement, values: Record<string, unknown> = {}) => {
      if (!forms.checkIn || !may(forms.checkIn.kind) || m.moving === 'over') return
      const now = minute(deskNow())
      compose({ code: 'CHKIN', about: m.key, to: to(m), values: { point: m.next || m.points.length, at: now, by: m.contact[0] ?? '', next: delayed(m, now), ...values } })
    },
    lost: (m: Movement) => {
      if (!forms.lost || !may(forms.lost.kind) || m.moving === 'over') return
      const last = m.last[0]
      compose({ code: 'LOSTCON', about: m.key, to: to(m), values: { point: last?.point ?? 0, at: last?.at ?? Math.min(m.window.from, minute(deskNow())), ...(last?.place[0] ? { place: last.place[0] } : {}) } })
    },
  }
}
