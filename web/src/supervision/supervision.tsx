import { PlainScreen } from '../module/screen'

export function Supervision() {
  return <PlainScreen module="supervision" />
}
