import type { FieldMap } from '../fields.js'
import { readEventTime, type EventTime } from './event-time.js'
import { readAccount } from './process-fields.js'
import { securityProcess } from './security-process.js'
import { sysmonProcess } from './sysmon-process.js'
import { text, type Row, type WindowsEvent } from './windows-event.js'

/** When an event happened, as far as it is known. */
export interface Moment extends Partial<EventTime> {
  /** The time by the clock of the other log, ms since 1970, where Sysmon's own differs from it by a quarter of an hour or more. */
  otherClock?: number
}

/**
 * A Windows event under its ECS names, as the page on Windows events says: process starts whole, of any other the code,
 * provider, host and time. Each field is made when it is first asked for, since most events are asked for one or two;
 * the record must not change meanwhile.
 */
export class MappedEvent {
  readonly #event: WindowsEvent
  readonly #source: Source
  readonly #made = new Map<string, unknown>()
  #moment: Moment | undefined

  constructor (event: WindowsEvent) {
    this.#event = event
    this.#source = sourceOf(event)
  }

  /** The field of this name, as it would stand in a record: a value, a list or an object. */
  field (name: string): unknown {
    const read = this.#rows.get(name)
    if (read === undefined) return undefined
    if (this.#made.has(name)) return this.#made.get(name)
    const value = read(this.#event) ?? undefined
    this.#made.set(name, value)
    return value
  }

  /** All fields but the time, dotted. */
  get fields (): FieldMap {
    const fields: FieldMap = {}
    for (const name of this.#rows.keys()) {
      const value = this.field(name)
      if (value !== undefined) fields[name] = value
    }
    return fields
  }

  get moment (): Moment {
    this.#moment ??= momentOf(this.#event, this.#source)
    return this.#moment
  }

  get #rows (): Rows {
    return tables.get(this.#source) as Rows
  }
}

type Source = 'sysmon' | 'sysmon start' | 'security start' | 'other'

type Rows = ReadonlyMap<string, Row[1]>

// A process start says where it is from even if the record does not name its provider.
const providers = new Map<Source, string>([
  ['sysmon', 'Microsoft-Windows-Sysmon'],
  ['sysmon start', 'Microsoft-Windows-Sysmon'],
  ['security start', 'Microsoft-Windows-Security-Auditing']
])

/** What any event has. */
const envelope: readonly Row[] = [
  ['event.kind', () => 'event'],
  ['event.code', ({ code }) => code],
  ['event.provider', providerOf],
  ['host.name', ({ computer }) => computer],
  ['host.id', ({ hostId }) => hostId],
  ['host.os.type', () => 'windows'],
  ['log.level', ({ level }) => levelOf(level)],
  ['message', ({ message }) => message],
  ['winlog.channel', ({ channel }) => channel],
  ['winlog.computer_name', ({ computer }) => computer],
  ['winlog.event_id', ({ code }) => code],
  ['winlog.provider_name', providerOf],
  ['winlog.record_id', ({ recordId }) => recordId],
  ['winlog.version', ({ version }) => version],
  ['winlog.task', ({ task }) => text(task)],
  ['winlog.opcode', ({ opcode }) => text(opcode)],
  ['winlog.keywords', ({ keywords }) => keywords],
  // The account that wrote the record, which is not the one that the event is about.
  ['winlog.user.identifier', ({ user }) => user?.startsWith('S-1-') === true ? user : undefined],
  ['winlog.user.domain', ({ user }) => readAccount(user)?.domain],
  ['winlog.user.name', ({ user }) => readAccount(user)?.name],
  ['winlog.event_data', ({ data }) => data]
]

const tables = new Map<Source, Rows>([
  ['other', new Map(envelope)],
  ['sysmon', new Map(envelope)],
  ['sysmon start', new Map([...envelope, ...sysmonProcess])],
  ['security start', new Map([...envelope, ...securityProcess])]
])

const levels = new Map([['0', 'information'], ['info', 'information'], ['1', 'critical'], ['2', 'error'], ['3', 'warning'], ['4', 'information'], ['5', 'verbose']])
const farApart = 900_000
const sysmon = /sysmon/i
const security = /security/i

function sourceOf ({ code, provider, channel, data }: WindowsEvent): Source {
  const named = provider ?? channel
  if (sysmon.test(named ?? '') || sysmon.test(channel ?? '')) return code === '1' ? 'sysmon start' : 'sysmon'
  if (code === '4688') return named === undefined || security.test(named) || security.test(channel ?? '') ? 'security start' : 'other'
  return code === '1' && named === undefined && data['ProcessGuid'] !== undefined && data['Image'] !== undefined ? 'sysmon start' : 'other'
}

function providerOf (event: WindowsEvent): string | undefined {
  return event.provider ?? providers.get(sourceOf(event))
}

// Sysmon notes the moment itself, in ms and in UTC; whoever reads the log has less of both.
function momentOf (event: WindowsEvent, source: Source): Moment {
  const outer = readEventTime(event)
  const inner = source === 'sysmon' || source === 'sysmon start' ? readEventTime({ times: [event.data['UtcTime']] }) : undefined
  if (inner === undefined) return outer ?? {}
  const apart = outer !== undefined && Math.abs(outer.time - inner.time) >= farApart
  return { time: inner.time, ...apart && { otherClock: outer.time } }
}

function levelOf (level: unknown): string | undefined {
  const found = text(level)
  return found === undefined ? undefined : levels.get(found.toLowerCase()) ?? found.toLowerCase()
}
