// The keyboard. Keys are bound by place on the keyboard (event.code), so they
// work under an Arabic or Hebrew layout. Single letters are ignored in text
// fields and can be switched off (WCAG 2.1.4); F keys always work.
import { useEffect, useRef } from 'react'

export type Keymap = Record<string, (event: KeyboardEvent) => void>

interface Layer { map: () => Keymap; order: number; alone: boolean }
const layers: Layer[] = []
let sequence = 0
let going = false
let letters = localStorage.getItem('parley.letters') !== 'off'
const watchers = new Set<() => void>()

export const lettersOn = () => letters
export function setLetters(on: boolean) {
  letters = on
  localStorage.setItem('parley.letters', on ? 'on' : 'off')
  watchers.forEach((f) => f())
}
export function onLetters(f: () => void) {
  watchers.add(f)
  return () => { watchers.delete(f) }
}

/** Whether the keystroke belongs to something that takes text. */
export function inText(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null
  if (!el?.tagName) return false
  if (el.isContentEditable || el.tagName === 'TEXTAREA' || el.tagName === 'SELECT') return true
  return el.tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'submit'].includes((el as HTMLInputElement).type)
}

/** A name such as "KeyA", "g KeyW", "Ctrl+Enter", "F2" or "Shift+Slash". */
function nameOf(event: KeyboardEvent): string {
  const code = event.code === 'NumpadEnter' ? 'Enter' : event.code.replace(/^Numpad(\d)$/, 'Digit$1')
  const mod = (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '') + (event.shiftKey ? 'Shift+' : '')
  return mod + code
}

function onKey(event: KeyboardEvent) {
  if (event.isComposing || event.repeat && !/^Key[JK]$/.test(event.code)) return
  let name = nameOf(event)
  const special = /^(Shift\+)?F\d+$/.test(name) || name.startsWith('Ctrl+') || name === 'Escape' || name === 'Enter'
  if (!special) {
    if (!letters || inText(event.target)) { going = false; return }
    if (going) { going = false; name = 'g ' + name } else if (name === 'KeyG') { going = true; event.preventDefault(); event.stopPropagation(); return }
  }
  for (const layer of [...layers].sort((a, b) => b.order - a.order)) {
    const f = layer.map()[name]
    if (!f && layer.alone) return
    if (!f) continue
    if (name === 'Enter') {
      f(event)
      if (event.defaultPrevented) event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
    f(event)
    return
  }
}
window.addEventListener('keydown', onKey, { capture: true })

/** Bind keys while the component is shown; what was bound last is asked first.
 *  Keys bound alone are all that there are: under the lock nothing else answers. */
export function useKeys(map: Keymap, active = true, alone = false) {
  const ref = useRef(map)
  ref.current = map
  useEffect(() => {
    if (!active) return
    const layer: Layer = { map: () => ref.current, order: ++sequence, alone }
    layers.push(layer)
    return () => { layers.splice(layers.indexOf(layer), 1) }
  }, [active, alone])
}
