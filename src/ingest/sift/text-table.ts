import type { SiftText } from './kernel.js'

/** Where the entries stand in the memory of assembly/kernel.ts; the head stands at 0. */
export const entriesAt = 427008

/** What assembly/kernel.ts needs to find texts: what its memory has to hold, and how `search` is to be called. */
export interface Tables {
  head: Uint8Array
  entries: Uint8Array
  stride: 4 | 8
  /** Whether there are short texts but those with the number 0. */
  hasShorts: boolean
}

/** Throws a `RangeError` when there are too many texts. */
export function writeTables (texts: readonly SiftText[]): Tables {
  const head = new Uint8Array(headBytes)
  const long = texts.filter(({ bytes }) => bytes.length >= shortest)
  const short = texts.filter(({ bytes }) => bytes.length < shortest)
  // Of very many texts there is room for four places each only.
  const stride = long.every(({ bytes }) => bytes.length >= 8 + gramBytes - 1) && 8 * long.length + short.length < maxEntries ? 8 : 4
  const entries = [
    ...long.flatMap((text) => bestOffsets(text.bytes, stride).map((offset): Entry => ({ ...text, offset }))),
    ...short.map((text): Entry => ({ ...text, offset: 0 }))
  ]
  if (entries.length >= maxEntries) throw new RangeError(`more than ${maxEntries} entries`)
  const table = new DataView(new ArrayBuffer((entries.length + 1) * entryBytes + texts.reduce((sum, { bytes }) => sum + bytes.length, 0)))
  const bytes = new Uint8Array(table.buffer)
  const addresses = new Map<Uint8Array, number>()
  let free = (entries.length + 1) * entryBytes
  const heads = new DataView(head.buffer)
  // The last one of a chain stands first in it, which is no matter.
  for (const [i, { bytes: text, number, offset }] of entries.entries()) {
    if (!addresses.has(text)) {
      addresses.set(text, free)
      bytes.set(text, free)
      free += text.length
    }
    const at = (i + 1) * entryBytes
    const isLong = text.length >= shortest
    const chain = isLong ? addGram(head, text, offset) : addShort(head, text, i)
    if (isLong) table.setUint32(at, gramOf(text, offset), true)
    table.setUint32(at + 4, entriesAt + (addresses.get(text) as number), true)
    table.setUint8(at + 8, text.length)
    table.setUint8(at + 9, offset)
    table.setUint16(at + 10, number, true)
    table.setUint16(at + 12, heads.getUint16(chain, true), true)
    heads.setUint16(chain, i + 1, true)
  }
  return { head, entries: bytes, stride, hasShorts: short.some(({ number }) => number !== 0) }
}

interface Entry extends SiftText {
  /** Where in the text the four bytes stand by which it is found. */
  offset: number
}

// Each fourth or eighth byte of a body begins four that are looked up: of as many that begin one after another in a text,
// one is hit upon.
const gramBytes = 4
/** Of the hash. */
const gramBits = 14
const shortest = 4 + gramBytes - 1

const gramsAt = 64
const gramHeadsAt = 16448
const shortHeadsAt = 49216
const headBytes = 49232
const entryBytes = 16
const maxEntries = 65535

function gramOf (text: Uint8Array, offset: number): number {
  const [a, b, c, d] = text.subarray(offset, offset + gramBytes) as unknown as [number, number, number, number]
  return (a | b << 8 | c << 16 | d << 24) >>> 0
}

/** Marks four bytes as those of a text; gives where the chain of their entries begins. */
function addGram (head: Uint8Array, text: Uint8Array, offset: number): number {
  const hash = (Math.imul(gramOf(text, offset), 0x9e3779b1) >>> 0) >>> (32 - gramBits)
  head[gramsAt + hash] = 1
  return gramHeadsAt + 2 * hash
}

/** Marks the first two bytes of a text in one of eight sets; gives where the chain of the set's entries begins. */
function addShort (head: Uint8Array, text: Uint8Array, i: number): number {
  const set = i % 8
  for (const [table, byte] of [[0, text[0] as number], [32, text[1] as number]] as const) {
    for (const at of [table + (byte & 15), table + 16 + (byte >> 4), table + 16 + ((byte & 0xdf) >> 4)]) head[at] = (head[at] as number) | 1 << set
  }
  return shortHeadsAt + 2 * set
}

/** So many offsets, one after another, whose bytes are the least common: few other texts are then looked at for nothing. */
function bestOffsets (text: Uint8Array, count: number): number[] {
  const offsetsFrom = (from: number) => Array.from({ length: count }, (_, i) => from + i)
  let best: number[] = []
  let least = Infinity
  for (let from = 0; from + count + gramBytes - 1 <= text.length; from++) {
    const sum = offsetsFrom(from).reduce((sum, offset) => sum + commonness(text, offset), 0)
    if (sum < least) [best, least] = [offsetsFrom(from), sum]
  }
  return best
}

function commonness (text: Uint8Array, offset: number): number {
  const gram = text.subarray(offset, offset + gramBytes)
  return commonGrams.has(gramOf(text, offset)) ? 1 : gram.reduce((product, byte) => product * (shares.get(byte) ?? 0.005), 1)
}

/** The share of letters and digits in records of Windows events, roughly: most common first. */
const shares = new Map([...'etinosra 0dcl1mp2uh3-v4fgyw5678b9x.:'].map((character, i) => [character.charCodeAt(0), 0.09 / (1 + i / 4)]))

/** What stands in nearly every one of them. */
const commonGrams = new Set(['windows', 'system32', 'microsoft', 'program files', 'users', '.exe', '.dll', 'event', 'process', 'security', 'version', 'powershell', 'command', 'service', 'local']
  .flatMap((word) => [...word].slice(gramBytes - 1).map((_, i) => gramOf(Buffer.from(word).map((byte) => byte | 0x20), i))))
