// A meeting of which one side or both are blind: what this desk was told and
// no more, who lets it be shown, and what was shown once both did.
import { path, type Volume } from '../api'
import { useFetched, useLive } from '../live'
import { StateChip, Waits } from '../module/line'
import { Sketch, type Shape } from '../module/map'
import { Card, FactList, MatterLink } from '../module/parts'
import { ComposeButton } from '../module/screen'
import { DeskName, DeskNames } from '../parts'
import { Id, plain, Tri, useLang, useText } from '../text'
import { Proposals } from './settle'
import { useTone, volumeShape } from './shapes'
import type { Board, Notice, Unseen } from './types'
import { Ways } from './unseen'
import { Window } from './window'

/** A square by its south-western corner, 122000N0380800W, as the four corners that it has. */
export function square(corner: string, side: number): { lat: string; lon: string }[] {
  const found = /^(\d{2})(\d{2})(\d{2})([NS])(\d{3})(\d{2})(\d{2})([EW])$/.exec(corner)
  if (!found) return []
  const angle = (d: string, m: string, s: string, minus: boolean) => (Number(d) + Number(m) / 60 + Number(s) / 3600) * (minus ? -1 : 1)
  const [south, west, by] = [angle(found[1], found[2], found[3], found[4] === 'S'), angle(found[5], found[6], found[7], found[8] === 'W'), side / 3600]
  const at = (lat: number, lon: number) => ({ lat: lat.toFixed(6), lon: lon.toFixed(6) })
  return [at(south, west), at(south, west + by), at(south + by, west + by), at(south + by, west)]
}

const CONSENT = 'deconfliction.consent/1'
const others = (x: Unseen, own: string) => [x.from, ...x.to].filter((d) => d !== own)

export function BlindDetail({ meeting: x, board }: { meeting: Unseen; board: Board }) {
  const t = useText()
  const lang = useLang()
  const tone = useTone()
  const { desk } = useLive()
  const f = x.facts
  const own = f.between.find((k) => k.startsWith(desk?.desk + ':'))
  const { data: full } = useFetched<Board>(own ? '/deconfliction?notice=' + path(own) : null) // the board has no corners
  const known = f.between.flatMap((k) => full?.notices.find((n) => n.key === k) ?? board.notices.find((n) => n.key === k) ?? [])
  const shapes: Shape[] = [
    ...f.squares.map((c, i) => ({ id: 'square/' + i, area: { ring: square(c, f.grid_s), centre: [], radius_m: 0, text: '' }, tone: 'warn' as const, dashed: true })),
    ...x.shown.flatMap((s) => ((s.body as { volumes?: Volume[] }).volumes ?? []).flatMap((v, i) => volumeShape(v, `${s.notice}/${i}`, { tone: tone(s.notice.split(':')[0]) }))),
    ...known.flatMap((n) => n.volumes.flatMap((v, i) => volumeShape(v, `${n.key}/${i}`, { tone: tone(n.from), label: i ? '' : n.number }))),
  ]
  return (
    <>
      <Card title={<>{t('deconfliction.conflict')} <Id>{x.number}</Id></>} tone={x.open ? 'warn' : ''} aside={<StateChip module="deconfliction" state={x.state} tone={x.open ? 'warn' : ''} />}>
        <p className="note"><b>{t('deconfliction.blind')}</b> {t('deconfliction.blind.meeting')}</p>
        <div className="beside">
          <FactList rows={[
            [t('deconfliction.notices'), f.between.map((k) => { const n = known.find((y) => y.key === k); return <span key={k} className="pair"><DeskName id={k.split(':')[0]} short />{n ? <MatterLink id={k}><Id>{n.number}</Id></MatterLink> : t('deconfliction.blind.unseen')}</span> })],
            [t('deconfliction.when'), <Window span={f.window} />],
            [t('deconfliction.where'), f.grid_s ? t('deconfliction.blind.squares', { n: f.squares.length, s: f.grid_s }) : t('deconfliction.blind.nowhere')],
            [t('deconfliction.blind.consents'), x.consents.length ? <DeskNames ids={x.consents} /> : t('deconfliction.blind.nobody')],
          ]} />
          {shapes.length > 0 && <Sketch label={plain(x.text, lang)} height={220} shapes={shapes} />}
        </div>
        <p><Tri text={x.text} ids /></p>
        {x.open && <><h4>{t('deconfliction.clocks')}</h4><Waits module="deconfliction" waiting={x.waiting} /></>}
        {x.open && !x.shown.length && f.between.some((k) => k.split(':')[0] === desk?.desk) && (
          <div className="actions">
            {!x.consents.includes(desk!.desk) && <ComposeButton code={CONSENT} about={x.key} to={others(x, desk!.desk)} values={{ reveal: 'yes' }} primary>{t('deconfliction.blind.show')}</ComposeButton>}
            <ComposeButton code={CONSENT} about={x.key} to={others(x, desk!.desk)} values={{ reveal: 'no' }}>{t('deconfliction.blind.keep')}</ComposeButton>
            <span className="muted small">{t('deconfliction.blind.both')}</span>
          </div>
        )}
      </Card>
      <Card title={t('deconfliction.proposals')}>
        <Proposals clash={x} notices={known} />
        <Ways meeting={x} known={known} />
      </Card>
    </>
  )
}

/** Whether only its own desk and the supervisor hold the area of a notice. */
export const isBlind = (n: Pick<Notice, 'confidentiality'>) => n.confidentiality.startsWith('blind')
