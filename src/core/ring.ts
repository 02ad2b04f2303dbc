/** What a ring holds: something that happened at a time, ms. */
export interface Hit {
  readonly time: number
  /** The value of the cardinality field, or its distinct values; undefined adds nothing to the distinct count. */
  readonly value?: HitValue
}

export type HitValue = string | readonly string[]

export interface RingOptions {
  /** How many hits are too many, 1 or more. */
  threshold: number
  /** The length of the closed window [t - window, t], ms. */
  window: number
  /**
   * The most hits kept: with fewer than `threshold` in every window a plain count needs more only when many of them are
   * ahead of the time from which the oldest are forgotten.
   */
  capacity: number
  /** How many distinct values the window must hold too. */
  cardinality?: number
}

/**
 * The hits of one group that no alert has consumed, ordered by time, hits of one time in order of arrival.
 * In order it is a ring of times and one subtraction; late hits are put in by time.
 */
export class Ring<H extends Hit> {
  #hits: H[]
  readonly #options: RingOptions
  readonly #values: Values<H> | undefined
  /** Whether a hit that might have counted had to be forgotten; whoever tells of it may clear it. */
  approximate = false

  constructor (options: RingOptions, hits: Iterable<H> = []) {
    this.#options = options
    this.#hits = [...hits]
    this.#values = options.cardinality === undefined ? undefined : new Values(this.#hits, options.threshold)
  }

  get length (): number {
    return this.#hits.length
  }

  /** Oldest first. */
  [Symbol.iterator] (): Iterator<H> {
    return this.#hits[Symbol.iterator]()
  }

  /**
   * Takes a hit. When some window now holds enough, gives the hits of the earliest such window, oldest first, and
   * forgets them: they are consumed.
   */
  add (hit: H): H[] | undefined {
    const position = this.#insert(hit)
    const range = this.#values === undefined ? this.#countRange(position) : this.#valueRange(position, this.#values)
    if (range === undefined) {
      this.#bound(hit)
      return undefined
    }
    const consumed = this.#hits.splice(range.from, range.to - range.from)
    for (const hit of consumed) this.#values?.remove(hit)
    return consumed
  }

  /** Forgets hits older than `time`. */
  forgetBefore (time: number): void {
    let count = 0
    while (count < this.#hits.length && (this.#hits[count] as H).time < time) count++
    if (count > 0) for (const hit of this.#hits.splice(0, count)) this.#values?.remove(hit)
  }

  /** Keeps only the hits that meet the condition. */
  keep (condition: (hit: H) => boolean): void {
    const [kept, gone]: [H[], H[]] = [[], []]
    for (const hit of this.#hits) (condition(hit) ? kept : gone).push(hit)
    this.#hits = kept
    for (const hit of gone) this.#values?.remove(hit)
  }

  /** The most hits that any window holds. */
  most (): number {
    let most = 0
    let from = 0
    for (const [i, hit] of this.#hits.entries()) {
      while ((this.#hits[from] as H).time < hit.time - this.#options.window) from++
      most = Math.max(most, i + 1 - from)
    }
    return most
  }

  #insert (hit: H): number {
    let position = this.#hits.length
    while (position > 0 && (this.#hits[position - 1] as H).time > hit.time) position--
    if (position === this.#hits.length) this.#hits.push(hit)
    else this.#hits.splice(position, 0, hit)
    this.#values?.add(hit)
    return position
  }

  // No window held `threshold` before, so one that does now holds the new hit, and exactly `threshold` of them.
  #countRange (position: number): Range | undefined {
    const { threshold, window } = this.#options
    for (let from = Math.max(0, position - threshold + 1); from <= position; from++) {
      const last = this.#hits[from + threshold - 1]
      if (last === undefined) return undefined
      if (last.time - (this.#hits[from] as H).time <= window) return { from, to: from + threshold }
    }
    return undefined
  }

  #valueRange (position: number, values: Values<H>): Range | undefined {
    const { threshold, window, cardinality = 0 } = this.#options
    if (this.#hits.length < threshold || values.size < cardinality) return undefined
    const { time } = this.#hits[position] as H
    let from = this.#firstSince(time - window)
    if (position === this.#hits.length - 1) {
      const to = position + 1
      return to - from >= threshold && values.countSince(time - window) >= cardinality ? { from, to } : undefined
    }
    // A late one: only windows that hold it may hold enough now.
    const counts = new Counts()
    let counted = from
    for (let to = position + 1; to <= this.#hits.length; to++) {
      const end = (this.#hits[to - 1] as H).time
      if (end - window > time) return undefined
      if (this.#hits[to]?.time === end) continue
      while (counted < to) counts.add(this.#hits[counted++] as H)
      while ((this.#hits[from] as H).time < end - window) counts.remove(this.#hits[from++] as H)
      if (to - from >= threshold && counts.size >= cardinality) return { from, to }
    }
    return undefined
  }

  /** The position of the first hit that is not older than `time`. */
  #firstSince (time: number): number {
    let [low, high] = [0, this.#hits.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#hits[middle] as H).time < time) low = middle + 1
      else high = middle
    }
    return low
  }

  #bound (added: H): void {
    if (this.#values === undefined) {
      if (this.#hits.length <= this.#options.capacity) return
      this.#hits.shift()
      this.approximate = true
      return
    }
    for (let surplus = this.#values.surplus(added); surplus.length > 0; surplus = this.#values.surplus(added)) {
      for (const hit of surplus) {
        this.#hits.splice(this.#hits.indexOf(hit), 1)
        this.#values.remove(hit)
      }
      this.approximate = true
    }
  }
}

interface Range { from: number, to: number }

/** The most distinct values that a ring remembers (DESIGN section 3). */
export const maxValues = 1024

/** How many hits of a window have each value. */
class Counts {
  readonly #counts = new Map<string, number>()

  get size (): number {
    return this.#counts.size
  }

  add ({ value }: Hit): void {
    for (const one of valuesOf(value)) this.#counts.set(one, (this.#counts.get(one) ?? 0) + 1)
  }

  remove ({ value }: Hit): void {
    for (const one of valuesOf(value)) {
      const count = this.#counts.get(one) as number
      if (count === 1) this.#counts.delete(one)
      else this.#counts.set(one, count - 1)
    }
  }
}

/** The hits of a ring by value, each list ordered by time: no value needs more hits than the threshold. */
class Values<H extends Hit> {
  readonly #lists = new Map<string | undefined, H[]>()

  constructor (hits: Iterable<H>, readonly threshold: number) {
    for (const hit of hits) this.add(hit)
  }

  /** How many distinct values there are. */
  get size (): number {
    return this.#lists.size - (this.#lists.has(undefined) ? 1 : 0)
  }

  /** How many of them have a hit that is not older than `time`. */
  countSince (time: number): number {
    let count = 0
    for (const [value, list] of this.#lists) if (value !== undefined && (list.at(-1) as H).time >= time) count++
    return count
  }

  add (hit: H): void {
    for (const value of keysOf(hit)) {
      const list = this.#lists.get(value)
      if (list === undefined) {
        this.#lists.set(value, [hit])
        continue
      }
      let position = list.length
      while (position > 0 && (list[position - 1] as H).time > hit.time) position--
      list.splice(position, 0, hit)
    }
  }

  remove (hit: H): void {
    for (const value of keysOf(hit)) {
      const list = this.#lists.get(value) as H[]
      list.splice(list.indexOf(hit), 1)
      if (list.length === 0) this.#lists.delete(value)
    }
  }

  /** Since this hit was added: hits that none of their values needs, or else all of the value seen the longest ago. */
  surplus (added: H): H[] {
    // Of each value it is one hit that has one more behind it than it needs, or the added one.
    const pushed = keysOf(added).map((value) => this.#lists.get(value)).map((list) => list?.[list.length - this.threshold - 1])
    const surplus = [...new Set([...pushed, added])].filter((hit) => hit !== undefined && this.#isSurplus(hit)) as H[]
    if (surplus.length > 0) return surplus
    if (this.size <= maxValues) return []
    const lists = [...this.#lists].filter(([value]) => value !== undefined).map(([, list]) => list)
    return [...lists.reduce((oldest, list) => (list.at(-1) as H).time < (oldest.at(-1) as H).time ? list : oldest)]
  }

  /** Whether each of its values has the threshold's number of hits behind it. */
  #isSurplus (hit: H): boolean {
    return keysOf(hit).every((value) => {
      const list = this.#lists.get(value) ?? []
      const position = list.indexOf(hit)
      return position !== -1 && list.length - 1 - position >= this.threshold
    })
  }
}

/** A hit without a value is kept under `undefined`. */
function keysOf ({ value }: Hit): readonly (string | undefined)[] {
  return value === undefined || typeof value === 'string' ? [value] : value
}

/** All values of a hit. */
export function valuesOf (value: HitValue | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
