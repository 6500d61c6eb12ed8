// The record: the journals of all desks side by side, the short code that two
// officers read to each other, and proofs.
import { useState } from 'react'
import { type Journals, type JournalView, path, type RecordView } from '../api'
import { useKeys } from '../keys'
import { useFetched } from '../live'
import { go, useWhere } from '../nav'
import { At, DeskName, DeskNames, Empty, Kbd, Panel, RoleName } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { Id, type Key, Tri, useText } from '../text'
import { Bilingual, Facts } from '../matter/texts'
import { ProofForm } from './proof'

export function RecordScreen() {
  const t = useText()
  const { tab } = useWhere()
  const { data } = useFetched<Journals>('/journals?limit=50')
  const [exporting, setExporting] = useState(false)
  const may = useMay()
  useKeys({ KeyX: () => { if (may('export')) setExporting(true) }, Escape: () => (exporting ? setExporting(false) : go({ tab: '' })) })
  const desks = data?.journals.length ?? 0
  const same = data?.journals.filter((j) => Object.values(j.views).every((v) => v.same)).length ?? 0
  return (
    <div className="recordscreen">
      <header className="bar">
        <h2>{t('nav.record')}</h2>
        {data && <span className={'chip ' + (data.same ? 'ok' : data.same === false ? 'bad' : 'warn')}>{data.same ? t('record.same', { n: desks, all: desks }) : data.same === false ? t('record.differs', { n: same, all: desks }) : t('record.notyet')}</span>}
        <span className="grow" />
        {may('export') && <button type="button" aria-expanded={exporting} onClick={() => setExporting(!exporting)}>{t('proof.export')} <Kbd>X</Kbd></button>}
      </header>
      <div className="scroll page">
        {exporting && <ProofForm key={tab} ref_={tab} close={() => setExporting(false)} />}
        {tab && <OneRecord key={tab} id={tab} exportProof={may('export') ? () => setExporting(true) : undefined} />}
        {data && (
          <div className="telephone">
            <div><span className="label">{t('record.code')}</span><p className="muted small">{t('record.code.what')}</p></div>
            <Id className="shortcode">{data.code}</Id>
          </div>
        )}
        <div className="journals">{data?.journals.map((j) => <Journal key={j.desk + j.gen} journal={j} />)}</div>
        {!data && <Empty>{t('loading')}</Empty>}
      </div>
    </div>
  )
}

const grouped = (hex: string) => (hex.match(/.{1,4}/g) ?? []).slice(0, 4).join(' ')

function Journal({ journal }: { journal: JournalView }) {
  const t = useText()
  return (
    <Panel title={<><DeskName id={journal.desk} />{journal.gen > 1 && <Id className="mark warn">~{journal.gen}</Id>}</>} className="journal">
      <dl className="facts">
        <div><dt>{t('record.size')}</dt><dd><Id>{journal.size.toLocaleString('en')}</Id></dd></div>
        <div><dt>{t('record.root')}</dt><dd><Id>{grouped(journal.root)}…</Id></dd></div>
        <div><dt>{t('record.cosigned')}</dt><dd>{journal.cosigned.length ? journal.cosigned.map((c) => <span key={c.desk} className="cosign"><DeskName id={c.desk} short /> <At ms={c.at} />{c.size !== journal.size && <Id className="muted small"> {c.size}</Id>}</span>) : <span className="muted">{t('record.nobody')}</span>}</dd></div>
        <div><dt>{t('record.views')}</dt><dd>{Object.entries(journal.views).map(([d, v]) => <span key={d} className="cosign"><DeskName id={d} short /> <Id>{v.size}</Id> <span className={'mark ' + (v.same ? 'ok' : 'bad')}>{v.same ? t('record.agrees') : t('record.disagrees')}</span></span>)}</dd></div>
      </dl>
      <ol className="entries">
        {journal.entries.map((e) => e.held ? (
          <li key={e.index}>
            <button type="button" onClick={() => go({ tab: e.ref })}>
              <Id className="index">{e.index}</Id>
              <span className="what"><b><Id className="small">{e.code || e.kind}</Id></b> <Tri text={e.text} ids /></span>
              {e.at ? <At ms={e.at} /> : null}
            </button>
          </li>
        ) : (
          <li key={e.index} className="sealed"><Id className="index">{e.index}</Id><span className="what">{t('record.commitment')} <Id className="small">{e.commitment.slice(0, 12)}…</Id></span></li>
        ))}
        {!journal.entries.length && <li><Empty>{t('record.empty')}</Empty></li>}
      </ol>
    </Panel>
  )
}

function OneRecord({ id, exportProof }: { id: string; exportProof?: () => void }) {
  const t = useText()
  const refusal = useRefusal()
  const { data, error } = useFetched<RecordView>(`/records/${path(id)}`)
  if (error) return <Panel><Empty>{refusal.sentence(error)}</Empty></Panel>
  if (!data) return null
  return (
    <Panel className="onerecord" title={<><Id>{data.ref}</Id> <span className="muted">{data.code || data.kind}</span></>} aside={<>{exportProof && <button type="button" onClick={exportProof}>{t('proof.export')}</button>}<button type="button" onClick={() => go({ tab: '' })}>{t('close')} <Kbd>Esc</Kbd></button></>}>
      <p className="free"><Tri text={data.text} ids /></p>
      {data.free.map((f) => <Bilingual key={f.field} free={f} />)}
      <Facts record={data} />
      <dl className="facts">
        <div><dt>{t('from')}</dt><dd><DeskName id={data.desk} /> <span className="muted"><RoleName role={data.role} /></span></dd></div>
        <div><dt>{t('to')}</dt><dd><DeskNames ids={data.to} /></dd></div>
        <div><dt>{t('time')}</dt><dd><Id>{data.dtg}</Id> <At ms={data.at} /></dd></div>
        <div><dt>{t('ack.delivered')}</dt><dd>{Object.entries(data.delivered ?? {}).map(([d, at]) => <span key={d} className="cosign"><DeskName id={d} short /> <At ms={at} /></span>)}</dd></div>
        <div><dt>{t('record.serial')}</dt><dd><Id>{data.serial}</Id></dd></div>
        <div><dt>{t('record.verdict')}</dt><dd><span className={'mark ' + (data.verdict === 'ok' ? 'ok' : 'warn')}>{t(`verdict.${data.verdict}` as Key)}</span> {data.rule && <Id>{data.rule}</Id>}</dd></div>
        <div><dt>{t('record.commitment')}</dt><dd><Id className="breaks">{data.commitment}</Id></dd></div>
      </dl>
      {data.bytes_text && <details><summary>{t('record.bytes', { n: data.bytes })}</summary><pre dir="ltr" tabIndex={0}>{data.bytes_text}</pre></details>}
    </Panel>
  )
}
