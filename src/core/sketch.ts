import { hash } from 'node:crypto'

/**
 * How many hits each of very many keys had of late, in fixed memory, seldom too high and never too low: a count-min
 * sketch with conservative update, in two generations. When the newer one has seen as many keys as it can tell apart, or
 * when it is told to, it takes the place of the older one, which is forgotten; so a key is remembered for at least as
 * many others as one generation holds. Counts stop at 255.
 * Source: Cormode & Muthukrishnan, "An improved data stream summary" (2005); that what went is remembered, and fades, is
 * the idea of TinyLFU (Einziger, Friedman, Manes, ACM Transactions on Storage 13:4, 2017). It halves its counters
 * instead, and a key seen once would be forgotten with the next halving, however soon that comes.
 */
export class Sketch {
  /** How many keys one generation tells apart: of as many others, one in thirty is taken for one that was seen. */
  readonly keys: number
  readonly #mask: number
  #newer: Uint8Array
  #older: Uint8Array | undefined
  #count = 0

  /** `groups`: how many groups there may be beside what is remembered. Both generations together take at most 32 MiB. */
  constructor (groups: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.min(Math.max(groups, 16) * countersPerGroup, maxCounters)))
    this.keys = Math.floor(size / countersPerKey)
    this.#mask = size - 1
    this.#newer = new Uint8Array(size)
  }

  /** Remembers that the key had at least so many hits. */
  raise (key: string, hits: number): void {
    const slots = this.#slots(key)
    const target = Math.min(255, hits)
    if (least(this.#newer, slots) >= target) return
    if (this.#count === this.keys) this.turn()
    this.#count++
    for (const slot of slots) this.#newer[slot] = Math.max(this.#newer[slot] as number, target)
  }

  estimate (key: string): number {
    const slots = this.#slots(key)
    return Math.max(least(this.#newer, slots), this.#older === undefined ? 0 : least(this.#older, slots))
  }

  /** Begins a new generation, and forgets the one before the last. */
  turn (): void {
    const next = this.#older?.fill(0) ?? new Uint8Array(this.#newer.length)
    this.#older = this.#newer
    this.#newer = next
    this.#count = 0
  }

  // By a hash that nobody can turn round: hosts invented to look like each other would outrank all others.
  #slots (key: string): number[] {
    // As text: a buffer for each costs more than the hash.
    const digest = hash('sha256', key, 'binary')
    return [0, 3, 6, 9].map((at) => (digest.charCodeAt(at) | digest.charCodeAt(at + 1) << 8 | digest.charCodeAt(at + 2) << 16) & this.#mask)
  }
}

const countersPerGroup = 256
const countersPerKey = 7
const maxCounters = 2 ** 24

function least (counters: Uint8Array, slots: readonly number[]): number {
  return slots.reduce((least, slot) => Math.min(least, counters[slot] as number), 255)
}
