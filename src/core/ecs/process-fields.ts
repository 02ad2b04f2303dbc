import { splitCommandLine } from '../enrich/command-line.js'
import { text, type Row } from './windows-event.js'

/** Under which names an event has what it says of a process. */
export interface ProcessNames {
  id: string
  executable: string
  commandLine?: string
  entityId?: string
}

/** The rows of a process, `process` or `process.parent`. */
export function processRows (prefix: string, { id, executable, commandLine, entityId }: ProcessNames): Row[] {
  return [
    ...entityId === undefined ? [] : [[`${prefix}.entity_id`, ({ data }) => text(said(data[entityId]))?.toUpperCase()] satisfies Row],
    [`${prefix}.pid`, ({ data }) => readPid(data[id])],
    [`${prefix}.executable`, ({ data }) => text(said(data[executable]))],
    [`${prefix}.name`, ({ data }) => fileName(text(said(data[executable])))],
    ...commandLine === undefined ? [] : commandRows(prefix, commandLine)
  ]
}

/** Undefined for a value that Windows writes where it has none. */
export function said (value: unknown): unknown {
  return value === null || value === '' || value === '-' || value === zeroGuid ? undefined : value
}

/** A process id as Windows writes it: a number, or decimal or hexadecimal (`0x1cf4`) text. */
export function readPid (value: unknown): number | undefined {
  const found = text(value)
  return found === undefined || !pid.test(found) ? undefined : Number(found)
}

/** The part of a path behind its last backslash or slash; undefined when there is none. */
export function fileName (path: string | undefined): string | undefined {
  return path?.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1) || undefined
}

/** The two parts of `DOMAIN\name`; undefined for any other text. */
export function readAccount (value: unknown): { domain: string, name: string } | undefined {
  const [domain, name, ...more] = text(value)?.split('\\', 3) ?? []
  return domain && name && more.length === 0 ? { domain, name } : undefined
}

const zeroGuid = '{00000000-0000-0000-0000-000000000000}'
const something = /\S/
const pid = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i

function commandRows (prefix: string, name: string): Row[] {
  const args = (line: string | undefined): string[] | undefined => line === undefined ? undefined : splitCommandLine(line)
  return [
    [`${prefix}.command_line`, ({ data }) => readLine(data[name])],
    [`${prefix}.args`, ({ data }) => args(readLine(data[name]))],
    [`${prefix}.args_count`, ({ data }) => args(readLine(data[name]))?.length]
  ]
}

// As it is, the blanks at its end included.
function readLine (value: unknown): string | undefined {
  const found = said(value)
  return typeof found === 'string' && something.test(found) ? found : undefined
}
