// What is wrong with a file, precisely: which feature, which ring, which point,
// in the reader's language; then what the node says of it in English.
import { Problem } from '../api'
import { Fault } from '../parts'
import { useRefusal } from '../refusal'
import { codedWords, isCoded } from '../slips'
import { hasWords, Id, type Key, say, useLang } from '../text'

// The places that a reader knows, as border/activity writes them.
const PARTS: [RegExp, 'feature' | 'placemark' | 'row' | 'polygon' | 'ring' | 'position' | 'volume', number][] = [
  [/features\[(\d+)\]/, 'feature', 1], [/Placemark (\d+)/, 'placemark', 0], [/\brow (\d+)/, 'row', 0], [/extents\[(\d+)\]|\bvolume (\d+)/, 'volume', -1],
  [/polygon (\d+)/, 'polygon', 0], [/\bring (\d+)/, 'ring', 0], [/\bposition (\d+)|vertices\[(\d+)\]/, 'position', -1],
]

/** A place in a file in words; what has none, as it is written. */
export function useWhereIn(): (at: string) => string {
  const lang = useLang()
  return (at) => {
    const parts = PARTS.flatMap(([re, word, add]) => {
      const found = re.exec(at)
      if (!found) return []
      const bracket = found[0].includes('[') ? 1 : 0 // these count from nought
      return [say(lang, `import.at.${word}`, { n: String(Number(found[1] ?? found[2]) + (add < 0 ? bracket : add)) })]
    })
    return parts.length ? parts.join(', ') : at ? `\u2068${at}\u2069` : ''
  }
}

export function Faulty({ fault, file }: { fault: unknown; file: string }) {
  const lang = useLang()
  const refusal = useRefusal()
  const where = useWhereIn()
  if (!(fault instanceof Problem) || !fault.errors.length || !hasWords(`import.fault.${fault.errors[0].value}`))
    return <Fault>{fault instanceof Problem && fault.status === 413 ? say(lang, 'import.fault.size') : refusal.sentence(fault)}</Fault>
  const [first, second] = fault.errors
  const shape = second && isCoded(second.value) ? codedWords(lang, second.value) : null
  const at = where(first.location)
  return (
    <div className="fault" role="alert">
      <p><b>{file && <><Id>{file}</Id>: </>}{at && <>{at}: </>}</b>{shape ?? say(lang, `import.fault.${first.value}` as Key)}</p>
      <p className="small">{say(lang, 'import.kept')}</p>
      {first.message && <p className="muted small" lang="en" dir="ltr">{first.location && <Id>{first.location}</Id>} {first.message}</p>}
    </div>
  )
}
