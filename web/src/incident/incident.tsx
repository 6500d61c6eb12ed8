import { PlainScreen } from '../module/screen'

export function Incident() {
  return <PlainScreen module="incident" />
}
