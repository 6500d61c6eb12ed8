import { PlainScreen } from '../module/screen'

export function Protection() {
  return <PlainScreen module="protection" />
}
