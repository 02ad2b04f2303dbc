/// <reference path="./snappyjs.d.ts" />
import snappy from 'snappyjs'
import { TooLarge } from './too-large.js'

/**
 * Inflates a raw snappy block (not the framing format), at most `maxBody` bytes.
 *
 * The block is measured first: snappyjs fills what a cut block lacks with zeros, and writes on past the end.
 */
export function inflateSnappy (body: Buffer, maxBody: number): Buffer {
  const { length, start } = readLength(body)
  if (length > maxBody) throw new TooLarge()
  if (measure(body, start, length) !== length) throw new Error('its parts do not add up to its length')
  return snappy.uncompress(body, maxBody)
}

function readLength (body: Buffer): { length: number, start: number } {
  let length = 0
  for (let i = 0; i < Math.min(5, body.length); i++) {
    const byte = body[i] as number
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { length, start: i + 1 }
  }
  throw new Error('it does not start with a length')
}

/** How many bytes the elements make, -1 where one is broken or they make more than `most`. */
function measure (body: Buffer, at: number, most: number): number {
  let made = 0
  while (at < body.length && made <= most) {
    const tag = body[at] as number
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59)
      if (at + extra >= body.length) return -1
      const size = (extra === 0 ? tag >> 2 : body.readUIntLE(at + 1, extra)) + 1
      at += 1 + extra + size
      made += size
    } else {
      made += (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
      at += [0, 2, 3, 5][tag & 3] as number
    }
  }
  return at === body.length ? made : -1
}
