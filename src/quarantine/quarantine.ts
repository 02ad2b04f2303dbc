import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import type { Origin } from '../core/event.js'
import { BadState } from '../errors.js'
import type { RejectedRecord } from '../ingest/batch.js'
import type { Log } from '../ops/log.js'
import type { Delivery } from '../store/store.js'
import { deliveryEntry, full, recordEntry, recordIdOf, type NewEntry } from './entry.js'
import { createDiskFolder, type Folder } from './folder.js'
import { createMemoryFolder } from './memory-folder.js'
import { Shelf } from './shelf.js'

/** Where records go that could not be read, and alert records that their output did not take. */
export interface Quarantine {
  /**
   * Resolves when the records are safe, at once if there are none. The same records of one batch are kept once an hour:
   * a batch that comes again has them in the quarantine already. Rejects when they could not be written.
   */
  add (records: readonly RejectedRecord[], origin: Origin): Promise<void>
  /** An alert record that an output will never take. Rejects when it could not be written. */
  addAlert (record: AlertRecord, refusal: { output: string, reason: string }): Promise<void>
  /** Alert records for which an output has no room: they leave by themselves later. Rejects when they could not be written. */
  moveIn (records: readonly AlertRecord[], output: string): Promise<void>
  /** The oldest of them, at least one if there is any, else bounded; positions count from 1. */
  next (output: string, limit: { records: number, bytes: number }): Promise<Delivery[]>
  /** Marks those of these alert records that were moved in as done, and gives their number when that is safe. */
  done (output: string, records: readonly AlertRecord[]): Promise<number>
  /** How many of those that were moved in are still there. */
  waiting (output: string): number
  stats (): QuarantineStats
  /** Resolves when all is written. */
  close (): Promise<void>
}

export interface QuarantineStats {
  /** Unreadable records, their bytes and their reasons, since the start. */
  records: number
  bytes: number
  reasons: Record<string, number>
  /** Refused alert records since the start. */
  alerts: number
  /** What is there now and not done, */
  entries: number
  /** and the bytes of all segments. */
  size: number
  /** Entries that were not done and had to make room for newer ones, since the start. */
  dropped: number
  /** Why the last write failed; absent when all is well. */
  fault?: string
}

export interface QuarantineOptions {
  state: Config['state']
  /** Bytes on disk; in memory at most 16 MiB of them. */
  limit: number
  log: Log
  clock: () => number
  /** Milliseconds between two lines in the log. */
  quiet?: number
  folder?: Folder
}

/** The folder of the quarantine in a state folder. */
export function quarantinePath (dir: string): string {
  return join(dir, 'quarantine')
}

/** Opens the quarantine of a state folder, which nobody else may be writing to. Throws a `Fault` when it cannot be read. */
export async function openQuarantine ({ state, limit, log, clock, quiet = 10_000, folder = folderOf(state) }: QuarantineOptions): Promise<Quarantine> {
  const bound = state === 'memory' ? Math.min(limit, maxMemory) : limit
  const maxBytes = Math.min(Math.ceil(bound / 4), maxRecord)
  const reasons = new Map<string, number>()
  const totals = { records: 0, bytes: 0, alerts: 0, dropped: 0 }
  const known = new Map<string, { time: number, safe: Promise<void> }>()
  const unreadable = quietly()
  const drops = quietly()
  let fault: string | undefined
  const shelf = new Shelf({
    folder,
    limit: bound,
    clock,
    dropped ({ entries, deliveries }) {
      totals.dropped += entries
      drops(entries, (entries) => log.warn({ entries, deliveries, limit: bound }, 'the quarantine is full (limits.quarantine): its oldest entries are gone'))
    }
  })
  try {
    await shelf.open()
  } catch (error) {
    throw new BadState(state === 'memory' ? state : quarantinePath(state.dir), `the quarantine cannot be read: ${(error as Error).message}; mend it, or choose another state folder with --state`, { cause: error })
  }

  return {
    async add (rejected, origin) {
      const [first] = rejected
      if (first === undefined) return
      const digest = digestOf(rejected)
      const before = known.get(digest)
      if (before !== undefined && clock() - before.time <= memory) return before.safe
      const safe = keep(rejected.map((record) => recordEntry(record, { origin, time: clock(), maxBytes })))
      remember(digest, safe)
      await safe
      count(rejected)
      unreadable(rejected.length, (records) => log.warn({ records, number: first.number, reason: shorten(first.reason), start: sample(first.bytes), origin }, 'records could not be read'))
    },
    async addAlert (record, refusal) {
      await keep([deliveryEntry(record, { ...refusal, time: clock() })])
      totals.alerts++
      // Memory ends with the process, and then the log alone has it.
      log.error({ ...refusal, ...state === 'memory' ? { record } : { id: recordIdOf(record) } }, 'an alert record was refused')
    },
    async moveIn (records, output) {
      const entries = records.filter((record) => !shelf.has(output, recordIdOf(record))).map((record) => deliveryEntry(record, { output, reason: full, time: clock() }))
      if (entries.length > 0) await keep(entries)
    },
    next: (output, limit) => shelf.next(output, limit),
    done: (output, records) => shelf.done(output, records.map(recordIdOf)),
    waiting: (output) => shelf.waiting(output),
    stats () {
      const { entries, size } = shelf.stats()
      return { ...totals, reasons: Object.fromEntries(reasons), entries, size, ...fault !== undefined && { fault } }
    },
    close: () => shelf.settled()
  }

  async function keep (entries: readonly NewEntry[]): Promise<void> {
    try {
      await shelf.append(entries)
      if (fault !== undefined) log.info({}, 'the quarantine can be written again')
      fault = undefined
    } catch (error) {
      if (fault === undefined) log.error({ err: error }, 'the quarantine cannot be written: batches with unreadable records are refused until it can')
      fault = (error as Error).message
      throw error
    }
  }

  function remember (digest: string, safe: Promise<void>): void {
    const time = clock()
    known.delete(digest)
    known.set(digest, { time, safe })
    for (const [oldest, { time: then }] of known) {
      if (known.size <= maxKnown && time - then <= memory) break
      known.delete(oldest)
    }
    safe.catch(() => known.delete(digest))
  }

  function count (rejected: readonly RejectedRecord[]): void {
    for (const { bytes, reason } of rejected) {
      totals.records++
      totals.bytes += bytes.length
      // Reasons quote the data here and there: without a bound their number would be the sender's to choose.
      const short = shorten(reason)
      const name = reasons.has(short) || reasons.size < maxReasons ? short : 'other'
      reasons.set(name, (reasons.get(name) ?? 0) + 1)
    }
  }

  /** Says so now and then, with the sum of what was not said. */
  function quietly (): (count: number, say: (sum: number) => void) => void {
    let unsaid = 0
    let silentUntil = -Infinity
    return (count, say) => {
      unsaid += count
      if (clock() < silentUntil) return
      silentUntil = clock() + quiet
      say(unsaid)
      unsaid = 0
    }
  }
}

const maxReasons = 50
const maxMemory = 16 * 1024 * 1024
/** The most that is kept of one record: as much as a body may have by default. */
const maxRecord = 64 * 1024 * 1024
/** Shippers send a batch again for about half an hour. */
const memory = 3_600_000
const maxKnown = 10_000

function folderOf (state: Config['state']): Folder {
  return state === 'memory' ? createMemoryFolder() : createDiskFolder(quarantinePath(state.dir))
}

function digestOf (rejected: readonly RejectedRecord[]): string {
  const hash = createHash('sha256')
  for (const { number, reason, bytes } of rejected) hash.update(`${number} ${bytes.length} ${reason}\n`).update(bytes)
  return hash.digest('base64url')
}

function shorten (text: string): string {
  return text.slice(0, 120)
}

function sample (bytes: Buffer): string {
  return bytes.subarray(0, 80).toString('latin1')
}
