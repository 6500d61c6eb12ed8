// What a form offers of the charter: its zones, its limits, and what they count.
import type { Choice, Desk } from '../api'

/** The choices of a field of that type. Of categories those of one limit, when it is known. */
export function ofCharter(desk: Desk | null | undefined, type: string, limit?: unknown): Choice[] {
  const mine = desk?.limits?.filter((l) => !l.desks.length || l.desks.includes(desk.desk)) ?? []
  switch (type) {
    case 'zone': return desk?.zones?.map((z) => ({ value: z.id, name: z.name })) ?? []
    case 'limit': return mine.map((l) => ({ value: l.id, name: l.name }))
    case 'category': {
      const of = mine.filter((l) => l.id === limit)
      const all = [...new Set((of.length ? of : mine).flatMap((l) => l.categories))]
      return all.map((c) => ({ value: c, name: { ar: c, en: c, he: c } }))
    }
  }
  return []
}
