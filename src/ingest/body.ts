import { giveBack } from './give-back.js'
import { isBlank } from './json-scan.js'

/** A request's bytes, inflated, in the parts in which they came: whoever can work on them so spares a copy of all. */
export class Body {
  readonly length: number
  readonly #starts: number[] = []
  #whole: Buffer | undefined
  // The part that was looked at last: whoever asks for a byte asks for its neighbour next.
  #part: Buffer
  #from = 0

  constructor (readonly parts: readonly Buffer[]) {
    let length = 0
    for (const part of parts) {
      this.#starts.push(length)
      length += part.length
    }
    this.length = length
    this.#part = parts[0] ?? empty
  }

  /** The byte at this position; -1 where there is none. */
  at (position: number): number {
    const byte = this.#part[position - this.#from]
    if (byte !== undefined) return byte
    if (position < 0 || position >= this.length) return -1
    this.#turnTo(position)
    return this.#part[position - this.#from] as number
  }

  /** The bytes from `start` up to `end`: no copy unless they lie in several parts. */
  slice (start: number, end: number): Buffer {
    if (this.#whole !== undefined) return this.#whole.subarray(start, end)
    if (this.at(start) === -1 || end <= start) return empty
    const from = start - this.#from
    if (from + end - start <= this.#part.length) return this.#part.subarray(from, from + end - start)
    const bytes = Buffer.allocUnsafe(Math.min(end, this.length) - start)
    this.copy(start, bytes)
    return bytes
  }

  /** Copies the bytes from `start` on into `target`, as many as there are or fit; gives their number. */
  copy (start: number, target: Uint8Array): number {
    let copied = 0
    while (copied < target.length && this.at(start + copied) !== -1) {
      const from = start + copied - this.#from
      const part = this.#part.subarray(from, from + target.length - copied)
      target.set(part, copied)
      copied += part.length
    }
    return copied
  }

  /** Where this byte stands first from `position` on; -1 if nowhere. */
  indexOf (byte: number, position: number): number {
    while (this.at(position) !== -1) {
      const found = this.#part.indexOf(byte, position - this.#from)
      if (found !== -1) return this.#from + found
      position = this.#from + this.#part.length
    }
    return -1
  }

  /** The first position from `position` on that holds no blank, tab, CR or LF; the body's length if there is none. */
  skipBlanks (position: number): number {
    while (isBlank(this.at(position))) position++
    return this.at(position) === -1 ? this.length : position
  }

  /** All bytes in one piece: copied together once, when they are first asked for so. */
  whole (): Buffer {
    this.#whole ??= this.parts.length === 1 ? this.parts[0] as Buffer : Buffer.concat(this.parts, this.length)
    return this.#whole
  }

  /** Gives its memory back, as far as that can be done: to be called when nobody needs the bytes, or a slice of them, any more (see `giveBack`). */
  giveBack (): void {
    for (const part of this.parts) giveBack(part)
    if (this.#whole !== undefined) giveBack(this.#whole)
  }

  #turnTo (position: number): void {
    let low = 0
    let high = this.parts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.#starts[middle] as number <= position) low = middle
      else high = middle - 1
    }
    this.#part = this.parts[low] as Buffer
    this.#from = this.#starts[low] as number
  }
}

const empty = Buffer.alloc(0)
