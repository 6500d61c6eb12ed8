// Who was called, by which way, and who answered: the pages of this desk.
import { useState } from 'react'
import { path, post, type Precedence, type T3 } from '../api'
import { refresh, useFetched, useLive } from '../live'
import { go } from '../nav'
import { At, Badge, Fault, Panel } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { Id, Tri, useText } from '../text'

interface Page { id: string; matter: string; text: T3; precedence: Precedence; level: number; made: number; state: string; officer: string; tries: { at: number; way: string; delivered: boolean }[] | null }

/** Shown where the desk has ways to page; an answer ends the calling, not the matter. */
export function Called() {
  const may = useMay()
  return may('watch') ? <List /> : null
}

function List() {
  const t = useText()
  const { lost } = useLive()
  const refusal = useRefusal()
  const { data } = useFetched<{ pages: Page[] | null; on: boolean }>('/pages')
  const [fault, setFault] = useState('')
  const pages = data?.pages ?? []
  if (!data?.on || !pages.length) return null
  const answer = (id: string) => post(`/pages/${path(id)}/answer`).then(refresh, (thrown) => setFault(refusal.sentence(thrown)))
  return (
    <Panel title={t('called')}>
      <ul className="lines">
        {pages.slice(0, 5).map((p) => {
          const last = p.tries?.at(-1)
          return (
            <li key={p.id}>
              <span className="pair"><Badge code={p.precedence} size={20} /> {p.matter ? <button type="button" className="ref" onClick={() => go({ screen: 'watch', open: p.matter })}><Tri text={p.text} ids /></button> : <Tri text={p.text} ids />}</span>
              {p.state === 'open' ? <button type="button" disabled={lost} onClick={() => answer(p.id)}>{t('called.answer')}</button> : p.officer ? <span className="mark ok">✓ <Id>{p.officer}</Id></span> : <span className="mark">{t('called.over')}</span>}
              <span className="muted small detail"><At ms={p.made} />{last && <> · <Id>{last.way}</Id> {last.delivered ? t('called.delivered') : t('called.failed')}</>}</span>
            </li>
          )
        })}
      </ul>
      {fault && <Fault>{fault}</Fault>}
    </Panel>
  )
}
