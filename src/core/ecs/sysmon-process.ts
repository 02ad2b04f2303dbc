import type { FieldMap } from '../fields.js'
import { processRows, readAccount, said } from './process-fields.js'
import { text, type Row, type WindowsEvent } from './windows-event.js'

/** What Sysmon's event 1 says of a process start. Values that say nothing (`-`, the zero GUID) are left out everywhere. */
export const sysmonProcess: readonly Row[] = [
  ['event.category', () => ['process']],
  ['event.type', () => ['start']],
  ['event.action', () => 'Process creation'],
  ...processRows('process', { id: 'ProcessId', executable: 'Image', commandLine: 'CommandLine', entityId: 'ProcessGuid' }),
  ...processRows('process.parent', { id: 'ParentProcessId', executable: 'ParentImage', commandLine: 'ParentCommandLine', entityId: 'ParentProcessGuid' }),
  ['rule.name', ({ data }) => said(data['RuleName'])],
  ['process.working_directory', ({ data }) => said(data['CurrentDirectory'])],
  ['process.pe.original_file_name', ({ data }) => said(data['OriginalFileName'])],
  ['process.pe.company', ({ data }) => said(data['Company'])],
  ['process.pe.description', ({ data }) => said(data['Description'])],
  ['process.pe.file_version', ({ data }) => said(data['FileVersion'])],
  ['process.pe.product', ({ data }) => said(data['Product'])],
  ['process.hash.md5', ({ data }) => readHashes(data['Hashes']).get('MD5')],
  ['process.hash.sha1', ({ data }) => readHashes(data['Hashes']).get('SHA1')],
  ['process.hash.sha256', ({ data }) => readHashes(data['Hashes']).get('SHA256')],
  ['process.pe.imphash', ({ data }) => readHashes(data['Hashes']).get('IMPHASH')],
  ['related.hash', ({ data }) => listOf(readHashes(data['Hashes']).values())],
  ['user.domain', ({ data }) => readAccount(data['User'])?.domain],
  ['user.name', ({ data }) => readAccount(data['User'])?.name],
  ['related.user', ({ data }) => listOf([readAccount(data['User'])?.name])],
  // The account that Sysmon runs as: ECS has it so, though it is not that of the user named beside it.
  ['user.id', ({ user }) => user?.startsWith('S-1-') === true ? user : undefined],
  ['winlog.event_data', rest]
]

/** Sysmon's own fields of a process start that no ECS field is made of alone, so that they stay where they are. */
const left = [
  'Company', 'Description', 'FileVersion', 'IntegrityLevel', 'LogonGuid', 'LogonId', 'ParentUser', 'Product', 'TerminalSessionId'
]

const hashes = /(?:^|[,;])\s*(MD5|SHA1|SHA256|IMPHASH)=([0-9A-F]{8,64})(?![^,;\s])/gi
const zeros = /^0+$/
const maxHashes = 1024

function readHashes (value: unknown): Map<string, string> {
  const found = text(value)
  if (found === undefined || found.length > maxHashes) return new Map()
  return new Map([...found.matchAll(hashes)]
    .filter(([, , digest = '']) => !zeros.test(digest))
    .map(([, name = '', digest = '']) => [name.toUpperCase(), digest.toLowerCase()]))
}

function listOf (values: Iterable<string | undefined>): string[] | undefined {
  const found = [...values].filter((value) => value !== undefined)
  return found.length > 0 ? found : undefined
}

function rest ({ data }: WindowsEvent): FieldMap {
  const names = readAccount(data['User']) === undefined ? [...left, 'User'] : left
  return Object.fromEntries(names.map((name) => [name, said(data[name])]).filter(([, value]) => value !== undefined)) as FieldMap
}
