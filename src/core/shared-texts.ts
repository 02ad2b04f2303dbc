/**
 * Gives equal texts as one and the same, so that what thousands of hosts have in common is kept once. It is a help and
 * nobody's owner: whoever has a text keeps it, however long ago it was forgotten here. Bounded: at most about
 * twice `capacity` characters, and the room that their places take, are remembered. A text that comes again is remembered anew, so that a flood of invented
 * ones drives out nothing that is in use, longer than until it comes the next time.
 */
export class SharedTexts {
  #newer = new Map<string, string>()
  #older = new Map<string, string>()
  #length = 0

  constructor (readonly capacity = 1_000_000) {}

  /** How many places texts are remembered in; one may have two. */
  get size (): number {
    return this.#newer.size + this.#older.size
  }

  has (text: string): boolean {
    return this.#newer.has(text) || this.#older.has(text)
  }

  /** A text equal to this one. */
  share (text: string): string {
    const known = this.#newer.get(text)
    if (known !== undefined) return known
    const shared = this.#older.get(text) ?? text
    this.#newer.set(shared, shared)
    this.#length += text.length + overhead
    if (this.#length > this.capacity) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#length = 0
    }
    return shared
  }
}

/** What a text costs beside its characters. */
const overhead = 80
