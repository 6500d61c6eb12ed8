import { useLive } from '../live'
import { Id, Tri, useText } from '../text'

/** The charter's notice, on every screen; as which officer one acts here; and that the texts are not yet reviewed. */
export function Footer() {
  const t = useText()
  const { desk } = useLive()
  const review = t('review')
  return (
    <footer className="foot">
      <span className="notice"><Tri text={desk?.charter.notice} /></span>
      {desk && <Id>{desk.officer.code}</Id>}
      {review !== 'reviewed' && <span className="review">{t('review.note')}</span>}
    </footer>
  )
}
