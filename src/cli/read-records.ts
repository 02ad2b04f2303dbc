import type { FieldMap } from '../core/fields.js'
import { Refusal } from '../errors.js'
import { decode } from '../ingest/decode.js'
import { readBatch } from '../ingest/read-batch.js'
import type { Chunks } from './decompress.js'

/** Some records of a file, in order, and the ones between them that cannot be read. */
export interface Piece {
  records: { fields: FieldMap, time?: number }[]
  /** `number` is the line, or in a file without lines the record; both count from 1. */
  faults: { number: number, unit: 'line' | 'record', reason: string }[]
}

export interface ReadOptions {
  /** The largest record, bytes. */
  maxRecord: number
  /** The largest file that is not NDJSON, bytes once inflated: it is read whole. */
  maxWhole: number
}

/**
 * Reads recorded events: NDJSON piece by piece, however long; any other body that the sink understands whole. Throws
 * an `Error` with the reason when that is too large or cannot be read at all.
 */
export async function * readRecords (chunks: Chunks, { maxRecord, maxWhole }: ReadOptions): AsyncGenerator<Piece> {
  let whole: Buffer[] = []
  let length = 0
  let lines: Lines | undefined
  let told = false

  for await (const chunk of chunks) {
    if (lines !== undefined) {
      yield lines.take(chunk)
      continue
    }
    whole.push(chunk)
    length += chunk.length
    if (!told && chunk.includes(lineFeed)) {
      told = true
      const head = withoutMark(Buffer.concat(whole))
      if (holdsLines(head)) {
        whole = []
        lines = new Lines(maxRecord)
        yield lines.take(head)
        continue
      }
    }
    if (length > maxWhole) throw new Error(`is not NDJSON, and larger than limits.max_body (${maxWhole} bytes): raise that, or write one record a line (jq -c '.[]')`)
  }
  yield lines === undefined ? readWhole(Buffer.concat(whole), maxRecord) : lines.end()
}

const enoughLines = 20

/** Whether one of the first lines is a whole JSON object; not so in an array, which may have one on each line, too. */
function holdsLines (head: Buffer): boolean {
  let at = 0
  for (let i = 0; i < enoughLines; i++) {
    const end = head.indexOf(lineFeed, at)
    if (end === -1) return false
    const line = head.subarray(at, end)
    const start = line.toString('latin1').trimStart().charAt(0)
    if (i === 0 && start === '[') return false
    if (start === '{' && typeof decode(line, 'json') !== 'string') return true
    at = end + 1
  }
  return false
}

/** Without the byte order mark that Windows tools put before UTF-8. */
function withoutMark (head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head
}

const lineFeed = 0x0a

class Lines {
  #rest: Buffer = Buffer.alloc(0)
  #line = 0
  /** In a line that is too long: its fault is told, what follows of it is skipped. */
  #skipping = false

  constructor (readonly maxRecord: number) {}

  take (chunk: Buffer): Piece {
    const piece: Piece = { records: [], faults: [] }
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, at)) {
      this.#read(bytes.subarray(at, end), piece)
      at = end + 1
    }
    this.#rest = bytes.subarray(at)
    if (this.#rest.length > this.maxRecord) this.#skip(piece)
    return piece
  }

  end (): Piece {
    const piece: Piece = { records: [], faults: [] }
    this.#read(this.#rest, piece)
    return piece
  }

  #read (line: Buffer, piece: Piece): void {
    if (this.#skipping) {
      this.#skipping = false
      return
    }
    this.#line++
    const decoded = line.length > this.maxRecord ? this.#tooLong : decode(line, 'json')
    if (typeof decoded !== 'string') piece.records.push(decoded)
    else if (line.toString('latin1').trim() !== '') piece.faults.push({ number: this.#line, unit: 'line', reason: decoded })
  }

  #skip (piece: Piece): void {
    if (!this.#skipping) piece.faults.push({ number: ++this.#line, unit: 'line', reason: this.#tooLong })
    this.#skipping = true
    this.#rest = Buffer.alloc(0)
  }

  get #tooLong (): string {
    return `the record is larger than limits.max_record (${this.maxRecord} bytes)`
  }
}

function readWhole (body: Buffer, maxRecord: number): Piece {
  try {
    const { records, rejected } = readBatch(body, { maxRecord })
    return { records, faults: rejected.map(({ number, reason }) => ({ number, unit: 'record', reason })) }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'TRIPLINE_EMPTY_BODY') return { records: [], faults: [] }
    throw error
  }
}
