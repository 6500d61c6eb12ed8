// Talks: the one text that is negotiated, what is understood and signed, what
// each side will say for itself, and how long nothing has moved.
import type { ReactNode } from 'react'
import { LineList } from '../module/line'
import { Screen, useModule } from '../module/screen'
import { useWhere } from '../nav'
import { Id, Tri, useText } from '../text'
import { CaucusCard, With } from './caucus'
import { Accounts, ReadoutCard } from './readouts'
import { RoundCard, TheClock } from './rounds'
import { StatementCard } from './statement'
import { TextCard } from './text'
import { type Item, KIND, type Talks as Data } from './types'
import { UnderstandingCard } from './understanding'
import './talks.css'

const EMPTY: Data = {
  rounds: [], clock: { last_round: 0, last_move: 0, days_since_round: -1, days_since_move: -1, limit_ms: 0, stalled: false, move: [], next: 0 },
  texts: [], understandings: [], statements: [], readouts: [], divergence: [], caucus: [],
}
const newest = <L extends Item>(lines: L[]) => [...lines].sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at)

export function Talks() {
  const t = useText()
  const { tab } = useWhere()
  const { data, error } = useModule<Data>('talks')
  const all = data ?? EMPTY
  const texts = newest(all.texts)
  const understandings = newest(all.understandings)
  const statements = newest(all.statements)
  const rounds = newest(all.rounds)
  const readouts = newest(all.readouts)
  const caucus = newest(all.caucus)
  const views: Record<string, { codes: string[]; lines: Item[]; list: ReactNode; rest: ReactNode }> = {
    '': {
      codes: [KIND.text], lines: texts,
      list: <LineList module="talks" lines={texts} none={t('talks.none')} subject={(x) => <Tri text={x.title} />}
        marks={(x) => <><span className="mark">{t('talks.draft.n', { n: x.draft })}</span> <Brackets n={x.open_brackets} /></>} />,
      rest: texts[0] ? <TextCard text={texts[0]} /> : null,
    },
    statements: {
      codes: [KIND.statement], lines: statements,
      list: <LineList module="talks" lines={statements} none={t('talks.none')} subject={(x) => <Tri text={x.text} />}
        marks={(x) => <span className="mark">{t('talks.signed.of', { n: Object.keys(x.signed).length, all: Object.keys(x.signed).length + x.missing.length })}</span>} />,
      rest: statements[0] ? <StatementCard statement={statements[0]} /> : null,
    },
    understandings: {
      codes: [KIND.understanding], lines: understandings,
      list: <LineList module="talks" lines={understandings} none={t('talks.none')} subject={(x) => <Tri text={x.text} />}
        marks={(x) => <span className="mark">{t('talks.duties.of', { n: x.duties.filter((d) => d.done).length, all: x.duties.length })}</span>} />,
      rest: <p className="muted">{t('talks.understandings.what')}</p>,
    },
    rounds: {
      codes: [KIND.round], lines: rounds,
      list: <LineList module="talks" lines={rounds} none={t('talks.none')} subject={(x) => <Tri text={x.agenda} />}
        marks={(x) => x.substantive && <span className="mark ok">{t('talks.moved')}</span>} />,
      rest: <TheClock clock={all.clock} />,
    },
    readouts: {
      codes: [KIND.readout], lines: readouts,
      list: <LineList module="talks" lines={readouts} none={t('talks.none')} subject={(x) => <bdi lang={x.text.lang}>{x.text.text}</bdi>}
        marks={(x) => x.short && <span className="mark warn">{t('talks.short')}</span>} />,
      rest: <Accounts talks={all} />,
    },
    caucus: {
      codes: [KIND.caucus], lines: caucus,
      list: <LineList module="talks" lines={caucus} none={t('talks.none')} subject={(x) => <bdi lang={x.text.lang}>{x.text.text}</bdi>} marks={(x) => <With note={x} />} />,
      rest: <p className="note warn">{t('talks.caucus.what')}</p>,
    },
  }
  const view = views[tab] ?? views['']
  const title = (name: string, count: number) => <>{t(`talks.${name}` as 'talks.texts')}{count > 0 && <Id className="small muted">{count}</Id>}</>
  return (
    <Screen module="talks" codes={view.codes} order={view.lines.map((x) => x.key)} ready={!!data} error={error} list={view.list} rest={view.rest}
      tools={all.clock.stalled && tab !== 'rounds' && <span className="chip warn">{t('talks.stalemate')}</span>}
      tabs={[
        { tab: '', title: title('texts', texts.length) },
        { tab: 'statements', title: title('statements', statements.length) },
        { tab: 'understandings', title: title('understandings', understandings.length) },
        { tab: 'rounds', title: title('rounds', rounds.length) },
        { tab: 'readouts', title: title('readouts', readouts.length) },
        { tab: 'caucus', title: title('caucus', caucus.length) },
      ]}
      detail={(key) => {
        const of = <L extends Item>(lines: L[]) => lines.find((x) => x.key === key)
        const [text, statement, understanding, round, readout, note] = [of(texts), of(statements), of(understandings), of(rounds), of(readouts), of(caucus)]
        return text ? <TextCard text={text} opened /> : statement ? <StatementCard statement={statement} opened /> : understanding ? <UnderstandingCard understanding={understanding} />
          : round ? <RoundCard round={round} clock={all.clock} /> : readout ? <ReadoutCard readout={readout} talks={all} /> : note ? <CaucusCard note={note} /> : null
      }} />
  )
}

/** How many places of a text are not agreed. */
export function Brackets({ n }: { n: number }) {
  const t = useText()
  return <span className={'mark' + (n ? ' warn' : ' ok')}>{t('talks.brackets.n', { n })}</span>
}
