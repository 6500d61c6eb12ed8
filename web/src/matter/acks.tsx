// The five acks of every desk, never merged: delivered, received, read back,
// disseminated, position. Each with its time and the record that proves it.
import type { Column, Matter, Stamp, T3 } from '../api'
import { useLive } from '../live'
import { At, Countdown, DeskName, firstDue, RoleName } from '../parts'
import { FreeText, Id, type Key, Tri, useText } from '../text'

const ACKS = ['delivered', 'received', 'readback', 'disseminated', 'position'] as const

export function Acks({ matter }: { matter: Matter }) {
  const t = useText()
  return (
    <div className="panel acks">
      <header><h3 id="acks-title">{t('acks')}</h3><span className="muted small">{t('acks.what')}</span></header>
      <div className="wide" tabIndex={0} role="region" aria-labelledby="acks-title">
        <table>
          <thead><tr><th scope="col">{t('desk')}</th>{ACKS.map((a) => <th scope="col" key={a}>{t(`ack.${a}` as Key)}</th>)}</tr></thead>
          <tbody>
            {matter.columns.map((c) => (
              <tr key={c.desk}>
                <th scope="row"><DeskName id={c.desk} /></th>
                <td><Cell at={c.delivered} ack="delivered" column={c} matter={matter} /></td>
                <td><Cell at={c.received} ack="received" column={c} matter={matter} /></td>
                <td>
                  <Cell at={c.readback} ack="readback" column={c} matter={matter} />
                  {c.readback?.matches !== undefined && c.readback && <span className={'mark ' + (c.readback.matches ? 'ok' : 'bad')}>{c.readback.matches ? t('readback.same') : t('readback.differs')}</span>}
                </td>
                <td>{c.disseminated?.length ? c.disseminated.map((d) => (
                  <span key={d.record} className="many"><Cell at={d} ack="disseminated" column={c} matter={matter} /><span className={'mark ' + (d.cannot ? 'bad' : '')}>{d.cannot && t('disseminate.cannot')} <LevelName desk={c.desk} level={d.level} name={d.level_name} /></span></span>
                )) : <Cell at={null} ack="disseminated" column={c} matter={matter} />}</td>
                <td>
                  {c.position && <b className="position">{t(`position.${c.position.position}` as Key)}</b>}
                  <Cell at={c.position} ack="position" column={c} matter={matter} />
                  {c.position?.text && <FreeText free={c.position.text} className="small" />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** A time with its proof; a running clock; or a dash when nobody asked for it. */
function Cell({ at, ack, column, matter }: { at: Stamp | null; ack: string; column: Column; matter: Matter }) {
  const t = useText()
  if (at) return <span className="stamp"><At ms={at.at} /><Id className="muted small">{at.record}</Id>{at.role && at.role !== 'watch' && <span className="muted small"><RoleName role={at.role} /></span>}</span>
  const asked: Record<string, string[]> = { position: ['position', 'effect'], readback: ['readback'], delivered: ['delivered'], received: ['received'], disseminated: ['disseminated'] }
  const wait = firstDue(matter.waiting, (w) => w.desk === column.desk && asked[ack].includes(w.for))
  if (wait) return wait.due ? <Countdown due={wait.due} /> : <span className="mark warn">{t('pending')}</span>
  return <span className="muted" aria-label={t('ack.notasked')}>–</span>
}

function LevelName({ desk: id, level, name }: { desk: string; level: string; name?: T3 }) {
  const { desk } = useLive()
  const found = desk?.levels[id]?.find((l) => l.level === level)
  if (name) return <Tri text={name} />
  return found ? <Tri text={found.name} /> : <Id>{level}</Id>
}
