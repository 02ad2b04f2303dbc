import type { FieldMap } from '../fields.js'
import { add, addProcess } from './process-fields.js'
import { text, type WindowsEvent } from './windows-event.js'

/** Adds what the Security log's event 4688 says of a process start. `ProcessId` is the creator's there. */
export function addSecurityProcess (fields: FieldMap, { data }: WindowsEvent): void {
  fields['event.category'] = ['process']
  fields['event.type'] = ['start']
  fields['event.action'] = 'created-process'
  fields['event.outcome'] = 'success'
  addProcess(fields, 'process', { id: data['NewProcessId'], executable: said(data['NewProcessName']), commandLine: said(data['CommandLine']) })
  addProcess(fields, 'process.parent', { id: data['ProcessId'], executable: said(data['ParentProcessName']) })
  const name = said(data['SubjectUserName'])
  add(fields, 'user.id', said(data['SubjectUserSid']))
  add(fields, 'user.name', name)
  add(fields, 'user.domain', said(data['SubjectDomainName']))
  add(fields, 'winlog.logon.id', said(data['SubjectLogonId']))
  const target = said(data['TargetUserName'])
  if (target !== undefined) {
    add(fields, 'user.effective.id', said(data['TargetUserSid']))
    fields['user.effective.name'] = target
    add(fields, 'user.effective.domain', said(data['TargetDomainName']))
  }
  const related = [...new Set([name, target].filter((user) => user !== undefined))]
  if (related.length > 0) fields['related.user'] = related
  const kept: FieldMap = {}
  for (const field of own) if (data[field] !== undefined) kept[field] = data[field]
  fields['winlog.event_data'] = kept
}

const own = [
  'CommandLine', 'MandatoryLabel', 'NewProcessId', 'NewProcessName', 'ParentProcessName', 'ProcessId', 'SubjectDomainName', 'SubjectLogonId',
  'SubjectUserName', 'SubjectUserSid', 'TargetDomainName', 'TargetLogonId', 'TargetUserName', 'TargetUserSid', 'TokenElevationType'
]

/** Undefined for what Windows writes where there is nothing to say: `-`, and the SID of nobody. */
function said (value: unknown): string | undefined {
  const found = text(value)
  return found === '-' || found === 'S-1-0-0' ? undefined : (typeof value === 'string' ? value : found)
}
