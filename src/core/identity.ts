import { hash as digest } from 'node:crypto'
import type { Event } from './event.js'
import { copyOf, cut } from './facts.js'
import { firstText, type FieldMap } from './fields.js'
import type { Start } from './twins.js'

/** What says that two records are the same event: which fields, or undefined for the order below, or none for never. */
export interface IdentityOptions {
  identity?: readonly string[]
}

/**
 * The identity of an event as the first 64 bits of a SHA-256 in hex, so that nobody can make two events collide at
 * will; undefined when nothing tells it from another. Order (DESIGN section 3): computer, channel and record id;
 * host and `process.entity_id`; host, provider and `event.id`; the record without what shippers add, if it has a
 * time of its own. The entity id names a process, not an event, so it counts only for a start of the process.
 */
export function identify (event: Event, { identity }: IdentityOptions = {}): string | undefined {
  if (identity !== undefined) return identity.length === 0 ? undefined : byFields(event, identity)
  const computer = firstText(event, 'winlog.computer_name') ?? firstText(event, 'host.name') ?? firstText(event, 'host.id')
  const host = firstText(event, 'host.id')
  return named('record', computer?.toLowerCase(), firstText(event, 'winlog.channel')?.toLowerCase(), firstText(event, 'winlog.record_id')) ??
    (isProcessStart(event) ? named('entity', host, firstText(event, 'process.entity_id')) : undefined) ??
    named('id', host, firstText(event, 'event.provider'), firstText(event, 'event.id')) ??
    (event.hasOwnTime ? named('bytes', textOf(event.record)) : undefined)
}

/**
 * What the Sysmon and the Security record of one process start have in common, `time` being the event's own under the
 * rule; undefined for other events. Command lines and names compare without regard to case, as Windows takes them.
 */
export function identifyStart (event: Event, time: number): Start | undefined {
  const provider = firstText(event, 'event.provider')
  if (provider === undefined || !isProcessStart(event)) return undefined
  const host = remembered('host', firstText(event, 'host.id'))
  const pid = firstText(event, 'process.pid')
  const line = named('line', firstText(event, 'process.command_line')?.trim().toLowerCase())
  const program = remembered('program', firstText(event, 'process.name')?.toLowerCase())
  // The pid or the command line has to tell it from others: a name alone would take any start of the program for it.
  if (host === undefined || (pid ?? line) === undefined || (line ?? program) === undefined) return undefined
  const span = event.span(time)
  return {
    host,
    provider: remembered('provider', provider.toLowerCase()) ?? '',
    pid: pid === undefined ? undefined : cut(pid, maxPid),
    time: span.time,
    until: span.until,
    line,
    program
  }
}

/** What both of them ask of nearly every event. */
export const identityFields: readonly string[] = [
  'event.category', 'event.id', 'event.provider', 'event.type', 'host.id', 'host.name', 'process.command_line', 'process.entity_id',
  'process.name', 'process.pid', 'winlog.channel', 'winlog.computer_name', 'winlog.record_id', '@timestamp'
]

/** The first 64 bits of the SHA-256 of these texts, in hex. */
export function hash (texts: readonly string[]): string {
  return digest('sha256', JSON.stringify(texts), 'hex').slice(0, 16)
}

/** An id in the form of a UUID (RFC 9562, version 8: of our own making), always the same for the same texts. */
export function uuidOf (texts: readonly string[]): string {
  const hex = digest('sha256', JSON.stringify(texts), 'hex')
  return [hex.slice(0, 8), hex.slice(8, 12), '8' + hex.slice(13, 16), 'a' + hex.slice(17, 20), hex.slice(20, 32)].join('-')
}

const maxPid = 32

function named (kind: string, ...texts: (string | undefined)[]): string | undefined {
  return texts.every((text) => text !== undefined && text !== '') ? hash([kind, ...texts as string[]]) : undefined
}

/** Of texts that come again and again the hash is kept. */
function remembered (kind: keyof typeof hashes, text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text.length > maxRemembered) return named(kind, text)
  const known = hashes[kind].get(text)
  if (known !== undefined) return known
  const made = hash([kind, text])
  if (hashes[kind].size >= maxHashes) hashes[kind].clear()
  hashes[kind].set(copyOf(text), made)
  return made
}

const hashes = { host: new Map<string, string>(), program: new Map<string, string>(), provider: new Map<string, string>() }
const maxHashes = 4096
const maxRemembered = 256

function byFields (event: Event, names: readonly string[]): string | undefined {
  const values = names.map((name) => event.values(name))
  return values.every((found) => found.length > 0) ? hash(['fields', JSON.stringify(values)]) : undefined
}

function isProcessStart (event: Event): boolean {
  return event.values('event.category').includes('process') && event.values('event.type').includes('start')
}

/** Undefined for a record nested so deep that it has no text. */
function textOf (record: FieldMap): string | undefined {
  try {
    return JSON.stringify(withoutAdditions(record), (_, value: unknown) => typeof value === 'bigint' ? String(value) : value)
  } catch {
    return undefined
  }
}

/** Shippers stamp these anew, or only some of them do: with them a record that comes twice would look like two. */
function withoutAdditions ({ ...record }: FieldMap): FieldMap {
  for (const name of ['date', '@metadata', 'tag', 'event.ingested']) delete record[name]
  if (isMap(record.event) && 'ingested' in record.event) {
    const { ingested, ...event } = record.event
    record.event = event
    if (Object.keys(event).length === 0) delete record.event
  }
  return record
}

function isMap (value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
