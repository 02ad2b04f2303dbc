import { Sketch } from './sketch.js'

/** What a table of groups needs to know of a group; the links are the table's own. */
export interface Ranked<G> {
  readonly key: string
  /** How many hits it had, those remembered from before its last eviction included. */
  hits: number
  /** When its last match arrived, ms since 1970. */
  lastArrival: number
  /** Whether it has an open alert: such a group goes last. */
  hasAlert: boolean
  rank: number
  previous: G | undefined
  next: G | undefined
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
  /** Hears of every group that is gone: expired, or evicted before its time. */
  onGone: (group: G, why: 'expired' | 'evicted') => void
}

/**
 * The groups of one rule, at most `capacity` (DESIGN section 3, "Bounded"). When full, expired groups go first, then
 * those with the fewest hits, of these the least recently used; groups with an open alert go last, the longest silent
 * first. A sketch remembers the hits of what went, so that a host that keeps coming back outranks hosts seen once.
 */
export class Groups<G extends Ranked<G>> {
  /** Those without an open alert, by key, in the order in which their last match arrived, or their alert closed. */
  readonly #quiet = new Map<string, G>()
  /** Those with one: they do not expire, so nobody who looks for what has expired shall meet them. */
  readonly #open = new Map<string, G>()
  readonly #ranks: List<G>[]
  readonly #options: GroupsOptions<G>
  #sketch: Sketch | undefined
  #turned = -Infinity

  constructor (options: GroupsOptions<G>) {
    this.#options = options
    this.#ranks = Array.from({ length: maxRank + 2 }, () => new List<G>())
  }

  get size (): number {
    return this.#quiet.size + this.#open.size
  }

  /** The group of this key, unless it is gone or expired. */
  get (key: string, now: number): G | undefined {
    const group = this.#find(key)
    if (group === undefined || !this.#isExpired(group, now)) return group
    this.#expire(group)
    return undefined
  }

  /** Those with an open alert first, then the others; among those with one the longest silent first. */
  * values (): IterableIterator<G> {
    yield * this.#open.values()
    yield * this.#quiet.values()
  }

  /**
   * Takes a new group, whose `hits` gain what is remembered of it. When the table is full another goes first; false
   * when all others outrank the new one, so that it is the one to go: its hits are remembered.
   */
  add (group: G, now: number): boolean {
    this.#age(now)
    group.hits += this.#sketch?.estimate(group.key) ?? 0
    if (this.size >= this.#options.capacity) {
      const victim = this.#expired(now) ?? this.#lowest()
      if (this.#isExpired(victim, now)) {
        this.#expire(victim)
      } else if (this.#rankOf(group) < victim.rank) {
        this.#remember(group)
        return false
      } else {
        this.#remember(victim)
        this.#delete(victim)
        this.#options.onGone(victim, 'evicted')
      }
    }
    this.#link(group)
    return true
  }

  /** To be called when a match of the group has arrived. */
  touch (group: G): void {
    this.#delete(group)
    this.#link(group)
  }

  /** To be called when the group's alert has come or gone without a match; of a group that is not in the table nothing is done. */
  rerank (group: G): void {
    if (this.#find(group.key) !== group) return
    this.#delete(group)
    this.#link(group)
  }

  /** Drops expired groups, at most `count` of them. */
  expire (now: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const group = this.#expired(now)
      if (group === undefined) return
      this.#expire(group)
    }
  }

  #find (key: string): G | undefined {
    return this.#quiet.get(key) ?? this.#open.get(key)
  }

  #expire (group: G): void {
    this.#delete(group)
    this.#options.onGone(group, 'expired')
  }

  #delete (group: G): void {
    this.#tableOf(group).delete(group.key)
    this.#rank(group).remove(group)
  }

  #isExpired (group: G, now: number): boolean {
    return !group.hasAlert && now - group.lastArrival > this.#options.lifetime
  }

  /** A group that has expired: the front tells, since one whose alert closed waits a little longer than it need. */
  #expired (now: number): G | undefined {
    const { value: group } = this.#quiet.values().next()
    return group !== undefined && this.#isExpired(group, now) ? group : undefined
  }

  #lowest (): G {
    for (const list of this.#ranks) if (list.first !== undefined) return list.first
    throw new RangeError('a table of groups needs a capacity of 1 or more')
  }

  /** A share of the threshold, so that a rule that counts to 10,000 needs no more lists than one that counts to 15. */
  #rankOf ({ hits, hasAlert }: G): number {
    if (hasAlert) return alertRank
    const { threshold } = this.#options
    return threshold <= maxRank ? Math.min(hits, threshold) : Math.ceil(Math.min(hits, threshold) * maxRank / threshold)
  }

  #rank (group: G): List<G> {
    return this.#ranks[group.rank] as List<G>
  }

  /** By its rank, since its alert may have come or gone without the table's knowledge. */
  #tableOf ({ rank }: G): Map<string, G> {
    return rank === alertRank ? this.#open : this.#quiet
  }

  #link (group: G): void {
    group.rank = this.#rankOf(group)
    this.#rank(group).push(group)
    this.#tableOf(group).set(group.key, group)
  }

  #age (now: number): void {
    const windows = Math.floor((now - this.#turned) / this.#options.window)
    if (windows < 1) return
    this.#turned = windows === Infinity ? now : this.#turned + windows * this.#options.window
    // Two turns leave nothing.
    for (let i = 0; i < Math.min(windows, 2); i++) this.#sketch?.turn()
  }

  #remember (group: G): void {
    this.#sketch ??= new Sketch(this.#options.capacity)
    this.#sketch.raise(group.key, group.hits)
  }
}

const maxRank = 64
const alertRank = maxRank + 1

/** A doubly linked list through the groups themselves: no allocation for a hit. */
class List<G extends Ranked<G>> {
  first: G | undefined
  #last: G | undefined

  push (group: G): void {
    group.previous = this.#last
    group.next = undefined
    if (this.#last === undefined) this.first = group
    else this.#last.next = group
    this.#last = group
  }

  remove (group: G): void {
    if (group.previous === undefined) this.first = group.next
    else group.previous.next = group.next
    if (group.next === undefined) this.#last = group.previous
    else group.next.previous = group.previous
    group.previous = group.next = undefined
  }
}
