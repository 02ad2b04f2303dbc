import { Refusal } from '../errors.js'
import { Body } from './body.js'

/** How a record's bytes are read: a JSON value, a line of text (which may hold JSON), or a MessagePack entry. */
export type Kind = 'json' | 'text' | 'msgpack'

/**
 * The borders of a body's records, found without reading what is between them.
 *
 * A frame with a fault is a part of the body that is no record: too large, cut off, or between records.
 */
export class Frames {
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** Why frame number `i` (from 0) cannot be a record. */
  readonly faults = new Map<number, string>()

  readonly source: Body

  /** `maxRecord` in bytes; more than `maxRecords` frames are refused with 413, because each costs memory once it is read. */
  constructor (body: Body | Buffer, readonly kind: Kind, readonly maxRecord: number, readonly maxRecords = 500_000) {
    this.source = body instanceof Body ? body : new Body([body])
  }

  /** All bytes in one piece. */
  get body (): Buffer {
    return this.source.whole()
  }

  get length (): number {
    return this.starts.length
  }

  add (start: number, end: number): void {
    if (end - start > this.maxRecord) return this.refuse(start, end, `the record is larger than limits.max_record (${this.maxRecord} bytes)`)
    this.#push(start, end)
  }

  refuse (start: number, end: number, reason: string): void {
    this.faults.set(this.starts.length, reason)
    this.#push(start, end)
  }

  /** The bytes of frame number `i`, from 0: a slice, not a copy, unless they lie in several parts of the body. */
  bytes (i: number): Buffer {
    return this.source.slice(this.starts[i] as number, this.ends[i] as number)
  }

  /** Forgets all frames. */
  clear (): void {
    this.starts.length = this.ends.length = 0
    this.faults.clear()
  }

  #push (start: number, end: number): void {
    if (this.starts.length === this.maxRecords) {
      throw new Refusal(413, 'TRIPLINE_BODY_TOO_LARGE', `the body holds more than ${this.maxRecords} records; send smaller batches`)
    }
    this.starts.push(start)
    this.ends.push(end)
  }
}
