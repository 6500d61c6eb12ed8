// What the shell gives to whatever stands in it: a way to open the docked
// compose, and the compose itself while it is open.
import { createContext, type ReactNode, useContext } from 'react'
import type { Intent } from '../compose/compose'

export interface Shell { compose: (intent: Intent) => void; docked: ReactNode }
export const ShellContext = createContext<Shell>({ compose: () => undefined, docked: null })
export const useShell = () => useContext(ShellContext)
