/** One record of a process start that has no twin yet. */
export interface Start { start: string, provider: string, time: number }

/**
 * Pairs the two records that Sysmon and the Security log write of one process start: other provider, same host, pid
 * and command line, at most 2 s apart (DESIGN section 3). Each record has one twin at the most, so two real starts
 * stay two. Remembers the newest 4,096 records without a twin.
 */
export class Twins {
  #starts: Start[] = []

  constructor (starts: Iterable<Start> = []) {
    this.#starts = [...starts]
  }

  /** True when this record is the twin of one before it; else it is remembered to be one. */
  pairs (one: Start): boolean {
    let twin = -1
    for (const [i, other] of this.#starts.entries()) {
      const distance = Math.abs(other.time - one.time)
      if (other.start !== one.start || other.provider === one.provider || distance > maxDistance) continue
      if (twin < 0 || distance < Math.abs((this.#starts[twin] as Start).time - one.time)) twin = i
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
