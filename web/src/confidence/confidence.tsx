// Confidence: what was undertaken and how each side sees it, what was delivered
// against what, and steps that are taken at the same moment or not at all.
import { useLive } from '../live'
import { LineList } from '../module/line'
import { ComposeButton, Screen, useModule } from '../module/screen'
import { go, useWhere } from '../nav'
import { DeskNames } from '../parts'
import { Id, Tri, useText } from '../text'
import { EscrowCard } from './escrow'
import { Ledger } from './ledger'
import { Age, MeasureCard } from './measure'
import { type Book, KIND } from './types'
import './confidence.css'

const ESCROW = 'escrow'

export function Confidence() {
  const t = useText()
  const { desk } = useLive()
  const { tab, open } = useWhere()
  const { data, error } = useModule<Book>('confidence')
  const measures = [...(data?.measures ?? [])].sort((a, b) => b.overdue_ms - a.overdue_ms || Number(b.open) - Number(a.open) || (a.in_force_until || a.span.until) - (b.in_force_until || b.span.until))
  const escrows = [...(data?.escrows ?? [])].sort((a, b) => Number(b.open) - Number(a.open) || a.timeout - b.timeout)
  const parties = (desk?.members ?? []).filter((m) => m.role === 'party').map((m) => m.desk)
  const supervisor = desk?.members.find((m) => m.role === 'supervisor')?.desk ?? ''
  const blank = { ar: '', en: '', he: '' }
  // A matter that was opened elsewhere is shown under its own tab.
  const escrow = tab === ESCROW || escrows.some((e) => e.key === open)
  const count = (n: number) => n > 0 && <Id className="small muted">{n}</Id>
  return (
    <Screen module="confidence" order={(escrow ? escrows : measures).map((x) => x.key)} ready={!!data} error={error}
      tools={escrow
        ? <ComposeButton primary code={KIND.escrow} values={{ sides: parties, decides: supervisor, steps: parties.map((d) => ({ desk: d, what: blank })) }} />
        : <ComposeButton primary code={KIND.measure} values={{ obliged: [] }} />}
      tabs={[
        { tab: '', title: <>{t('confidence.measures')} {count(measures.filter((m) => m.open).length)}</> },
        { tab: 'ledger', title: t('confidence.ledger'), page: <Ledger entries={data?.ledger ?? []} measures={measures} /> },
        { tab: ESCROW, title: <>{t('confidence.escrows')} {count(escrows.filter((e) => e.open).length)}</> },
      ]}
      list={escrow
        ? <LineList module="confidence" lines={escrows} none={t('confidence.escrow.none')} subject={(e) => <Tri text={e.pair} />}
            marks={(e) => <span className="mark">{t('confidence.laid-in.of', { n: Object.keys(e.committed).length })}</span>} />
        : <LineList module="confidence" lines={measures} none={t('confidence.none')} subject={(m) => <Tri text={m.title} />}
            marks={(m) => <><DeskNames ids={m.obliged} /> {m.overdue && <Age ms={m.overdue_ms} />}</>} />}
      detail={(key) => {
        const measure = measures.find((m) => m.key === key)
        const exchange = escrows.find((e) => e.key === key)
        return measure ? <MeasureCard measure={measure} all={measures} /> : exchange ? <EscrowCard key={key} escrow={exchange} /> : null
      }}
      rest={escrow
        ? escrows[0] ? <EscrowCard key={escrows[0].key} escrow={escrows[0]} link /> : <p className="muted">{t('confidence.escrow.what')}</p>
        : measures.some((m) => m.overdue) ? <Overdue measures={measures.filter((m) => m.overdue)} /> : <p className="muted">{t('confidence.what')}</p>} />
  )
}

/** What is overdue, the longest first. */
function Overdue({ measures }: { measures: Book['measures'] }) {
  const t = useText()
  return (
    <section className="panel">
      <h3>{t('confidence.overdue.all')}</h3>
      <ul className="lines">{measures.map((m) => (
        <li key={m.key}><button type="button" className="ref" onClick={() => go({ open: m.key })}><Id>{m.number}</Id> <Tri text={m.title} /></button><DeskNames ids={m.obliged} /><Age ms={m.overdue_ms} bar /></li>
      ))}</ul>
    </section>
  )
}
