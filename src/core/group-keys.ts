import { cut } from './facts.js'
import type { FieldSource } from './fields.js'
import { hash } from './identity.js'
import type { Term } from './open-alert.js'

/**
 * The keys of an event's groups: one for each combination of the fields' values, at most 1,000; none when a field has no
 * value, unless `missing` takes those without for a group of their own. Without fields there is one group for all.
 */
export function groupKeys (event: FieldSource, fields: readonly string[], missing = false): string[] {
  let keys: Term[][] = [[]]
  for (const field of fields) {
    // A number and its text are one value.
    const values = new Set(event.values(field).slice(0, maxGroupsOfEvent).map((value) => shortValue(String(value))))
    if (values.size === 0 && !missing) return []
    if (values.size > 0) keys = combine(keys, [...values].map((value) => ({ field, value })))
  }
  return keys.map((terms) => keyOf(terms, fields))
}

/** What a key of these fields stands for: the fields that have a value, and which. */
export function termsOf (key: string, fields: readonly string[]): Term[] {
  const [field] = fields
  if (field === undefined || fields.length > 1) return (JSON.parse(key) as [string, string][]).map(([field, value]) => ({ field, value }))
  return key === noValue ? [] : [{ field, value: key.startsWith(noValue) ? key.slice(1) : key }]
}

/** A long value would fill the memory of whoever keeps it: its beginning and its hash stand for it. Well-formed, so that it can be stored. */
export function shortValue (value: string): string {
  if (value.length > maxValue) return `${cut(value, maxValue - 20)}...${hash([value])}`
  return value.toWellFormed()
}

const maxGroupsOfEvent = 1000
const maxValue = 1024

// Not by flatMap and slice: two lists of 100,000 values are a small record, and ten thousand million combinations.
function combine (keys: Term[][], terms: Term[]): Term[][] {
  const combined: Term[][] = []
  for (const key of keys) {
    for (const term of terms) {
      if (combined.length === maxGroupsOfEvent) return combined
      combined.push([...key, term])
    }
  }
  return combined
}

const noValue = '\u0000'

/** One field's value is its own key, marked where it looks like the key of no value; of several, field and value, so that no two combinations look alike. */
function keyOf (terms: Term[], fields: readonly string[]): string {
  if (fields.length === 1) {
    const value = terms[0]?.value
    return value?.startsWith(noValue) === false ? value : noValue + (value ?? '')
  }
  return JSON.stringify(terms.map(({ field, value }) => [field, value]))
}
