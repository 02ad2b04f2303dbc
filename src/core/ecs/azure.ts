import type { FieldMap } from '../fields.js'
import { readEventData } from './event-data.js'
import { nameInserts } from './string-inserts.js'
import { firstOf, text, type WindowsEvent } from './windows-event.js'

/** The columns of Azure Log Analytics: its tables WindowsEvent, SecurityEvent and Event. */
export function isAzure (record: FieldMap): boolean {
  return record['EventID'] !== undefined && record['Computer'] !== undefined && record['TimeGenerated'] !== undefined
}

/** WindowsEvent and Event hold the values in `EventData`, as an object or as text; SecurityEvent has a column for each. */
export function readAzure (record: FieldMap): WindowsEvent {
  const code = text(record['EventID'])
  const { data, inserts } = readEventData(record['EventData'] ?? record['RawEventData'])
  const named = inserts.length > 0 ? { ...nameInserts(inserts, { code, version: record['Version'] }), ...data } : data
  return {
    code,
    provider: firstOf(record, ['Provider', 'EventSourceName', 'Source']),
    channel: firstOf(record, ['Channel', 'EventLog']),
    computer: text(record['Computer']),
    recordId: firstOf(record, ['EventRecordId', 'EventRecordID']),
    version: record['Version'],
    level: record['EventLevelName'] ?? record['EventLevel'] ?? record['Level'],
    task: record['Task'],
    opcode: record['Opcode'],
    keywords: record['Keywords'],
    user: text(record['SystemUserId']),
    message: record['RenderedDescription'],
    times: [record['TimeCreated'], record['TimeGenerated']],
    data: Object.keys(named).length > 0 ? named : record
  }
}
