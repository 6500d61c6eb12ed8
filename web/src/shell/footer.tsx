import { useLive } from '../live'
import { Tri, useText } from '../text'

/** The charter's notice, on every screen, and that the texts are not yet reviewed. */
export function Footer() {
  const t = useText()
  const { desk } = useLive()
  const review = t('review')
  return (
    <footer className="foot">
      <span className="notice"><Tri text={desk?.charter.notice} /></span>
      {review !== 'reviewed' && <span className="review">{t('review.note')}</span>}
    </footer>
  )
}
