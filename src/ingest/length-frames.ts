import type { Frames } from './frames.js'
import { skipBlanks } from './json-scan.js'

/** Frames records that each follow their length, 4 bytes, big-endian (Vector's `length_delimited`). */
export function frameLengths (frames: Frames, at: number): void {
  const { body } = frames
  while (at < body.length) {
    const start = at + 4
    const end = start <= body.length ? start + body.readUInt32BE(at) : Infinity
    if (end > body.length) return frames.refuse(at, body.length, 'the record is cut off: the body ends before its length is over')
    frames.add(start, end)
    at = end
  }
}

/** Whether a first record in this framing stands at `at`, and is a JSON object or the beginning of one. */
export function isLengthDelimited (body: Buffer, at: number): boolean {
  if (body.length < at + 6 || body[skipBlanks(body, at + 4)] !== 0x7b) return false
  const end = at + 4 + body.readUInt32BE(at)
  if (end > body.length) return body[at] === 0
  let last = end - 1
  while (last > at + 4 && body[last] !== 0x7d && body[last] as number <= 0x20) last--
  return body[last] === 0x7d
}
