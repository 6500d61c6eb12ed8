// The screens of modules, in menu order. A module's screen is a folder here
// and a line below; it is shown where the desk runs that module.
import type { ReactNode } from 'react'
import { SecurityLog } from './admin/log'
import { Officers } from './admin/officers'
import { Policy } from './admin/policy'
import { Approvals } from './approvals/approvals'
import { Confidence } from './confidence/confidence'
import { Deconfliction } from './deconfliction/deconfliction'
import { MovementScreen } from './deconfliction/movement'
import { Hotline } from './hotline/hotline'
import { Incident } from './incident/incident'
import { Intel } from './intel/intel'
import { MapScreen } from './map/map'
import { Protection } from './protection/protection'
import { Roadmap } from './roadmap/roadmap'
import type { Right, Session } from './session/types'
import { Supervision } from './supervision/supervision'
import { Talks } from './talks/talks'
import type { Key } from './text'
import { Venture } from './venture/venture'

export interface ModuleScreen {
  module: string
  group: Key
  /** After g, by its place on the keyboard. */
  letter: string
  Screen: () => ReactNode
}

export const SCREENS: ModuleScreen[] = [
  { module: 'hotline', group: 'nav.onwatch', letter: 'h', Screen: Hotline },
  { module: 'deconfliction', group: 'nav.ground', letter: 'd', Screen: Deconfliction },
  { module: 'protection', group: 'nav.ground', letter: 'p', Screen: Protection },
  { module: 'incident', group: 'nav.ground', letter: 'n', Screen: Incident },
  { module: 'intel', group: 'nav.exchange', letter: 'i', Screen: Intel },
  { module: 'confidence', group: 'nav.exchange', letter: 'm', Screen: Confidence },
  { module: 'venture', group: 'nav.exchange', letter: 'b', Screen: Venture },
  { module: 'talks', group: 'nav.talks', letter: 't', Screen: Talks },
  { module: 'roadmap', group: 'nav.talks', letter: 'r', Screen: Roadmap },
  { module: 'supervision', group: 'nav.accountability', letter: 's', Screen: Supervision },
]

export const GROUPS: Key[] = ['nav.onwatch', 'nav.ground', 'nav.exchange', 'nav.talks', 'nav.accountability', 'nav.desk']

/** The screens of the modules that a desk runs. */
export const shown = (modules: string[] | undefined) => SCREENS.filter((s) => (modules ?? ['hotline']).includes(s.module))

/** A screen as the menu offers it; a module's names its module. */
export interface Offered { screen: string; group: Key; letter: string; module?: string; Screen?: () => ReactNode }

// The console's own screens, each with the rights of which one is enough.
const OWN: (Offered & { rights: Right[]; last?: boolean })[] = [
  { screen: 'watch', group: 'nav.onwatch', letter: 'w', rights: ['read'] },
  { screen: 'map', group: 'nav.ground', letter: 'x', rights: ['read'], Screen: MapScreen },
  { screen: 'movement', group: 'nav.ground', letter: 'o', rights: ['read'], Screen: MovementScreen },
  { screen: 'record', group: 'nav.accountability', letter: 'v', rights: ['read'], last: true },
  { screen: 'approvals', group: 'nav.desk', letter: 'a', rights: ['draft', 'release', 'keys'], last: true, Screen: Approvals },
  { screen: 'officers', group: 'nav.desk', letter: 'u', rights: ['officers'], last: true, Screen: Officers },
  { screen: 'log', group: 'nav.desk', letter: 'l', rights: ['log'], last: true, Screen: SecurityLog },
  { screen: 'policy', group: 'nav.desk', letter: 'y', rights: ['read', 'officers', 'log', 'keys'], last: true, Screen: Policy },
]

/** The screens that an officer's rights open, in menu order. */
export function offered(session: Session | null, modules: string[] | undefined): Offered[] {
  const may = (rights: Right[]) => rights.some((r) => session?.rights.includes(r))
  const own = OWN.filter((s) => may(s.rights))
  const of = may(['read']) ? shown(modules).map((s) => ({ screen: s.module, group: s.group, letter: s.letter, module: s.module })) : []
  return [...own.filter((s) => !s.last), ...of, ...own.filter((s) => s.last)]
}
