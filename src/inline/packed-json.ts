import { readPacked } from '../ingest/msgpack-read.js'
import { endOfPacked } from '../ingest/msgpack-scan.js'
import { sizeOf, type PackedEntry } from './packed-entry.js'

/**
 * The record of an entry as JSON text, led by its time as `date`, in seconds, as Fluent Bit writes it, unless it has a
 * `date` of its own; undefined when it is nested deeper than `maxDepth`. Integers keep all their digits; times become
 * ISO text, bytes text, other extensions and what is no number null.
 */
export function entryToJson ({ record, time }: PackedEntry, maxDepth: number): string | undefined {
  try {
    const text = mapText(record, maxDepth)
    const date = time === undefined ? undefined : secondsOf(time)
    if (date === undefined || Object.hasOwn(JSON.parse(text) as object, 'date')) return text
    return `{"date":${date}${text === '{}' ? '' : ','}${text.slice(1)}`
  } catch {
    // The borders are right, so only the depth can be wrong.
    return undefined
  }
}

function textOf (bytes: Buffer, depth: number): string {
  if (sizeOf(bytes, 'map') !== undefined) return mapText(bytes, depth)
  if (sizeOf(bytes, 'array') !== undefined) return `[${[...partsOf(bytes, 'array', 1, depth)].map((part) => textOf(part, depth - 1)).join(',')}]`
  if (bytes[0] === 0xcf) return String(bytes.readBigUInt64BE(1))
  if (bytes[0] === 0xd3) return String(bytes.readBigInt64BE(1))
  return JSON.stringify(readPacked(bytes, 1))
}

function mapText (bytes: Buffer, depth: number): string {
  const parts = [...partsOf(bytes, 'map', 2, depth)]
  return `{${parts.map((part, i) => i % 2 === 0 ? keyText(textOf(part, depth - 1)) : `:${textOf(part, depth - 1)}${i === parts.length - 1 ? '' : ','}`).join('')}}`
}

function keyText (text: string): string {
  return text.startsWith('"') ? text : JSON.stringify(text)
}

function * partsOf (bytes: Buffer, type: 'array' | 'map', each: number, depth: number): Generator<Buffer> {
  if (depth === 0) throw new RangeError('nested too deep')
  const { size, header } = sizeOf(bytes, type) as { size: number, header: number }
  for (let i = 0, at = header; i < size * each; i++) {
    const end = endOfPacked(bytes, at)
    yield bytes.subarray(at, end)
    at = end
  }
}

/** Seconds since 1970 as JSON: of an EventTime to the nanosecond, of a number as it is; undefined when it is no time. */
function secondsOf (time: Buffer): string | undefined {
  const at = time.length === 10 && time[0] === 0xd7 && time[1] === 0 ? 2 : time.length === 11 && time[0] === 0xc7 && time[2] === 0 ? 3 : undefined
  if (at !== undefined) return `${time.readUInt32BE(at)}.${String(time.readUInt32BE(at + 4)).padStart(9, '0')}`
  const text = textOf(time, 1)
  return /^[\d.]+$/.test(text) ? text : undefined
}
