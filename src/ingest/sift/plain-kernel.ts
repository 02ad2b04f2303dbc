import type { Kernel, SiftText } from './kernel.js'

/** What assembly/kernel.ts does, in JavaScript, for where there is no WebAssembly with SIMD. Slower, with the same answers. */
export function createPlainKernel (texts: readonly SiftText[]): Kernel {
  const window = new Uint8Array(windowBytes + 64)
  const hits = new Uint32Array(2 * maxHits)
  const ends = new Uint32Array(windowBytes)
  const byPair = new Map<number, SiftText[]>()
  const isFirst = new Uint8Array(256)
  for (const text of texts) {
    const [first, second] = text.bytes as unknown as [number, number]
    byPair.set(first << 8 | second, [...byPair.get(first << 8 | second) ?? [], text])
    isFirst[first] = isFirst[first & 0xdf] = 1
  }
  let inString = false
  let escaped = false
  let depth = 0

  return {
    window,
    hits,
    ends,
    search (size) {
      let found = 0
      for (let at = 0; at < size; at++) {
        if (isFirst[window[at] as number] === 0) continue
        for (const { bytes, number } of byPair.get(((window[at] as number) | 0x20) << 8 | (window[at + 1] as number) | 0x20) ?? []) {
          if (at + bytes.length > size || !bytes.every((byte, i) => ((window[at + i] as number) | 0x20) === byte)) continue
          if (number === 0 && !hides(window, at)) continue
          if (found === maxHits) return -1
          hits[2 * found] = at
          hits[2 * found++ + 1] = number
        }
      }
      return found
    },
    start () {
      inString = escaped = false
      depth = 0
    },
    walk (from, size, base) {
      let found = 0
      for (let at = from; at < size; at++) {
        const byte = window[at] as number
        if (inString) {
          if (escaped) escaped = false
          else if (byte === 0x5c) escaped = true
          else if (byte === 0x22) inString = false
        } else if (byte === 0x22) {
          inString = true
        } else if (byte === 0x5c) {
          return -1
        } else if ((byte | 0x20) === 0x7b) {
          depth++
        } else if ((byte | 0x20) === 0x7d) {
          if (--depth < 0) return -1
          if (depth <= base) ends[found++] = at + 1
        }
      }
      return found
    },
    isOutside: () => depth === 0 && !inString
  }
}

const windowBytes = 65536
const maxHits = 4096

/** Whether the escape, comment or reference that begins here may keep a text from standing in the bytes as it is; see `sieve.ts`. */
function hides (window: Uint8Array, at: number): boolean {
  const [first, second] = window.subarray(at) as unknown as [number, number]
  if (first === 0x5c && second === 0x75) {
    const digits = String.fromCharCode(...window.subarray(at + 2, at + 6))
    if (!/^00[2-7][0-9a-f]$/i.test(digits)) return false
    const next = window[at + 6]
    const code = Number.parseInt(digits, 16)
    if (code === 0x26) return next === 0x23
    if (code === 0x3c) return next === 0x21 || next === 0x3f
    return ![0x22, 0x27, 0x2b, 0x3d, 0x3e, 0x60].includes(code)
  }
  if (first === 0x3c && second === 0x3f) return !/^xml$/i.test(String.fromCharCode(...window.subarray(at + 2, at + 5)))
  return (first === 0x26 && second === 0x23) || (first === 0x3c && second === 0x21)
}
