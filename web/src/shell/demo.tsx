// The demo's own bar: what to do next, and the two acts of a relay that
// misbehaves. Shown only where the node says that it is a demo.
import { useEffect, useState } from 'react'
import { type Demo, get, post } from '../api'
import { refresh, useLive } from '../live'
import { go, useWhere } from '../nav'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'
import { useMay } from '../session/may'
import { plain, Tri, useLang, useText, useTitle } from '../text'

export function DemoBar() {
  const { desk } = useLive()
  const may = useMay()
  return desk?.demo && may('read') ? <Bar /> : null
}

function Bar() {
  const t = useText()
  const lang = useLang()
  const title = useTitle()
  const { screen } = useWhere()
  const { desk, version } = useLive()
  const [data, setData] = useState<Demo | null>(null)
  const refusal = useRefusal()
  const [fault, setFault] = useState('')
  const [hidden, setHidden] = useState(false)
  useEffect(() => {
    const ask = () => get<Demo>('/demo').then(setData, () => undefined)
    ask()
    const timer = setInterval(ask, 2000) // a step may pass without a record
    return () => clearInterval(timer)
  }, [version])
  if (!data || (data.visitor && data.visitor !== desk?.desk)) return null // the story plays the other desks
  const act = (name: string) => post(`/demo/${name}`).then(() => refresh(), (error) => setFault(refusal.sentence(error)))
  const done = data.steps.filter((s) => s.done).length
  const current = data.steps.findIndex((s) => s.id === data.step)
  return (
    <section className="demo" aria-label={t('demo')}>
      {data.end && !hidden && (
        <div className="end">
          <h2>{t('demo.end')}</h2>
          <dl>
            {plain(data.end.real, lang) && <div><dt>{t('demo.real')}</dt><dd><Tri text={data.end.real} /></dd></div>}
            {plain(data.end.scripted, lang) && <div><dt>{t('demo.scripted')}</dt><dd><Tri text={data.end.scripted} /></dd></div>}
            {plain(data.end.limits, lang) && <div><dt>{t('demo.limits')}</dt><dd><Tri text={data.end.limits} /></dd></div>}
          </dl>
          {data.proof_command && <p>{t('proof.verify')} <code dir="ltr" tabIndex={0}>{data.proof_command}</code></p>}
          <button type="button" onClick={() => setHidden(true)}>{t('close')}</button>
        </div>
      )}
      <div className="line">
        <span className="chip">{t('demo')}</span>
        <ol className="steps" aria-label={t('demo.progress', { done, all: data.steps.length })}>
          {data.steps.map((s, i) => <li key={s.id} className={s.done ? 'done' : i === current ? 'now' : ''} aria-current={i === current ? 'step' : undefined}><span className="sr"><Tri text={s.title} /></span></li>)}
        </ol>
        <p className="prompt" aria-live="polite">{plain(data.prompt, lang) ? <Tri text={data.prompt} ids /> : <span className="muted">{data.end ? t('demo.over') : t('demo.wait')}</span>}</p>
        {data.screen && data.screen !== screen && <button type="button" className="primary" onClick={() => go({ screen: data.screen, tab: '', open: '' })}>{t('demo.open', { screen: title(data.screen) })}</button>}
        <button type="button" className={data.link_cut ? 'urgent' : ''} onClick={() => act(data.link_cut ? 'restore' : 'cut')}>{data.link_cut ? t('demo.restore') : t('demo.cut')}</button>
        <button type="button" className={data.withholding ? 'urgent' : ''} onClick={() => act(data.withholding ? 'release' : 'withhold')}>{data.withholding ? t('demo.release') : t('demo.withhold')}</button>
        {!data.end && <button type="button" onClick={() => act('next')}>{t('demo.next')}</button>}
      </div>
      {fault && <Fault>{fault}</Fault>}
    </section>
  )
}
