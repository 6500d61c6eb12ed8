// The timeline: every record of the matter in the order of its own times.
import type { Matter } from '../api'
import { go } from '../nav'
import { At, DeskName, Panel } from '../parts'
import { Id, type Key, Tri, useText } from '../text'
import { Bilingual } from './texts'

export function Timeline({ matter }: { matter: Matter }) {
  const t = useText()
  return (
    <Panel title={t('timeline')} className="timeline">
      <ol>
        {matter.records.map((r, i) => (
          <li key={r.ref} className={r.verdict === 'ok' ? '' : 'contested'}>
            <At ms={r.at} />
            <DeskName id={r.desk} short />
            <div>
              <p><Tri text={r.text} ids /> {r.verdict !== 'ok' && <span className="mark warn">{t(`verdict.${r.verdict}` as Key)} {r.rule && <Id>{r.rule}</Id>}</span>}{r.doubt && <span className="mark"> <Tri text={r.doubt.text} ids /></span>}</p>
              {i > 0 && r.free.map((f) => <Bilingual key={f.field} free={f} />)}
            </div>
            <button type="button" className="ref" title={t('record.show')} onClick={() => go({ screen: 'record', tab: r.ref })}><Id>{r.ref}</Id></button>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
