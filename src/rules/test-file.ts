import { LineCounter, isNode, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { FieldMap } from '../core/fields.js'
import { Fault, Faults } from '../errors.js'
import type { Place } from '../errors.js'
import { millisecondsOf } from '../config/units.js'
import { isTable } from './contents.js'
import { FieldReader, it } from './field-reader.js'
import type { Path } from './places.js'
import { merge, unfold } from './test-fields.js'

/** Tests of rules, as a YAML file tells them. README, "Rule tests", is its reference. */
export interface TestFile {
  /** Rule paths as written: relative to the file, or `builtin/NAME`. */
  rules: string[]
  tests: RuleTest[]
}

export interface RuleTest {
  name: string
  place: Place
  /** What `0s` means, ms since 1970. */
  start: number
  /** In the order of the file; times in ms since 1970. */
  events: TestEvent[]
  alerts: ExpectedAlert[]
  /** Which records are compared; the others may come or not. */
  only: string[]
}

export interface TestEvent {
  arrival: number
  record: FieldMap
}

export interface ExpectedAlert {
  place: Place
  /** Ms since 1970. */
  at?: number
  action?: string
  /** Dotted names with the value that each must have. */
  fields: [string, unknown][]
}

/** When a test's `0s` is, unless `start` says otherwise. */
const defaultStart = Date.UTC(2026, 0)

/** More events than that are a load test. */
const maxEvents = 100_000

/** Reads a test file. Throws a `Fault`, or `Faults` with everything that is wrong, each with its place. */
export function readTestFile (text: string, { file }: { file: string }): TestFile {
  const { value, placeOf } = readYaml(text, file)
  const reader = new FieldReader(value, placeOf, 'test')
  const read = readWhole(reader)
  const faults = reader.faults.map(({ place, reason }) => new Fault('TRIPLINE_BAD_TEST', place, reason.replace(/^test: /, '')))
  const [first, ...others] = faults
  if (first !== undefined) throw others.length === 0 ? first : new Faults(faults)
  return read
}

/** Whether the text is a test file at all: a folder may hold other YAML. */
export function isTestFile (text: string): boolean {
  return /^(?:tests|"tests"|'tests')\s*:/m.test(text)
}

function readYaml (text: string, file: string): { value: unknown, placeOf: (path: Path) => Place } {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    const [error] = document.errors
    if (error !== undefined) throw new Fault('TRIPLINE_BAD_TEST', placeAt(error.pos[0]), `is not YAML: ${error.message}`, { cause: error })
    return { value: document.toJS() ?? {}, placeOf: (path) => placeAt(offsetOf(document, path)) }
  } catch (cause) {
    // Nested too deep, or aliases that would unfold without end.
    throw cause instanceof Fault ? cause : new Fault('TRIPLINE_BAD_TEST', { file }, `cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** The offset of the deepest part of the path that is there. */
function offsetOf (document: Document, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function readWhole (reader: FieldReader): TestFile {
  reader.table([], ['rule', 'rules', 'start', 'base', 'tests'])
  const rule = reader.text(['rule'])
  const rules = [...rule === undefined ? [] : [rule], ...reader.texts(['rules'])]
  if (rules.length === 0) reader.fault(['rule'], 'must name the rule file, relative to this one, or builtin/NAME')
  const start = readStart(reader, ['start'], defaultStart)
  const base = readFields(reader, ['base'])
  const tests = reader.list(['tests']).map((_, i) => readTest(reader, ['tests', i], { start, base }))
  if (tests.length === 0 && reader.faults.length === 0) reader.fault(['tests'], 'must hold at least one test')
  return { rules, tests }
}

function readTest (reader: FieldReader, path: Path, defaults: { start: number, base: FieldMap }): RuleTest {
  reader.table(path, ['name', 'start', 'base', 'events', 'alerts', 'only'])
  const start = readStart(reader, [...path, 'start'], defaults.start)
  const base = merge(defaults.base, readFields(reader, [...path, 'base']))
  const events = reader.list([...path, 'events']).flatMap((_, i) => readEvents(reader, [...path, 'events', i], { start, base }))
  const alerts = reader.list([...path, 'alerts']).map((_, i) => readAlert(reader, [...path, 'alerts', i], start))
  if (reader.at([...path, 'alerts']) === undefined) reader.fault([...path, 'alerts'], 'is missing: write [] when none is expected')
  const only = reader.list([...path, 'only']).flatMap((_, i) => reader.text([...path, 'only', i], { required: true, choices: actions }) ?? [])
  return {
    name: reader.text([...path, 'name'], { required: true }) ?? '',
    place: reader.locate(path),
    start,
    events,
    alerts,
    only: only.length > 0 ? only : ['open', ...alerts.flatMap(({ action }) => action ?? [])]
  }
}

const actions = ['open', 'update', 'close']

function readEvents (reader: FieldReader, path: Path, { start, base }: { start: number, base: FieldMap }): TestEvent[] {
  if (reader.table(path, ['at', 'every', 'count', 'arrives', 'delay', 'event']) === undefined) reader.fault(path, 'must be a table, such as { at: 10s, event: { host.id: h1 } }')
  const at = readTime(reader, [...path, 'at'], start) ?? start
  const every = readSpan(reader, [...path, 'every']) ?? 0
  const count = reader.integer([...path, 'count'], { least: 1, most: maxEvents, fallback: 1 }) ?? 0
  const arrives = readTime(reader, [...path, 'arrives'], start)
  const delay = readSpan(reader, [...path, 'delay'])
  if (arrives !== undefined && delay !== undefined) reader.fault([...path, 'delay'], 'cannot stand beside arrives: one of the two says when the events arrive')
  const fields = readFields(reader, [...path, 'event'])
  return Array.from({ length: count }, (_, i) => {
    const time = at + i * every
    const under = merge({ '@timestamp': new Date(time).toISOString() }, numbered(base, i + 1) as FieldMap)
    return { arrival: arrives ?? time + (delay ?? 0), record: merge(under, numbered(fields, i + 1) as FieldMap) }
  })
}

/** `{n}` in a text is the event's number, from 1; a text that is nothing else becomes that number. */
function numbered (value: unknown, n: number): unknown {
  if (value === '{n}') return n
  if (typeof value === 'string') return value.replaceAll('{n}', String(n))
  if (Array.isArray(value)) return value.map((each) => numbered(each, n))
  if (isTable(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, numbered(each, n)]))
  return value
}

function readAlert (reader: FieldReader, path: Path, start: number): ExpectedAlert {
  if (reader.at(path) === undefined) reader.fault(path, 'must be a table of fields and the values expected')
  const fields = Object.entries(readFields(reader, path)).filter(([name]) => name !== 'at' && name !== 'action')
  return {
    place: reader.locate(path),
    at: readTime(reader, [...path, 'at'], start),
    action: reader.text([...path, 'action'], { choices: actions }),
    fields: flatten(Object.fromEntries(fields))
  }
}

function flatten (fields: object, prefix = ''): [string, unknown][] {
  return Object.entries(fields).flatMap(([name, value]): [string, unknown][] => isTable(value) ? flatten(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]])
}

function readFields (reader: FieldReader, path: Path): FieldMap {
  const value = reader.at(path)
  if (value !== undefined && !isTable(value)) reader.fault(path, `must be a table of fields; ${it(value)}`)
  return isTable(value) ? unfold(value) : {}
}

function readStart (reader: FieldReader, path: Path, fallback: number): number {
  return reader.at(path) === undefined ? fallback : readTime(reader, path, NaN) ?? fallback
}

/** An ISO time, or an offset from the start such as `90s`, `9m1ms` or `-5m`. */
function readTime (reader: FieldReader, path: Path, start: number): number | undefined {
  const text = reader.at(path)
  if (text === undefined) return undefined
  const time = text === 0 ? start : typeof text !== 'string' ? NaN : /^\d{4}-/.test(text) ? Date.parse(text) : start + offsetIn(text)
  if (Number.isFinite(time) && Math.abs(time) < maxTime) return time
  reader.fault(path, `must be ${Number.isNaN(start) ? 'an ISO time' : 'an offset such as 90s or 9m1ms, or an ISO time'}; ${it(text)}`)
  return undefined
}

/** Far within what a Date can hold. */
const maxTime = 8e15

function offsetIn (text: string): number {
  return text.startsWith('-') ? -(millisecondsOf(text.slice(1)) ?? NaN) : millisecondsOf(text) ?? NaN
}

function readSpan (reader: FieldReader, path: Path): number | undefined {
  const text = reader.at(path)
  if (text === undefined) return undefined
  const span = typeof text === 'string' ? offsetIn(text) : NaN
  if (Number.isFinite(span) && Math.abs(span) < maxSpan) return span
  reader.fault(path, `must be a length of time such as 10s; ${it(text)}`)
  return undefined
}

/** A hundred thousand events so far apart stay within what a Date can hold. */
const maxSpan = 1e9
