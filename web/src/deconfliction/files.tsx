// Files of other systems (DEC-14): what is read is shown first, with what to
// look at, and becomes drafts at home; nothing is filed by reading. What is
// taken out is what may leave.
import { useRef, useState } from 'react'
import { getFile, type Item, path, Problem, putFile, type Volume } from '../api'
import { refresh, useFetched, useLive } from '../live'
import { Sketch } from '../module/map'
import { Card, MatterLink } from '../module/parts'
import { deskColour, Empty, Fault } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { Id, type Key, Tri, useLang, useText } from '../text'
import { isBlind } from './blind'
import { Faulty, useWhereIn } from './fault'
import './files.css'
import { volumeShape } from './shapes'
import { ActivityName, Sign } from './signs'
import type { Notice } from './types'
import { Window } from './window'

interface Imported { id: string; title: string; form: string; volumes: Volume[]; slips: { code: string; at: string }[]; draft: string }

export const MOST_BYTES = 4 << 20 // api.MaxImport
const TYPES: [RegExp, string][] = [[/\.(geo)?json$/i, 'application/json'], [/\.(kml|kmz)$/i, 'application/vnd.google-earth.kml+xml'], [/\.(csv|tsv|txt)$/i, 'text/csv']]
const typeOf = (name: string) => TYPES.find(([re]) => re.test(name))?.[1]

export function Files({ notices }: { notices: Notice[] }) {
  return <div className="files"><Import /><Export notices={notices.filter((n) => n.live)} /><Drafts /></div>
}

function Import() {
  const t = useText()
  const { desk } = useLive()
  const may = useMay()
  const [file, setFile] = useState<File | null>(null)
  const [form, setForm] = useState('')
  const [read, setRead] = useState<Imported[] | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const key = useRef(crypto.randomUUID()) // of one choice: pressing twice makes its drafts once
  const forms = (desk?.templates ?? []).filter((x) => x.kind.startsWith('deconfliction.') && x.officer !== false && x.fields.some((f) => f.type === 'volumes') && x.about !== 'required')
  const ask = async (from: File, as: string, look: boolean) => {
    setFault(null)
    setRead(look ? null : read)
    const type = typeOf(from.name)
    if (!type) { setFault(refused('type')); return }
    if (from.size > MOST_BYTES) { setFault(refused('size')); return } // said before it is sent
    setShare(0)
    try {
      const answer = await putFile<{ activities: Imported[] }>(`/import?look=${look}${as ? '&form=' + path(as) : ''}`, from, type, setShare, look ? undefined : key.current)
      setRead(answer.activities ?? [])
      if (!look) refresh()
    } catch (problem) { setFault(problem); setRead(null) } finally { setShare(null) }
  }
  const choose = (next: File | undefined) => { if (!next) return; key.current = crypto.randomUUID(); setFile(next); ask(next, form, true) }
  const done = !!read?.length && read.every((a) => a.draft)
  if (!may('draft')) return null
  return (
    <Card title={t('import.title')}>
      <p className="muted">{t('import.what')}</p>
      <div className="row">
        <label className="filebutton">{t('import.choose')}<input type="file" accept=".geojson,.json,.kml,.csv,.txt" onChange={(e) => { choose(e.target.files?.[0]); e.target.value = '' }} /></label>
        {file && <Id>{file.name}</Id>}{file && <Id className="muted">{size(file.size)}</Id>}
        <label className="row small">{t('import.form')} <select value={form} onChange={(e) => { setForm(e.target.value); if (file) ask(file, e.target.value, true) }}><option value="">{t('import.form.file')}</option>{forms.map((f) => <option key={f.code} value={f.code}>{f.code}</option>)}</select></label>
      </div>
      {share !== null && <p role="status"><progress value={share} max={1} aria-label={t('import.sending')} /> {share < 1 ? t('import.sending') : t('import.reading')}</p>}
      {fault !== null && <Faulty fault={fault} file={file?.name ?? ''} />}
      {read && <Found list={read} />}
      {read && read.length > 0 && (
        <div className="actions">
          {done ? <p role="status" className="note ok">{t('import.made', { n: read.length })}</p>
            : <button type="button" className="primary" disabled={share !== null} onClick={() => file && ask(file, form, false)}>{t('import.make', { n: read.length })}</button>}
        </div>
      )}
    </Card>
  )
}

const refused = (code: string) => new Problem(422, '', '', [{ location: '', message: '', value: code }])
const size = (bytes: number) => (bytes < 10_240 ? `${bytes} B` : bytes < 1 << 20 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`)

/** What was read: each activity, what it would be filed as, and what to look at. */
function Found({ list }: { list: Imported[] }) {
  const t = useText()
  const { desk } = useLive()
  const where = useWhereIn()
  if (!list.length) return <Empty>{t('import.nothing')}</Empty>
  return (
    <div className="found">
      <Sketch label={t('import.found', { n: list.length })} height={240} shapes={list.flatMap((a) => a.volumes.flatMap((v, i) => volumeShape(v, `${a.id}/${i}`, { label: i ? '' : a.title || a.id })))} />
      <ul className="imported" aria-label={t('import.found', { n: list.length })}>
        {list.map((a) => (
          <li key={a.id}>
            <p><b><bdi>{a.title || a.id}</bdi></b> <Id className="muted">{a.id}</Id> <Tri text={desk?.templates.find((f) => f.kind === a.form)?.name} /> {a.draft && <MatterLink id={a.draft} screen="deconfliction">{t('import.draft')}</MatterLink>}</p>
            <p className="small">{t('import.volumes', { n: a.volumes.length })} {a.volumes[0] && <Window span={a.volumes[0].windows[0]} />}</p>
            {a.slips.map((s, i) => <p key={i} className="small warn">▲ {t(`import.slip.${s.code}` as Key)} <span className="muted">{where(s.at)}</span></p>)}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Export({ notices }: { notices: Notice[] }) {
  const t = useText()
  const may = useMay()
  const refusal = useRefusal()
  const [format, setFormat] = useState('geojson')
  const [days, setDays] = useState(0)
  const [chosen, setChosen] = useState<string[]>([])
  const [said, setSaid] = useState('')
  const [fault, setFault] = useState('')
  if (!may('export')) return null
  const leaving = notices.filter((n) => !isBlind(n))
  const take = async () => {
    setFault('')
    setSaid('')
    const within = days && !chosen.length ? `&until=${Date.now() + days * 86_400_000}` : ''
    try {
      const headers = await getFile(`/export?format=${format}${within}${chosen.map((k) => '&notice=' + path(k)).join('')}`)
      const left = Number(headers.get('Parley-Left-Out') ?? 0)
      setSaid(t('export.done', { n: Number(headers.get('Parley-Activities') ?? 0) }) + (left ? ' ' + t('export.left', { n: left }) : ''))
    } catch (problem) { setFault(problem instanceof Problem && problem.errors[0]?.value === 'many' ? t('export.many') : refusal.sentence(problem)) }
  }
  return (
    <Card title={t('export.title')}>
      <p className="muted">{t('export.what')}</p>
      <div className="row">
        <label className="row small">{t('export.format')} <select value={format} onChange={(e) => setFormat(e.target.value)}><option value="geojson">GeoJSON</option><option value="kml">KML</option><option value="csv">CSV/HXL</option></select></label>
        <label className="row small">{t('export.within')} <select value={days} disabled={chosen.length > 0} onChange={(e) => setDays(Number(e.target.value))}><option value={0}>{t('export.within.all')}</option>{[1, 3, 7, 30].map((n) => <option key={n} value={n}>{t('tokens.days.n', { n })}</option>)}</select></label>
        <button type="button" className="primary" onClick={take}>{chosen.length ? t('export.some', { n: chosen.length }) : t('export.all')}</button>
        {chosen.length > 0 && <button type="button" onClick={() => setChosen([])}>{t('export.none')}</button>}
      </div>
      {fault && <Fault>{fault}</Fault>}
      {said && <p role="status" className="note ok">{said}</p>}
      <ul className="leaving" aria-label={t('export.choose')}>
        {leaving.map((n) => <li key={n.key}><label className="check"><input type="checkbox" checked={chosen.includes(n.key)} onChange={(e) => setChosen(e.target.checked ? [...chosen, n.key] : chosen.filter((k) => k !== n.key))} /><Sign type={n.activity} /> <Id>{n.number}</Id> <ActivityName type={n.activity} /></label></li>)}
      </ul>
    </Card>
  )
}

/** What lies here unfiled. */
function Drafts() {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const { data } = useFetched<{ matters: Item[] }>('/matters?state=open&module=deconfliction')
  const drafts = (data?.matters ?? []).filter((m) => m.kind.startsWith('deconfliction.draft/'))
  if (!drafts.length) return null
  return (
    <Card title={t('import.drafts')}>
      <ul className="lines">{drafts.map((d) => <li key={d.key}><MatterLink id={d.key} screen="deconfliction"><Id>{d.number}</Id></MatterLink> <span className={'tone-' + deskColour(desk, d.from)}>{d.subject[lang] ?? d.subject.en}</span></li>)}</ul>
    </Card>
  )
}
