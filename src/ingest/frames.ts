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
  /** Whether frame number `i` (from 0) begins and ends as a record does. */
  readonly whole: boolean[] = []
  /** Why frame number `i` cannot be a record. */
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

  /** `isWhole` is for whoever knows it already. */
  add (start: number, end: number, isWhole = this.#looksWhole(start, end)): void {
    if (end - start > this.maxRecord) return this.refuse(start, end, `the record is larger than limits.max_record (${this.maxRecord} bytes)`)
    this.#push(start, end, isWhole)
  }

  refuse (start: number, end: number, reason: string): void {
    this.faults.set(this.starts.length, reason)
    this.#push(start, end, false)
  }

  /** The bytes of frame number `i`, from 0: a slice, not a copy, unless they lie in several parts of the body. */
  bytes (i: number): Buffer {
    return this.source.slice(this.starts[i] as number, this.ends[i] as number)
  }

  /** Forgets all frames. */
  clear (): void {
    this.starts.length = this.ends.length = this.whole.length = 0
    this.faults.clear()
  }

  #looksWhole (start: number, end: number): boolean {
    if (this.kind !== 'json') return true
    const first = this.source.at(start)
    return (first === 0x7b || first === 0x22) && this.source.at(end - 1) === (first === 0x7b ? 0x7d : 0x22)
  }

  #push (start: number, end: number, isWhole: boolean): void {
    if (this.starts.length === this.maxRecords) {
      throw new Refusal(413, 'TRIPLINE_BODY_TOO_LARGE', `the body holds more than ${this.maxRecords} records; send smaller batches`)
    }
    this.starts.push(start)
    this.ends.push(end)
    this.whole.push(isWhole)
  }
}
