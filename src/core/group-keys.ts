import { cut } from './facts.js'
import type { FieldSource } from './fields.js'
import { hash } from './identity.js'
import type { Term } from './open-alert.js'

/** A group that an event counts in. */
export interface GroupKey { key: string, terms: readonly Term[] }

/**
 * The groups of an event: one for each combination of the fields' values, at most 1,000; none when a field has no
 * value, unless `missing` takes those without for a group of their own. Without fields there is one group for all.
 */
export function groupKeys (event: FieldSource, fields: readonly string[], missing = false): GroupKey[] {
  let keys: Term[][] = [[]]
  for (const field of fields) {
    const values = event.values(field).map((value) => short(String(value)))
    if (values.length === 0 && !missing) return []
    const terms = values.length === 0 ? [undefined] : values.map((value) => ({ field, value }))
    keys = keys.flatMap((key) => terms.map((term) => term === undefined ? key : [...key, term])).slice(0, maxGroupsOfEvent)
  }
  return keys.map((terms) => ({ key: keyOf(terms, fields), terms }))
}

const maxGroupsOfEvent = 1000
const maxValue = 1024

/** One field's value is its own key; of several, field and value, so that no two combinations look alike. */
function keyOf (terms: Term[], fields: readonly string[]): string {
  if (fields.length === 1) return terms[0]?.value ?? '\u0000'
  return JSON.stringify(terms.map(({ field, value }) => [field, value]))
}

/** A long value would fill the memory as a key: its beginning and its hash stand for it. */
function short (value: string): string {
  return value.length <= maxValue ? value : `${cut(value, maxValue - 20)}...${hash([value])}`
}
