import type { FieldMap } from '../fields.js'

/** What every shape of a Windows event is read into, whoever wrote it: the envelope, and the event's own data. */
export interface WindowsEvent {
  /** The event id as text. */
  code: string | undefined
  provider: string | undefined
  channel: string | undefined
  /** The machine that the event happened on; never the one that collected it. */
  computer: string | undefined
  recordId: string | undefined
  version?: unknown
  level?: unknown
  task?: unknown
  opcode?: unknown
  keywords?: unknown
  /** The account that wrote the record: a SID, or `DOMAIN\name`. */
  user?: string | undefined
  message?: unknown
  /** Where the time may stand, the best place first. */
  times: readonly unknown[]
  /** How far the clock that wrote a time without a zone is ahead of UTC, ms, where the record tells. */
  offset?: (() => number | undefined) | undefined
  /** The values of the event by their names. */
  data: FieldMap
  /** A `host.id` that is known to be this machine's. */
  hostId?: string | undefined
}

/** An ECS field and how it is read off an event; undefined where the event has none. */
export type Row = readonly [name: string, read: (event: WindowsEvent) => unknown]

/** A value as text without blanks around it; undefined for what has none: null, objects, empty text. */
export function text (value: unknown): string | undefined {
  switch (typeof value) {
    case 'string': return value.trim() || undefined
    case 'number': case 'bigint': case 'boolean': return String(value)
    default: return undefined
  }
}

/** The first of these fields of a record that has text. */
export function firstOf (record: FieldMap, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(record[name])
    if (found !== undefined) return found
  }
  return undefined
}

export function isMap (value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** Sets a field whose name comes from outside: `__proto__` is a name like any other, which an assignment would not know. */
export function setOwn (record: FieldMap, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  else record[name] = value
}
