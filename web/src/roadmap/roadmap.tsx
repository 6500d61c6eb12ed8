import { PlainScreen } from '../module/screen'

export function Roadmap() {
  return <PlainScreen module="roadmap" />
}
