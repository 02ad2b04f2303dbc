/** Counts the bytes of all request bodies that are being read or wait for their turn, and says when there are too many. */
export class InFlight {
  #bytes = 0

  /** `limit` in bytes. One body alone is always let through, however large, or it could never be taken. */
  constructor (readonly limit: number) {}

  get bytes (): number {
    return this.#bytes
  }

  /** The share of one request, empty at first. */
  hold (): Hold {
    let held = 0
    return {
      grow: (bytes) => {
        if (this.#bytes > held && this.#bytes + bytes > this.limit) return false
        held += bytes
        this.#bytes += bytes
        return true
      },
      add: (bytes) => {
        held += bytes
        this.#bytes += bytes
      },
      release: () => {
        this.#bytes -= held
        held = 0
      }
    }
  }
}

/** What one request has of the bytes in flight. */
export interface Hold {
  /** Adds so many bytes; false, and nothing is added, when the limit does not allow it. */
  grow (bytes: number): boolean
  /** Adds bytes that are there already, whatever the limit says. */
  add (bytes: number): void
  /** Gives everything back; a second call does nothing. */
  release (): void
}
