import { splitCommandLine } from '../enrich/command-line.js'
import type { FieldMap } from '../fields.js'
import { text } from './windows-event.js'

/** What a record says of a process, in its own words. */
export interface ProcessFacts {
  id?: unknown
  executable?: unknown
  commandLine?: unknown
  entityId?: unknown
}

/** Puts a process into the fields under `prefix`, `process` or `process.parent`. What the record lacks is left out. */
export function addProcess (fields: FieldMap, prefix: string, { id, executable, commandLine, entityId }: ProcessFacts): void {
  const path = text(executable)
  const line = typeof commandLine === 'string' ? commandLine : undefined
  add(fields, `${prefix}.entity_id`, text(entityId)?.toUpperCase())
  add(fields, `${prefix}.pid`, readPid(id))
  if (path !== undefined) {
    fields[`${prefix}.executable`] = path
    fields[`${prefix}.name`] = fileName(path)
  }
  if (line === undefined || line.trim() === '') return
  const args = splitCommandLine(line)
  fields[`${prefix}.command_line`] = line
  fields[`${prefix}.args`] = args
  fields[`${prefix}.args_count`] = args.length
}

/** Sets a field unless there is nothing to set. */
export function add (fields: FieldMap, name: string, value: unknown): void {
  if (value !== undefined) fields[name] = value
}

/** A process id as Windows writes it: a number, or decimal or hexadecimal (`0x1cf4`) text. */
export function readPid (value: unknown): number | undefined {
  const found = text(value)
  if (found === undefined || !pid.test(found)) return undefined
  return Number(found)
}

/** The part of a path behind its last backslash or slash. */
export function fileName (path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)
}

/** The two parts of `DOMAIN\name`; undefined for any other text. */
export function readAccount (value: unknown): { domain: string, name: string } | undefined {
  const [domain, name, ...more] = text(value)?.split('\\', 3) ?? []
  return domain && name && more.length === 0 ? { domain, name } : undefined
}

const pid = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i
