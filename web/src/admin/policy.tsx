// Who may do what at this desk: the node's own table, as it decides by it.
import { Fragment, useState } from 'react'
import { useFetched, useLive } from '../live'
import { Empty, RoleName } from '../parts'
import { useRefusal } from '../refusal'
import type { Policy as Table, Right } from '../session/types'
import { hasWords, Id, type Key, say, useLang, useText } from '../text'
import './admin.css'

/** A right in words; its code when there are none. */
export function RightName({ right }: { right: string }) {
  const lang = useLang()
  return hasWords(`right.${right}`) ? <>{say(lang, `right.${right}` as Key)}</> : <Id>{right || '–'}</Id>
}

export function Policy() {
  const t = useText()
  const refusal = useRefusal()
  const { session } = useLive()
  const { data, error } = useFetched<Table>('/policy')
  const mine = (role: string) => session?.roles.includes(role) ?? false
  const may = (right: Right) => session?.rights.includes(right) ?? false
  return (
    <div className="recordscreen">
      <header className="bar"><h2>{t('nav.policy')}</h2></header>
      <div className="scroll page" tabIndex={0} role="region" aria-label={t('nav.policy')}>
        {error ? <Empty>{refusal.sentence(error)}</Empty> : !data ? <Empty>{t('loading')}</Empty> : (
          <>
            <p className="muted">{t('policy.what')}</p>
            <div className="wide">
              <table className="policy">
                <caption className="sr">{t('policy.table')}</caption>
                <thead><tr><th scope="col">{t('policy.right')}</th>{data.roles.map((r) => <th key={r.role} scope="col" className={mine(r.role) ? 'mine' : ''}><RoleName role={r.role} />{mine(r.role) && <span className="mark">{t('policy.yours')}</span>}</th>)}<th scope="col" className="broken">{t('policy.glass')}</th></tr></thead>
                <tbody>
                  {data.rights.map((right) => (
                    <tr key={right} className={may(right) ? 'may' : ''}>
                      <th scope="row"><RightName right={right} /> <span className="muted small">{hasWords(`right.${right}.what`) && <What right={right} />}</span></th>
                      {data.roles.map((r) => (
                        <td key={r.role} className={mine(r.role) ? 'mine' : ''}>
                          <Dot on={r.rights.includes(right)} />
                        </td>
                      ))}
                      <td className="broken"><Dot on={data.break_glass.includes(right)} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <div className="beside">
              <Wants title={t('policy.kinds')} rows={data.kinds.map((k) => ({ name: k.kind + (k.basket ? ` (${k.basket})` : ''), right: k.node ? 'node' : k.right || 'matter' }))} />
              <Wants title={t('policy.routes')} rows={data.routes.map((r) => ({ name: `${r.method} ${r.path}`, right: r.right }))} />
            </div>
          </>
        )}
      </div>
    </div>
  )
}

function Dot({ on }: { on: boolean }) {
  const t = useText()
  return <><span aria-hidden="true" className={on ? 'yes' : 'muted'}>{on ? '●' : '·'}</span><span className="sr">{on ? t('yes') : t('no')}</span></>
}

function What({ right }: { right: Right }) {
  const lang = useLang()
  return <>{say(lang, `right.${right}.what` as Key)}</>
}

/** What asks for which right, grouped by the right. */
function Wants({ title, rows }: { title: string; rows: { name: string; right: string }[] }) {
  const [open, setOpen] = useState(false)
  const rights = [...new Set(rows.map((r) => r.right))]
  return (
    <details className="panel wants" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{title} <Id className="muted small">{rows.length}</Id></summary>
      {open && <dl>{rights.map((right) => <Fragment key={right}><dt><RightName right={right} /></dt>{rows.filter((r) => r.right === right).map((r) => <dd key={r.name}><Id className="breaks small">{r.name}</Id></dd>)}</Fragment>)}</dl>}
    </details>
  )
}
