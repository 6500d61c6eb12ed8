// A conflict that is chosen on the map is settled beside it: what would part
// the two, what they propose, and what this desk may say to it.
import { path } from '../api'
import { Proposals, Suggestions } from '../deconfliction/settle'
import type { Board } from '../deconfliction/types'
import { useFetched } from '../live'
import { Card } from '../module/parts'
import { useText } from '../text'

export function Settling({ id }: { id: string }) {
  const t = useText()
  const { data } = useFetched<Board>('/deconfliction?conflict=' + path(id))
  const clash = data?.conflicts.find((c) => c.key === id)
  if (!data || !clash?.open) return null
  const notices = clash.between.flatMap((k) => data.notices.find((n) => n.key === k) ?? [])
  return (
    <>
      <Card title={t('deconfliction.proposals')}><Proposals clash={clash} notices={notices} /></Card>
      <Suggestions clash={clash} notices={notices} deciding={data.deciding} />
    </>
  )
}
