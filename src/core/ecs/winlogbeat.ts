import type { FieldMap } from '../fields.js'
import { isMap, text, type WindowsEvent } from './windows-event.js'

/** Winlogbeat and Elastic Agent since 7, not mapped yet: `winlog`, nested or dotted, with the event's values in `winlog.event_data`. */
export function isWinlogbeat (record: FieldMap): boolean {
  return isMap(record['winlog']) || names.some((name) => record[name] !== undefined)
}

export function readWinlogbeat (record: FieldMap): WindowsEvent {
  const winlog = isMap(record['winlog']) ? record['winlog'] : {}
  // Dotted names are put together for records that have them only.
  const own = isMap(record['winlog']) ? (name: string): unknown => winlog[name] : (name: string): unknown => record[`winlog.${name}`]
  const event = isMap(record['event']) ? record['event'] : {}
  const user = own('user')
  return {
    code: text(own('event_id')) ?? text(event['code'] ?? record['event.code']),
    provider: text(own('provider_name')) ?? text(event['provider'] ?? record['event.provider']),
    channel: text(own('channel')),
    computer: text(own('computer_name')),
    recordId: text(own('record_id')),
    version: own('version'),
    level: isMap(record['log']) ? record['log']['level'] : record['log.level'],
    task: own('task'),
    opcode: own('opcode'),
    keywords: own('keywords'),
    user: text(isMap(user) ? user['identifier'] : own('user.identifier')),
    times: [record['@timestamp']],
    data: dataOf(own('event_data'), record)
  }
}

/** Winlogbeat before 7: the fields of Windows at the top, the event's values in `event_data`. */
export function isWinlogbeat6 (record: FieldMap): boolean {
  return record['event_id'] !== undefined && (isMap(record['event_data']) || record['computer_name'] !== undefined || record['source_name'] !== undefined)
}

export function readWinlogbeat6 (record: FieldMap): WindowsEvent {
  const user = isMap(record['user']) ? record['user'] : {}
  const computer = text(record['computer_name'])
  return {
    code: text(record['event_id']),
    provider: text(record['source_name']),
    channel: text(record['log_name']),
    computer,
    recordId: text(record['record_number']),
    version: record['version'],
    level: record['level'],
    task: record['task'],
    opcode: record['opcode'],
    keywords: record['keywords'],
    user: text(user['identifier']),
    message: record['message'],
    times: [record['@timestamp']],
    data: isMap(record['event_data']) ? record['event_data'] : {},
    hostId: hostIdOf(record['host'], computer)
  }
}

const names = ['winlog.event_id', 'winlog.channel', 'winlog.computer_name', 'winlog.provider_name', 'winlog.event_data']
const dataPrefix = 'winlog.event_data.'

function dataOf (nested: unknown, record: FieldMap): FieldMap {
  if (isMap(nested)) return nested
  const dotted = Object.keys(record).filter((name) => name.startsWith(dataPrefix))
  return Object.fromEntries(dotted.map((name) => [name.slice(dataPrefix.length), record[name]]))
}

/** `host` is the machine that winlogbeat runs on, which may be a collector of many. */
function hostIdOf (host: unknown, computer: string | undefined): string | undefined {
  if (!isMap(host) || computer === undefined) return undefined
  const name = text(host['name'])?.toLowerCase()
  const full = computer.toLowerCase()
  return name === full || name === full.split('.', 1)[0] ? text(host['id']) : undefined
}
