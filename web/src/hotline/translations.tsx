// The interpreter's queue: what waits for a translation, and into what.
import { useState } from 'react'
import { file, type Lang, type TranslationJob } from '../api'
import { FreeField, ownField } from '../compose/fields'
import { useKeys } from '../keys'
import { refresh, useFetched, useLive } from '../live'
import { three } from '../matter/readback'
import { go } from '../nav'
import { Empty, Fault, Kbd, Panel } from '../parts'
import { useRefusal } from '../refusal'
import { FreeText, Id, type Key, LANGUAGE_NAMES, useText } from '../text'

export function TranslationsTab() {
  const t = useText()
  const { data } = useFetched<{ queue: TranslationJob[] }>('/translations')
  const [at, setAt] = useState('')
  return (
    <div className="scroll page">
      <p className="muted">{t('translations.what')}</p>
      {data?.queue.map((job) => {
        const id = job.ref + job.field
        return (
          <Panel key={id} title={<Id>{job.ref}</Id>} aside={<>
            <span className="mark">{t(`lang.${job.lang}` as Key)}</span>
            {job.want.map((w) => <button key={w} type="button" aria-expanded={at === id + w} onClick={() => setAt(at === id + w ? '' : id + w)}>{t('translate.to', { language: LANGUAGE_NAMES[w as Lang] ?? w })}</button>)}
            <button type="button" className="quiet" onClick={() => go({ screen: 'watch', open: job.key })}>{t('show')}</button>
          </>}>
            <FreeText free={job} />
            {job.want.filter((w) => at === id + w).map((w) => <Job key={w} job={job} want={w} done={() => setAt('')} />)}
          </Panel>
        )
      })}
      {data && !data.queue.length && <Empty>{t('translations.none')}</Empty>}
    </div>
  )
}

function Job({ job, want, done }: { job: TranslationJob; want: string; done: () => void }) {
  const t = useText()
  const { lost } = useLive()
  const [text, setText] = useState('')
  const [status, setStatus] = useState('draft')
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const send = async () => {
    if (!text.trim() || lost) return
    try {
      await file({ kind: 'cell.translation/1', about: job.key, cites: [job.ref], body: { field: job.field, lang: want, text: text.trim(), standing: status } }, crypto.randomUUID())
      await refresh()
      done()
    } catch (problem) { setFault(refusal.sentence(problem)) }
  }
  useKeys({ 'Ctrl+Enter': send, Escape: done })
  return (
    <div className="form">
      <FreeField field={ownField('text', 'free', three('text.translation'), true)} value={{ lang: want, text }} change={(v) => setText((v as { text: string }).text)} autoFocus />
      <div className="send">
        <label className="inline">{t('translate.status')} <select value={status} onChange={(e) => setStatus(e.target.value)}>{['draft', 'checked', 'agreed'].map((s) => <option key={s} value={s}>{t(`translation.${s}` as Key)}</option>)}</select></label>
        <span className="grow" />
        <button type="button" className="primary" disabled={lost} onClick={send}>{t('file')} <Kbd>Ctrl+Enter</Kbd></button>
      </div>
      {fault && <Fault>{fault}</Fault>}
    </div>
  )
}
