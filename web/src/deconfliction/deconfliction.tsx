import { PlainScreen } from '../module/screen'

export function Deconfliction() {
  return <PlainScreen module="deconfliction" />
}
