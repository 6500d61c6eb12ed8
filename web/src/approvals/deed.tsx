// What exactly will be done, in words, before an officer puts a key to it.
import { Id, type Key, Tri, useLang, useText } from '../text'
import { formOf } from '../compose/prefill'
import { dtg } from '../clock'
import { useLive } from '../live'
import { FactList, RecordLink } from '../module/parts'
import { DeskNames } from '../parts'
import { ChoiceName } from '../module/choice'
import { dirOf, Ids } from '../text'
import type { Field } from '../api'
import { actOf, type Proposal } from './types'

const word = (x: unknown) => (typeof x === 'string' || typeof x === 'number' ? String(x) : '')

/** The sentence: who will see what, or what leaves the desk, or what changes. */
export function Deed({ proposal: p, short }: { proposal: Proposal; short?: boolean }) {
  const t = useText()
  const { desk } = useLive()
  const act = actOf(p)
  if (act) {
    const form = formOf(desk, act.kind)
    return <>{t('deed.release')} {form ? <Tri text={form.name} /> : <Id>{act.kind}</Id>}{!short && act.to && act.to.length > 0 && <> {t('to')} <DeskNames ids={act.to} /></>}</>
  }
  const subject = word(p.act.record ?? p.act.ref ?? p.act.list ?? p.act.version ?? p.act.key ?? p.act.role ?? '')
  return <>{t(`deed.${p.what}` as Key)} {subject && <Id>{subject}</Id>}</>
}

/** The act in full: every field of it, and the bytes that are approved. */
export function DeedDetail({ proposal: p }: { proposal: Proposal }) {
  const t = useText()
  const { desk } = useLive()
  const act = actOf(p)
  const form = act ? formOf(desk, act.kind) : undefined
  const body = (act?.body ?? {}) as Record<string, unknown>
  const record = word(p.act.record ?? p.act.ref)
  return (
    <>
      {p.what !== 'release' && <p className={p.what === 'list' ? 'note warn' : 'muted'}>{t(`deed.${p.what}.what` as Key)}</p>}
      {act && <FactList rows={[
        act.about && [t('deed.about'), <Id>{act.about}</Id>],
        !!act.to?.length && [t('to'), <DeskNames ids={act.to!} />],
        ...(form?.fields ?? []).filter((f) => filled(body[f.name])).map((f): [React.ReactNode, React.ReactNode] => [<Tri text={f.label} />, <Value field={f} kind={act.kind} value={body[f.name]} />]),
      ]} />}
      {!act && <FactList rows={Object.entries(p.act).filter(([, v]) => word(v) !== '' && word(v).length < 200).map(([k, v]): [React.ReactNode, React.ReactNode] => [<Id>{k}</Id>, k === 'record' || k === 'ref' ? <RecordLink id={record} /> : /until|at$/.test(k) && typeof v === 'number' ? <Id>{dtg(v)}</Id> : <Id className="breaks">{word(v)}</Id>])} />}
      <details><summary>{t('deed.exact')}</summary><pre dir="ltr" tabIndex={0}>{JSON.stringify(p.act, null, 2)}</pre></details>
    </>
  )
}

const filled = (v: unknown) => v !== undefined && v !== null && v !== '' && !(Array.isArray(v) && v.length === 0)

/** A value of an act that is not filed yet, by its field's type. */
function Value({ field: f, kind, value }: { field: Field; kind: string; value: unknown }) {
  const lang = useLang()
  const one = Array.isArray(value) && value.length === 1 && f.type !== 'list' ? value[0] : value
  const o = (typeof one === 'object' && one !== null ? one : {}) as Record<string, any>
  switch (f.type) {
    case 'choice': return <ChoiceName kind={kind} field={f.name} value={String(one)} />
    case 'desks': return <DeskNames ids={Array.isArray(value) ? value.map(String) : [String(value)]} />
    case 'time': return <Id>{dtg(Number(one))}</Id>
    case 'span': return <Id>{dtg(o.from)} – {dtg(o.until)}</Id>
    case 'free': return <bdi lang={o.lang} dir={dirOf(o.lang ?? lang)} className="free small"><Ids text={String(o.text ?? '')} /></bdi>
    case 'text3': return <Tri text={o as any} />
    case 'place': return <><bdi>{String(o.text ?? o.id ?? '')}</bdi> {o.lat && <Id>{`${o.lat}, ${o.lon}`}</Id>}</>
    case 'area': return <bdi>{String(o.text ?? '')}</bdi>
    case 'grade': return <Id>{`${o.source ?? ''}${o.information ?? ''}`}</Id>
  }
  if (Array.isArray(value)) return <>{value.map((v, i) => <Id key={i} className="mark">{typeof v === 'object' ? JSON.stringify(v) : String(v)}</Id>)}</>
  return typeof one === 'object' ? <Id className="breaks small">{JSON.stringify(one)}</Id> : <bdi>{String(one)}</bdi>
}
