import type { FieldMap } from '../fields.js'
import { processRows, said } from './process-fields.js'
import type { Row, WindowsEvent } from './windows-event.js'

/** What the Security log's event 4688 says of a process start. `ProcessId` is the creator's there. */
export const securityProcess: readonly Row[] = [
  ['event.category', () => ['process']],
  ['event.type', () => ['start']],
  ['event.action', () => 'created-process'],
  ['event.outcome', () => 'success'],
  ...processRows('process', { id: 'NewProcessId', executable: 'NewProcessName', commandLine: 'CommandLine' }),
  ...processRows('process.parent', { id: 'ProcessId', executable: 'ParentProcessName' }),
  ['user.id', ({ data }) => sid(data['SubjectUserSid'])],
  ['user.name', ({ data }) => said(data['SubjectUserName'])],
  ['user.domain', ({ data }) => said(data['SubjectDomainName'])],
  ['winlog.logon.id', ({ data }) => said(data['SubjectLogonId'])],
  ['user.effective.id', ({ data }) => hasTarget(data) ? sid(data['TargetUserSid']) : undefined],
  ['user.effective.name', ({ data }) => said(data['TargetUserName'])],
  ['user.effective.domain', ({ data }) => hasTarget(data) ? said(data['TargetDomainName']) : undefined],
  ['related.user', related],
  ['winlog.event_data', rest]
]

const own = [
  'CommandLine', 'MandatoryLabel', 'NewProcessId', 'NewProcessName', 'ParentProcessName', 'ProcessId', 'SubjectDomainName', 'SubjectLogonId',
  'SubjectUserName', 'SubjectUserSid', 'TargetDomainName', 'TargetLogonId', 'TargetUserName', 'TargetUserSid', 'TokenElevationType'
]

/** Undefined for the SID of nobody, too. */
function sid (value: unknown): unknown {
  return value === 'S-1-0-0' ? undefined : said(value)
}

function hasTarget (data: FieldMap): boolean {
  return said(data['TargetUserName']) !== undefined
}

function related ({ data }: WindowsEvent): unknown[] | undefined {
  const names = [...new Set([said(data['SubjectUserName']), said(data['TargetUserName'])])].filter((name) => name !== undefined)
  return names.length > 0 ? names : undefined
}

function rest ({ data }: WindowsEvent): FieldMap {
  return Object.fromEntries(own.filter((name) => data[name] !== undefined).map((name) => [name, data[name]]))
}
