// The roster: one bar a desk for the next seven days, who is called now, and
// the table in which this desk plans its watches.
import { useState } from 'react'
import { LANGS } from '../api'
import { useAct } from '../act'
import { deskNow, dtg, parseDTG } from '../clock'
import { useFetched, useLive } from '../live'
import { type BarRow, SpanBar } from '../module/time'
import { At, deskColour, DeskName, Empty, Fault, Panel, RoleName } from '../parts'
import { useMay } from '../session/may'
import { Id, LANGUAGE_NAMES, plain, useLang, useText } from '../text'
import { Level } from '../watch/queue'
import type { OnCall, Roster, RosterDesk, Slot } from './duty'
import './duty.css'

const hour = 3_600_000

export function RosterTab() {
  const t = useText()
  const { desk } = useLive()
  const may = useMay()
  const { data } = useFetched<Roster>('/roster')
  const [planning, setPlanning] = useState(false)
  const own = data?.desks.find((d) => d.desk === desk?.desk)
  const rows: BarRow[] = (data?.desks ?? []).map((d) => ({
    id: d.desk, label: <DeskName id={d.desk} />,
    bars: [
      ...d.gaps.map((g) => ({ from: g.from, until: g.until, tone: 'bad' as const, dashed: true, label: t('hotline.roster.gap') })),
      ...d.slots.filter((s) => s.role === 'watch' || s.taken).map((s) => ({ from: s.from, until: s.to, tone: deskColour(desk, d.desk), dashed: !s.taken, label: s.languages.join(' ').toUpperCase() })),
    ],
  }))
  return (
    <div className="scroll page">
      <div className="row">
        {may('watch') && <button type="button" className="primary" aria-expanded={planning} onClick={() => setPlanning(!planning)}>{t('hotline.roster.plan')}</button>}
        <span className="muted">{t('hotline.roster.what')}</span>
      </div>
      {planning && own && <Planner own={own} done={() => setPlanning(false)} />}
      {data && <Panel title={t('hotline.roster')}><SpanBar rows={rows} label={t('hotline.roster.what')} from={data.from} until={data.to} /></Panel>}
      {data?.desks.map((d) => <DeskRota key={d.desk} rota={d} />)}
      {data && <CalledNow calls={data.on_call} />}
    </div>
  )
}

function DeskRota({ rota }: { rota: RosterDesk }) {
  const t = useText()
  return (
    <Panel title={<DeskName id={rota.desk} />} aside={<span className="muted small">{t('hotline.roster.watches', { n: rota.slots.length })}</span>}>
      <ul className="lines">
        {rota.gaps.map((g) => <li key={'g' + g.from}><span><At ms={g.from} /> – <At ms={g.until} /></span><span className="chip bad">{t('hotline.roster.gap')}</span></li>)}
        {rota.languages.map((g) => <li key={'l' + g.desk + g.from}><span><At ms={g.from} /> – <At ms={g.to} /></span><span className="chip warn">{t('hotline.roster.nolanguage', { desk: '' })}<DeskName id={g.desk} /></span></li>)}
        {[...rota.slots].sort((a, b) => a.from - b.from).map((s, i) => (
          <li key={s.key + i}>
            <span><At ms={s.from} /> – <At ms={s.to} /></span>
            <span><RoleName role={s.role} /> <Id className="small muted">{s.languages.join(' ').toUpperCase()}</Id> {s.officers.map((o) => <Id key={o} className="small">{o}</Id>)} <span className={'chip ' + (s.taken ? 'ok' : '')}>{t(s.taken ? 'hotline.roster.taken' : 'hotline.roster.planned')}</span></span>
          </li>
        ))}
        {!rota.slots.length && <li><Empty>{t('hotline.roster.none')}</Empty></li>}
      </ul>
    </Panel>
  )
}

/** Whom this desk's ladder calls now, by code. */
export function CalledNow({ calls }: { calls: OnCall[] }) {
  const t = useText()
  return (
    <Panel title={t('hotline.oncall')}>
      <ul className="lines">
        {calls.map((c) => (
          <li key={c.level}>
            <span>{c.level === 'watch' ? t('hotline.oncall.watch') : <Level id={c.level} />}</span>
            <span>{c.officers.length ? c.officers.map((o) => <Id key={o}>{o}</Id>) : <span className="muted">{t('hotline.oncall.none')}</span>}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

interface Row extends Slot { officer: string; typedFrom: string; typedTo: string }

function Planner({ own, done }: { own: RosterDesk; done: () => void }) {
  const t = useText()
  const { desk, lost } = useLive()
  const { act, busy, fault } = useAct()
  const filed = own.slots.filter((s) => !s.taken)
  const start = Math.max(Math.ceil(deskNow() / hour) * hour, ...own.slots.map((s) => s.to))
  const languages = desk?.members.find((m) => m.desk === desk.desk)?.languages ?? []
  const fresh = (from: number): Row => row({ role: 'watch', from, to: from + 8 * hour, languages: [...languages], authority: 'watch', backup: '' }, '')
  const [rows, setRows] = useState<Row[]>(() => filed.length ? filed.map((s) => row(s, s.officers[0] ?? '')) : [0, 1, 2].map((i) => fresh(start + i * 8 * hour)))
  const set = (i: number, change: Partial<Row>) => setRows(rows.map((r, j) => (j === i ? { ...r, ...change } : r)))
  const time = (i: number, which: 'from' | 'to', typed: string) => {
    const ms = parseDTG(typed, deskNow())
    set(i, which === 'from' ? { typedFrom: typed, from: ms ?? 0 } : { typedTo: typed, to: ms ?? 0 })
  }
  const whole = rows.length > 0 && rows.every((r) => r.from > 0 && r.to > r.from && r.languages.length > 0)
  const sign = async () => {
    const slots = rows.map(({ role, from, to, languages, authority, backup }) => ({ role, from, to, languages, authority, backup }))
    const named = rows.filter((r) => r.officer.trim()).map(({ role, from, to, officer }) => ({ role, from, to, officer: officer.trim() }))
    const keys = new Set(filed.map((s) => s.key))
    const about = keys.size === 1 ? [...keys][0] : ''
    const ok = await act(about ? { kind: 'cell.update/1', about, body: { body: { slots } } } : { kind: 'hotline.roster/1', body: { slots } })
    if (ok && (!named.length || (await act({ kind: 'hotline.assign/1', body: { slots: named } })))) done()
  }
  return (
    <Panel title={t('hotline.roster.plan')}>
      <div className="wide" tabIndex={0} role="region" aria-label={t('hotline.roster.plan')}>
        <table className="planner">
          <thead><tr><th scope="col">{t('from')}</th><th scope="col">{t('until')}</th><th scope="col">{t('hotline.roster.role')}</th><th scope="col">{t('hotline.roster.languages')}</th><th scope="col">{t('hotline.roster.backup')}</th><th scope="col">{t('hotline.roster.officer')}</th><th /></tr></thead>
          <tbody>
            {rows.map((r, i) => (
              <tr key={i}>
                <td><input className="id" dir="ltr" aria-label={t('from')} aria-invalid={!r.from} value={r.typedFrom} onChange={(e) => time(i, 'from', e.target.value)} /></td>
                <td><input className="id" dir="ltr" aria-label={t('until')} aria-invalid={r.to <= r.from} value={r.typedTo} onChange={(e) => time(i, 'to', e.target.value)} /></td>
                <td><RoleSelect value={r.role} change={(role) => set(i, { role, authority: role === 'desk-head' ? 'desk-head' : 'watch' })} /></td>
                <td>{LANGS.map((l) => <label key={l} className="inline"><input type="checkbox" checked={r.languages.includes(l)} onChange={() => set(i, { languages: r.languages.includes(l) ? r.languages.filter((x) => x !== l) : [...r.languages, l] })} /> <span lang={l}>{LANGUAGE_NAMES[l]}</span></label>)}</td>
                <td><input aria-label={t('hotline.roster.backup')} value={r.backup} onChange={(e) => set(i, { backup: e.target.value })} /></td>
                <td><input className="id" dir="ltr" aria-label={t('hotline.roster.officer')} value={r.officer} pattern="[a-z][a-z0-9-]*" onChange={(e) => set(i, { officer: e.target.value })} /></td>
                <td><button type="button" className="quiet" onClick={() => setRows(rows.filter((_, j) => j !== i))}>{t('hotline.roster.remove')}</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="row">
        <button type="button" onClick={() => setRows([...rows, fresh(Math.max(start, ...rows.map((r) => r.to)))])}>{t('hotline.roster.add')}</button>
        <button type="button" onClick={() => setRows([...rows, ...rows.slice(-3).map((r) => row({ ...r, from: r.from + 24 * hour, to: r.to + 24 * hour }, r.officer))])}>{t('hotline.roster.repeat')}</button>
        <span className="grow" />
        <button type="button" className="primary" disabled={!whole || busy || lost} onClick={sign}>{t('hotline.roster.file')}</button>
      </div>
      {fault && <Fault>{fault}</Fault>}
    </Panel>
  )
}

const row = (s: Slot, officer: string): Row => ({ ...s, officer, typedFrom: dtg(s.from), typedTo: dtg(s.to) })

function RoleSelect({ value, change }: { value: string; change: (role: string) => void }) {
  const t = useText()
  const { desk } = useLive()
  const lang = useLang()
  const choices = desk?.templates.find((x) => x.kind === 'hotline.watch/1')?.fields.find((f) => f.name === 'role')?.choices ?? []
  return (
    <select aria-label={t('hotline.roster.role')} value={value} onChange={(e) => change(e.target.value)}>
      {choices.map((c) => <option key={c.value} value={c.value}>{plain(c.name, lang)}</option>)}
    </select>
  )
}

