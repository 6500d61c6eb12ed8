// Intelligence: warnings that go out at once, reports with their marking, grade
// and dissent, and the drafts that a second officer of this desk releases.
import { useState } from 'react'
import { template } from '../compose/prefill'
import { useKeys } from '../keys'
import { useLive } from '../live'
import { ChoiceName } from '../module/choice'
import { LineList } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { Screen, useModule } from '../module/screen'
import { PlaceName, pointOf } from '../module/where'
import { go, useWhere } from '../nav'
import { deskColour, Empty, Kbd } from '../parts'
import { useMayFile } from '../session/may'
import { dirOf, Id, Ids, useText } from '../text'
import type { Free } from '../api'
import { DraftCard, Recall, ReportCard, WarningCard } from './cards'
import { DraftForm, WarnForm } from './forms'
import { GradeMark, Handling } from './handling'
import './intel.css'
import type { Drafted, Released, Screen as Shown, Warned } from './types'

const OWN = ['intel.review/1', 'intel.recall/1', 'intel.recalled/1']

const newest = <L extends { open: boolean; at: number }>(lines: L[] = []) => [...lines].sort((a, b) => Number(b.open) - Number(a.open) || b.at - a.at)

export function Intel() {
  const t = useText()
  const { desk, lost } = useLive()
  const { open, tab } = useWhere()
  const [form, setForm] = useState<'' | 'warn' | 'draft'>('')
  const { data, error } = useModule<Shown>('intel')
  const warnings = newest(data?.warnings)
  const reports = newest(data?.reports)
  const drafts = newest(data?.drafts)
  const mayFile = useMayFile()
  const may = !lost && mayFile('intel.warning/1') && template(desk, 'intel.warning/1')
  useKeys({ KeyW: () => setForm('warn') }, !!may && form !== 'warn')
  const close = () => setForm('')
  const press = (key: string) => go({ open: key })
  const shapes = warnings.filter((w) => w.open).map((w): Shape => ({ id: w.key, area: w.area[0], point: w.area.length ? undefined : pointOf(w.place[0]), label: w.number, tone: deskColour(desk, w.from) }))

  const detail = (key: string) => {
    const warning = warnings.find((w) => w.key === key)
    const report = reports.find((r) => r.key === key)
    const draft = drafts.find((d) => d.key === key)
    const recalled = [...warnings, ...reports].find((x) => x.recall[0]?.key === key)
    return warning ? <WarningCard warning={warning} /> : report ? <ReportCard report={report} /> : draft ? <DraftCard draft={draft} /> : recalled ? <Recall item={recalled} here /> : null
  }
  const items = (
    <>
      <LineList module="intel" lines={warnings} title={t('intel.warnings')} none={t('intel.none.warnings')} marks={(w) => <WarningMarks warning={w} />}
        subject={(w) => <><ChoiceName kind={w.kind} field="threat" value={w.threat} /> · <PlaceName place={w.place[0]} area={w.area[0]} /></>} />
      <LineList module="intel" lines={reports} title={t('intel.reports')} none={t('intel.none.reports')} marks={(r) => <ItemMarks item={r} />} subject={(r) => <Says item={r} />} />
    </>
  )
  return (
    <>
      <Screen module="intel" own={OWN} ready={!!data} error={error}
        order={(tab === 'drafts' ? drafts : [...warnings, ...reports]).map((x) => x.key)}
        tabs={[{ tab: '', title: t('intel.items') }, { tab: 'drafts', title: <>{t('intel.drafts')} <Id className="small">{drafts.filter((d) => d.open).length}</Id></> }]}
        tools={(
          <>
            {may && <button type="button" className="urgent warnbutton" aria-expanded={form === 'warn'} onClick={() => setForm('warn')}>{t('intel.warn')} <Kbd>W</Kbd></button>}
            {mayFile('intel.draft/1') && <button type="button" aria-expanded={form === 'draft'} disabled={lost} onClick={() => setForm('draft')}>{t('intel.draft.new')}</button>}
          </>
        )}
        list={tab === 'drafts'
          ? <LineList module="intel" lines={drafts} title={t('intel.drafts')} none={t('intel.none.drafts')} marks={(d) => <ItemMarks item={d} />} subject={(d) => <Says item={d} />} />
          : items}
        detail={detail}
        rest={tab === 'drafts' ? <Empty>{t('intel.draft.what')}</Empty> : <><p className="muted">{t('intel.standing')}</p><Sketch label={t('intel.warnings')} shapes={shapes} open={open} press={press} height={400} /></>} />
      {form === 'warn' && <WarnForm close={close} />}
      {form === 'draft' && <DraftForm close={close} />}
    </>
  )
}

function WarningMarks({ warning: w }: { warning: Warned }) {
  const t = useText()
  return (
    <>
      <Handling kind={w.kind} tlp={w.tlp} use={w.use} />
      {w.grade[0] && <GradeMark grade={w.grade[0]} />}
      <ChoiceName kind={w.kind} field="at_risk" value={w.at_risk} />
      {w.contested.length > 0 && <span className="mark warn">▲ {t('contested')}</span>}
    </>
  )
}

/** What kind of item it is, and its first words. */
function Says({ item }: { item: Drafted | Released }) {
  const { text, lang } = item.text
  return <><ChoiceName kind={item.kind} field="product" value={item.product} /> · <bdi lang={lang} dir={dirOf(lang)}>{text.length > 60 ? text.slice(0, 59) + '…' : text}</bdi></>
}

/** The dissent stands in the list, whole (INT-07). */
function ItemMarks({ item }: { item: Drafted | Released }) {
  const t = useText()
  const { desk } = useLive()
  const contested = 'contested' in item ? item.contested.length : 0
  return (
    <>
      <Handling kind={item.kind} tlp={item.tlp} use={item.use} />
      <GradeMark grade={item.grade} />
      <ChoiceName kind={item.kind} field="likelihood" value={item.likelihood} />
      {contested > 0 && <span className="mark warn">▲ {t('contested')}</span>}
      {item.kind === 'intel.draft/1' && item.state === 'drafted' && item.drafter === desk?.officer.code && <span className="mark">{t('intel.by-you')}</span>}
      {item.dissent.map((d) => <Dissent key={d.text} free={d} />)}
    </>
  )
}

function Dissent({ free }: { free: Free }) {
  const t = useText()
  return <span className="dissent"><b>{t('intel.dissent')}</b> <bdi lang={free.lang} dir={dirOf(free.lang)}><Ids text={free.text} /></bdi></span>
}
