// The two clocks: acknowledge receipt within, answer within. Ours first; for
// what we sent, the clocks of the desks that owe us.
import type { Matter, Waiting } from '../api'
import { useLive } from '../live'
import { At, Countdown, DeskName, firstDue, Progress } from '../parts'
import { useText } from '../text'
import { Tri } from '../text'
import { Level } from '../watch/queue'

export function Clocks({ matter }: { matter: Matter }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const mine = matter.columns.find((c) => c.desk === own)
  const addressed = matter.from !== own
  const ack = firstDue(matter.waiting, (w) => w.for === 'received' && (!addressed || w.desk === own))
  const answer = firstDue(matter.waiting, (w) => w.for !== 'received' && w.for !== 'delivered' && (!addressed || w.desk === own))
  const undelivered = firstDue(matter.waiting, (w) => w.for === 'delivered')
  return (
    <div className="clocks">
      {undelivered && <Clock wait={undelivered} own={own} title={t('clock.delivered')} />}
      {ack ? <Clock wait={ack} own={own} title={t('clock.received')} />
        : addressed && mine?.received ? <div className="panel done"><h3>{t('clock.received.done')}</h3><p className="big"><At ms={mine.received.at} /></p></div> : null}
      {answer ? <Clock wait={answer} own={own} title={<Tri text={answer.for_name} />} />
        : addressed && mine?.position ? <div className="panel done"><h3>{t('clock.position.done')}</h3><p className="big"><At ms={mine.position.at} /></p></div> : null}
    </div>
  )
}

function Clock({ wait, own, title }: { wait: Waiting; own: string; title: React.ReactNode }) {
  const t = useText()
  return (
    <div className="panel">
      <h3>{title}{wait.desk !== own && <> <DeskName id={wait.desk} short /></>}</h3>
      {wait.due ? <p><Countdown due={wait.due} big /> {wait.level && <span className="mark bad"><Level id={wait.level} /></span>}</p> : <p className="muted">{t('clock.none')}</p>}
      {wait.due ? <Progress since={wait.since} due={wait.due} /> : null}
    </div>
  )
}
