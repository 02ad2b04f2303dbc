import type { FieldMap } from '../fields.js'
import { text } from './windows-event.js'

/** Which event the strings belong to. */
export interface InsertsOf {
  code: string | undefined
  version?: unknown
}

/**
 * Names the strings of an event that came without names, by their places: Sysmon 1 and Security 4688, in every layout
 * that is known. Empty when the event is another one, or when the strings do not fit its layout (a list that was left
 * out shifts the rest): a wrong name would be worse than none.
 */
export function nameInserts (inserts: unknown, { code, version }: InsertsOf): FieldMap {
  if (!Array.isArray(inserts)) return {}
  const found = layouts.find((layout) => layout.code === code && layout.names.length === inserts.length && fits(layout, inserts, text(version)))
  const data: FieldMap = {}
  found?.names.forEach((name, i) => { data[name] = inserts[i] })
  return data
}

interface Layout {
  code: string
  /** The versions that have it; any, where the page names none. */
  versions?: readonly string[]
  names: readonly string[]
  /** What has to stand where, so that a shifted list is noticed. */
  checks: readonly [name: string, pattern: RegExp][]
}

const guid = /^\{[0-9a-f-]{36}\}$/i
const date = /^\d{4}-\d\d-\d\d /
const id = /^(?:0x[0-9a-f]+|\d+)$/i

// Sysmon's schema grew: the facts of the file, RuleName in front (4.1), OriginalFileName (4.2), ParentUser (4.7) at the end.
const parent = ['ParentProcessGuid', 'ParentProcessId', 'ParentImage', 'ParentCommandLine']
const session = ['CommandLine', 'CurrentDirectory', 'User', 'LogonGuid', 'LogonId', 'TerminalSessionId', 'IntegrityLevel', 'Hashes', ...parent]
const head = ['UtcTime', 'ProcessGuid', 'ProcessId', 'Image']
const file = ['FileVersion', 'Description', 'Product', 'Company']
const sysmonLayouts = [
  ['RuleName', ...head, ...file, 'OriginalFileName', ...session, 'ParentUser'],
  ['RuleName', ...head, ...file, 'OriginalFileName', ...session],
  ['RuleName', ...head, ...file, ...session],
  [...head, ...file, ...session],
  ['RuleName', ...head, ...session],
  [...head, ...session]
]
const subject = ['SubjectUserSid', 'SubjectUserName', 'SubjectDomainName', 'SubjectLogonId', 'NewProcessId', 'NewProcessName', 'TokenElevationType', 'ProcessId']
const target = ['TargetUserSid', 'TargetUserName', 'TargetDomainName', 'TargetLogonId', 'ParentProcessName', 'MandatoryLabel']

const layouts: readonly Layout[] = [
  ...sysmonLayouts.map((names) => ({
    code: '1', names, checks: [['UtcTime', date], ['ProcessGuid', guid], ['ProcessId', id], ['ParentProcessGuid', guid]] satisfies Layout['checks']
  })),
  ...([['2', [...subject, 'CommandLine', ...target]], ['1', [...subject, 'CommandLine']], ['0', subject]] as const).map(([version, names]) => ({
    code: '4688', versions: [version], names, checks: [['SubjectUserSid', /^S-1-/], ['NewProcessId', id], ['ProcessId', id]] satisfies Layout['checks']
  }))
]

function fits ({ versions, names, checks }: Layout, inserts: readonly unknown[], version: string | undefined): boolean {
  if (versions !== undefined && version !== undefined && !versions.includes(version)) return false
  return checks.every(([name, pattern]) => pattern.test(text(inserts[names.indexOf(name)]) ?? ''))
}
