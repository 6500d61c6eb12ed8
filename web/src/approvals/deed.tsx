// What exactly will be done, in words, before an officer puts a key to it.
import type { ReactNode } from 'react'
import { dtg } from '../clock'
import { FactList, RecordLink } from '../module/parts'
import { DeskNames } from '../parts'
import { Id, type Key, Tri, useText } from '../text'
import { actOf, type Proposal } from './types'

const word = (x: unknown) => (typeof x === 'string' || typeof x === 'number' ? String(x) : '')

/** The sentence: what is sent, what leaves the desk, what changes. */
export function Deed({ proposal: p }: { proposal: Proposal }) {
  const t = useText()
  if (p.what === 'release') return <>{t('deed.release')} {Object.values(p.act_name).some(Boolean) ? <Tri text={p.act_name} /> : <Id>{p.act_code}</Id>}</>
  const act = actOf(p)
  const subject = word(act.record ?? act.list ?? act.version ?? act.key ?? act.role)
  return <>{t(`deed.${p.what}` as Key)} {subject && <Id>{subject}</Id>}</>
}

/** The act in full: in words, whom it goes to, and the bytes that are approved. */
export function DeedDetail({ proposal: p }: { proposal: Proposal }) {
  const t = useText()
  const act = actOf(p)
  const rows = p.what === 'release' ? [] : Object.entries(act).filter(([, v]) => word(v) !== '' && word(v).length < 200).map(([k, v]): [ReactNode, ReactNode] =>
    [<Id>{k}</Id>, k === 'record' ? <RecordLink id={word(v)} /> : /^(until|at|from)$/.test(k) && typeof v === 'number' ? <Id>{dtg(v)}</Id> : <Id className="breaks">{word(v)}</Id>])
  return (
    <>
      {p.what === 'release'
        ? <p className="free"><Tri text={p.act_text} ids /></p>
        : <p className={p.what === 'list' ? 'note warn' : 'muted'}>{t(`deed.${p.what}.what` as Key)}</p>}
      <FactList rows={[p.to.length > 0 && [t('to'), <DeskNames ids={p.to} />], !!act.about && [t('deed.about'), <Id>{word(act.about)}</Id>], ...rows]} />
      <details><summary>{t('deed.exact')}</summary><pre dir="ltr" tabIndex={0}>{JSON.stringify(act, null, 2)}</pre></details>
    </>
  )
}
