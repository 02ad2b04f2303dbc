import { encode } from '@msgpack/msgpack'
import { Event, type Origin } from '../core/event.js'
import { decode, type Decoded } from '../ingest/decode.js'
import { checkValue } from '../ingest/json-check.js'
import { maxDepth } from '../ingest/json-read.js'
import { skipBlanks } from '../ingest/json-scan.js'
import type { Kind } from '../ingest/frames.js'
import { readCarried } from '../ingest/unwrap.js'
import { encodeEntry, eventTime } from '../outputs/forward-entry.js'
import type { Encoding } from '../outputs/output.js'
import { markJson } from './mark-json.js'
import { markPacked, openEntry } from './packed-entry.js'
import { entryToJson } from './packed-json.js'
import type { PassedEvent } from './passed-event.js'

/** How a batch came, for events that have no time of their own. */
export interface Passage { arrival: number, origin: Origin }

/**
 * The bytes in which an event leaves. In its own format they are those in which it came, but for the mark; a line of
 * its own has blanks for its line feeds, which can stand only between the tokens of JSON. Another format is converted:
 * text becomes the object that is read in it. Undefined when the event would spoil its neighbours there, as broken JSON does.
 */
export function encodeEvent (event: PassedEvent, encoding: Encoding, passage: Passage): Buffer | undefined {
  if (encoding === 'msgpack') return event.kind === 'msgpack' ? repack(event, passage) : pack(event, passage)
  const json = jsonOf(event)
  return encoding === 'line' && json?.includes(lineFeed) === true ? onOneLine(json) : json
}

const lineFeed = 0x0a

function jsonOf (event: PassedEvent): Buffer | undefined {
  const object = objects[event.kind](event)
  return object === undefined || event.mark === undefined ? object : markJson(object, event.mark)
}

const objects: Record<Kind, (event: PassedEvent) => Buffer | undefined> = {
  json: (event) => {
    const { bytes, record } = event
    // A shipper's array may hold texts: downstreams take objects alone, and Fluent Bit may crash of others.
    if (bytes[0] === 0x22) return read(event) === undefined ? undefined : objectIn(JSON.parse(bytes.toString()) as string)
    return bytes[0] === 0x7b && (record !== undefined || checkValue(bytes, 0, bytes.length) === bytes.length) ? bytes : undefined
  },
  text: ({ bytes }) => {
    if (bytes.length === 0) return Buffer.from('{}')
    const start = skipBlanks(bytes, 0)
    const end = bytes[start] === 0x7b ? checkValue(bytes, start, bytes.length) : -1
    return end > 0 && skipBlanks(bytes, end) === bytes.length ? bytes.subarray(start, end) : messageOf(bytes.toString())
  },
  msgpack: ({ bytes }) => {
    const entry = openEntry(bytes)
    const text = entry === undefined ? undefined : entryToJson(entry, maxDepth)
    return text === undefined ? undefined : Buffer.from(text)
  }
}

function objectIn (text: string): Buffer {
  return readCarried(text) === undefined ? messageOf(text) : Buffer.from(text.trim())
}

function messageOf (text: string): Buffer {
  return Buffer.from(JSON.stringify({ message: text }))
}

function onOneLine (json: Buffer): Buffer {
  return Buffer.from(json).map((byte) => byte === lineFeed ? 0x20 : byte) as Buffer
}

function pack (event: PassedEvent, passage: Passage): Buffer | undefined {
  const json = jsonOf(event)
  if (json === undefined) return undefined
  try {
    return asBuffer(encodeEntry(timeOf(event, passage), JSON.parse(json.toString())))
  } catch {
    // Nested deeper than anybody would read.
    return undefined
  }
}

function repack (event: PassedEvent, passage: Passage): Buffer | undefined {
  const entry = openEntry(event.bytes)
  if (entry === undefined) return undefined
  const { record, time } = entry
  return Buffer.concat([
    pairHead,
    time !== undefined && isTime(time) ? time : encode(eventTime(timeOf(event, passage))),
    event.mark === undefined ? record : markPacked(record, event.mark)
  ])
}

const pairHead = Buffer.from([0x92])

/** Whether every server of the protocol takes it for a time: an EventTime, or whole seconds. */
function isTime (time: Buffer): boolean {
  const type = time[0] as number
  return type < 0x80 || (type >= 0xcc && type <= 0xcf) || (time.length === 10 && type === 0xd7 && time[1] === 0) || (time.length === 11 && type === 0xc7 && time[2] === 0)
}

/** What was decoded of the event, or what can be: one that was passed over has not been looked at yet. */
function read ({ record, bytes, kind }: PassedEvent): Decoded | undefined {
  const decoded = record ?? decode(bytes, kind)
  return typeof decoded === 'string' ? undefined : decoded
}

function timeOf (event: PassedEvent, { arrival, origin }: Passage): number {
  const record = read(event)
  if (record === undefined) return arrival
  try {
    return new Event(record.fields, { arrival, shipperTime: record.time, origin }).time()
  } catch {
    // It could not be evaluated, and is in the quarantine for it; its bytes are fine.
    return arrival
  }
}

function asBuffer (bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
