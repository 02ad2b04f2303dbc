import { Ranks } from './ranks.js'
import { Shelf } from './shelf.js'
import { Sketch } from './sketch.js'

/** What a table of groups needs to know of a group. */
export interface Ranked {
  readonly key: string
  /** How many hits it had, those remembered from before its last eviction included. */
  hits: number
  /** When its last match arrived, ms since 1970. */
  lastArrival: number
  /** Whether it has an open alert: such a group goes last. */
  readonly hasAlert: boolean
}

/** How groups are laid aside while nothing comes for them. */
export interface Packing<G> {
  /** Undefined for a group that stays as it is. */
  pack: (group: G) => Packed | undefined
  /** The group that was packed, but for its hits and its last arrival. */
  unpack: (key: string, packed: Packed) => G
}

export interface Packed {
  /** Of one-byte characters. */
  text: string
  /** What it shares with other groups, and so costs nothing. */
  shared: string | readonly string[]
}

export interface GroupsOptions<G> {
  /** The most groups. */
  capacity: number
  /** Hits that are as good as any more: the rule's threshold. */
  threshold: number
  /** After this time without a match, ms, a group is expired. */
  lifetime: number
  /** The look-back, ms: remembered hits are forgotten when it has passed once or twice. */
  window: number
  packing: Packing<G>
  /** Hears of every group that is gone: expired, or evicted before its time. It is told itself unless it was laid aside. */
  onGone: (key: string, group: G | undefined, why: 'expired' | 'evicted') => void
}

/**
 * The groups of one rule, at most `capacity` (DESIGN section 3, "Bounded"). When full, expired groups go first, then
 * those with the fewest hits, of these the least recently used; groups with an open alert go last, the longest silent
 * first. A sketch remembers the hits of what went, so that a host that keeps coming back outranks hosts seen once.
 *
 * A group is laid aside, packed, whenever it is put into its place, and is another object when it is asked for again.
 * Each has a number, under which the table keeps what it has to know of it.
 */
export class Groups<G extends Ranked> {
  /** The numbers of those without an open alert, by key, in the order in which their last match arrived, or their alert closed. */
  readonly #quiet = new Map<string, number>()
  /** Of those with one: they do not expire, so nobody who looks for what has expired shall meet them. */
  readonly #open = new Map<string, number>()
  readonly #options: GroupsOptions<G>
  readonly #ranks: Ranks
  /** Those that are not laid aside. */
  readonly #awake = new Map<number, G>()
  readonly #packed = new Shelf()
  readonly #shared: Packed['shared'][] = []
  readonly #keys: string[] = []
  #hits = new Float64Array(16)
  #arrivals = new Float64Array(16)
  readonly #free: number[] = []
  #sketch: Sketch | undefined
  #turned = -Infinity

  constructor (options: GroupsOptions<G>) {
    this.#options = options
    this.#ranks = new Ranks(maxRank + 2)
  }

  get size (): number {
    return this.#quiet.size + this.#open.size
  }

  /** The group of this key, unless it is gone or expired. Whoever has changed it says so by `touch`. */
  get (key: string, now: number): G | undefined {
    const number = this.#find(key)
    if (number === undefined) return undefined
    if (!this.#isExpired(number, now)) return this.#wake(number)
    this.#drop(number, 'expired')
    return undefined
  }

  /** The group of this key if it has an open alert. */
  getOpen (key: string): G | undefined {
    const number = this.#open.get(key)
    return number === undefined ? undefined : this.#awake.get(number)
  }

  /** Those with an open alert first, then the others; among those with one the longest silent first. */
  * keys (): IterableIterator<string> {
    yield * this.#open.keys()
    yield * this.#quiet.keys()
  }

  /** In the same order, to be looked at only; those of whose hits the condition does not hold are passed over. */
  * values (condition: (hits: number) => boolean = () => true): IterableIterator<G> {
    for (const numbers of [this.#open, this.#quiet]) {
      for (const number of numbers.values()) if (condition(this.#hitsOf(number))) yield this.#look(number)
    }
  }

  /** Takes it that the last match of each arrived at `now`, and tells of those of which it had arrived later. */
  arriveAll (now: number, onLater: (group: G) => void): void {
    for (const numbers of [this.#open, this.#quiet]) {
      for (const number of numbers.values()) {
        const isLater = this.#arrivalOf(number) > now
        this.#arrivals[number] = now
        const group = this.#awake.get(number)
        if (group !== undefined) group.lastArrival = now
        if (isLater) onLater(this.#look(number))
      }
    }
  }

  /**
   * Takes a new group, whose `hits` gain what is remembered of it. When the table is full another goes first; false
   * when all others outrank the new one, so that it is the one to go: its hits are remembered.
   */
  add (group: G, now: number): boolean {
    this.#age(now)
    group.hits += this.#sketch?.estimate(group.key) ?? 0
    if (this.size >= this.#options.capacity) {
      const victim = this.#expired(now) ?? this.#ranks.lowest()
      if (victim === undefined) throw new RangeError('a table of groups needs a capacity of 1 or more')
      if (this.#isExpired(victim, now)) {
        this.#drop(victim, 'expired')
      } else if (this.#rankOf(group) < this.#ranks.of(victim)) {
        this.#remember(group.key, group.hits)
        return false
      } else {
        this.#remember(this.#keys[victim] as string, this.#hitsOf(victim))
        this.#drop(victim, 'evicted')
      }
    }
    this.#place(this.#free.pop() ?? this.#keys.length, group)
    return true
  }

  /** To be called when a match of the group has arrived, or its alert has come or gone. What it was asked for it is no more. */
  touch (group: G): void {
    const number = this.#find(group.key)
    // The group may be gone, and another have come in its place.
    if (number === undefined || this.#awake.get(number) !== group) return
    this.#unlink(number)
    this.#place(number, group)
  }

  /** Drops expired groups, at most `count` of them. */
  expire (now: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const number = this.#expired(now)
      if (number === undefined) return
      this.#drop(number, 'expired')
    }
  }

  #find (key: string): number | undefined {
    return this.#quiet.get(key) ?? this.#open.get(key)
  }

  #wake (number: number): G {
    const group = this.#look(number)
    this.#awake.set(number, group)
    return group
  }

  /** As it stands; unless it is awake a copy, whose changes go for nothing. */
  #look (number: number): G {
    const known = this.#awake.get(number)
    if (known !== undefined) return known
    const packed = { text: this.#packed.get(number) as string, shared: this.#shared[number] as Packed['shared'] }
    const group = this.#options.packing.unpack(this.#keys[number] as string, packed)
    group.hits = this.#hits[number] as number
    group.lastArrival = this.#arrivals[number] as number
    return group
  }

  #drop (number: number, why: 'expired' | 'evicted'): void {
    const key = this.#keys[number] as string
    const group = this.#awake.get(number)
    this.#unlink(number)
    this.#awake.delete(number)
    this.#packed.remove(number)
    this.#keys[number] = this.#shared[number] = ''
    this.#free.push(number)
    this.#options.onGone(key, group, why)
  }

  /** Its alert may have come or gone without the table's knowledge. */
  #isExpired (number: number, now: number): boolean {
    return this.#awake.get(number)?.hasAlert !== true && now - this.#arrivalOf(number) > this.#options.lifetime
  }

  #hitsOf (number: number): number {
    return this.#awake.get(number)?.hits ?? this.#hits[number] as number
  }

  #arrivalOf (number: number): number {
    return this.#awake.get(number)?.lastArrival ?? this.#arrivals[number] as number
  }

  /** A group that has expired: the front tells, since one whose alert closed waits a little longer than it need. */
  #expired (now: number): number | undefined {
    const { value: number } = this.#quiet.values().next()
    return number !== undefined && this.#isExpired(number, now) ? number : undefined
  }

  /** A share of the threshold, so that a rule that counts to 10,000 needs no more lists than one that counts to 15. */
  #rankOf ({ hits, hasAlert }: G): number {
    if (hasAlert) return alertRank
    const { threshold } = this.#options
    return threshold <= maxRank ? Math.min(hits, threshold) : Math.ceil(Math.min(hits, threshold) * maxRank / threshold)
  }

  #unlink (number: number): void {
    const table = this.#ranks.of(number) === alertRank ? this.#open : this.#quiet
    table.delete(this.#keys[number] as string)
    this.#ranks.remove(number)
  }

  #place (number: number, group: G): void {
    const rank = this.#rankOf(group)
    this.#ranks.push(number, rank)
    this.#keys[number] = group.key
    const table = rank === alertRank ? this.#open : this.#quiet
    table.set(group.key, number)
    if (number >= this.#hits.length) {
      this.#hits = grown(this.#hits)
      this.#arrivals = grown(this.#arrivals)
    }
    this.#hits[number] = group.hits
    this.#arrivals[number] = group.lastArrival
    this.#layAside(number, group)
  }

  #layAside (number: number, group: G): void {
    const packed = this.#options.packing.pack(group)
    this.#shared[number] = packed?.shared ?? ''
    if (packed === undefined) {
      this.#awake.set(number, group)
      this.#packed.remove(number)
    } else {
      this.#awake.delete(number)
      this.#packed.put(number, packed.text)
    }
  }

  #age (now: number): void {
    const windows = Math.floor((now - this.#turned) / this.#options.window)
    if (windows < 1) return
    this.#turned = windows === Infinity ? now : this.#turned + windows * this.#options.window
    // Two turns leave nothing.
    for (let i = 0; i < Math.min(windows, 2); i++) this.#sketch?.turn()
  }

  #remember (key: string, hits: number): void {
    this.#sketch ??= new Sketch(this.#options.capacity)
    this.#sketch.raise(key, hits)
  }
}

const maxRank = 64
const alertRank = maxRank + 1

function grown (numbers: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}
