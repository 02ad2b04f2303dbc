/**
 * Where the MessagePack value that starts at `at` ends (exclusive), or `~position` (negative) of a byte that is no
 * MessagePack; `~body.length` says that the body ends before the value does. Reads headers alone; no recursion.
 */
export function endOfPacked (body: Buffer, at: number): number {
  for (let pending = 1; pending > 0; pending--) {
    if (at >= body.length) return ~body.length
    const byte = body[at] as number
    const { lengthBytes, fixed, values } = shapes[byte] as Shape
    if (fixed < 0) return ~at
    if (at + 1 + lengthBytes > body.length) return ~body.length
    const length = lengthBytes === 0 ? 0 : body.readUIntBE(at + 1, lengthBytes)
    at += 1 + lengthBytes + fixed
    if (values > 0) pending += values === elements ? length : length * 2
    else if (values < 0) pending -= values
    else at += length
  }
  return at > body.length ? ~body.length : at
}

interface Shape {
  /** Bytes of the length behind the type byte. */
  lengthBytes: number
  /** Bytes behind the length whatever the length says; negative: no such type. */
  fixed: number
  /** What the length counts: bytes (0), elements, or pairs; negative: that many values, with no length. */
  values: number
}

const elements = 1
const pairs = 2

/** The types from 0xc0 to 0xdf, eight a row. */
const tables: Shape[] = [
  shape(0), shape(0, -1), shape(0), shape(0), shape(1), shape(2), shape(4), shape(1, 1), // nil, none, false, true, bin, ext
  shape(2, 1), shape(4, 1), shape(0, 4), shape(0, 8), shape(0, 1), shape(0, 2), shape(0, 4), shape(0, 8), // ext, float, uint
  shape(0, 1), shape(0, 2), shape(0, 4), shape(0, 8), shape(0, 2), shape(0, 3), shape(0, 5), shape(0, 9), // int, fixext
  shape(0, 17), shape(1), shape(2), shape(4), shape(2, 0, elements), shape(4, 0, elements), shape(2, 0, pairs), shape(4, 0, pairs)
]

/** What the header of each type byte says. */
const shapes: Shape[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80 || byte >= 0xe0) return shape(0)
  if (byte < 0x90) return shape(0, 0, -2 * (byte - 0x80))
  if (byte < 0xa0) return shape(0, 0, -(byte - 0x90))
  return byte < 0xc0 ? shape(0, byte - 0xa0) : tables[byte - 0xc0] as Shape
})

function shape (lengthBytes: number, fixed = 0, values = 0): Shape {
  return { lengthBytes, fixed, values }
}
