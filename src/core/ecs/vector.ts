import type { FieldMap } from '../fields.js'
import { isMap, text, type WindowsEvent } from './windows-event.js'

/** Vector's `windows_event_log` source. It names its own kind only since 0.56. */
export function isVector (record: FieldMap): boolean {
  return record['event_id'] !== undefined && (record['provider_name'] !== undefined || record['source_type'] === 'windows_event_log')
}

export function readVector (record: FieldMap): WindowsEvent {
  return {
    code: text(record['event_id']),
    provider: text(record['provider_name']),
    channel: text(record['channel']),
    computer: text(record['computer']),
    recordId: text(record['record_id']),
    version: record['version'],
    level: record['level'],
    task: record['task'],
    opcode: record['opcode'],
    keywords: record['keywords'],
    user: text(record['user_id']) ?? text(record['user_name']),
    times: [record['timestamp']],
    data: isMap(record['event_data']) ? record['event_data'] : {}
  }
}
