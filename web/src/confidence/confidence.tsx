import { PlainScreen } from '../module/screen'

export function Confidence() {
  return <PlainScreen module="confidence" />
}
