import type { Frames } from './frames.js'
import { endOfPacked } from './msgpack-scan.js'

/** Frames MessagePack entries that follow each other, and those in an array of entries. Fluent Bit's group markers are left out. */
export function framePacked (frames: Frames, at: number): void {
  const { body } = frames
  const to = body.length
  // Only one level of arrays is opened, and a hostile body could make every search for the next entry run to its end.
  let openUntil = 0
  let budget = 8 * to
  while (at < to) {
    const end = isContainer(body[at] as number) ? endOfPacked(body, at) : ~at
    const inside = at >= openUntil && (end >= 0 || end === ~to) ? openArray(body, at) : -1
    if (inside !== -1) {
      openUntil = end >= 0 ? end : to
      at = inside
    } else if (end === ~to) {
      return frames.refuse(at, to, 'the record is cut off: the body ends before it does')
    } else if (end < 0) {
      budget -= ~end - at
      const next = findEntry(body, budget > 0 ? at + 1 : ~end + 1)
      frames.refuse(at, next, `the record is no valid MessagePack from its byte ${~end - at + 1} on`)
      at = next
    } else {
      if (!isMarker(body, at)) frames.add(at, end)
      at = end
    }
  }
}

/** Whether a map or an array starts with this byte: all that an entry can be. */
export function isContainer (byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x9f) || (byte >= 0xdc && byte <= 0xdf)
}

/** The position behind the header of an array of entries; -1 for an entry: `[time, {}]`, `[[time, {}], {}]` or `{}`. */
function openArray (body: Buffer, at: number): number {
  const byte = body[at] as number
  const lengthBytes = byte === 0xdc ? 2 : byte === 0xdd ? 4 : 0
  if (lengthBytes === 0 && (byte < 0x90 || byte > 0x9f)) return -1
  const first = at + 1 + lengthBytes
  if (first > body.length) return -1
  const size = lengthBytes === 0 ? byte - 0x90 : body.readUIntBE(at + 1, lengthBytes)
  if (size === 0) return first
  if (first === body.length || !isContainer(body[first] as number)) return -1
  if (size !== 2 || isMap(body[first] as number)) return first
  const second = endOfPacked(body, first)
  return second >= 0 && second < body.length && !isMap(body[second] as number) && body[second] !== 0xc0 ? first : -1
}

function isMap (byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x8f) || byte === 0xde || byte === 0xdf
}

/** Whether the entry opens or closes a group of Fluent Bit's (OTLP): its EventTime has the second 0xFFFFFFFF or 0xFFFFFFFE. */
function isMarker (body: Buffer, at: number): boolean {
  if (body[at] !== 0x92) return false
  const time = body[at + 1] === 0x92 ? at + 2 : at + 1
  return body[time] === 0xd7 && body[time + 1] === 0 && body.readUInt32BE(time + 2) >= 0xfffffffe
}

/** The next place that looks like one of Fluent Bit's entries; the body's length if there is none. */
function findEntry (body: Buffer, from: number): number {
  const at = body.indexOf(entryHead, from)
  return at === -1 ? body.length : at
}

const entryHead = Buffer.from([0x92, 0x92, 0xd7, 0x00])
