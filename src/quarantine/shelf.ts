import type { AlertRecord } from '../core/alert.js'
import type { Delivery } from '../store/store.js'
import { full, recordIdOf, readEntry, writeEntry, type Entry, type NewEntry } from './entry.js'
import type { Folder } from './folder.js'
import { entriesFile, listOrphans, listSegments, nameSegment, readMarks, readSegment, removeSegment, segmentOf, writeMarks } from './segments.js'

export interface ShelfOptions {
  folder: Folder
  /** Bytes of all segments; beyond it the oldest goes. The newest stays, however large. */
  limit: number
  clock: () => number
  /** Told how many entries that were not done went with the oldest segment, how many of them deliveries. */
  dropped?: (lost: { entries: number, deliveries: number }) => void
}

/** The segments as the sink that writes them sees them, and which deliveries in them wait for their output. */
export class Shelf {
  readonly #folder: Folder
  readonly #limit: number
  readonly #clock: () => number
  readonly #dropped: (lost: { entries: number, deliveries: number }) => void
  /** Oldest first. */
  readonly #segments = new Map<string, Books>()
  /** Deliveries that wait for their output's recovery: output, record id, place. Oldest first. */
  readonly #waiting = new Map<string, Map<string, Place>>()
  #current = ''
  /** Of the last entry in it. */
  #number = 0
  #pending: NewEntry[] = []
  #turn: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor ({ folder, limit, clock, dropped = () => {} }: ShelfOptions) {
    this.#folder = folder
    this.#limit = limit
    this.#clock = clock
    this.#dropped = dropped
  }

  /** Reads what is there. What is appended goes into a segment of its own, so a line that was cut off harms nothing. */
  async open (): Promise<void> {
    for (const segment of await listOrphans(this.#folder)) await removeSegment(this.#folder, segment)
    for (const { name, size } of await listSegments(this.#folder)) {
      const marks = await readMarks(this.#folder, name)
      const placed = await readSegment(this.#folder, name)
      const books: Books = { size, open: new Map() }
      for (const { entry, offset, length } of placed) if (!marks.has(entry.id)) this.#enter(books, entry, { offset, length })
      this.#current = name
      if (books.open.size === 0 && (size === 0 || marks.size > 0)) await removeSegment(this.#folder, name)
      else this.#segments.set(name, books)
    }
    this.#begin()
    await this.#bound()
  }

  /** Resolves when the entries are safe; those that come meanwhile share the next write. Rejects when they could not be written. */
  append (entries: readonly NewEntry[]): Promise<void> {
    this.#pending = this.#pending.concat(entries)
    this.#turn ??= this.#inTurn(async () => {
      const pending = this.#pending
      this.#pending = []
      this.#turn = undefined
      await this.#bound()
      await this.#write(pending)
      // What is written is written; if the oldest cannot go now, the next one asks for it.
      await this.#bound().catch(() => {})
    })
    return this.#turn
  }

  /** How many deliveries wait for this output's recovery. */
  waiting (output: string): number {
    return this.#waiting.get(output)?.size ?? 0
  }

  has (output: string, recordId: string): boolean {
    return this.#waiting.get(output)?.has(recordId) ?? false
  }

  /** The oldest deliveries that wait for this output's recovery: at least one if any waits, else bounded. Positions count from 1. */
  async next (output: string, { records, bytes }: { records: number, bytes: number }): Promise<Delivery[]> {
    // What is written just now must have its place first.
    await this.#last
    const waiting = this.#waiting.get(output) ?? new Map<string, Place>()
    for (;;) {
      const [first] = waiting.values()
      if (first === undefined) return []
      await this.#readMarks(first.segment)
      const places = firstOf(waiting.values(), { segment: first.segment, records, bytes })
      const found = await this.#read(places)
      if (found.length > 0) return found.map((record, i) => ({ position: i + 1, record, json: JSON.stringify(record) }))
      for (const place of places) this.#forget(place)
    }
  }

  /** Those of these records that wait for the output are done: delivered, or refused. Resolves when that is safe. */
  async done (output: string, recordIds: readonly string[]): Promise<number> {
    const waiting = this.#waiting.get(output)
    const places = recordIds.flatMap((id) => waiting?.get(id) ?? [])
    if (places.length > 0) await this.#inTurn(() => this.#mark(places))
    return places.length
  }

  stats (): { entries: number, size: number, segments: number } {
    const books = [...this.#segments.values()]
    return {
      entries: books.reduce((sum, { open }) => sum + open.size, 0),
      size: books.reduce((sum, { size }) => sum + size, 0),
      segments: books.length
    }
  }

  /** Resolves when nothing is being written. */
  async settled (): Promise<void> {
    for (let seen; seen !== this.#last;) {
      seen = this.#last
      await seen
    }
  }

  #inTurn<Result> (work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }

  async #write (entries: readonly NewEntry[]): Promise<void> {
    let lines: { entry: Entry, line: Buffer }[] = []
    let bytes = 0
    for (const entry of entries) {
      let numbered = this.#place(entry)
      const size = (this.#segments.get(this.#current)?.size ?? 0) + bytes
      if (size > 0 && size + numbered.line.length > this.#segmentSize) {
        await this.#writeLines(lines)
        this.#begin()
        numbered = this.#place(entry)
        lines = []
        bytes = 0
      }
      lines.push(numbered)
      bytes += numbered.line.length
    }
    await this.#writeLines(lines)
  }

  async #writeLines (lines: readonly { entry: Entry, line: Buffer }[]): Promise<void> {
    if (lines.length === 0) return
    const name = this.#current
    let offset = await this.#folder.append(entriesFile(name), Buffer.concat(lines.map(({ line }) => line)))
    const books = this.#segments.get(name) ?? { size: 0, open: new Map() }
    this.#segments.set(name, books)
    for (const { entry, line } of lines) {
      this.#enter(books, entry, { offset, length: line.length - 1 })
      offset += line.length
    }
    books.size = offset
  }

  /** A number is used once only, even if its line could not be written: some of it may be in the file all the same. */
  #place (entry: NewEntry): { entry: Entry, line: Buffer } {
    const numbered = { id: `${this.#current}-${++this.#number}`, ...entry }
    return { entry: numbered, line: writeEntry(numbered) }
  }

  get #segmentSize (): number {
    return Math.min(maxSegment, Math.ceil(this.#limit / 8))
  }

  /** The next entry has a segment of its own. */
  #begin (): void {
    this.#current = nameSegment(this.#clock(), this.#current)
    this.#number = 0
  }

  #enter (books: Books, { id, kind, reason, ...delivery }: Entry, at: { offset: number, length: number }): void {
    if (kind === 'record') {
      books.open.set(id, undefined)
      return
    }
    const { output, record } = delivery as { output: string, record: AlertRecord }
    const place: Place = { ...at, id, segment: segmentOf(id), output, recordId: recordIdOf(record) }
    books.open.set(id, place)
    if (reason !== full) return
    const waiting = this.#waiting.get(output) ?? new Map<string, Place>()
    this.#waiting.set(output, waiting.set(place.recordId, place))
  }

  /** The alert records at these places of one segment; none when somebody took the file away. */
  async #read (places: readonly Place[]): Promise<AlertRecord[]> {
    const [first] = places
    if (first === undefined) return []
    try {
      const lines = await this.#folder.slices(entriesFile(first.segment), places)
      return lines.flatMap((line) => readEntry(line)?.record ?? [])
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  async #mark (places: readonly Place[]): Promise<void> {
    for (const segment of new Set(places.map((place) => place.segment))) {
      const group = places.filter((place) => place.segment === segment)
      const ids = group.map(({ id }) => id)
      await writeMarks(this.#folder, segment, { ids, time: this.#clock() })
      for (const place of group) this.#forget(place)
      await this.#removeIfDone(segment)
    }
  }

  /** Others mark entries as done as well. */
  async #readMarks (segment: string): Promise<void> {
    const { open } = this.#segments.get(segment) as Books
    for (const id of await readMarks(this.#folder, segment)) {
      const place = open.get(id)
      if (place !== undefined) this.#forget(place)
    }
  }

  #forget ({ id, segment, output, recordId }: Place): void {
    this.#segments.get(segment)?.open.delete(id)
    const waiting = this.#waiting.get(output)
    if (waiting?.get(recordId)?.id === id) waiting.delete(recordId)
  }

  async #removeIfDone (name: string): Promise<void> {
    if (name === this.#current || this.#segments.get(name)?.open.size !== 0) return
    this.#segments.delete(name)
    await removeSegment(this.#folder, name)
  }

  async #bound (): Promise<void> {
    while (this.#segments.size > 1 && this.stats().size > this.#limit) {
      const [name, books] = this.#segments.entries().next().value as [string, Books]
      await removeSegment(this.#folder, name)
      this.#segments.delete(name)
      const deliveries = [...books.open.values()].filter((place) => place !== undefined)
      for (const place of deliveries) this.#forget(place)
      if (books.open.size > 0) this.#dropped({ entries: books.open.size, deliveries: deliveries.length })
    }
  }
}

const maxSegment = 16 * 1024 * 1024

interface Books {
  size: number
  /** What is not done: deliveries with their place. */
  open: Map<string, Place | undefined>
}

interface Place {
  id: string
  segment: string
  offset: number
  length: number
  output: string
  recordId: string
}

function firstOf (waiting: Iterable<Place>, { segment, ...limit }: { segment: string, records: number, bytes: number }): Place[] {
  const places: Place[] = []
  let bytes = 0
  for (const place of waiting) {
    bytes += place.length
    if (place.segment !== segment || places.length >= limit.records || (places.length > 0 && bytes > limit.bytes)) break
    places.push(place)
  }
  return places
}
