import { copyOf } from '../facts.js'

/** Counts values: the first 200 distinct ones by themselves, all later ones together, so that it stays small. */
export class Tally {
  readonly #counts: Map<string, number>
  #other: number

  /** Begins empty, or with what `entries` and `other` gave. */
  constructor (entries: readonly (readonly [string, number])[] = [], other = 0) {
    this.#counts = new Map(entries)
    this.#other = other
  }

  get empty (): boolean {
    return this.#counts.size === 0
  }

  /** How many values were not counted by themselves. */
  get other (): number {
    return this.#other
  }

  add (value: string): void {
    const count = this.#counts.get(value)
    if (count !== undefined) this.#counts.set(value, count + 1)
    else if (this.#counts.size === maxTallied) this.#other++
    // What is kept is a copy: the value may be a piece of something large.
    else this.#counts.set(copyOf(value), 1)
  }

  /** What was counted by itself, in the order in which it first came. */
  entries (): [string, number][] {
    return [...this.#counts]
  }

  /** The `count` largest, equal ones in the order in which they came, and the rest as `other`, if there is one; a value of that name is counted with it. */
  top (count: number): Record<string, number> {
    const sorted = this.entries().sort((one, two) => two[1] - one[1])
    const rest = sorted.slice(count).reduce((sum, [, more]) => sum + more, this.#other)
    const shown = new Map(sorted.slice(0, count))
    if (rest > 0) shown.set('other', (shown.get('other') ?? 0) + rest)
    return Object.fromEntries(shown)
  }
}

// Far more than are shown, so that a few early stray values do not keep the large ones out.
const maxTallied = 200
