// The Watch: what needs an answer, what is open, and how the cell stands.
import { useKeys } from '../keys'
import { useLive } from '../live'
import { MatterPane } from '../matter/matter'
import { useShell } from '../module/shell'
import { go, useWhere } from '../nav'
import { Empty, Kbd } from '../parts'
import { useMay } from '../session/may'
import { useText } from '../text'
import { PresencePrompt } from './presence'
import { Queue } from './queue'
import { Situation } from './situation'

export function Watch() {
  const { compose, docked } = useShell()
  const may = useMay()
  const t = useText()
  const { open } = useWhere()
  const { watch } = useLive()
  const order = watch ? [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info].map((i) => i.key) : []
  const move = (by: number) => {
    const at = order.indexOf(open)
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next })
  }
  useKeys({ KeyJ: () => move(1), KeyK: () => move(-1), Escape: () => go({ open: '' }) }, !docked)
  return (
    <div className={'watch' + (open || docked ? ' opened' : '')}>
      <section className="pane queue" aria-labelledby="queue-title">
        <header>
          <h2 id="queue-title">{t('queue')}</h2>
          {may('file') && <button type="button" className="primary" onClick={() => compose({})}>{t('compose')} <Kbd>C</Kbd></button>}
        </header>
        <PresencePrompt />
        <Queue />
      </section>
      <section className="pane open" aria-label={t('open')}>
        {docked || (open ? <MatterPane key={open} id={open} /> : <Empty>{t('open.none')}</Empty>)}
      </section>
      <Situation />
    </div>
  )
}
