import type { AlertRecord } from '../core/alert.js'

export interface LatestOptions {
  maxLatest: number
  /** Bytes of JSON of all of them; the newest is kept whatever its size. */
  maxLatestBytes: number
}

/** The latest alert records, for people to look at: bounded in number and in bytes. */
export class Latest {
  readonly #records: { record: AlertRecord, bytes: number }[] = []
  readonly #options: LatestOptions
  #bytes = 0

  constructor (options: LatestOptions) {
    this.#options = options
  }

  add (record: AlertRecord, bytes: number): void {
    this.#records.push({ record, bytes })
    this.#bytes += bytes
    const { maxLatest, maxLatestBytes } = this.#options
    while (this.#records.length > maxLatest || (this.#bytes > maxLatestBytes && this.#records.length > 1)) {
      this.#bytes -= (this.#records.shift() as { bytes: number }).bytes
    }
  }

  /** Newest first. */
  newest (count: number): AlertRecord[] {
    return this.#records.slice(Math.max(0, this.#records.length - count)).reverse().map(({ record }) => record)
  }
}

/** What `GET /alerts` can tell. */
export const latestDefaults: LatestOptions = { maxLatest: 256, maxLatestBytes: 16 * 1024 * 1024 }
