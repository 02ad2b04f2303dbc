/**
 * Reads the one MessagePack value of `bytes`, whose borders `endOfPacked` has found.
 *
 * `bin` is read as text, because old Fluent Bits pack text so; broken UTF-8 becomes U+FFFD; 64-bit integers lose what
 * a number cannot hold; times (Fluent Bit's EventTime and
 * MessagePack's own) become ISO text, other extensions null; a `__proto__` key is a key like any other. `@msgpack/msgpack` does none of these: it refuses
 * the whole record for the key, and where UTF-8 is broken it swallows the bytes behind. Throws `RangeError` where the
 * value is nested deeper than `maxDepth`.
 */
export function readPacked (bytes: Buffer, maxDepth: number): unknown {
  return readValue({ bytes, at: 0 }, maxDepth)
}

interface Cursor {
  bytes: Buffer
  at: number
}

function readValue (cursor: Cursor, depth: number): unknown {
  const byte = cursor.bytes[cursor.at++] as number
  if (byte < 0x80) return byte
  if (byte >= 0xe0) return byte - 0x100
  if (byte < 0x90) return readMap(cursor, byte - 0x80, depth)
  if (byte < 0xa0) return readArray(cursor, byte - 0x90, depth)
  if (byte < 0xc0) return readText(cursor, byte - 0xa0)
  return (readers[byte - 0xc0] as Reader)(cursor, depth)
}

type Reader = (cursor: Cursor, depth: number) => unknown

/** The types from 0xc0 to 0xdf. */
const readers: Reader[] = [
  () => null,
  () => null,
  () => false,
  () => true,
  ...[1, 2, 4].map((size): Reader => (cursor) => readText(cursor, readSize(cursor, size))),
  ...[1, 2, 4].map((size): Reader => (cursor) => readExtension(cursor, readSize(cursor, size))),
  (cursor) => cursor.bytes.readFloatBE(advance(cursor, 4)),
  (cursor) => cursor.bytes.readDoubleBE(advance(cursor, 8)),
  ...[1, 2, 4].map((size): Reader => (cursor) => readSize(cursor, size)),
  (cursor) => Number(cursor.bytes.readBigUInt64BE(advance(cursor, 8))),
  ...[1, 2, 4].map((size): Reader => (cursor) => cursor.bytes.readIntBE(advance(cursor, size), size)),
  (cursor) => Number(cursor.bytes.readBigInt64BE(advance(cursor, 8))),
  ...[1, 2, 4, 8, 16].map((size): Reader => (cursor) => readExtension(cursor, size)),
  ...[1, 2, 4].map((size): Reader => (cursor) => readText(cursor, readSize(cursor, size))),
  ...[2, 4].map((size): Reader => (cursor, depth) => readArray(cursor, readSize(cursor, size), depth)),
  ...[2, 4].map((size): Reader => (cursor, depth) => readMap(cursor, readSize(cursor, size), depth))
]

function advance (cursor: Cursor, size: number): number {
  cursor.at += size
  return cursor.at - size
}

function readSize (cursor: Cursor, size: number): number {
  return cursor.bytes.readUIntBE(advance(cursor, size), size)
}

function readText (cursor: Cursor, size: number): string {
  const { bytes } = cursor
  const start = advance(cursor, size)
  if (size > 16) return bytes.toString('utf8', start, start + size)
  // Most keys and many values are a few ASCII letters: a call into the runtime costs more than they do.
  let text = ''
  for (let i = start; i < cursor.at; i++) {
    const byte = bytes[i] as number
    if (byte >= 0x80) return bytes.toString('utf8', start, start + size)
    text += ascii[byte]
  }
  return text
}

const ascii = Array.from({ length: 128 }, (_, byte) => String.fromCharCode(byte))

function readExtension (cursor: Cursor, size: number): string | null {
  const type = cursor.bytes.readInt8(advance(cursor, 1))
  const start = advance(cursor, size)
  const read = times.get(`${type}:${size}`)
  const time = read === undefined ? NaN : read(cursor.bytes, start)
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : null
}

/** ms since 1970 by extension type and size. */
const times = new Map<string, (bytes: Buffer, at: number) => number>([
  ['0:8', (bytes, at) => bytes.readUInt32BE(at) * 1000 + Math.floor(bytes.readUInt32BE(at + 4) / 1e6)],
  ['-1:4', (bytes, at) => bytes.readUInt32BE(at) * 1000],
  ['-1:8', (bytes, at) => (bytes.readUInt32BE(at + 4) + (bytes.readUInt32BE(at) & 3) * 2 ** 32) * 1000 + Math.floor((bytes.readUInt32BE(at) >>> 2) / 1e6)],
  ['-1:12', (bytes, at) => Number(bytes.readBigInt64BE(at + 4)) * 1000 + Math.floor(bytes.readUInt32BE(at) / 1e6)]
])

function readArray (cursor: Cursor, size: number, depth: number): unknown[] {
  if (depth === 0) throw new RangeError('nested too deep')
  const values: unknown[] = []
  for (let i = 0; i < size; i++) values.push(readValue(cursor, depth - 1))
  return values
}

function readMap (cursor: Cursor, size: number, depth: number): Record<string, unknown> {
  if (depth === 0) throw new RangeError('nested too deep')
  const fields: Record<string, unknown> = {}
  for (let i = 0; i < size; i++) {
    const key = readKey(readValue(cursor, depth - 1))
    const value = readValue(cursor, depth - 1)
    if (key === '__proto__') Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
    else fields[key] = value
  }
  return fields
}

function readKey (key: unknown): string {
  return typeof key === 'object' ? JSON.stringify(key) : String(key)
}
