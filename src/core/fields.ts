/** A single value of a field; arrays and objects are taken apart before. */
export type Scalar = string | number | boolean

/** A record as it was decoded: nested, dotted and mixed keys alike. */
export type FieldMap = { [name: string]: unknown }

/** What a predicate asks of an event, or of one object inside an event (the nested syntax of KQL). */
export interface FieldSource {
  /** When Tripline received the event, ms since 1970: the `now` of date math. */
  readonly arrival: number
  /** Every distinct value of the field with this dotted name, however it is spelt; empty when there is none. */
  values (name: string): readonly Scalar[]
  /** Every object at this dotted name, arrays taken apart. */
  objects (name: string): readonly FieldSource[]
  /** The dotted names of all fields that have a value. */
  names (): readonly string[]
}

/**
 * The fields of one decoded record, which must not change afterwards. Looks at own keys only, so `constructor` or
 * `__proto__` are absent unless the record brought them as data. Whatever lies deeper than 100 objects and arrays does
 * not exist; `names` knows the first 10,000 names of up to 1,024 characters. No input makes it throw.
 */
export class Fields implements FieldSource {
  #index: Map<string, Scalar[]> | undefined
  #gathered: { names: FieldNames, found: Found[] } | undefined

  constructor (readonly root: FieldMap, readonly arrival: number) {}

  /** Finds the values of all these fields in one walk, for whoever is going to ask for most of them. What `values` gives stays the same. */
  gather (names: FieldNames): void {
    // One rule after another asks for it, and a record does not change.
    if (this.#gathered?.names === names) return
    this.#gathered = { names, found: names.find(this.root) }
  }

  values (name: string): readonly Scalar[] {
    const number = this.#gathered?.names.number(name)
    if (number !== undefined) {
      const found = this.#gathered?.found[number]
      if (found !== several) return found ?? none
    }
    const indexed = this.#index?.get(name)
    if (indexed !== undefined) return indexed
    const found: Scalar[] = []
    walk(this.root, keysOf(name), 0, 0, collect, found)
    return distinct(found)
  }

  objects (name: string): readonly FieldSource[] {
    const found: FieldMap[] = []
    walk(this.root, keysOf(name), 0, 0, collectObjects, found)
    return found.map((object) => new Fields(object, this.arrival))
  }

  names (): readonly string[] {
    // One walk serves the names and all their values: asking for the values name by name would walk a big list of
    // objects once for each of its names.
    this.#index ??= indexOf(this.root)
    return [...this.#index.keys()]
  }
}

/** What a walk found of a field; `several` where it stands in more than one place, so that their order is still to be told. */
type Found = readonly Scalar[] | typeof several | undefined
const several = null
const none: readonly Scalar[] = []

/** Fields that are asked for together: see `Fields.gather`. */
export class FieldNames {
  readonly #numbers: Map<string, number>
  readonly #start: Step = { number: undefined, next: new Map() }

  constructor (names: readonly string[]) {
    this.#numbers = new Map([...new Set(names)].map((name, number) => [name, number]))
    const steps = new Map([[keyOf([]), this.#start]])
    for (const [name, number] of this.#numbers) {
      const parts = name.split('.', maxDepth + 1)
      if (parts.length > maxDepth) continue
      for (let to = 1; to <= parts.length; to++) {
        const end = stepOf(steps, parts.slice(0, to))
        if (to === parts.length) end.number = number
        for (let from = 0; from < to; from++) stepOf(steps, parts.slice(0, from)).next.set(parts.slice(from, to).join('.'), end)
      }
    }
  }

  /** Undefined for a field that is none of them. */
  number (name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** By number. */
  find (root: FieldMap): Found[] {
    const found = new Array<Found>(this.#numbers.size).fill(undefined)
    follow(root, this.#start.next, 0, found)
    return found
  }
}

/** What a part of a name leads to, and the keys under which an object may hold what comes next: `b`, `b.c`, ... */
interface Step {
  number: number | undefined
  next: Map<string, Step>
}

function stepOf (steps: Map<string, Step>, parts: readonly string[]): Step {
  const key = keyOf(parts)
  let step = steps.get(key)
  if (step === undefined) steps.set(key, step = { number: undefined, next: new Map() })
  return step
}

/** With the number of parts: no part at all is not the same as one empty part. */
function keyOf (parts: readonly string[]): string {
  return `${parts.length} ${parts.join('.')}`
}

// As `walk` goes for one name, so this goes for many.
function follow (value: unknown, next: Step['next'], depth: number, found: Found[]): void {
  if (depth > maxDepth || next.size === 0) return
  if (Array.isArray(value)) for (const item of value) follow(item, next, depth + 1, found)
  if (!isMap(value)) return
  for (const key of Object.keys(value)) {
    const step = next.get(key)
    if (step === undefined) continue
    const child = value[key]
    if (step.number !== undefined) add(found, step.number, child, depth + 1)
    if (typeof child === 'object') follow(child, step.next, depth + 1, found)
  }
}

function add (found: Found[], number: number, value: unknown, depth: number): void {
  const values: Scalar[] = []
  collect(value, depth, values)
  if (values.length > 0) found[number] = found[number] === undefined ? distinct(values) : several
}

/** The first value of a field as text, a multi-field's parent included; undefined when there is none. */
export function firstText (source: FieldSource, name: string): string | undefined {
  const own = source.values(name)[0]
  if (own !== undefined) return String(own)
  const parent = parentField(name)
  return parent === undefined ? undefined : firstText(source, parent)
}

/** The field that a multi-field (`process.name.text`) belongs to: the suffix says how to compare, the values are the parent's. */
export function parentField (name: string): string | undefined {
  const suffix = suffixes.find((suffix) => name.endsWith(suffix) && name.length > suffix.length)
  return suffix === undefined ? undefined : name.slice(0, -suffix.length)
}

const suffixes = ['.text', '.caseless', '.keyword']
const maxDepth = 100
const maxNames = 10_000
const maxNameLength = 1024

// For each part of a dotted name, the keys under which an object may hold it: `a`, `a.b`, `a.b.c`; then `b`, `b.c`; then
// `c`. Names come from rules, hence few; the bound is for a caller that asks for names out of data.
const keysByName = new Map<string, string[][]>()
const maxKept = 4096

function keysOf (name: string): string[][] {
  const known = keysByName.get(name)
  if (known !== undefined) return known
  const parts = name.split('.', maxDepth + 1)
  const keys = parts.length > maxDepth
    ? []
    : parts.map((_, from) => parts.slice(from).map((_, length) => parts.slice(from, from + length + 1).join('.')))
  if (keysByName.size >= maxKept) keysByName.clear()
  keysByName.set(name, keys)
  return keys
}

// Recursion is bounded by maxDepth; every object is met once, since the way to it fixes which parts are used up.
function walk<T> (value: unknown, keys: string[][], from: number, depth: number, reach: (value: unknown, depth: number, found: T[]) => void, found: T[]): void {
  if (depth > maxDepth) return
  if (Array.isArray(value)) for (const item of value) walk(item, keys, from, depth + 1, reach, found)
  if (!isMap(value)) return
  const candidates = keys[from]
  if (candidates === undefined) return
  for (let i = 0; i < candidates.length; i++) {
    const child = own(value, candidates[i] as string)
    if (child === undefined || child === null) continue
    if (from + i + 1 === keys.length) reach(child, depth + 1, found)
    else if (typeof child === 'object') walk(child, keys, from + i + 1, depth + 1, reach, found)
  }
}

function own (object: FieldMap, key: string): unknown {
  const value = object[key]
  return value === undefined || Object.hasOwn(object, key) ? value : undefined
}

function collect (value: unknown, depth: number, found: Scalar[]): void {
  if (Array.isArray(value)) {
    if (depth > maxDepth) return
    for (const item of value) collect(item, depth + 1, found)
    return
  }
  const scalar = scalarOf(value)
  if (scalar !== undefined) found.push(scalar)
}

function collectObjects (value: unknown, depth: number, found: FieldMap[]): void {
  if (depth > maxDepth) return
  if (Array.isArray(value)) for (const item of value) collectObjects(item, depth + 1, found)
  else if (isMap(value)) found.push(value)
}

function scalarOf (value: unknown): Scalar | undefined {
  switch (typeof value) {
    case 'string': case 'number': case 'boolean': return value
    // MessagePack's 64-bit integers: as text, since a number would lose digits.
    case 'bigint': return String(value)
    default: return undefined
  }
}

// Bytes (MessagePack's bin) are no fields, though they have keys.
function isMap (value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && (Object.getPrototypeOf(value) === Object.prototype || (!Array.isArray(value) && !ArrayBuffer.isView(value)))
}

function distinct (found: Scalar[]): Scalar[] {
  return found.length < 2 ? found : [...new Set(found)]
}

function indexOf (root: FieldMap): Map<string, Scalar[]> {
  const index = new Map<string, Set<Scalar>>()
  addFields(root, '', 0, index)
  return new Map([...index].map(([name, values]) => [name, [...values]]))
}

function addFields (object: FieldMap, prefix: string, depth: number, index: Map<string, Set<Scalar>>): void {
  for (const key of shortestFirst(Object.keys(object))) {
    if (prefix.length + key.length <= maxNameLength) addValues(object[key], prefix + key, depth + 1, index)
  }
}

/** As `walk` tries them, so that the values of a field come in one order whoever asks: `a` before `a.b` before `a.b.c`. */
function shortestFirst (keys: string[]): string[] {
  return keys.some((key) => key.includes('.')) ? keys.sort((one, other) => one.split('.').length - other.split('.').length) : keys
}

function addValues (value: unknown, name: string, depth: number, index: Map<string, Set<Scalar>>): void {
  if (Array.isArray(value)) {
    if (depth > maxDepth) return
    for (const item of value) addValues(item, name, depth + 1, index)
  } else if (isMap(value)) {
    if (depth <= maxDepth) addFields(value, name + '.', depth, index)
  } else {
    const scalar = scalarOf(value)
    if (scalar === undefined) return
    const values = index.get(name)
    if (values !== undefined) values.add(scalar)
    else if (index.size < maxNames) index.set(name, new Set([scalar]))
  }
}
