import type { Event } from './event.js'
import type { Scalar } from './fields.js'
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

/** What one event adds to an alert: small, plain data, so that it can wait in a ring and in a store. */
export interface Facts {
  /** By field: its one value, or null where the event has several; a field without a value is left out. Numbers are finite. */
  common: Record<string, Scalar | null>
  values: Record<string, string[]>
  evidence: Record<string, Scalar>
  question?: { name?: string, type?: string, server?: string }
}

/** Reads an event's facts; `time` is its event time under the rule, `extra` the rule's own fields to tell the values of. */
export function readFacts (event: Event, time: number, extra: readonly string[] = []): Facts {
  const common: Facts['common'] = {}
  for (const name of commonFields) {
    const found = event.values(name)
    if (found.length === 1) common[name] = cutScalar(found[0] as Scalar, maxCommon)
    else if (found.length > 1) common[name] = null
  }
  const values: [string, string[]][] = []
  for (const name of new Set([...valueFields, ...extra])) {
    const found = event.values(name)
    if (found.length > 0) values.push([name, found.slice(0, maxValuesOfField).map((value) => cut(String(value), maxCommon))])
  }
  const { question } = event
  return {
    common,
    // By entries, since a rule may name any field, `__proto__` too.
    values: Object.fromEntries(values),
    evidence: readEvidence(event, time),
    ...question !== undefined && { question: cutTexts(question) }
  }
}

/** Cuts a text at `length` characters, never inside a surrogate pair; what it gives keeps no longer text alive. */
export function cut (text: string, length: number): string {
  if (text.length <= shortText && text.length <= length) return text
  const end = text.length > length && (text.charCodeAt(length - 1) & 0xfc00) === 0xd800 ? length - 1 : length
  // Through a buffer: a piece of a command line, or of its name, would keep all of it alive.
  return Buffer.from(text.slice(0, end)).toString()
}

const evidenceFields = [
  'event.timezone', 'event.id', 'event.action', 'process.command_line', 'process.pid', 'process.entity_id', 'winlog.record_id',
  'user.name', 'source.ip', 'destination.ip', 'destination.port', 'dns.question.name', 'file.path', 'registry.path', 'url.full'
] as const
// V8 copies so short a piece by itself.
const shortText = 12
const maxCommon = 256
const maxEvidence = 4096
const maxValuesOfField = 10

function readEvidence (event: Event, time: number): Facts['evidence'] {
  const evidence: Facts['evidence'] = { '@timestamp': showTime(time) }
  for (const name of evidenceFields) {
    const value = event.values(name)[0]
    if (value !== undefined) evidence[name] = cutScalar(value, maxEvidence)
  }
  // A record of no process shows its text instead.
  const text = evidence['process.command_line'] === undefined ? event.values('message')[0] : undefined
  if (text !== undefined) evidence.message = cutScalar(text, maxEvidence)
  return evidence
}

function cutScalar (value: Scalar, length: number): Scalar {
  if (typeof value === 'string') return cut(value, length)
  // 1e999 is JSON and reads as Infinity, which JSON cannot write.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function cutTexts<T extends object> (texts: T): T {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, cut(String(text), maxEvidence)])) as T
}
