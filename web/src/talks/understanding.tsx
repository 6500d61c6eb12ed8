// What the parties have understood: from when, until when, by whose authority,
// and whom each of them has to tell.
import { dtg, useNow } from '../clock'
import { useLive } from '../live'
import { ChoiceName, LevelOf } from '../module/choice'
import { Languages } from '../module/languages'
import { Sketch } from '../module/map'
import { ActButton, agree, Card, FactList } from '../module/parts'
import { At, Countdown, DeskName } from '../parts'
import { Id, useText } from '../text'
import { type Duty, KIND, type Understanding } from './types'

export function UnderstandingCard({ understanding: u }: { understanding: Understanding }) {
  const t = useText()
  const { desk } = useLive()
  const own = desk?.desk ?? ''
  const parties = (desk?.members ?? []).filter((m) => m.role === 'party').map((m) => m.desk)
  const may = parties.includes(own) && own !== u.from && !u.agreed[own] && u.open
  return (
    <Card title={t('talks.understanding')} tone={u.state === 'in-question' ? 'warn' : ''}>
      <Languages text={u.text} />
      <FactList rows={[
        [t('talks.holds'), <span className="place"><Id>{dtg(u.starts)}</Id> {u.ends[0] ? <>– <Id>{dtg(u.ends[0])}</Id></> : <b>{t('talks.open-ended')}</b>}</span>],
        [t('talks.authority'), <ChoiceName kind={KIND.understanding} field="authority" value={u.authority} />],
        [t('talks.agreed-by'), parties.map((d) => <span key={d} className="pair agreedby"><DeskName id={d} /> {u.agreed[d] ? <span className="ok">✓ <At ms={u.agreed[d]} /></span> : <span className="muted">– {t('talks.not-yet')}</span>}</span>)],
      ]} />
      {may && <div className="actions"><ActButton primary act={agree(u.key, u.version)}>{t('talks.agree.this')}</ActButton></div>}
      {u.area[0] && <Sketch label={u.number} shapes={[{ id: u.key, area: u.area[0], label: u.number }]} height={240} />}
      <Duties duties={u.duties} />
    </Card>
  )
}

/** Whom each desk has to tell by when, and whether it has. */
function Duties({ duties }: { duties: Duty[] }) {
  const t = useText()
  const now = useNow()
  return (
    <table className="duties">
      <caption>{t('talks.duties')}</caption>
      <thead><tr><th>{t('desk')}</th><th>{t('talks.level')}</th><th>{t('talks.by')}</th><th>{t('talks.told')}</th></tr></thead>
      <tbody>
        {duties.map((d) => {
          const late = d.done ? d.done > d.by : now > d.by
          return (
            <tr key={d.desk + d.level}>
              <td><DeskName id={d.desk} /></td><td><LevelOf desk={d.desk} level={d.level} /></td><td><At ms={d.by} /></td>
              <td>{d.done ? <span className={late ? 'warn' : 'ok'}>✓ <At ms={d.done} />{late && <> · {t('talks.late')}</>}</span> : <span className={late ? 'bad' : ''}>– {late ? t('talks.overdue') : t('talks.not-yet')} <Countdown due={d.by} /></span>}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
