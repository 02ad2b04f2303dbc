import type { Backlog } from './store.js'

/**
 * The books of an alert log: which positions there are, how large their records, and how far each output has come.
 * Every step takes constant time, amortized.
 */
export class Ledger {
  readonly #cursors = new Map<string, number>()
  #entries: LedgerEntry[] = []
  /** The position before the first entry held. */
  #start: number
  #head = 0
  /** Bytes of all entries that were ever appended. */
  #bytes = 0

  /** `start` is the last position that was ever passed. */
  constructor (start = 0) {
    this.#start = start
  }

  /** The newest position. */
  get last (): number {
    return this.#start + this.#entries.length - this.#head
  }

  /** The position before the oldest entry that is held. */
  get start (): number {
    return this.#start
  }

  /** The outputs and their cursors. */
  get cursors (): ReadonlyMap<string, number> {
    return this.#cursors
  }

  /** Names the outputs from now on; a new one begins behind the newest position, or at a cursor that was kept for it. */
  name (outputs: readonly string[], kept: ReadonlyMap<string, number> = this.#cursors): void {
    const cursors = outputs.map((name) => [name, kept.get(name) ?? this.last] as const)
    this.#cursors.clear()
    for (const [name, cursor] of cursors) this.#cursors.set(name, Math.max(this.#start, Math.min(cursor, this.last)))
  }

  /** Gives the new entry's position. */
  append (bytes: number, time: number): number {
    this.#entries.push({ bytes, time, before: this.#bytes })
    this.#bytes += bytes
    return this.last
  }

  bytesAt (position: number): number {
    return this.#at(position).bytes
  }

  /** Moves the output's cursor to this position, never back and never beyond the newest; true when it moved. */
  advance (output: string, position: number): boolean {
    const cursor = this.cursor(output)
    const moved = Math.max(cursor, Math.min(position, this.last))
    this.#cursors.set(output, moved)
    return moved > cursor
  }

  cursor (output: string): number {
    const cursor = this.#cursors.get(output)
    if (cursor === undefined) throw new Error(`the store was not opened for the output ${output}`)
    return cursor
  }

  backlog (output: string): Backlog {
    const cursor = this.cursor(output)
    if (cursor === this.last) return { records: 0, bytes: 0, oldest: undefined }
    const oldest = this.#at(cursor + 1)
    return { records: this.last - cursor, bytes: this.#bytes - oldest.before, oldest: oldest.time }
  }

  /** The positions of the output's next entries: at most so many or so many bytes, but at least one if any waits. */
  next (output: string, limit: { records: number, bytes: number }): number[] {
    const found: number[] = []
    let bytes = 0
    for (let position = this.cursor(output) + 1; position <= this.last && found.length < limit.records; position++) {
      bytes += this.#at(position).bytes
      if (found.length > 0 && bytes > limit.bytes) break
      found.push(position)
    }
    return found
  }

  /** Forgets the entries that every output has passed; gives their positions. */
  drop (): number[] {
    const passed = Math.min(this.last, ...this.#cursors.values())
    const positions = Array.from({ length: passed - this.#start }, (_, i) => this.#start + i + 1)
    this.#head += positions.length
    this.#start = passed
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return positions
  }

  #at (position: number): LedgerEntry {
    return this.#entries[this.#head + position - this.#start - 1] as LedgerEntry
  }
}

interface LedgerEntry {
  bytes: number
  /** Bytes of all entries that were ever appended before this one. */
  before: number
  /** When it was committed, ms since 1970. */
  time: number
}
