import type { DnsQuestion } from './enrich/nslookup.js'
import type { Event } from './event.js'
import type { Scalar } from './fields.js'
import { PackedReader, PackedWriter } from './packed.js'
import { showTime } from './time.js'

/** The ECS fields that an alert carries when all counted events agree on them (DESIGN section 2.4). */
export const commonFields = [
  'agent.id', 'agent.name', 'agent.type', 'cloud.account.id', 'cloud.instance.id', 'data_stream.dataset', 'event.code',
  'event.dataset', 'event.module', 'event.provider', 'host.architecture', 'host.hostname', 'host.id', 'host.ip',
  'host.name', 'host.os.name', 'host.os.type', 'process.executable', 'process.hash.sha256', 'process.name',
  'process.parent.command_line', 'process.parent.executable', 'process.parent.name', 'process.parent.pid',
  'process.pe.original_file_name', 'process.working_directory', 'source.ip', 'user.domain', 'user.id', 'user.name',
  'winlog.channel', 'winlog.computer_name'
] as const

/** The fields of which an alert tells the values and how often each came, unless they are group-by fields. */
export const valueFields = [
  'user.name', 'process.name', 'process.executable', 'process.parent.name', 'process.parent.executable'
] as const

/** What one event adds to an alert: small, plain data. */
export interface Facts {
  /** By field: its one value, or null where the event has several; a field without a value is left out. Numbers are finite. */
  common: Record<string, Scalar | null>
  values: Record<string, string[]>
  evidence: Record<string, Scalar>
  question?: DnsQuestion
}

/** What facts are made of: each field once, though an alert may tell of it in three places. */
export interface FieldsRead {
  fields: ReadonlyMap<string, FieldRead>
  question: DnsQuestion | undefined
}

/** Its one value, or, of a field that has several, the first ones: no more than are told, none too long. */
type FieldRead = Scalar | readonly Scalar[]

/** Fields read, as two texts that are small enough to wait by the million: what tells the event from others, and what is much the same of many hosts. */
export interface PackedFields { own: string, shared: string }

/** Reads what an alert may tell of the event; `extra` are the rule's own fields to tell the values of. */
export function readFields (event: Event, extra: readonly string[] = []): FieldsRead {
  const fields = new Map<string, FieldRead>()
  for (const use of uses) readField(fields, event, use, use.values || extra.includes(use.name))
  for (const name of extra) if (!used.has(name)) readField(fields, event, { name, evidence: false }, true)
  // A record of no process shows its text instead.
  if (!fields.has('process.command_line')) readField(fields, event, messageUse, false)
  const { question } = event
  return { fields, question: question && Object.fromEntries(Object.entries(question).map(([name, text]) => [name, bound(String(text), maxEvidence)])) }
}

/** The facts of an event of this time under the rule. What is common and the values may keep its record alive: whoever keeps one copies it (`copyOf`). */
export function factsOf ({ fields, question }: FieldsRead, time: number, extra: readonly string[] = []): Facts {
  const common: Facts['common'] = {}
  for (const name of commonFields) {
    const found = fields.get(name)
    if (found !== undefined) common[name] = typeof found === 'object' ? null : readableScalar(found)
  }
  const values: [string, string[]][] = []
  for (const name of new Set([...valueFields, ...extra])) {
    const found = [fields.get(name) ?? []].flat() as Scalar[]
    if (found.length > 0) values.push([name, found.map((value) => shorten(String(value)))])
  }
  const evidence: Facts['evidence'] = { '@timestamp': showTime(time) }
  for (const name of evidenceFields) {
    const found = fields.get(name)
    const value = typeof found === 'object' ? found[0] : found
    if (value !== undefined) evidence[name] = typeof value === 'string' ? cut(value, maxEvidence) : readableScalar(value)
  }
  return {
    common,
    // By entries, since a rule may name any field, `__proto__` too.
    values: Object.fromEntries(values),
    evidence,
    ...question !== undefined && { question: cutTexts(question) }
  }
}

/** Nothing is lost: `factsOf` makes the same of what `unpackFields` gives. */
export function packFields ({ fields, question = {} }: FieldsRead): PackedFields {
  // Which fields there are is much the same of many hosts too.
  for (const [name, found] of fields) {
    const place = places.get(name)
    const writer = place?.isShared === true ? sharedWriter : ownWriter
    sharedWriter.put(place?.number ?? name)
    if (typeof found !== 'object') {
      sharedWriter.put(undefined)
      writer.put(found)
    } else {
      sharedWriter.put(found.length)
      for (const value of found) writer.put(value)
    }
  }
  for (const name of questionFields) ownWriter.put(question[name])
  return { own: ownWriter.finish(), shared: sharedWriter.finish() }
}

export function unpackFields (packed: PackedFields): FieldsRead {
  const [own, shared] = [new PackedReader(packed.own), new PackedReader(packed.shared)]
  const fields = new Map<string, FieldRead>()
  while (!shared.isAtEnd) {
    const named = shared.take()
    const name = typeof named === 'number' ? numbered[named] as string : String(named)
    const length = shared.take()
    const reader = sharedFields.has(name) ? shared : own
    fields.set(name, length === undefined ? reader.take() as Scalar : Array.from({ length: Number(length) }, () => reader.take() as Scalar))
  }
  const asked = questionFields.map((name) => [name, own.take()] as const).filter(([, text]) => text !== undefined)
  return { fields, question: asked.length > 0 ? Object.fromEntries(asked) : undefined }
}

/** Cuts a text at `length` characters, never inside a surrogate pair; what it gives keeps no longer text alive. */
export function cut (text: string, length: number): string {
  if (text.length <= shortText && text.length <= length) return text
  const end = text.length > length && (text.charCodeAt(length - 1) & 0xfc00) === 0xd800 ? length - 1 : length
  // Through a buffer: a piece of a command line, or of its name, would keep all of it alive.
  return Buffer.from(text.slice(0, end)).toString()
}

/** The same text, lone surrogates and all, which keeps nothing longer alive. */
export function copyOf (text: string): string {
  if (text.length <= shortText) return text
  const encoding = text.isWellFormed() ? 'utf8' : 'utf16le'
  return Buffer.from(text, encoding).toString(encoding)
}

const evidenceFields = [
  'event.timezone', 'event.id', 'event.action', 'process.command_line', 'process.pid', 'process.entity_id', 'winlog.record_id',
  'user.name', 'source.ip', 'destination.ip', 'destination.port', 'dns.question.name', 'file.path', 'registry.path', 'url.full', 'message'
] as const
const questionFields = ['name', 'type', 'server'] as const

/** Fields that have the same value on very many hosts, or one of a few. */
const sharedFields = new Set([
  'agent.type', 'cloud.account.id', 'data_stream.dataset', 'event.action', 'event.code', 'event.dataset', 'event.module', 'event.provider', 'event.timezone',
  'host.architecture', 'host.os.name', 'host.os.type', 'process.executable', 'process.hash.sha256', 'process.name', 'process.parent.command_line',
  'process.parent.executable', 'process.parent.name', 'process.pe.original_file_name', 'user.domain', 'winlog.channel'
])

/** Where an alert tells of a field, besides by its common value. */
interface Use { name: string, evidence: boolean }

const uses = [...new Set<string>([...commonFields, ...evidenceFields])].filter((name) => name !== 'message').map((name): Use & { values: boolean } => ({
  name,
  values: valueFields.some((one) => one === name),
  evidence: evidenceFields.some((one) => one === name)
}))
const used = new Set(uses.map(({ name }) => name))
const messageUse: Use = { name: 'message', evidence: true }

/** Every field that is asked for of nearly every event; `process.args` for what it asked of the DNS. */
export const factFields: readonly string[] = [...used, 'message', 'process.args']

/** Saved states know the fields by these numbers: new ones go to the end. */
const numbered = [
  'agent.id', 'agent.name', 'agent.type', 'cloud.account.id', 'cloud.instance.id', 'data_stream.dataset', 'event.code',
  'event.dataset', 'event.module', 'event.provider', 'host.architecture', 'host.hostname', 'host.id', 'host.ip',
  'host.name', 'host.os.name', 'host.os.type', 'process.executable', 'process.hash.sha256', 'process.name',
  'process.parent.command_line', 'process.parent.executable', 'process.parent.name', 'process.parent.pid',
  'process.pe.original_file_name', 'process.working_directory', 'source.ip', 'user.domain', 'user.id', 'user.name',
  'winlog.channel', 'winlog.computer_name', 'event.timezone', 'event.id', 'event.action', 'process.command_line', 'process.pid',
  'process.entity_id', 'winlog.record_id', 'destination.ip', 'destination.port', 'dns.question.name', 'file.path',
  'registry.path', 'url.full', 'message'
]
const [ownWriter, sharedWriter] = [new PackedWriter(), new PackedWriter()]
const places = new Map(numbered.map((name, number) => [name, { number, isShared: sharedFields.has(name) }]))

// V8 copies so short a piece by itself.
const shortText = 12
const maxCommon = 256
const maxEvidence = 4096
const maxValuesOfField = 10

function readField (fields: Map<string, FieldRead>, event: Event, { name, evidence }: Use, values: boolean): void {
  const found = event.values(name)
  if (found.length === 0) return
  const length = evidence ? maxEvidence : maxCommon
  if (found.length === 1) fields.set(name, bound(found[0] as Scalar, length))
  else fields.set(name, found.slice(0, values ? maxValuesOfField : evidence ? 1 : 0).map((value, i) => bound(value, i === 0 ? length : maxCommon)))
}

/** The beginning of a text, no longer than it has to be for `cut` to find what it would find in the whole. */
function bound<T extends Scalar> (value: T, length: number): T | string {
  return typeof value === 'string' && value.length > length ? value.slice(0, length + 1) : value
}

/** What `cut` makes of it, but copied only where it is another text. */
function shorten (text: string): string {
  return text.length > maxCommon || (text.length > shortText && !text.isWellFormed()) ? cut(text, maxCommon) : text
}

function readableScalar (value: Scalar): Scalar {
  if (typeof value === 'string') return shorten(value)
  // 1e999 is JSON and reads as Infinity, which JSON cannot write.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function cutTexts<T extends object> (texts: T): T {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, cut(text as string, maxEvidence)])) as T
}
