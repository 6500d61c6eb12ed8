// A joint statement: one text in three languages, and who has signed it with
// its root key. A draft that is changed takes its signatures with it.
import { revise } from '../compose/prefill'
import { useLive } from '../live'
import { NotesButton, SignButton } from '../module/ceremony'
import { Languages } from '../module/languages'
import { Card, FactList, MatterLink, RecordLink, ThreeColumns } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { useShell } from '../module/shell'
import { At } from '../parts'
import { Id, useText } from '../text'
import { KIND, type Statement } from './types'

export function StatementCard({ statement: s, opened }: { statement: Statement; opened?: boolean }) {
  const t = useText()
  const { desk, lost } = useLive()
  const own = desk?.desk ?? ''
  const { compose } = useShell()
  const write = async () => compose(await revise(desk, s.key, { draft: s.draft + 1 }))
  const mine = s.missing.includes(own) && !s.complete && s.open
  return (
    <Card title={opened ? t('talks.statement') : <MatterLink id={s.key}><Id>{s.number}</Id></MatterLink>} tone={s.complete ? 'ok' : ''}
      aside={<span className="mark">{t('talks.draft.n', { n: s.draft })}</span>}>
      <Languages text={s.text} />
      <ThreeColumns>{(d) => s.signed[d] ? <p className="ok">✓ {t('talks.signed.at')} <At ms={s.signed[d]} /></p> : <p className="muted">– {t('talks.not-yet')}</p>}</ThreeColumns>
      {s.complete ? <div className="note ok row"><span>{t('talks.complete')}</span><NotesButton matter={s.key} name={s.number}>{t('talks.note.save')}</NotesButton><span className="muted small">{t('talks.note.what')}</span></div> : <p className="muted small">{t('talks.signing.what')}</p>}
      <div className="actions">
        {mine && (
          <SignButton name={`${s.number}-draft-${s.draft}.txt`}
            make={(line) => ({ kind: KIND.signature, about: s.key, body: { hash: s.hash, signature: line } })}
            words={{ offline: t('talks.offline'), save: t('talks.line.save'), line: t('talks.line'), file: t('talks.line.file') }}>{t('talks.sign', { n: s.draft })}</SignButton>
        )}
        {own === s.from && s.open && !s.complete && <button type="button" disabled={lost} onClick={write}>{t('talks.write', { n: s.draft + 1 })}</button>}
        <ComposeButton code={KIND.readout} values={{ of: s.key }}>{t('talks.announce')}</ComposeButton>
      </div>
      <FactList rows={[
        [t('talks.hash'), <Id className="breaks small">{s.hash}</Id>],
        [t('talks.version'), <RecordLink id={s.record} />],
        s.of && [t('talks.comes-from'), <MatterLink id={s.of}>{t('talks.texts')}</MatterLink>],
      ]} />
    </Card>
  )
}

