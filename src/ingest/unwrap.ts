import type { FieldMap } from '../core/fields.js'
import { readJson } from './json-read.js'

/**
 * The record inside what a shipper put around it: `{"log":{…}}` (Vector's native_json) gives its inner object, one
 * level only; JSON text in `message` or `log` (a file read line by line) gives the text's fields, and of the outer
 * ones those that it lacks. Text that is no JSON object stays as it is.
 */
export function unwrap (record: FieldMap): FieldMap {
  const names = Object.keys(record)
  const inner = names.length === 1 ? record[names[0] as string] : undefined
  if (isObject(inner) && wrappers.has(names[0] as string)) return inner
  for (const name of carriers) {
    const text = record[name]
    if (typeof text !== 'string' || names.some((other) => eventNames.has(other))) continue
    const carried = readCarried(text)
    if (carried === undefined) continue
    const { [name]: _, ...outer } = record
    return merge(outer, carried)
  }
  return record
}

/** The object that a text holds, if it holds one and nothing else; a CR or LF at its end is no matter. */
export function readCarried (text: string): FieldMap | undefined {
  const trimmed = text.charCodeAt(0) === 0x7b ? text : text.trimStart()
  if (trimmed.charCodeAt(0) !== 0x7b) return undefined
  const value = readJson(trimmed)
  return isObject(value) ? value : undefined
}

export function isObject (value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the one name of an outer object is called whose inner object is the record. */
export const wrappers: ReadonlySet<string> = new Set(['log', 'metric', 'trace'])
const carriers = ['message', 'log']

/** A record with one of these is an event already: its message is what somebody wrote, and must not replace its fields. */
const eventNames = new Set(['event', 'process', 'winlog', 'ecs', 'EventID', 'event_id', 'EventData', 'event_data', 'StringInserts'])

function merge (outer: FieldMap, inner: FieldMap): FieldMap {
  // A spread defines own properties, `__proto__` included; an assignment would not.
  return { ...outer, ...inner }
}
