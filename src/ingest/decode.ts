import type { FieldMap } from '../core/fields.js'
import type { Kind } from './frames.js'
import { isDeeper, maxDepth } from './json-read.js'
import { skipBlanks } from './json-scan.js'
import { readPacked } from './msgpack-read.js'
import { isObject, readCarried, unwrap } from './unwrap.js'

/** A record as its bytes say; `time` from a MessagePack envelope, ms since 1970. */
export interface Decoded {
  fields: FieldMap
  time?: number
}

/** Reads the bytes of one record; a text says why they cannot be read. Never throws for what the bytes hold. */
export function decode (bytes: Buffer, kind: Kind): Decoded | string {
  return decoders[kind](bytes)
}

/** The fault of bytes that are no JSON: what was taken for one record may be a broken one and its neighbours. */
export const invalidJson = 'the record is no valid JSON'

const decoders: Record<Kind, (bytes: Buffer) => Decoded | string> = {
  json: decodeJson,
  text: decodeText,
  msgpack: decodePacked
}

const tooDeep = `the record is nested deeper than ${maxDepth} levels`

function decodeJson (bytes: Buffer): Decoded | string {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return invalidJson
  }
  if (typeof value === 'string') return { fields: readCarried(value) ?? { message: value } }
  if (isDeeper(value, maxDepth)) return tooDeep
  return isObject(value) ? { fields: unwrap(value) } : notObject(value)
}

function decodeText (bytes: Buffer): Decoded | string {
  if (bytes.length === 0) return { fields: {} }
  const first = skipBlanks(bytes, 0)
  if (bytes[first] === 0x7b) {
    const decoded = decodeJson(bytes)
    // `{"` begins JSON, `{` alone may begin a sentence.
    if (decoded !== invalidJson || bytes[first + 1] === 0x22) return decoded
  }
  return bytes.includes(0) ? 'the line holds NUL bytes' : { fields: { message: bytes.toString('utf8') } }
}

function decodePacked (bytes: Buffer): Decoded | string {
  let entry: unknown
  try {
    entry = readPacked(bytes, maxDepth)
  } catch {
    return tooDeep
  }
  if (!Array.isArray(entry)) return { fields: unwrap(entry as FieldMap) }
  const [head, record] = entry as unknown[]
  if (entry.length !== 2 || !isObject(record)) return 'the entry is not [time, record]'
  return { fields: unwrap(record), time: readTime(Array.isArray(head) ? head[0] : head) }
}

/** ms since 1970 from seconds or, where it was an EventTime, from text. */
function readTime (time: unknown): number | undefined {
  const found = typeof time === 'number' ? Math.round(time * 1000) : typeof time === 'string' ? Date.parse(time) : NaN
  return Number.isFinite(found) ? found : undefined
}

function notObject (value: unknown): string {
  return `the record is ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`}, not an object`
}
