import type { FieldMap } from '../fields.js'
import { readEventData } from './event-data.js'
import { isEventXml, readEventXml } from './event-xml.js'
import { nameInserts } from './string-inserts.js'
import { text, type WindowsEvent } from './windows-event.js'

/** Fluent Bit's `winevtlog` input, as it is by default. */
export function isWinevtlog (record: FieldMap): boolean {
  return record['EventID'] !== undefined && record['ProviderName'] !== undefined && record['Computer'] !== undefined
}

/** The values come as `EventData` (with `event_data_as_map`), else as `StringInserts`, which have no names. */
export function readWinevtlog (record: FieldMap): WindowsEvent {
  const code = text(record['EventID'])
  return {
    code,
    provider: text(record['ProviderName']),
    channel: text(record['Channel']),
    computer: text(record['Computer']),
    recordId: text(record['EventRecordID']),
    version: record['Version'],
    level: record['Level'],
    task: record['Task'],
    opcode: record['Opcode'],
    keywords: record['Keywords'],
    user: text(record['UserID']),
    message: record['Message'],
    times: [record['TimeCreated'], record['SystemTime']],
    data: dataOf(record, { code, version: record['Version'] })
  }
}

/** The same input with `render_event_as_xml`: the event as XML in `System`. */
export function isWinevtlogXml (record: FieldMap): boolean {
  return isEventXml(record['System'])
}

export function readWinevtlogXml (record: FieldMap): WindowsEvent {
  const { inserts, ...event } = readEventXml(record['System'] as string)
  const { code, version } = event
  const data = Object.keys(event.data).length > 0 ? event.data : dataOf({ StringInserts: inserts, ...record }, { code, version })
  return { ...event, message: record['Message'] ?? event.message, data }
}

/** Fluent Bit's older `winlog` input, which knows no version of an event. */
export function isWinlog (record: FieldMap): boolean {
  return record['EventID'] !== undefined && record['ComputerName'] !== undefined && (record['StringInserts'] !== undefined || record['TimeGenerated'] !== undefined)
}

export function readWinlog (record: FieldMap): WindowsEvent {
  const code = text(record['EventID'])
  return {
    code,
    provider: text(record['SourceName']),
    channel: text(record['Channel']),
    computer: text(record['ComputerName']),
    recordId: text(record['RecordNumber']),
    level: record['EventType'],
    user: text(record['Sid']),
    message: record['Message'],
    times: [record['TimeGenerated'], record['TimeWritten']],
    data: dataOf(record, { code })
  }
}

function dataOf (record: FieldMap, event: { code: string | undefined, version?: unknown }): FieldMap {
  const { data, inserts } = readEventData(record['EventData'])
  if (Object.keys(data).length > 0) return data
  return nameInserts(inserts.length > 0 ? inserts : record['StringInserts'], event)
}
