/**
 * Texts of one-byte characters by number (small whole numbers, since there is a list of places), kept outside of V8's
 * heap: there a million small texts would cost a third more, and each collection would look at all of them. They lie one
 * behind the other in chunks; when more than a fourth of the room is taken by what has gone, the emptiest chunk is
 * cleared and its texts go to the end. So it takes at most about four thirds of what is in it, and no move takes long.
 */
export class Shelf {
  /** By number: where its entry begins; 0 for none. */
  #places = new Float64Array(16)
  readonly #chunks: (Chunk | undefined)[] = []
  readonly #free: number[] = []
  #last: Chunk | undefined
  #size = 0
  #used = 0

  /** Bytes that it takes. */
  get size (): number {
    return this.#size
  }

  put (number: number, text: string): void {
    this.#forget(number)
    const { bytes, end } = this.#append(number, text.length)
    bytes.write(text, end - text.length, 'latin1')
    this.#tidy()
  }

  get (number: number): string | undefined {
    const found = this.#find(number)
    return found?.chunk.bytes.toString('latin1', found.start + headerSize, found.start + headerSize + found.length)
  }

  remove (number: number): void {
    this.#forget(number)
    this.#tidy()
  }

  #forget (number: number): void {
    const found = this.#find(number)
    if (found === undefined) return
    this.#places[number] = 0
    this.#used -= headerSize + found.length
    found.chunk.used -= headerSize + found.length
    if (found.chunk.used === 0 && found.chunk !== this.#last) this.#drop(found.chunk)
  }

  #find (number: number): { chunk: Chunk, start: number, length: number } | undefined {
    const place = (this.#places[number] ?? 0) - 1
    if (place < 0) return undefined
    const chunk = this.#chunks[Math.floor(place / chunkSize)] as Chunk
    const start = place % chunkSize
    return { chunk, start, length: chunk.bytes.readUInt32LE(start + 4) }
  }

  /** Makes an entry whose content, at the chunk's new end, is still to be written. */
  #append (number: number, contentLength: number): Chunk {
    const length = headerSize + contentLength
    const chunk = this.#chunkFor(length)
    chunk.bytes.writeUInt32LE(number, chunk.end)
    chunk.bytes.writeUInt32LE(contentLength, chunk.end + 4)
    this.#setPlace(number, chunk.number * chunkSize + chunk.end + 1)
    chunk.end += length
    chunk.used += length
    this.#used += length
    return chunk
  }

  #chunkFor (length: number): Chunk {
    // Too much would be lost at the ends of chunks.
    if (length > chunkSize / 8) return this.#create(length)
    if (this.#last === undefined || this.#last.end + length > chunkSize) {
      if (this.#last?.used === 0) this.#drop(this.#last)
      this.#last = this.#create(chunkSize)
    }
    return this.#last
  }

  #create (length: number): Chunk {
    const bytes = Buffer.allocUnsafeSlow(length)
    const chunk = { number: this.#free.pop() ?? this.#chunks.length, bytes, end: 0, used: 0 }
    this.#chunks[chunk.number] = chunk
    this.#size += bytes.length
    return chunk
  }

  #drop ({ number, bytes }: Chunk): void {
    this.#chunks[number] = undefined
    this.#free.push(number)
    this.#size -= bytes.length
  }

  #tidy (): void {
    while (this.#size - this.#used > this.#used / 3 + 2 * chunkSize) this.#clearOne()
  }

  #clearOne (): void {
    let emptiest: Chunk | undefined
    for (const chunk of this.#chunks) {
      if (chunk !== undefined && chunk !== this.#last && (emptiest === undefined || lost(chunk) > lost(emptiest))) emptiest = chunk
    }
    const { number, bytes, end } = emptiest as Chunk
    for (let start = 0, next; start < end; start = next) {
      const owner = bytes.readUInt32LE(start)
      next = start + headerSize + bytes.readUInt32LE(start + 4)
      if (this.#places[owner] !== number * chunkSize + start + 1) continue
      this.#used -= next - start
      const moved = this.#append(owner, next - start - headerSize)
      bytes.copy(moved.bytes, moved.end - (next - start - headerSize), start + headerSize, next)
    }
    this.#drop(emptiest as Chunk)
  }

  #setPlace (number: number, place: number): void {
    if (number >= this.#places.length) {
      const places = new Float64Array(Math.max(number + 1, 2 * this.#places.length))
      places.set(this.#places)
      this.#places = places
    }
    this.#places[number] = place
  }
}

interface Chunk {
  number: number
  bytes: Buffer
  /** Where the next entry will begin. */
  end: number
  /** Bytes of entries that are still there. */
  used: number
}

const chunkSize = 65_536
/** The number of the text and its length, 4 bytes each. */
const headerSize = 8

function lost ({ bytes, used }: Chunk): number {
  return bytes.length - used
}
