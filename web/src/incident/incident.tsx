// Incidents: what is asked about, what is to be looked at before force is used,
// and what is reported, with each desk's account beside the others.
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { LineList } from '../module/line'
import { Sketch } from '../module/map'
import { Screen, useModule } from '../module/screen'
import { SpanBar } from '../module/time'
import { PlaceName, pointOf } from '../module/where'
import { go, useWhere } from '../nav'
import { At, deskColour, DeskName, Empty } from '../parts'
import { Id, useText } from '../text'
import { NoticeCard, ReportCard } from './report'
import { Asks, CountStrip, QueryCard, RequestCard, Result } from './request'
import './incident.css'
import type { Report, Request, Shown } from './types'

/** What the cards offer themselves. */
const OWN = ['entry', 'fact', 'agree', 'finding', 'attribution', 'answer', 'result', 'explain'].map((x) => `incident.${x}/1`)

const sorted = <L extends { open: boolean; at: number }>(lines: L[] = []) => [...lines].sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at)

export function Incident() {
  const t = useText()
  const { desk } = useLive()
  const { open } = useWhere()
  const { data, error } = useModule<Shown>('incident')
  const reports = sorted(data?.incidents)
  const requests = sorted(data?.requests)
  const queries = sorted(data?.queries)
  const owed = sorted(data?.notices)
  const press = (key: string) => go({ open: key })
  const by = <L extends { key: string }>(list: L[], key: string) => list.find((x) => x.key === key)
  const of = (keys: string[]) => queries.filter((q) => keys.includes(q.key))
  const holds = requests.filter((r) => r.hold && (r.open || r.hold.running))
  const counts = (['found', 'nothing', 'complied', 'partial', 'denied'] as const).map((key) => ({ key, label: t(`incident.count.${key}`), value: data?.counts[key] ?? 0 }))
  const drawn = [...requests, ...reports].filter((x) => x.open && pointOf(x.place))

  const detail = (key: string) => {
    const report = by(reports, key)
    const request = by(requests, key)
    const query = by(queries, key)
    const notice = by(owed, key)
    if (report) return <ReportCard report={report} queries={of(report.queries)} notice={owed.find((o) => o.report === report.key)} />
    if (notice) return <NoticeCard notice={notice} />
    if (request) return <RequestCard request={request} queries={of(request.queries)} report={by(reports, request.of)} />
    if (!query) return null
    return <QueryCard query={query} request={requests.find((r) => query.between.includes(r.key))} report={reports.find((r) => query.between.includes(r.key))} />
  }
  return (
    <Screen module="incident" codes={['incident.report/1', 'incident.verify/1']} own={OWN} ready={!!data} error={error}
      order={[...queries, ...owed.filter((o) => o.open), ...requests, ...reports].map((x) => x.key)}
      top={data && <CountStrip counts={counts} />}
      list={(
        <>
          {queries.length > 0 && <LineList module="incident" lines={queries} title={t('incident.queries')} marks={(q) => (q.state === 'silent' ? <span className="mark bad">▲</span> : null)} />}
          {owed.some((o) => o.open) && <LineList module="incident" lines={owed.filter((o) => o.open)} title={t('incident.notices')} />}
          <LineList module="incident" lines={requests} title={t('incident.requests')} none={t('incident.none.requests')} marks={(r) => <RequestMarks request={r} />}
            subject={(r) => <><Asks request={r} /> · <PlaceName place={r.place} /></>} />
          <LineList module="incident" lines={reports} title={t('incident.incidents')} none={t('incident.none.reports')} marks={(r) => <ReportMarks report={r} />}
            subject={(r) => <><ChoiceName kind={r.kind} field="type" value={r.type} /> · <PlaceName place={r.place} area={r.area[0]} /></>} />
        </>
      )}
      detail={detail}
      rest={(
        <>
          <p className="muted">{t('incident.stages.what')}</p>
          {holds.length > 0 ? (
            <section className="panel"><h3>{t('incident.hold')}</h3>
              <SpanBar label={t('incident.hold')} open={open} press={press}
                rows={holds.map((r) => ({ id: r.key, label: <><DeskName id={r.from} short /> <Id>{r.number}</Id></>, bars: [{ from: r.hold!.from, until: r.hold!.until, tone: deskColour(desk, r.from), dashed: !r.hold!.running }] }))} />
            </section>
          ) : <Empty>{t('incident.hold.none')}</Empty>}
          <Sketch label={t('incident.title')} height={340} open={open} press={press} shapes={drawn.map((x) => ({ id: x.key, point: pointOf(x.place), mark: x.number, tone: deskColour(desk, x.from) }))} />
        </>
      )} />
  )
}

function RequestMarks({ request: r }: { request: Request }) {
  const t = useText()
  return (
    <>
      {r.urgent && <span className="mark">{t('incident.urgent')}</span>}
      {r.force === 'cannot-wait' && <span className="mark warn">{t('incident.declared.cannot-wait')}</span>}
      {r.hold?.running && <span className="mark">{t('incident.hold')} → <At ms={r.hold.until} /></span>}
      {r.result && <Result found={r.result.found} />}
      {r.queries.length > 0 && <span className="mark warn">▲ <Id>{r.queries.length}</Id></span>}
    </>
  )
}

function ReportMarks({ report: r }: { report: Report }) {
  const t = useText()
  const n = (state: string) => r.facts.filter((f) => f.state === state).length
  return (
    <>
      <span className={'mark' + (r.force === 'yes' ? ' warn' : '')}>{t('incident.force')}: {t(`incident.force.${r.force}`)}</span>
      {r.facts.length > 0 && <span className="mark">{t('incident.facts')} ✓<Id>{n('agreed')}</Id> ✕<Id>{n('contested')}</Id> …<Id>{n('proposed')}</Id></span>}
      {r.class && <span className="mark warn">{t('state.incident.un-notified')}</span>}
      {r.queries.length > 0 && <span className="mark warn">▲ <Id>{r.queries.length}</Id></span>}
    </>
  )
}
