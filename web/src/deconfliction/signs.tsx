// Signs of types of activity: drawn, of no side and of no emblem; the words
// stand beside them in every list.
import { useLive } from '../live'
import { Id, plain, Tri, useLang } from '../text'

const PATHS: Record<string, string> = {
  air: 'M7 1 8.2 5.5 13 9 8.2 8.4 8 11 10 13 4 13 6 11 5.8 8.4 1 9 5.8 5.5Z',
  uav: 'M2.5 2.5 11.5 11.5M11.5 2.5 2.5 11.5M1 2.5H4M10 2.5H13M1 11.5H4M10 11.5H13',
  movement: 'M1 4H8V10H1ZM8 6H11L13 8V10H8ZM3 10V12H5V10M9 10V12H11V10',
  works: 'M1 12H13M3 12V6L7 2 11 6V12M5 8H9',
  humanitarian: 'M2 4.5 7 2 12 4.5V10.5L7 13 2 10.5ZM2 4.5 7 7 12 4.5M7 7V13',
  fire: 'M7 1V13M1 7H13M7 3A4 4 0 1 0 7 11 4 4 0 1 0 7 3',
  exercise: 'M3 1V13M3 2H12L9.5 5 12 8H3',
  'mine-clearance': 'M2 9H12L10 12H4ZM7 9V5M4 5H10M5 3 7 5 9 3',
  repair: 'M2 12 8 6M7 3A3 3 0 0 0 11 7L13 5 11 4 10 1Z',
  maritime: 'M1 9H13L11 12H3ZM7 9V2L11 7H7',
  vip: 'M7 1 12 3V7Q12 11 7 13 2 11 2 7V3Z',
  medevac: 'M1 5H13M1 9H13M3.5 5V9M10.5 5V9M4 12A1 1 0 1 0 4 10M10 12A1 1 0 1 0 10 10',
  farming: 'M7 13V4M7 7Q3 7 3 3 7 3 7 7M7 9Q11 9 11 5 7 5 7 9',
  media: 'M1 4H10V11H1ZM10 6.5 13 5V10L10 8.5',
  launch: 'M7 1 10.5 6H8.5V10H5.5V6H3.5ZM4 13 7 10 10 13',
}

export function Sign({ type, label }: { type: string; label?: string }) {
  return (
    <svg className="sign" viewBox="0 0 14 14" width={14} height={14} {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}>
      <path d={PATHS[type] ?? 'M2 2H12V12H2Z'} />
    </svg>
  )
}

/** What a type of activity is called in the forms; its code where none names it. */
export function useTypeName(): (type: string) => string {
  const { desk } = useLive()
  const lang = useLang()
  return (type) => plain(nameOf(desk, type), lang) || type
}

export function ActivityName({ type }: { type: string }) {
  const { desk } = useLive()
  const found = nameOf(desk, type)
  return found ? <Tri text={found} /> : <Id>{type}</Id>
}

const nameOf = (desk: ReturnType<typeof useLive>['desk'], type: string) => desk?.templates.filter((x) => x.kind.startsWith('deconfliction.'))
  .flatMap((x) => x.fields.find((f) => f.name === 'activity')?.choices ?? []).find((c) => c.value === type)?.name
