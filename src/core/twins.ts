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
 * where one has no pid both decide, and records had better come in their order. Each record has one twin at the most, so two real starts stay two. Remembers the
 * newest 4,096 records without a twin.
 */
export class Twins {
  #starts: Start[] = []

  constructor (starts: Iterable<Start> = []) {
    this.#starts = [...starts]
  }

  /** True when this record is the twin of one before it; else it is remembered to be one. */
  pairs (one: Start): boolean {
    let twin = -1
    let least = Infinity
    for (const [i, other] of this.#starts.entries()) {
      const distance = distanceOf(one, other)
      if (distance > maxDistance || !isSameStart(one, other)) continue
      // A twin that is known by its pid goes before any that is not; of those the oldest, so that the others keep theirs.
      const rank = one.pid === other.pid ? distance : maxDistance + 1 + i
      if (rank >= least) continue
      twin = i
      least = rank
    }
    if (twin >= 0) {
      this.#starts.splice(twin, 1)
      return true
    }
    this.#starts.push(one)
    if (this.#starts.length > maxStarts) this.#starts.shift()
    return false
  }

  get size (): number {
    return this.#starts.length
  }

  /** Those without a twin, oldest arrival first. */
  [Symbol.iterator] (): Iterator<Start> {
    return this.#starts.values()
  }
}

const maxDistance = 2000
const maxStarts = 4096

function isSameStart (one: Start, other: Start): boolean {
  if (one.host !== other.host || one.provider === other.provider) return false
  const haveLines = one.line !== undefined && other.line !== undefined
  if (one.pid === undefined || other.pid === undefined) return haveLines && one.line === other.line && one.program === other.program
  return one.pid === other.pid && (haveLines ? one.line === other.line : one.program === other.program)
}

function distanceOf (one: Start, other: Start): number {
  return Math.max(0, one.time - (other.until ?? other.time), other.time - (one.until ?? one.time))
}
