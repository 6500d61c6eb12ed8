// A coded value by the words that its template gives it.
import type { Parted } from '../compose/entries'
import { formOf } from '../compose/prefill'
import { useLive } from '../live'
import { Id, Tri } from '../text'

/** The words of a value: field is a name, or a name in an entry's, "clauses.status". */
export function ChoiceName({ kind, field, value }: { kind: string; field: string; value: string }) {
  const { desk } = useLive()
  let fields: Parted[] | undefined = formOf(desk, kind)?.fields
  let found: Parted | undefined
  for (const name of field.split('.')) {
    found = fields?.find((f) => f.name === name)
    fields = found?.fields
  }
  const choice = found?.choices?.find((c) => c.value === value)
  return choice ? <Tri text={choice.name} /> : <Id>{value}</Id>
}

/** A level to which a desk passes things on, by its name in the charter. */
export function LevelOf({ desk: id, level }: { desk: string; level: string }) {
  const { desk } = useLive()
  const found = desk?.levels[id]?.find((l) => l.level === level)
  return found ? <Tri text={found.name} /> : <Id>{level}</Id>
}
