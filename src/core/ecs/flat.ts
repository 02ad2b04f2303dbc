import type { FieldMap } from '../fields.js'
import { readTime } from '../time.js'
import { offsetOf } from './event-time.js'
import { firstOf, text, type WindowsEvent } from './windows-event.js'

/** Windows' own field names at the top of the record, with the fields of an NXLog agent among them. */
export function isNxlog (record: FieldMap): boolean {
  return isFlat(record) && (record['SourceModuleName'] !== undefined || record['EventReceivedTime'] !== undefined)
}

/** The same without an agent: an export, a converter, a script. */
export function isFlat (record: FieldMap): boolean {
  return codes.some((name) => record[name] !== undefined) && others.some((name) => record[name] !== undefined)
}

/** `host` is never the machine here: agents and collectors write themselves into it. */
export function readFlat (record: FieldMap): WindowsEvent {
  return {
    code: firstOf(record, codes),
    provider: firstOf(record, ['SourceName', 'ProviderName', 'Provider', 'Provider_Name']),
    channel: firstOf(record, ['Channel', 'LogName']),
    computer: firstOf(record, computers),
    recordId: firstOf(record, ['RecordNumber', 'EventRecordID', 'EventRecordId', 'RecordId']),
    version: record['Version'],
    level: record['Level'] ?? record['Severity'],
    task: record['Task'],
    opcode: record['Opcode'],
    keywords: record['Keywords'],
    user: text(record['UserID']),
    message: record['Message'],
    times: [record['EventTime'], record['TimeCreated'], record['SystemTime'], record['TimeGenerated'], record['@timestamp'], record['timestamp']],
    offset: () => offsetFor(record),
    data: record
  }
}

const codes = ['EventID', 'EventId', 'EventCode']
const computers = ['Hostname', 'Computer', 'ComputerName', 'computer_name', 'MachineName']
const others = [...computers, 'Channel', 'Image', 'NewProcessName']
const day = 86_400_000

/**
 * NXLog writes local time without a zone, twice: when the event was, and when the agent had it. Whoever took the record
 * next noted when that was with a zone (`@timestamp`), and so tells the zone of both; unless they are days apart.
 */
function offsetFor (record: FieldMap): number | undefined {
  const { EventTime: event, EventReceivedTime: received } = record
  const offset = offsetOf(received, record['@timestamp'])
  const [then, later] = [readTime(event), readTime(received)]
  return offset !== undefined && then !== undefined && later !== undefined && Math.abs(later - then) < day ? offset : undefined
}
