// The queue: one list, so that the arrow keys cross its four sections.
import { GridList, GridListHeader, GridListItem, GridListSection } from 'react-aria-components'
import type { Item } from '../api'
import { dtg } from '../clock'
import { ExerciseMark } from '../hotline/drills'
import { drilled } from '../hotline/duty'
import { useLive } from '../live'
import { go, useWhere } from '../nav'
import { Badge, Countdown, DeskName, Empty, firstDue } from '../parts'
import { Id, type Key, plain, Tri, useLang, useText } from '../text'

type Section = 'answer_now' | 'owed' | 'waiting' | 'info'
const SECTIONS: Section[] = ['answer_now', 'owed', 'waiting', 'info']

export function Queue() {
  const t = useText()
  const { watch, desk } = useLive()
  const { open } = useWhere()
  if (!watch || !desk) return null
  const all = SECTIONS.flatMap((s) => watch[s])
  const newest = Math.max(0, ...all.map((i) => i.at))
  return (
    <div className="scroll">
      {!watch.answer_now.length && (
        <Empty>{t('queue.nothing')} {newest ? t('queue.last', { dtg: dtg(newest) }) : ''}</Empty>
      )}
      {all.length > 0 && (
        <GridList
          aria-label={t('queue')} selectionMode="single" selectionBehavior="replace"
          selectedKeys={open ? [open] : []}
          onSelectionChange={(keys) => { const key = [...(keys as Set<string>)][0]; if (key) go({ open: String(key) }) }}
          onAction={(key) => go({ open: String(key) })}
        >
          {SECTIONS.filter((s) => watch[s].length).map((s) => (
            <GridListSection key={s} id={'section-' + s} aria-label={t(`queue.${s}` as Key)}>
              <GridListHeader className="section"><span>{t(`queue.${s}` as Key)}</span><Id className="small">{watch[s].length}</Id></GridListHeader>
              {watch[s].map((item) => <Row key={item.key} item={item} section={s} own={desk.desk} cell={desk.status} />)}
            </GridListSection>
          ))}
        </GridList>
      )}
    </div>
  )
}

function Row({ item, section, own, cell }: { item: Item; section: Section; own: string; cell: string }) {
  const lang = useLang()
  const t = useText()
  const ours = section === 'answer_now' || section === 'owed'
  const wait = firstDue(item.waiting, (w) => (ours ? w.desk === own : true)) ?? firstDue(item.waiting, () => true)
  return (
    <GridListItem id={item.key} textValue={`${item.precedence} ${plain(item.subject, lang)} ${item.number}`} className={`qrow ${section}`}>
      <Badge code={item.precedence} />
      <span className="subject"><Tri text={item.subject} ids /></span>
      {wait?.due ? <Countdown due={wait.due} /> : <span />}
      <span className="under">
        <span className="pair"><DeskName id={item.from} short /> <Id>{item.number}</Id> <Id>{item.dtg}</Id></span>
        {drilled(item, cell) && <ExerciseMark />}
        {item.contested.length > 0 && <span className="mark warn">{t('contested')}</span>}
        {item.unknown && <span className="mark warn">{t('unknown')}</span>}
        <span className="state">
          {wait ? <>{wait.desk !== own && <><DeskName id={wait.desk} short /> </>}<Tri text={wait.for_name} /></> : <Tri text={item.state_name} />}
          {wait?.level ? <> <span className="mark bad"><Level id={wait.level} /></span></> : null}
        </span>
      </span>
    </GridListItem>
  )
}

/** A rung of the ladder by its name in the charter. */
export function Level({ id }: { id: string }) {
  const { desk } = useLive()
  return desk?.ladder_levels[id] ? <Tri text={desk.ladder_levels[id]} /> : <Id>{id}</Id>
}
