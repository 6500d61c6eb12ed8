import { PlainScreen } from '../module/screen'

export function Venture() {
  return <PlainScreen module="venture" />
}
