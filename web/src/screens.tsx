// The screens of modules, in menu order. A module's screen is a folder here
// and a line below; it is shown where the desk runs that module.
import type { ReactNode } from 'react'
import { Confidence } from './confidence/confidence'
import { Deconfliction } from './deconfliction/deconfliction'
import { Hotline } from './hotline/hotline'
import { Incident } from './incident/incident'
import { Intel } from './intel/intel'
import { Protection } from './protection/protection'
import { Roadmap } from './roadmap/roadmap'
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

export const GROUPS: Key[] = ['nav.onwatch', 'nav.ground', 'nav.exchange', 'nav.talks', 'nav.accountability']

/** The screens of the modules that a desk runs. */
export const shown = (modules: string[] | undefined) => SCREENS.filter((s) => (modules ?? ['hotline']).includes(s.module))
