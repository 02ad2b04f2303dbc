import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { readConfig } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import { createDetector } from '../core/detector.js'
import type { Detector } from '../core/detector.js'
import { Event } from '../core/event.js'
import { Fault, showPlace } from '../errors.js'
import { loadRules } from '../rules/load.js'
import type { Arguments } from './arguments.js'
import { decompress } from './decompress.js'
import type { Chunks } from './decompress.js'
import type { Io } from './io.js'
import { createProgress } from './progress.js'
import { readRecords } from './read-records.js'
import type { Piece, ReadOptions } from './read-records.js'
import { createSinks } from './sinks.js'

/**
 * `tripline replay`: the engine over recorded events. A record arrives at the largest event time read so far; at the end
 * time advances until nothing is pending. Alerts go to stdout as NDJSON (or to `--output`), the summary to stderr.
 */
export async function replay ({ config: file, files, flags }: Arguments, io: Io): Promise<number> {
  const config = await readConfig({ file, flags, env: io.env })
  const detector = createDetector(loadRules(config.rules), config.limits)
  const sizes = await Promise.all(files.map(sizeOf))
  const sinks = createSinks(flags.outputs === undefined ? undefined : config.outputs, io)
  const progress = createProgress({ total: sizes.reduce((sum, size) => sum + size, 0), stream: io.stderr })
  const tally = new Tally(io.clock())

  try {
    const engine = new Replay(detector, tally, io.clock)
    for (const name of files) {
      for await (const piece of open(name, { io, seen: progress.add, maxRecord: config.limits.maxRecord, maxWhole: config.limits.maxBody })) {
        tally.addFaults(name, piece.faults)
        await sinks.send(engine.take(piece))
      }
    }
    for (const records of engine.end()) await sinks.send(records)
  } finally {
    progress.stop()
    await sinks.close()
  }
  io.stderr.write(tally.summary(files.length, io.clock()))
  return 0
}

async function * open (name: string, { io, seen, ...options }: ReadOptions & { io: Io, seen: (bytes: number) => void }): AsyncGenerator<Piece> {
  try {
    const stream: Chunks = name === '-' ? io.stdin : createReadStream(name)
    yield * readRecords(decompress(observed(stream, seen)), options)
  } catch (error) {
    throw new Fault('TRIPLINE_BAD_INPUT', { file: nameOf(name) }, (error as Error).message, { cause: error })
  }
}

async function * observed (chunks: Chunks, seen: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    seen(chunk.length)
    yield chunk
  }
}

/** Bytes on disk; 0 for stdin. Every file is looked at before the first is read, so that a slip of the pen costs no time. */
async function sizeOf (name: string): Promise<number> {
  if (name === '-') return 0
  try {
    const stats = await stat(name)
    if (!stats.isDirectory()) return stats.size
  } catch (error) {
    throw new Fault('TRIPLINE_BAD_INPUT', { file: name }, `cannot be read: ${(error as Error).message}`, { cause: error })
  }
  throw new Fault('TRIPLINE_BAD_INPUT', { file: name }, `is a folder: name its files, such as ${name}/*`)
}

function nameOf (file: string): string {
  return file === '-' ? 'stdin' : file
}

class Replay {
  #arrival: number | undefined

  constructor (readonly detector: Detector, readonly tally: Tally, readonly clock: () => number) {}

  take ({ records }: Piece): AlertRecord[] {
    const alerts: AlertRecord[] = []
    for (const { fields, time } of records) {
      const event = this.#arrive(fields, time)
      const rules = this.detector.match(event)
      this.tally.addEvent(event, rules.length > 0)
      alerts.push(...rules.length > 0 ? this.detector.push(event, event.arrival, rules) : this.detector.advance(event.arrival))
    }
    this.tally.addAlerts(alerts)
    return alerts
  }

  * end (): Generator<AlertRecord[]> {
    for (let due = this.detector.pending(); due !== undefined; due = this.detector.pending()) {
      const alerts = this.detector.advance(due)
      this.tally.addAlerts(alerts)
      yield alerts
    }
  }

  /** Until a record has told a time, the clock stands in for it. */
  #arrive (fields: Piece['records'][number]['fields'], shipperTime: number | undefined): Event {
    const event = new Event(fields, { arrival: this.#arrival ?? this.clock(), shipperTime })
    if (!event.hasTime) return event

    const time = event.time()
    if (this.#arrival !== undefined && time <= this.#arrival) return event
    this.#arrival = time
    return new Event(fields, { arrival: time, shipperTime })
  }
}

const maxFaultsShown = 20

/** What was read and found. */
class Tally {
  readonly #faults: string[] = []
  readonly #actions = { open: 0, update: 0, close: 0 }
  #unreadable = 0
  #events = 0
  #timeless = 0
  #matched = 0

  constructor (readonly start: number) {}

  addFaults (name: string, faults: Piece['faults']): void {
    for (const { number, unit, reason } of faults) {
      if (this.#unreadable++ >= maxFaultsShown) continue
      const place = unit === 'line' ? showPlace({ file: nameOf(name), line: number }) : `${nameOf(name)} record ${number}`
      this.#faults.push(`${place} ${reason}\n`)
    }
  }

  addEvent ({ hasTime }: Event, matched: boolean): void {
    this.#events++
    if (!hasTime) this.#timeless++
    if (matched) this.#matched++
  }

  addAlerts (alerts: readonly AlertRecord[]): void {
    for (const { event } of alerts) this.#actions[event.action]++
  }

  summary (files: number, end: number): string {
    const { open, update, close } = this.#actions
    const hidden = this.#unreadable - this.#faults.length
    const odd = [this.#unreadable > 0 && `${this.#unreadable} unreadable`, this.#timeless > 0 && `${this.#timeless} without a time`].filter(Boolean)
    return [
      ...this.#faults,
      hidden > 0 ? `and ${hidden} more that cannot be read\n` : '',
      `replayed ${files} ${files === 1 ? 'file' : 'files'} in ${((end - this.start) / 1000).toFixed(1)} s: ${this.#events} events${odd.length > 0 ? ` (${odd.join(', ')})` : ''}, `,
      `${this.#matched} matched, ${open + update + close} alert records (${open} open, ${update} update, ${close} close)\n`
    ].join('')
  }
}
