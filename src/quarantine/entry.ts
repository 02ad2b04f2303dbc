import { isUtf8 } from 'node:buffer'
import type { AlertRecord } from '../core/alert.js'
import type { Origin } from '../core/event.js'
import type { RejectedRecord } from '../ingest/batch.js'

/** One thing that was set aside: a line of NDJSON, so that any tool can read it. */
export interface Entry {
  /** Names its segment and its number there: `SEGMENT-NUMBER`. */
  id: string
  /** When it was set aside, ISO. */
  time: string
  /** A `record` that could not be read, or the `delivery` of an alert record. */
  kind: 'record' | 'delivery'
  /** Why; `full` for a delivery that waits until its output has caught up. */
  reason: string
  /** Where a record came from. */
  address?: string
  tag?: string
  shipper?: string
  /** Of the record in its batch, from 1. */
  number?: number
  /** The record's bytes: as they are if they are text, */
  text?: string
  /** else like this. */
  base64?: string
  /** How many bytes it had, where only the first are kept. */
  cut?: number
  /** The output that did not take the alert record, */
  output?: string
  /** which is this one. */
  record?: AlertRecord
}

/** An entry before it has its place. */
export type NewEntry = Omit<Entry, 'id'>

/** The reason of deliveries that are sent by themselves as soon as their output has caught up. */
export const full = 'full'

/** A record that could not be read; of a longer one the first `maxBytes` are kept. */
export function recordEntry ({ number, reason, bytes }: RejectedRecord, { origin, time, maxBytes }: { origin: Origin, time: number, maxBytes: number }): NewEntry {
  const kept = bytes.subarray(0, maxBytes)
  return {
    time: new Date(time).toISOString(),
    kind: 'record',
    reason: shorten(reason),
    address: origin.address,
    tag: origin.tag,
    shipper: origin.shipper,
    number,
    ...kept.length < bytes.length && { cut: bytes.length },
    ...isText(kept) ? { text: kept.toString() } : { base64: kept.toString('base64') }
  }
}

/** An alert record that its output did not take. */
export function deliveryEntry (record: AlertRecord, { output, reason, time }: { output: string, reason: string, time: number }): NewEntry {
  return { time: new Date(time).toISOString(), kind: 'delivery', reason: shorten(reason), output, record }
}

/** The line of an entry, with its line feed. */
export function writeEntry (entry: Entry): Buffer {
  return Buffer.from(`${JSON.stringify(entry)}\n`)
}

/** The entry of a line; undefined when it is none, such as a line that was cut off. */
export function readEntry (line: Buffer): Entry | undefined {
  try {
    const entry = JSON.parse(line.toString()) as Entry | null
    const isEntry = typeof entry?.id === 'string' && typeof entry.time === 'string' && typeof entry.reason === 'string' &&
      (entry.kind === 'record' || (entry.kind === 'delivery' && typeof entry.output === 'string' && typeof entry.record === 'object' && entry.record !== null))
    return isEntry ? entry : undefined
  } catch {
    return undefined
  }
}

/** The bytes that are kept of a record. */
export function bytesOf ({ text, base64 = '' }: Pick<Entry, 'text' | 'base64'>): Buffer {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text)
}

/** By which an alert record is known wherever it goes. */
export function recordIdOf ({ tripline }: AlertRecord): string {
  return String((tripline as { record_id?: unknown } | undefined)?.record_id)
}

const maxReason = 1000

/** Reasons quote the data and what a downstream answers. */
function shorten (reason: string): string {
  return reason.slice(0, maxReason)
}

/** Control characters take six times their room in JSON, and nobody can read them. */
function isText (bytes: Buffer): boolean {
  return isUtf8(bytes) && !/[^\P{Cc}\t\n\r]/u.test(bytes.toString())
}
