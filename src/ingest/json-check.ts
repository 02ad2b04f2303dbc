import { isBlank } from './json-scan.js'

/**
 * Checks the JSON object or array that starts at `at` byte for byte, up to `to`.
 *
 * Answers where it ends (exclusive), or `~position` (negative) of the first byte that is wrong; `~to` says that
 * nothing is wrong but that the bytes end too soon. No recursion. Slower than `endOfValue`: for what cannot be parsed.
 */
export function checkValue (body: Uint8Array, at: number, to: number): number {
  const closers: number[] = []
  let expected = 'value' as Expected
  while (at < to) {
    const byte = body[at] as number
    if (isBlank(byte)) {
      at++
      continue
    }
    if (byte === closers.at(-1) && (expected === 'comma' || expected === 'first key' || expected === 'first value')) {
      closers.pop()
      expected = 'comma'
      at++
    } else if (expected === 'comma') {
      if (byte !== 0x2c) return ~at
      expected = closers.at(-1) === 0x7d ? 'key' : 'value'
      at++
    } else if (expected === 'colon') {
      if (byte !== 0x3a) return ~at
      expected = 'value'
      at++
    } else if (byte === 0x22) {
      at = checkString(body, at, to)
      if (at < 0) return at
      expected = expected === 'key' || expected === 'first key' ? 'colon' : 'comma'
    } else if (expected === 'key' || expected === 'first key') {
      return ~at
    } else if (byte === 0x7b || byte === 0x5b) {
      closers.push(byte + 2)
      expected = byte === 0x7b ? 'first key' : 'first value'
      at++
    } else {
      at = checkWord(body, at, to)
      if (at < 0) return at
      expected = 'comma'
    }
    if (closers.length === 0) return at
  }
  return ~to
}

type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma'

function checkString (body: Uint8Array, at: number, to: number): number {
  for (let i = at + 1; i < to; i++) {
    const byte = body[i] as number
    if (byte === 0x22) return i + 1
    if (byte < 0x20) return ~i
    if (byte !== 0x5c) continue
    i++
    if (i < to && !escapes.has(body[i] as number)) return ~i
    if (body[i] !== 0x75) continue
    for (const last = i + 4; i < last; i++) {
      if (i + 1 < to && !hexDigits.has(body[i + 1] as number)) return ~(i + 1)
    }
  }
  return ~to
}

const escapes = new Set(Buffer.from('"\\/bfnrtu'))
const hexDigits = new Set(Buffer.from('0123456789abcdefABCDEF'))
const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

function checkWord (body: Uint8Array, at: number, to: number): number {
  let end = at
  while (end < to && wordBytes.has(body[end] as number)) end++
  if (end === to) return ~to
  return word.test(Buffer.from(body.subarray(at, end)).toString('latin1')) ? end : ~at
}

const wordBytes = new Set(Buffer.from('+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'))
