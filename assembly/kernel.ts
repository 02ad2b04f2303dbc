/**
 * The inner loops of the sift, in AssemblyScript: `npm run kernel` compiles them into `src/ingest/sift/kernel-bytes.ts`.
 * `src/ingest/sift/plain-kernel.ts` answers the same in plain JavaScript, and a test holds the two against each other.
 *
 * The caller puts bytes into the window and the tables of `src/ingest/sift/text-table.ts` below it. Behind the bytes
 * 64 zeros stand, so that nothing of what was there before is taken for more of them.
 */

/** Two pairs of tables of 16 bytes: which low and high halves the first and the second byte of a short text have. */
const NIBBLES: usize = 0
/** 16,384 bytes: whether four bytes of this hash stand in a text. */
const GRAMS: usize = 64
const GRAM_BITS: i32 = 14
/** 16,384 numbers of 16 bits: the first entry of this hash. */
const GRAM_HEADS: usize = 16448
/** 8 numbers of 16 bits: the first entry of each bit of the nibble tables. */
const SHORT_HEADS: usize = 49216
/** 16 bytes for the time being. */
const SETS: usize = 49232
const WINDOW: usize = 65536
/** 4,096 pairs of a position in the window and a number. */
const HITS: usize = 132096
const MAX_HITS: i32 = 4096
/** Positions in the window, as many as it has bytes. */
const ENDS: usize = 164864
/**
 * From 1 on, 16 bytes each: the four bytes that are hashed (u32), the text's address (u32), its length (u8), where in it
 * the four bytes stand (u8), its number (u16), the next entry or 0 (u16).
 */
const ENTRIES: usize = 427008

let found: i32 = 0

/**
 * Finds every text that stands whole in the first `size` bytes of the window, letters of either case being one. Gives
 * the number of hits, or -1 when there are more than fit. `stride`, 4 or 8, is how far apart the places are that are
 * looked up; `hasShorts` says whether there are short texts besides those that hide something.
 */
export function search (size: i32, stride: i32, hasShorts: bool): i32 {
  if (hasShorts) return stride == 8 ? searchBy(size, 8, true) : searchBy(size, 4, true)
  return stride == 8 ? searchBy(size, 8, false) : searchBy(size, 4, false)
}

// @ts-ignore: decorator
@inline
function searchBy (size: i32, stride: i32, hasShorts: bool): i32 {
  found = 0
  const low0 = v128.load(NIBBLES), high0 = v128.load(NIBBLES, 16), low1 = v128.load(NIBBLES, 32), high1 = v128.load(NIBBLES, 48)
  for (let at = 0; at < size; at += 64) {
    const p = WINDOW + at
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
    if (stride == 8) {
      const known0 = knowsAny(everyOther(a, b)), known1 = knowsAny(everyOther(c, d))
      if ((known0 | known1) != 0) {
        if (known0 != 0) verifyGrams(at, 8, size)
        if (known1 != 0) verifyGrams(at + 32, 8, size)
      }
    } else {
      const known0 = knowsAny(a), known1 = knowsAny(b), known2 = knowsAny(c), known3 = knowsAny(d)
      if ((known0 | known1 | known2 | known3) != 0) {
        if (known0 != 0) verifyGrams(at, 4, size)
        if (known1 != 0) verifyGrams(at + 16, 4, size)
        if (known2 != 0) verifyGrams(at + 32, 4, size)
        if (known3 != 0) verifyGrams(at + 48, 4, size)
      }
    }
    if (hasShorts) {
      verifyShorts(at, p, size, low0, high0, low1, high1)
    } else if (v128.any_true(v128.or(v128.or(mayHide(a), mayHide(b)), v128.or(mayHide(c), mayHide(d))))) {
      // What was seen may be the second byte of what hides.
      verifyShorts(at - 1, p - 1, size, low0, high0, low1, high1)
    }
    if (found > MAX_HITS) return -1
  }
  return found
}

/** Of two times four the first, third, fifth and seventh. */
// @ts-ignore: decorator
@inline
function everyOther (a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6)
}

/**
 * Where there may be what hides, or its second byte: `\u` or, if that stands across two pairs, `u0`; the `!`, `#` or `?` of
 * a comment, a reference or an instruction. These are rare, while a body may be full of backslashes and tags.
 */
// @ts-ignore: decorator
@inline
function mayHide (bytes: v128): v128 {
  return v128.or(
    v128.or(i16x8.eq(bytes, i16x8.splat(0x755c)), i16x8.eq(bytes, i16x8.splat(0x3075))),
    v128.or(i8x16.eq(v128.or(bytes, i8x16.splat(2)), i8x16.splat(0x23)), i8x16.eq(bytes, i8x16.splat(0x3f)))
  )
}

/** Of 16 bytes the hashes of each four, by multiplication (Knuth, TAOCP 3, 6.4). */
// @ts-ignore: decorator
@inline
function hashesOf (bytes: v128): v128 {
  return i32x4.shr_u(i32x4.mul(v128.or(bytes, i32x4.splat(0x20202020)), i32x4.splat(<i32>0x9e3779b1)), 32 - GRAM_BITS)
}

// @ts-ignore: decorator
@inline
function knowsAny (bytes: v128): u32 {
  const hashes = hashesOf(bytes)
  return <u32>load<u8>(i32x4.extract_lane(hashes, 0), GRAMS) | <u32>load<u8>(i32x4.extract_lane(hashes, 1), GRAMS) |
    <u32>load<u8>(i32x4.extract_lane(hashes, 2), GRAMS) | <u32>load<u8>(i32x4.extract_lane(hashes, 3), GRAMS)
}

/** Looks up four places, each `stride` bytes behind the one before. */
function verifyGrams (from: i32, stride: i32, size: i32): void {
  for (let at = from; at < from + 4 * stride; at += stride) {
    const gram = load<u32>(WINDOW + at) | 0x20202020
    let entry = <usize>load<u16>(GRAM_HEADS + (<usize>((gram * 0x9e3779b1) >>> (32 - GRAM_BITS)) << 1))
    while (entry != 0) {
      const place = ENTRIES + (entry << 4)
      if (load<u32>(place) == gram) verify(at - <i32>load<u8>(place, 9), size, place)
      entry = load<u16>(place, 12)
    }
  }
}

/** One bit for each set of short texts that may begin at a byte, by both halves of it and of the next (Hyperscan's Teddy). */
// @ts-ignore: decorator
@inline
function beginsShort (first: v128, second: v128, low0: v128, high0: v128, low1: v128, high1: v128): v128 {
  const low = i8x16.splat(15)
  return v128.and(
    v128.and(i8x16.swizzle(low0, v128.and(first, low)), i8x16.swizzle(high0, i8x16.shr_u(first, 4))),
    v128.and(i8x16.swizzle(low1, v128.and(second, low)), i8x16.swizzle(high1, i8x16.shr_u(second, 4)))
  )
}

/** Looks up the 64 places from `from` on, which stand at `p`. */
// @ts-ignore: decorator
@inline
function verifyShorts (from: i32, p: usize, size: i32, low0: v128, high0: v128, low1: v128, high1: v128): void {
  const a = beginsShort(v128.load(p), v128.load(p, 1), low0, high0, low1, high1), b = beginsShort(v128.load(p, 16), v128.load(p, 17), low0, high0, low1, high1)
  const c = beginsShort(v128.load(p, 32), v128.load(p, 33), low0, high0, low1, high1), d = beginsShort(v128.load(p, 48), v128.load(p, 49), low0, high0, low1, high1)
  if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) return
  verifySets(a, from, size)
  verifySets(b, from + 16, size)
  verifySets(c, from + 32, size)
  verifySets(d, from + 48, size)
}

function verifySets (sets: v128, from: i32, size: i32): void {
  let lanes = ~i8x16.bitmask(i8x16.eq(sets, i8x16.splat(0))) & 0xffff
  if (lanes == 0) return
  v128.store(SETS, sets)
  for (; lanes != 0; lanes &= lanes - 1) {
    const lane = ctz(lanes)
    for (let bits = <i32>load<u8>(SETS + lane); bits != 0; bits &= bits - 1) {
      let entry = <usize>load<u16>(SHORT_HEADS + (<usize>ctz(bits) << 1))
      while (entry != 0) {
        const place = ENTRIES + (entry << 4)
        verify(from + lane, size, place)
        entry = load<u16>(place, 12)
      }
    }
  }
}

/** Notes a hit if the text of this entry stands at `at`. */
function verify (at: i32, size: i32, place: usize): void {
  const length = <i32>load<u8>(place, 8)
  if (at < 0 || at + length > size) return
  const p = WINDOW + at
  const text = <usize>load<u32>(place, 4)
  for (let i = 0; i < length; i++) {
    if ((load<u8>(p + i) | 0x20) != load<u8>(text + i)) return
  }
  const number = load<u16>(place, 10)
  if (number == 0 && !hides(p)) return
  if (found < MAX_HITS) {
    store<u32>(HITS + (<usize>found << 3), at)
    store<u32>(HITS + (<usize>found << 3), number, 4)
  }
  found++
}

/** Whether the escape, comment or reference at `p` may keep a text from standing in the bytes as it is; see `sieve.ts`. */
function hides (p: usize): bool {
  const first = load<u8>(p), second = load<u8>(p, 1)
  if (first == 0x5c) {
    const high = hexDigit(load<u8>(p, 4)), low = hexDigit(load<u8>(p, 5))
    if (second != 0x75 || load<u16>(p, 2) != 0x3030 || high < 2 || high > 7 || low < 0) return false
    const code = high << 4 | low
    const next = load<u8>(p, 6)
    if (code == 0x26) return next == 0x23
    if (code == 0x3c) return next == 0x21 || next == 0x3f
    return code != 0x22 && code != 0x27 && code != 0x2b && code != 0x3d && code != 0x3e && code != 0x60
  }
  if (first == 0x26) return second == 0x23
  return first == 0x3c && (second == 0x21 || (second == 0x3f && (load<u32>(p, 2) | 0x20202020) << 8 != 0x6c6d7800))
}

function hexDigit (byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

let inString: u64 = 0
let escaped: u64 = 0
let depth: i32 = 0

/** Whether the walk stands where it began: outside of any value. */
export function isOutside (): bool {
  return depth == 0 && inString == 0
}

/** Begins a walk outside of any value. */
export function start (): void {
  inString = 0
  escaped = 0
  depth = 0
}

/**
 * Walks on through JSON values: notes the position behind each bracket that leaves no more than `base` objects and arrays
 * open. Gives the number of positions; -1 where a bracket closes that was not open, or where a backslash stands outside of
 * any string. `from` is a multiple of 64, and so is `size` unless the body ends there.
 * Works as the first stage of simdjson does (Langdale & Lemire, VLDB Journal 28, 2019), without its multiplication.
 */
export function walk (from: i32, size: i32, base: i32): i32 {
  let out = ENDS
  let carry = inString, next = escaped, level = depth
  let strange: u64 = 0
  const end = WINDOW + size
  for (let p = WINDOW + from; p < end; p += 64) {
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
    let quotes = equals(a, b, c, d, 0x22)
    const backslashes = equals(a, b, c, d, 0x5c)
    if ((backslashes | next) != 0) {
      const odd: u64 = 0xaaaaaaaaaaaaaaaa
      const first = backslashes & ~next
      const code = (((first << 1) | odd) - first) ^ odd
      quotes &= ~(code ^ (backslashes | next))
      next = (code & backslashes) >> 63
    }
    let within = quotes
    within ^= within << 1
    within ^= within << 2
    within ^= within << 4
    within ^= within << 8
    within ^= within << 16
    within ^= within << 32
    within ^= carry
    carry = <u64>(<i64>within >> 63)
    strange |= backslashes & ~within
    const fold = i8x16.splat(0x20)
    const e = v128.or(a, fold), f = v128.or(b, fold), g = v128.or(c, fold), h = v128.or(d, fold)
    const opens = equals(e, f, g, h, 0x7b) & ~within
    let closes = equals(e, f, g, h, 0x7d) & ~within
    const closing = <i32>popcnt(closes)
    const after = level + <i32>popcnt(opens) - closing
    if (level - closing <= base && closing != 0) {
      let closed = 0
      while (closes != 0) {
        const bit = closes & (0 - closes)
        const left = level + <i32>popcnt(opens & (bit - 1)) - ++closed
        if (left < 0) return -1
        if (left <= base) {
          store<u32>(out, <u32>(p - WINDOW) + <u32>ctz(bit) + 1)
          out += 4
        }
        closes ^= bit
      }
    }
    level = after
  }
  inString = carry
  escaped = next
  depth = level
  return strange == 0 ? <i32>((out - ENDS) >> 2) : -1
}

// @ts-ignore: decorator
@inline
function equals (a: v128, b: v128, c: v128, d: v128, byte: i8): u64 {
  const wanted = i8x16.splat(byte)
  return <u64><u32>i8x16.bitmask(i8x16.eq(a, wanted)) | (<u64><u32>i8x16.bitmask(i8x16.eq(b, wanted)) << 16) |
    (<u64><u32>i8x16.bitmask(i8x16.eq(c, wanted)) << 32) | (<u64><u32>i8x16.bitmask(i8x16.eq(d, wanted)) << 48)
}
