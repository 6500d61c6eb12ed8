// Rounds of talks, and the two clocks: since they last met, and since anything
// last moved. They are often told apart only afterwards.
import { dtg } from '../clock'
import { revise } from '../compose/prefill'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { Languages } from '../module/languages'
import { Card, FactList, MatterLink } from '../module/parts'
import { useShell } from '../module/shell'
import { Progress } from '../parts'
import { FreeText, Id, useText } from '../text'
import { type Clock, KIND, type Round } from './types'

const day = 86_400_000

export function TheClock({ clock: c }: { clock: Clock }) {
  const t = useText()
  const move = c.move[0]
  return (
    <Card title={t('talks.clocks')} tone={c.stalled ? 'warn' : ''} aside={<span className={'mark ' + (c.stalled ? 'warn' : '')}>{c.stalled ? t('talks.stalemate') : t('talks.moving')}</span>}>
      <div className="clockpair">
        <section className="panel"><h4>{t('talks.since.round')}</h4><p className="big">{c.days_since_round < 0 ? t('talks.move.none') : t('talks.days.n', { n: c.days_since_round })}</p><p className="muted small">{c.last_round ? <Id>{dtg(c.last_round)}</Id> : '–'}</p></section>
        <section className="panel"><h4>{t('talks.since.move')}</h4><p className="big">{c.days_since_move < 0 ? t('talks.move.none') : t('talks.days.n', { n: c.days_since_move })}</p>
          <p className="muted small">{move ? <>{t(`talks.move.${move.what}` as 'talks.move.round')} <MatterLink id={move.key}><Id>{move.number}</Id></MatterLink> <Id>{dtg(move.at)}</Id></> : '–'}</p></section>
      </div>
      {c.limit_ms > 0 && c.last_move > 0 && <Progress since={c.last_move} due={c.last_move + c.limit_ms} />}
      <p>{!c.limit_ms ? t('talks.limit.none') : c.stalled ? t('talks.limit.passed', { n: Math.floor(c.limit_ms / day) }) : t('talks.limit', { n: Math.floor(c.limit_ms / day) })}</p>
      <FactList rows={[[t('talks.next'), c.next ? <Id>{dtg(c.next)}</Id> : <span className="muted">{t('talks.next.none')}</span>]]} />
      <p className="muted small">{t('talks.clocks.what')}</p>
    </Card>
  )
}

export function RoundCard({ round: r, clock }: { round: Round; clock: Clock }) {
  const t = useText()
  const { desk, lost } = useLive()
  const { compose } = useShell()
  const write = async () => compose(await revise(desk, r.key))
  return (
    <>
      <Card title={t('talks.round')} aside={r.substantive && <span className="mark ok">{t('talks.moved')}</span>}>
        <FactList rows={[
          [t('talks.when'), <Id>{`${dtg(r.starts)} – ${dtg(r.ends)}`}</Id>],
          [t('talks.who-meets'), <ChoiceName kind={KIND.round} field="level" value={r.level} />],
          r.place[0] && [t('talks.where'), <FreeText free={r.place[0]} className="small" />],
          [t('talks.next'), r.next[0] ? <Id>{dtg(r.next[0])}</Id> : <span className="muted">{t('talks.next.none')}</span>],
        ]} />
        <h4>{t('talks.agenda')}</h4>
        <Languages text={r.agenda} />
        <h4>{t('talks.outcome')}</h4>
        {r.outcome[0] ? <Languages text={r.outcome[0]} /> : <p className="muted">{t('talks.outcome.none')}</p>}
        {desk?.desk === r.from && !r.outcome.length && r.state !== 'cancelled' && <div className="actions"><button type="button" className={r.state === 'sitting' ? 'primary' : ''} disabled={lost} onClick={write}>{t('talks.outcome.write')}</button></div>}
      </Card>
      <TheClock clock={clock} />
    </>
  )
}
