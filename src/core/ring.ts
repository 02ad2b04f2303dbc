/** What a ring holds: something that happened at a time, ms. */
export interface Hit {
  readonly time: number
  /** The value of the cardinality field; undefined adds nothing to the distinct count. */
  readonly value?: string
}

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
      this.#bound()
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
    const time = (this.#hits[position] as H).time
    let from = 0
    for (let to = position + 1; to <= this.#hits.length; to++) {
      const end = (this.#hits[to - 1] as H).time
      if (end - window > time) return undefined
      if (this.#hits[to]?.time === end) continue
      while ((this.#hits[from] as H).time < end - window) from++
      if (to - from >= threshold && this.#distinct(from, to) >= cardinality) return { from, to }
    }
    return undefined
  }

  #distinct (from: number, to: number): number {
    const values = new Set<string>()
    for (let i = from; i < to; i++) {
      const { value } = this.#hits[i] as H
      if (value !== undefined) values.add(value)
    }
    return values.size
  }

  #bound (): void {
    if (this.#values === undefined) {
      if (this.#hits.length <= this.#options.capacity) return
      this.#hits.shift()
      this.approximate = true
      return
    }
    for (const hit of this.#values.surplus()) {
      this.#hits.splice(this.#hits.indexOf(hit), 1)
      this.#values.remove(hit)
      this.approximate = true
    }
  }
}

interface Range { from: number, to: number }

/** The most distinct values that a ring remembers (DESIGN section 3). */
export const maxValues = 1024

/** The hits of a ring by value, each list ordered by time: no value needs more hits than the threshold. */
class Values<H extends Hit> {
  readonly #lists = new Map<string | undefined, H[]>()
  #crowded: H[] | undefined

  constructor (hits: Iterable<H>, readonly threshold: number) {
    for (const hit of hits) this.add(hit)
  }

  /** How many distinct values there are. */
  get size (): number {
    return this.#lists.size - (this.#lists.has(undefined) ? 1 : 0)
  }

  add (hit: H): void {
    const list = this.#lists.get(hit.value)
    if (list === undefined) {
      this.#lists.set(hit.value, [hit])
      return
    }
    let position = list.length
    while (position > 0 && (list[position - 1] as H).time > hit.time) position--
    list.splice(position, 0, hit)
    if (list.length > this.threshold) this.#crowded = list
  }

  remove (hit: H): void {
    const list = this.#lists.get(hit.value) as H[]
    list.splice(list.indexOf(hit), 1)
    if (list.length === 0) this.#lists.delete(hit.value)
    if (list === this.#crowded) this.#crowded = undefined
  }

  /** The hits too many: the oldest of a value that has more than it needs, or all of the value seen the longest ago. */
  surplus (): H[] {
    if (this.#crowded !== undefined) return this.#crowded.slice(0, 1)
    if (this.size <= maxValues) return []
    const lists = [...this.#lists].filter(([value]) => value !== undefined).map(([, list]) => list)
    return [...lists.reduce((oldest, list) => (list.at(-1) as H).time < (oldest.at(-1) as H).time ? list : oldest)]
  }
}
