import type { FieldMap } from '../fields.js'
import { showTime } from '../time.js'
import { readEventTime, type EventTime } from './event-time.js'
import { add, readAccount } from './process-fields.js'
import { addSecurityProcess } from './security-process.js'
import { addSysmonProcess } from './sysmon-process.js'
import { text, type WindowsEvent } from './windows-event.js'

/** A Windows event under its ECS names, dotted. */
export interface MappedEvent extends Partial<EventTime> {
  fields: FieldMap
  /** The time by the clock of the other log, ms since 1970, where Sysmon's own differs from it by a quarter of an hour or more. */
  otherClock?: number
}

/** Maps an event as the page on Windows events says: process starts whole, of any other the code, provider, host and time. */
export function mapWindowsEvent (event: WindowsEvent): MappedEvent {
  const source = sourceOf(event)
  const { time, zone, wholeSecond, otherClock } = timeOf(event, source)
  const fields: FieldMap = {}
  if (time !== undefined) fields['@timestamp'] = showTime(time)
  add(fields, 'event.timezone', zone)
  fields['event.kind'] = 'event'
  add(fields, 'event.code', event.code)
  add(fields, 'event.provider', event.provider ?? providers.get(source))
  add(fields, 'host.name', event.computer)
  add(fields, 'host.id', event.hostId)
  fields['host.os.type'] = 'windows'
  add(fields, 'log.level', levelOf(event.level))
  add(fields, 'message', event.message)
  addEnvelope(fields, event, source)
  processes.get(source)?.(fields, event)
  return { fields, ...time !== undefined && { time }, ...zone !== undefined && { zone }, ...wholeSecond === true && { wholeSecond }, ...otherClock !== undefined && { otherClock } }
}

type Source = 'sysmon' | 'sysmon start' | 'security start' | 'other'

const processes = new Map<Source, (fields: FieldMap, event: WindowsEvent) => void>([
  ['sysmon start', addSysmonProcess],
  ['security start', addSecurityProcess]
])

// A process start says where it is from even if the record does not name its provider.
const providers = new Map<Source, string>([
  ['sysmon', 'Microsoft-Windows-Sysmon'],
  ['sysmon start', 'Microsoft-Windows-Sysmon'],
  ['security start', 'Microsoft-Windows-Security-Auditing']
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

// Sysmon notes the moment itself, in ms and in UTC; whoever reads the log has less of both.
function timeOf (event: WindowsEvent, source: Source): Partial<EventTime> & { otherClock?: number } {
  const outer = readEventTime(event)
  if (source !== 'sysmon' && source !== 'sysmon start') return outer ?? {}
  const inner = readEventTime({ times: [event.data['UtcTime']] })
  if (inner === undefined) return outer ?? {}
  const apart = outer !== undefined && Math.abs(outer.time - inner.time) >= farApart
  return { time: inner.time, ...apart && { otherClock: outer.time } }
}

function addEnvelope (fields: FieldMap, event: WindowsEvent, source: Source): void {
  add(fields, 'winlog.channel', event.channel)
  add(fields, 'winlog.computer_name', event.computer)
  add(fields, 'winlog.event_id', event.code)
  add(fields, 'winlog.provider_name', event.provider ?? providers.get(source))
  add(fields, 'winlog.record_id', event.recordId)
  add(fields, 'winlog.version', event.version ?? undefined)
  add(fields, 'winlog.task', text(event.task))
  add(fields, 'winlog.opcode', text(event.opcode))
  add(fields, 'winlog.keywords', event.keywords ?? undefined)
  addLogger(fields, event.user)
  fields['winlog.event_data'] = event.data
}

/** The account that wrote the record, which is not the one that the event is about. */
function addLogger (fields: FieldMap, user: string | undefined): void {
  if (user?.startsWith('S-1-') === true) {
    fields['winlog.user.identifier'] = user
    return
  }
  const account = readAccount(user)
  if (account === undefined) return
  fields['winlog.user.domain'] = account.domain
  fields['winlog.user.name'] = account.name
}

function levelOf (level: unknown): string | undefined {
  const found = text(level)
  return found === undefined ? undefined : levels.get(found.toLowerCase()) ?? found.toLowerCase()
}
