/** One record of a process start that has no twin yet. */
export interface Start {
  /** Of the host and the pid. */
  start: string
  provider: string
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
 * and command line (the same program, where one of them has no command line), at most 2 s apart (DESIGN section 3).
 * Each record has one twin at the most, so two real starts stay two. Remembers the newest 4,096 records without a twin.
 */
export class Twins {
  #starts: Start[] = []

  constructor (starts: Iterable<Start> = []) {
    this.#starts = [...starts]
  }

  /** True when this record is the twin of one before it; else it is remembered to be one. */
  pairs (one: Start): boolean {
    let twin = -1
    let least = maxDistance
    for (const [i, other] of this.#starts.entries()) {
      const distance = distanceOf(one, other)
      if (distance > least || (distance === least && twin >= 0) || !isSameStart(one, other)) continue
      twin = i
      least = distance
    }
    if (twin >= 0) {
      this.#starts.splice(twin, 1)
      return true
    }
    this.#starts.push(one)
    if (this.#starts.length > maxStarts) this.#starts.shift()
    return false
  }

  /** Oldest arrival first. */
  toJSON (): Start[] {
    return [...this.#starts]
  }
}

const maxDistance = 2000
const maxStarts = 4096

function isSameStart (one: Start, other: Start): boolean {
  if (one.start !== other.start || one.provider === other.provider) return false
  return one.line === undefined || other.line === undefined ? one.program === other.program : one.line === other.line
}

function distanceOf (one: Start, other: Start): number {
  return Math.max(0, one.time - (other.until ?? other.time), other.time - (one.until ?? one.time))
}
