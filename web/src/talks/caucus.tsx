// A private note between one party and the supervisor. No other desk holds it,
// and no other screen shows it.
import { Card } from '../module/parts'
import { DeskName } from '../parts'
import { FreeText, Id, useText } from '../text'
import type { Caucus } from './types'

/** That a note is private, and between whom. */
export function With({ note }: { note: Caucus }) {
  const t = useText()
  return <span className="mark warn">{t('talks.private')} {[note.from, ...note.to].map((d) => <DeskName key={d} id={d} short />)}</span>
}

export function CaucusCard({ note }: { note: Caucus }) {
  const t = useText()
  return (
    <Card title={t('talks.caucus')} tone="warn" aside={<With note={note} />}>
      <p className="note warn">{t('talks.caucus-who')} {[note.from, ...note.to].map((d) => <DeskName key={d} id={d} />)}</p>
      {note.clause && <p>{t('talks.about-clause')} <Id>{note.clause}</Id></p>}
      <FreeText free={note.text} />
    </Card>
  )
}
