import { PlainScreen } from '../module/screen'

export function Talks() {
  return <PlainScreen module="talks" />
}
