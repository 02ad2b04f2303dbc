import type { FieldMap } from '../fields.js'
import { add, addProcess, readAccount } from './process-fields.js'
import { text, type WindowsEvent } from './windows-event.js'

/** Adds what Sysmon's event 1 says of a process start. Values that say nothing (`-`, the zero GUID) are left out everywhere. */
export function addSysmonProcess (fields: FieldMap, event: WindowsEvent): void {
  const { data } = event
  fields['event.category'] = ['process']
  fields['event.type'] = ['start']
  fields['event.action'] = 'Process creation'
  addProcess(fields, 'process', {
    id: data['ProcessId'], executable: said(data['Image']), commandLine: said(data['CommandLine']), entityId: said(data['ProcessGuid'])
  })
  addProcess(fields, 'process.parent', {
    id: data['ParentProcessId'], executable: said(data['ParentImage']), commandLine: said(data['ParentCommandLine']), entityId: said(data['ParentProcessGuid'])
  })
  for (const [name, field] of plain) add(fields, field, said(data[name]))
  addHashes(fields, data['Hashes'])
  addUser(fields, event)
  fields['winlog.event_data'] = rest(data, readAccount(data['User']) !== undefined)
}

/** Sysmon's own fields of a process start that no ECS field is made of, so that they stay where they are. */
const left = [
  'Company', 'Description', 'FileVersion', 'IntegrityLevel', 'LogonGuid', 'LogonId', 'ParentUser', 'Product', 'TerminalSessionId'
]

const plain: readonly [string, string][] = [
  ['RuleName', 'rule.name'], ['CurrentDirectory', 'process.working_directory'], ['OriginalFileName', 'process.pe.original_file_name'],
  ['Company', 'process.pe.company'], ['Description', 'process.pe.description'], ['FileVersion', 'process.pe.file_version'],
  ['Product', 'process.pe.product']
]

const zeros = /^0+$/
const zeroGuid = '{00000000-0000-0000-0000-000000000000}'
const hashes = /(?:^|[,;])\s*([A-Za-z0-9]{2,10})=([0-9A-Fa-f]{8,128})(?![^,;\s])/g
const maxHashes = 1024

/** Undefined for a value that Sysmon writes where it has none. */
function said (value: unknown): unknown {
  return value === null || value === '' || value === '-' || value === zeroGuid ? undefined : value
}

function addHashes (fields: FieldMap, value: unknown): void {
  const found = text(value)
  if (found === undefined || found.length > maxHashes) return
  const all: string[] = []
  for (const [, name = '', digest = ''] of found.matchAll(hashes)) {
    if (zeros.test(digest)) continue
    fields[name.toLowerCase() === 'imphash' ? 'process.pe.imphash' : `process.hash.${name.toLowerCase()}`] = digest.toLowerCase()
    all.push(digest.toLowerCase())
  }
  if (all.length > 0) fields['related.hash'] = all
}

// The id is that of the account that Sysmon runs as: ECS has it so, though it is not that of the user named beside it.
function addUser (fields: FieldMap, { data, user }: WindowsEvent): void {
  const account = readAccount(data['User'])
  if (account !== undefined) {
    fields['user.domain'] = account.domain
    fields['user.name'] = account.name
    fields['related.user'] = [account.name]
  }
  if (user?.startsWith('S-1-') === true) fields['user.id'] = user
}

function rest (data: FieldMap, withoutUser: boolean): FieldMap {
  const kept: FieldMap = {}
  for (const name of left) add(kept, name, said(data[name]))
  if (!withoutUser) add(kept, 'User', said(data['User']))
  return kept
}
