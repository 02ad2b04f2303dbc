import { encode } from '@msgpack/msgpack'
import { endOfPacked } from '../ingest/msgpack-scan.js'
import type { Mark } from './passed-event.js'

/** The parts of a MessagePack entry, as slices. */
export interface PackedEntry {
  /** The map. */
  record: Buffer
  /** Absent when the entry is the record alone. */
  time?: Buffer
}

/**
 * Takes `[time, record]`, `[[time, metadata], record]` or a record apart; undefined when the bytes are none of these.
 * The metadata is left out, as Fluent Bit's own `forward` output does: Fluentd and Vector do not know it.
 */
export function openEntry (bytes: Buffer): PackedEntry | undefined {
  if (endOfPacked(bytes, 0) !== bytes.length) return undefined
  if (sizeOf(bytes, 'map') !== undefined) return { record: bytes }
  const entry = sizeOf(bytes, 'array')
  if (entry?.size !== 2) return undefined
  const middle = endOfPacked(bytes, entry.header)
  const record = bytes.subarray(middle)
  if (sizeOf(record, 'map') === undefined) return undefined
  const head = bytes.subarray(entry.header, middle)
  const pair = sizeOf(head, 'array')
  if (pair === undefined) return { record, time: head }
  return pair.size === 0 ? { record } : { record, time: head.subarray(pair.header, endOfPacked(head, pair.header)) }
}

/** The bytes of a map with the mark as its last pair, `tripline`, or as the value of the `tripline` that it has. */
export function markPacked (record: Buffer, mark: Mark): Buffer {
  const { size, header } = sizeOf(record, 'map') as Size
  const value = encode(mark)
  let at = header
  for (let i = 0; i < size; i++) {
    const start = endOfPacked(record, at)
    const end = endOfPacked(record, start)
    if (isName(record.subarray(at, start))) return Buffer.concat([record.subarray(0, start), value, record.subarray(end)])
    at = end
  }
  return Buffer.concat([headerOf(size + 1), record.subarray(header), encode('tripline'), value])
}

export interface Size { size: number, header: number }

/** How many values or pairs the container at the start has, and the bytes of its header; undefined when there is no such container. */
export function sizeOf (bytes: Buffer, type: 'array' | 'map'): Size | undefined {
  const { fixed, short, long } = heads[type]
  const byte = bytes[0] as number
  if (byte >= fixed && byte < fixed + 16) return { size: byte - fixed, header: 1 }
  if (byte === short) return { size: bytes.readUInt16BE(1), header: 3 }
  return byte === long ? { size: bytes.readUInt32BE(1), header: 5 } : undefined
}

const heads = { map: { fixed: 0x80, short: 0xde, long: 0xdf }, array: { fixed: 0x90, short: 0xdc, long: 0xdd } }

function headerOf (size: number): Buffer {
  if (size < 16) return Buffer.from([0x80 + size])
  const header = Buffer.from([0xdf, 0, 0, 0, 0])
  header.writeUInt32BE(size, 1)
  return header
}

/** A name may be packed as text of any header or, by old ones, as bytes. */
function isName (key: Buffer): boolean {
  const header = nameHeaders.get(key[0] as number)
  return header !== undefined && key.length === header + name.length && key.subarray(header).equals(name)
}

const name = Buffer.from('tripline')
const nameHeaders = new Map([[0xa0 + name.length, 1], [0xd9, 2], [0xda, 3], [0xdb, 5], [0xc4, 2], [0xc5, 3], [0xc6, 5]])
