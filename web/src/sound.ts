// Three sounds and two more, made by the browser itself: no files. A browser
// needs one press before it may sound; "Take the watch" is that press.

let audio: AudioContext | null = null
let quietUntil = 0
const watchers = new Set<() => void>()
const changed = () => watchers.forEach((f) => f())

export type SoundState = 'off' | 'on' | 'silenced'
export const soundState = (): SoundState =>
  audio?.state !== 'running' ? 'off' : Date.now() < quietUntil ? 'silenced' : 'on'
export function onSound(f: () => void) {
  watchers.add(f)
  return () => { watchers.delete(f) }
}

function tone(hz: number, start: number, length: number, gain: number, shape: OscillatorType = 'square') {
  if (!audio) return
  const at = audio.currentTime + start
  const wave = audio.createOscillator()
  const level = audio.createGain()
  wave.type = shape
  wave.frequency.value = hz
  level.gain.setValueAtTime(0, at)
  level.gain.linearRampToValueAtTime(gain, at + 0.015)
  level.gain.setValueAtTime(gain, at + length - 0.03)
  level.gain.linearRampToValueAtTime(0, at + length)
  wave.connect(level).connect(audio.destination)
  wave.start(at)
  wave.stop(at + length + 0.01)
}

const tunes = {
  test: () => { tone(660, 0, 0.18, 0.08, 'triangle'); tone(880, 0.22, 0.28, 0.08, 'triangle') },
  flash: () => { for (let i = 0; i < 4; i++) { tone(960, i * 0.36, 0.17, 0.09); tone(720, i * 0.36 + 0.18, 0.17, 0.09) } },
  immediate: () => tone(880, 0, 0.4, 0.08, 'triangle'),
  tick: () => tone(1200, 0, 0.05, 0.03, 'sine'),
  lost: () => { tone(440, 0, 0.3, 0.09, 'sawtooth'); tone(330, 0.34, 0.3, 0.09, 'sawtooth'); tone(220, 0.68, 0.5, 0.09, 'sawtooth') },
}

/** Must be called from a press: unlocks sound and plays the test tone. */
export async function unlock(): Promise<boolean> {
  try {
    audio ??= new AudioContext()
    audio.onstatechange = changed
    await audio.resume()
    tunes.test()
  } catch {
    audio = null
  }
  changed()
  return audio?.state === 'running'
}

export function play(name: keyof typeof tunes) {
  if (soundState() === 'on') tunes[name]()
}

/** Quiet for 30 s; what was not acknowledged by then sounds again. */
export function silence() {
  quietUntil = Date.now() + 30_000
  changed()
  setTimeout(changed, 30_050)
}
