import type { FieldMap } from '../core/fields.js'

/**
 * A record with every dotted key as objects: `{ "kibana.alert.uuid": x }` becomes `{ kibana: { alert: { uuid: x } } }`.
 * Nothing is lost where keys collide: a key below one that holds a value stays dotted beside it, and two values of one
 * key become a list. The order of the keys does not matter. The record itself is left as it is.
 */
export function nest (record: FieldMap): FieldMap {
  return nestInto(emptyMap(), record, '', 0)
}

// The keys inside these are data (values, domain names, queries), not the names of fields.
const verbatim = new Set(['tripline.values', 'tripline.dns', 'kibana.alert.rule.parameters'])

// A hostile record must not make an object so deep that serializing it overflows the stack.
const maxDepth = 64

function nestInto (target: FieldMap, source: FieldMap, path: string, depth: number): FieldMap {
  // Short keys first, so that a value stands before the keys below it ask for its place.
  for (const key of Object.keys(source).sort((a, b) => a.length - b.length)) {
    put(target, parts(key, maxDepth - depth), source[key], path, depth)
  }
  return target
}

function put (target: FieldMap, [name, ...rest]: string[], value: unknown, path: string, depth: number): void {
  const key = name as string
  const here = path === '' ? key : `${path}.${key}`
  const present = target[key]
  if (rest.length > 0) {
    if (present === undefined) target[key] = emptyMap()
    else if (!isMap(present) || verbatim.has(here)) return merge(target, [key, ...rest].join('.'), nestValue(value, `${here}.${rest.join('.')}`, depth + 1))
    return put(target[key] as FieldMap, rest, value, here, depth + 1)
  }
  if (isMap(present) && isMap(value) && !verbatim.has(here)) nestInto(present, value, here, depth + 1)
  else merge(target, key, nestValue(value, here, depth + 1))
}

function nestValue (value: unknown, path: string, depth: number): unknown {
  if (depth >= maxDepth || verbatim.has(path)) return value
  if (Array.isArray(value)) return value.map((item) => nestValue(item, path, depth + 1))
  return isMap(value) ? nestInto(emptyMap(), value, path, depth) : value
}

function merge (target: FieldMap, key: string, value: unknown): void {
  const present = target[key]
  if (present === undefined) target[key] = value
  else if (present !== value) target[key] = [present, value].flat()
}

/** A key's parts; one that would leave an empty name is a single part, as a long one's rest is. */
function parts (key: string, limit: number): string[] {
  const all = key.split('.')
  if (all.includes('') || limit < 1) return [key]
  return all.length <= limit ? all : [...all.slice(0, limit - 1), all.slice(limit - 1).join('.')]
}

// Without a prototype, `__proto__` is a key like any other.
function emptyMap (): FieldMap {
  return Object.create(null)
}

function isMap (value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
