// What a record says: the rendered sentence, each free text in its own
// language with its translations beside it, and the fields.
import { type FieldView, type FreeView, type Place, rawOf, type RecordView } from '../api'
import { dtg, hms } from '../clock'
import { useLive } from '../live'
import { RecordLink } from '../module/parts'
import { go, here } from '../nav'
import { Panel } from '../parts'
import { coordinates, find } from '../place'
import { dirOf, FreeText, Id, type Key, Tri, useLang, useText } from '../text'

export function Texts({ record }: { record: RecordView }) {
  const t = useText()
  return (
    <>
      <Panel title={t('text.rendered')} className="sentence"><div className="free"><Tri text={record.text} ids /></div></Panel>
      {record.free.map((f) => <Bilingual key={f.field} free={f} label={record.fields.find((x) => x.name === f.field)} />)}
    </>
  )
}

/** The original beside its translation. No translation never blocks anything. */
export function Bilingual({ free, label }: { free: FreeView; label?: FieldView }) {
  const t = useText()
  const lang = useLang()
  const { desk } = useLive()
  const own = free.lang === lang
  const shown = own ? [] : free.translations.filter((x) => x.lang === lang)
  return (
    <div className="bilingual">
      <Panel title={<>{t('text.original')}{label && <span className="muted"> · <Tri text={label.label} /></span>}</>} aside={<span className="mark">{t(`lang.${free.lang}` as Key)}</span>}>
        <FreeText free={free} />
        {own && free.translations.length > 0 && (
          <div className="others">
            {free.translations.map((x) => (
              <details key={x.record}>
                <summary className="small muted">{t('text.translation')} · {t(`lang.${x.lang}` as Key)} · {t(`translation.${x.status}` as Key)}</summary>
                <FreeText free={x} />
              </details>
            ))}
          </div>
        )}
      </Panel>
      {own ? null : (
        <Panel title={t('text.translation')} aside={shown[0] && <><span className="mark">{t(`lang.${shown[0].lang}` as Key)}</span><span className={'mark ' + (shown[0].status === 'agreed' ? 'ok' : 'warn')}>{t(`translation.${shown[0].status}` as Key)}</span></>}>
          {shown.length ? shown.map((x) => (
            <div key={x.record} lang={x.lang} dir={dirOf(x.lang)}>
              <FreeText free={x} />
              <p className="muted small"><Id>{x.record}</Id> <Id>{desk?.members.find((m) => m.desk === x.by)?.letter ?? x.by}</Id></p>
            </div>
          )) : <p className="empty">{t('text.none')}</p>}
        </Panel>
      )}
    </div>
  )
}

/** The fields: what, where, when, reference. */
export function Facts({ record, changed }: { record: RecordView; changed?: string }) {
  const t = useText()
  const fields = record.fields.filter((f) => !record.free.some((x) => x.field === f.name))
  if (!fields.length) return null
  return (
    <Panel title={t('facts')} className="facts" aside={changed && <span className="muted small">{t('facts.now')} <RecordLink id={changed} /></span>}>
      <dl>{fields.map((f) => <div key={f.name}><dt><Tri text={f.label} /></dt><dd><Value field={{ ...f, raw: rawOf(record, f) }} /></dd></div>)}</dl>
    </Panel>
  )
}

export function Value({ field }: { field: FieldView }) {
  const t = useText()
  const { desk } = useLive()
  if (field.kind === 'place') {
    const place = (field.raw ?? {}) as Place
    const known = find(desk, place)
    return (
      <span className="place">
        {known ? <b><Tri text={known.name} /></b> : <Tri text={field.value} ids />}
        {known && <span className={known.shared_name ? 'district shared' : 'district'}><Tri text={known.district} /></span>}
        {coordinates(place) && <Id>{coordinates(place)}</Id>}
        {place.precision_m ? <Id className="muted">±{place.precision_m} m</Id> : null}
        {known && <Id className="muted">{known.id}</Id>}
        {known?.shared_name && <span className="mark warn">{t('place.shared')}</span>}
      </span>
    )
  }
  if (field.kind === 'time' && typeof field.raw === 'number')
    return <><Id>{dtg(field.raw)}</Id>{field.raw % 60_000 ? <> <Id className="muted">{hms(field.raw)}</Id></> : null}</>
  if (field.kind === 'ref') return <Reference id={String(field.raw ?? '')} />
  if (field.kind === 'number') return <Id><Tri text={field.value} /></Id>
  return <Tri text={field.value} ids />
}

/** Another matter by its number and subject, where it is held here; else by its id. */
function Reference({ id }: { id: string }) {
  const { watch } = useLive()
  const item = watch && [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info].find((i) => i.key === id || i.number === id)
  if (!item) return <Id className="breaks">{id}</Id>
  return <button type="button" className="ref" onClick={() => go(here().screen === 'record' ? { screen: 'watch', open: item.key } : { open: item.key })}><Id>{item.number}</Id> <Tri text={item.subject} ids /></button>
}
