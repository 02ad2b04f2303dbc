/** A binary heap: the item that comes first by `before` is at hand, whatever the order of arrival. */
export class Heap<T> {
  readonly #items: T[] = []

  constructor (readonly before: (one: T, other: T) => boolean) {}

  get first (): T | undefined {
    return this.#items[0]
  }

  push (item: T): void {
    let i = this.#items.push(item) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.before(item, this.#items[parent] as T)) break
      this.#items[i] = this.#items[parent] as T
      i = parent
    }
    this.#items[i] = item
  }

  pop (): T | undefined {
    const [first] = this.#items
    const last = this.#items.pop()
    if (last === undefined || this.#items.length === 0) return first
    let i = 0
    while (true) {
      let child = 2 * i + 1
      if (child >= this.#items.length) break
      if (child + 1 < this.#items.length && this.before(this.#items[child + 1] as T, this.#items[child] as T)) child++
      if (!this.before(this.#items[child] as T, last)) break
      this.#items[i] = this.#items[child] as T
      i = child
    }
    this.#items[i] = last
    return first
  }
}
