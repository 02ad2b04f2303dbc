import { isBlank } from './json-scan.js'

/**
 * Checks the JSON value that starts at `at` byte for byte, up to `to`.
 *
 * Answers where it ends (exclusive), or `~position` (negative) of the first byte that is wrong; `~to` says that
 * nothing is wrong but that the bytes end too soon. No recursion; a hundred thousand levels are wrong. Slower than `endOfValue`: for what cannot be parsed.
 */
export function checkValue (body: Buffer, at: number, to: number): number {
  const closers: number[] = []
  let closer = 0
  let expected = value
  while (at < to) {
    const byte = body[at] as number
    if (byte <= 0x20 && isBlank(byte)) {
      at++
      continue
    }
    if (byte === closer && (expected & canClose) !== 0) {
      closer = closers.pop() as number
      expected = comma
      at++
    } else if (expected === comma) {
      if (byte !== 0x2c) return ~at
      expected = closer === 0x7d ? key : value
      at++
    } else if (expected === colon) {
      if (byte !== 0x3a) return ~at
      expected = value
      at++
    } else if (byte === 0x22) {
      at = checkString(body, at, to)
      if (at < 0) return at
      expected = (expected & key) !== 0 ? colon : comma
    } else if ((expected & key) !== 0) {
      return ~at
    } else if (byte === 0x7b || byte === 0x5b) {
      if (closers.push(closer) > maxLevels) return ~at
      closer = byte + 2
      expected = byte === 0x7b ? firstKey : firstValue
      at++
    } else {
      at = checkWord(body, at, to)
      if (at < 0) return at
      expected = comma
    }
    if (closer === 0) return at
  }
  return ~to
}

const maxLevels = 100_000

// What may come next; the bit of `canClose` says that the closing bracket may come as well.
const canClose = 1
const value = 2
const key = 4
const colon = 8
const comma = 16 | canClose
const firstKey = key | canClose
const firstValue = value | canClose

function checkString (body: Buffer, at: number, to: number): number {
  for (let i = at + 1; i < to; i++) {
    const byte = body[i] as number
    if (byte === 0x22) return i + 1
    if (byte < 0x20) return ~i
    if (byte !== 0x5c) continue
    if (++i === to) return ~to
    if (!escapes.has(body[i] as number)) return ~i
    for (let digits = body[i] === 0x75 ? 4 : 0; digits > 0; digits--) {
      if (++i === to) return ~to
      if (!hexDigits.has(body[i] as number)) return ~i
    }
  }
  return ~to
}

const escapes = new Set(Buffer.from('"\\/bfnrtu'))
const hexDigits = new Set(Buffer.from('0123456789abcdefABCDEF'))

function checkWord (body: Buffer, at: number, to: number): number {
  let end = at
  while (end < to && isWordByte[body[end] as number] === 1) end++
  if (end === to) return ~to
  return word.test(body.toString('latin1', at, end)) ? end : ~at
}

const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const isWordByte = new Uint8Array(256)
for (const byte of Buffer.from('+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')) isWordByte[byte] = 1
