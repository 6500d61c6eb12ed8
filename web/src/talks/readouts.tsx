// What each desk will say for itself, announced before it is said, beside what
// was said together. The software lists where they part; people say why.
import { left } from '../clock'
import { Languages } from '../module/languages'
import { Card, FactList, MatterLink, RecordLink } from '../module/parts'
import { At, DeskName, DeskNames, Empty } from '../parts'
import { FreeText, Id, useText } from '../text'
import type { Divergence, Readout, Source, Talks } from './types'

export function ReadoutCard({ readout: r, talks }: { readout: Readout; talks: Talks }) {
  const t = useText()
  return (
    <>
      <Card title={t('talks.readout')} tone={r.short ? 'warn' : ''} aside={r.short && <span className="mark warn">{t('talks.short')}</span>}>
        <FactList rows={[
          [t('talks.planned'), <At ms={r.planned} />],
          [t('talks.notice'), <Id>{left(r.notice_ms)}</Id>],
          r.claims.length > 0 && [t('talks.claims'), <ul>{r.claims.map((c) => <li key={c}><bdi>{c}</bdi></li>)}</ul>],
        ]} />
      </Card>
      {r.of && <Accounts talks={talks} of={r.of} />}
    </>
  )
}

/** The read-outs of one joint statement, or of each, side by side with it. */
export function Accounts({ talks, of }: { talks: Talks; of?: string }) {
  const t = useText()
  const keys = of ? [of] : [...new Set(talks.readouts.map((r) => r.of).filter(Boolean))]
  if (!keys.length) return <p className="muted">{t('talks.accounts.none')}</p>
  return <>{keys.map((key) => <Account key={key} of={key} talks={talks} />)}</>
}

function Account({ of, talks }: { of: string; talks: Talks }) {
  const t = useText()
  const statement = talks.statements.find((s) => s.key === of)
  const said = talks.readouts.filter((r) => r.of === of && r.state !== 'cancelled' && !r.contested).sort((a, b) => a.from.localeCompare(b.from) || a.at - b.at)
  const parted = talks.divergence.filter((d) => d.statement === of)
  return (
    <Card title={t('talks.accounts')} aside={statement && <MatterLink id={of}><Id>{statement.number}</Id></MatterLink>}>
      <div className="accounts">
        {said.map((r) => (
          <section key={r.key} className="panel" aria-label={r.number}>
            <h4 className="row"><DeskName id={r.from} /> <MatterLink id={r.key}><Id>{r.number}</Id></MatterLink></h4>
            <FreeText free={r.text} className="small" />
          </section>
        ))}
      </div>
      {statement ? <details><summary className="small">{t('talks.joint')}</summary><Languages text={statement.text} /></details> : <p className="note">{t('talks.joint.unknown')}</p>}
      <Parted list={parted} joint={!!statement} />
    </Card>
  )
}

/** Claim by claim: in whose read-out, not in whose, and whether in the joint text. */
function Parted({ list, joint }: { list: Divergence[]; joint: boolean }) {
  const t = useText()
  if (!list.length) return <Empty>{t('talks.parted.none')}</Empty>
  return (
    <div className="wide" role="group" tabIndex={0} aria-label={t('talks.divergence')}>
      <table className="parted">
        <caption>{t('talks.divergence')}</caption>
        <thead><tr><th>{t('talks.claim')}</th><th>{t('talks.in')}</th><th>{t('talks.absent')}</th><th>{t('talks.joint')}</th><th>{t('talks.sources')}</th></tr></thead>
        <tbody>
          {list.map((d) => (
            <tr key={d.claim}>
              <th scope="row"><bdi>{d.claim}</bdi></th>
              <td>{d.in.length ? <DeskNames ids={d.in} /> : '–'}</td>
              <td>{d.missing.length ? <DeskNames ids={d.missing} /> : '–'}</td>
              <td>{!joint ? <span className="muted">{t('talks.unknown')}</span> : d.joint ? <>✓ {t('talks.yes')}</> : <>– {t('talks.no')}</>}</td>
              <td>{d.sources.filter((s) => s.has).map((s, i) => <Said key={i} source={s} />)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Said({ source: s }: { source: Source }) {
  const t = useText()
  return (
    <p className="saidby">
      {s.desk ? <DeskName id={s.desk} short /> : <span className="muted small">{t('talks.joint')}</span>}{' '}
      {s.said ? <q lang={s.lang}><bdi>{s.said}</bdi></q> : <span className="muted">{t('talks.listed')}</span>} <RecordLink id={s.record} />
    </p>
  )
}
