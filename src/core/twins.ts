/** One record of a process start that has no twin yet. */
export interface Start {
  /** Hash of the host. */
  host: string
  /** Of the provider's name. */
  provider: string
  /** As text; a collector may have lost it. */
  pid?: string
  time: number
  /** The end of the second, where the record knows no more of its time than that. */
  until?: number
  /** Of the command line, where the record has one: the Security log may be set to leave it out. */
  line?: string
  /** Of the program's name. */
  program?: string
}

/**
 * Pairs the two records that Sysmon and the Security log write of one process start: other provider, same host, pid
 * and command line, at most 2 s apart (DESIGN section 3). Where one of them has no command line the program decides,
 * where one has no pid both decide, and records had better come in their order. Each record has one twin at the most,
 * so two real starts stay two. Remembers the newest 4,096 records without a twin.
 */
export class Twins {
  /** Oldest arrival first, numbered in that order. */
  readonly #starts = new Map<Start, number>()
  /** The same by what a twin would have in common with them, and then by provider; only once there are many. */
  #alike: Map<string, Map<string, Set<Start>>> | undefined
  #next = 0

  constructor (starts: Iterable<Start> = []) {
    for (const one of starts) this.#add(one)
  }

  /** True when this record is the twin of one before it; else it is remembered to be one. */
  pairs (one: Start): boolean {
    const twin = this.#twinOf(one)
    if (twin === undefined) this.#add(one)
    else this.#remove(twin)
    return twin !== undefined
  }

  /** Forgets, from the oldest arrival on, records of which no twin can come that is not older than `time`. */
  forgetBefore (time: number): void {
    for (const one of this.#starts.keys()) {
      if ((one.until ?? one.time) + maxDistance >= time) return
      this.#remove(one)
    }
  }

  get size (): number {
    return this.#starts.size
  }

  /** Those without a twin, oldest arrival first. */
  [Symbol.iterator] (): Iterator<Start> {
    return this.#starts.keys()
  }

  #twinOf (one: Start): Start | undefined {
    const best: Best = { rank: Infinity, number: Infinity }
    if (this.#alike === undefined) {
      this.#look(one, this.#starts.keys(), best)
      return best.twin
    }
    for (const name of twinNames(one)) {
      // A host under attack may have thousands of starts of one pid and command line, all from one provider.
      for (const [provider, starts] of this.#alike.get(name) ?? []) if (provider !== one.provider) this.#look(one, starts, best)
    }
    return best.twin
  }

  #look (one: Start, others: Iterable<Start>, best: Best): void {
    for (const other of others) {
      const distance = distanceOf(one, other)
      if (distance > maxDistance || !isSameStart(one, other)) continue
      // A twin that is known by its pid goes before any that is not; of those the oldest, so that the others keep theirs.
      const rank = one.pid === other.pid ? distance : maxDistance + 1
      const number = this.#starts.get(other) as number
      if (rank > best.rank || (rank === best.rank && number > best.number)) continue
      best.twin = other
      best.rank = rank
      best.number = number
    }
  }

  #add (one: Start): void {
    this.#starts.set(one, this.#next++)
    if (this.#alike !== undefined) {
      this.#enter(one, this.#alike)
    } else if (this.#starts.size > maxListed) {
      this.#alike = new Map()
      for (const start of this.#starts.keys()) this.#enter(start, this.#alike)
    }
    if (this.#starts.size > maxStarts) this.#remove(this.#starts.keys().next().value as Start)
  }

  #enter (one: Start, alike: Map<string, Map<string, Set<Start>>>): void {
    for (const name of ownNames(one)) {
      let providers = alike.get(name)
      if (providers === undefined) alike.set(name, providers = new Map())
      const starts = providers.get(one.provider)
      if (starts === undefined) providers.set(one.provider, new Set([one]))
      else starts.add(one)
    }
  }

  #remove (one: Start): void {
    this.#starts.delete(one)
    if (this.#alike === undefined) return
    for (const name of ownNames(one)) {
      const providers = this.#alike.get(name) as Map<string, Set<Start>>
      const starts = providers.get(one.provider) as Set<Start>
      starts.delete(one)
      if (starts.size === 0) providers.delete(one.provider)
      if (providers.size === 0) this.#alike.delete(name)
    }
  }
}

interface Best { twin?: Start, rank: number, number: number }

// So few are looked through sooner than named.
const maxListed = 16
const maxDistance = 2000
const maxStarts = 4096

/** Under which names a record waits for its twin. */
function ownNames (one: Start): string[] {
  if (one.pid === undefined) return [lineName('without', one)]
  return one.line === undefined ? [pidName(one)] : [pidName(one), lineName('with', one)]
}

/** Under which names its twin may wait: of its pid, or of its command line where either has no pid. */
function twinNames (one: Start): string[] {
  return one.pid === undefined ? [lineName('without', one), lineName('with', one)] : [pidName(one), lineName('without', one)]
}

function pidName ({ host, pid }: Start): string {
  return `${host}\n${pid}`
}

function lineName (pid: 'with' | 'without', { host, line, program }: Start): string {
  return `${pid} pid\n${host}\n${line}\n${program}`
}

function isSameStart (one: Start, other: Start): boolean {
  if (one.host !== other.host || one.provider === other.provider) return false
  const haveLines = one.line !== undefined && other.line !== undefined
  if (one.pid === undefined || other.pid === undefined) return haveLines && one.line === other.line && one.program === other.program
  return one.pid === other.pid && (haveLines ? one.line === other.line : one.program === other.program)
}

function distanceOf (one: Start, other: Start): number {
  return Math.max(0, one.time - (other.until ?? other.time), other.time - (one.until ?? one.time))
}
