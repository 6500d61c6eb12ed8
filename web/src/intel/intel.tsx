import { PlainScreen } from '../module/screen'

export function Intel() {
  return <PlainScreen module="intel" />
}
