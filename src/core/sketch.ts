/**
 * A count-min sketch with conservative update: how often each of very many keys was seen, in fixed memory, never
 * too low. Counters hold up to 255 and are halved by `age`, so that old counts fade.
 * Source: Cormode & Muthukrishnan, "An improved data stream summary" (2005); the ageing is that of TinyLFU
 * (Einziger, Friedman, Manes, ACM Transactions on Storage 13:4, 2017).
 */
export class Sketch {
  readonly #mask: number
  readonly #rows: Uint8Array[]

  /** `keys`: how many keys are expected; a row has at least four counters for each. */
  constructor (keys: number) {
    const width = 2 ** Math.ceil(Math.log2(Math.max(keys, 16) * 4))
    this.#mask = width - 1
    this.#rows = Array.from({ length: rowCount }, () => new Uint8Array(width))
  }

  add (key: string, count: number): void {
    const slots = this.#slots(key)
    const target = Math.min(255, this.#least(slots) + count)
    for (const [row, slot] of slots.entries()) {
      const counters = this.#rows[row] as Uint8Array
      if ((counters[slot] as number) < target) counters[slot] = target
    }
  }

  estimate (key: string): number {
    return this.#least(this.#slots(key))
  }

  /** Halves every counter. */
  age (): void {
    for (const counters of this.#rows) {
      for (let i = 0; i < counters.length; i++) counters[i] = (counters[i] as number) >>> 1
    }
  }

  #least (slots: number[]): number {
    return Math.min(...slots.map((slot, row) => (this.#rows[row] as Uint8Array)[slot] as number))
  }

  #slots (key: string): number[] {
    let first = 0x811c9dc5
    let second = 0x9747b28c
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i)
      first = Math.imul(first ^ code, 0x01000193)
      second = Math.imul(second ^ code, 0x5bd1e995)
      second ^= second >>> 15
    }
    first ^= first >>> 16
    return Array.from({ length: rowCount }, (_, row) => (mix(first + Math.imul(row, second | 1)) & this.#mask) >>> 0)
  }
}

const rowCount = 4

/** The finaliser of MurmurHash3: every input bit moves every output bit. */
function mix (hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
