/** The newest `capacity` distinct texts. */
export class Recent {
  // A host with one hit is the common case, and a Set costs it 200 bytes: a short list comes first.
  #texts: string[] | Set<string> = []
  // One iterator for good: a new one would step over all that was deleted, each time.
  #oldest: Iterator<string> | undefined

  constructor (readonly capacity: number, texts: Iterable<string> = []) {
    for (const text of texts) this.add(text)
  }

  /** True when the text is new; it is remembered from now on. */
  add (text: string): boolean {
    if (this.has(text)) return false
    if (Array.isArray(this.#texts)) {
      if (this.#texts.length < Math.min(listLength, this.capacity)) {
        this.#texts.push(text)
        return true
      }
      this.#texts = new Set(this.#texts)
    }
    this.#texts.add(text)
    if (this.#texts.size > this.capacity) {
      this.#oldest ??= this.#texts.values()
      this.#texts.delete(this.#oldest.next().value as string)
    }
    return true
  }

  get size (): number {
    return Array.isArray(this.#texts) ? this.#texts.length : this.#texts.size
  }

  /** Oldest first. */
  [Symbol.iterator] (): Iterator<string> {
    return this.#texts.values()
  }

  has (text: string): boolean {
    return Array.isArray(this.#texts) ? this.#texts.includes(text) : this.#texts.has(text)
  }
}

const listLength = 16
