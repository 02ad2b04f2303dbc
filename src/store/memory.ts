import type { AlertRecord } from '../core/alert.js'
import type { Backlog, Delivery, Effect, Store } from './store.js'

export interface MemoryStoreOptions {
  clock?: () => number
  /** How many alert records `latest` can tell, */
  maxLatest?: number
  /** and how many bytes of JSON they may take together; the newest is kept whatever its size. */
  maxLatestBytes?: number
}

/**
 * The store of `state: memory`: the same semantics as the durable one, and nothing outlives the process. A group state
 * is kept by reference, so it must be plain data that nobody changes afterwards, which `Detector.changes` promises.
 */
export function createMemoryStore ({ clock = Date.now, maxLatest = 256, maxLatestBytes = 16 * 1024 * 1024 }: MemoryStoreOptions = {}): Store {
  const groups = new Map<string, unknown>()
  /** Output name to the position that it has acknowledged. */
  const cursors = new Map<string, number>()
  const log = createLog()
  const latest: Entry[] = []
  let latestBytes = 0

  return { open, commit, read, acknowledge, backlog, latest: newest, close }

  async function open (outputs: readonly string[]): Promise<Iterable<[string, unknown]>> {
    for (const name of cursors.keys()) {
      if (!outputs.includes(name)) cursors.delete(name)
    }
    for (const name of outputs) {
      if (!cursors.has(name)) cursors.set(name, log.last)
    }
    return [...groups]
  }

  async function commit (effect: Effect): Promise<void> {
    // Whatever can throw comes first: a commit is taken whole or not at all.
    const entries = effect.alerts.map((record) => ({ record, json: JSON.stringify(record) }))
    const time = clock()

    for (const [key, state] of effect.groups) {
      if (state === null) groups.delete(key)
      else groups.set(key, state)
    }
    for (const { record, json } of entries) remember(log.append(record, json, time))
    log.drop(passed())
  }

  async function read (output: string, limit: { records: number, bytes: number }): Promise<Delivery[]> {
    const found: Delivery[] = []
    let bytes = 0
    for (let position = cursorOf(output) + 1; position <= log.last && found.length < limit.records; position++) {
      const entry = log.at(position)
      bytes += entry.bytes
      if (found.length > 0 && bytes > limit.bytes) break
      found.push({ position, record: entry.record, json: entry.json })
    }
    return found
  }

  async function acknowledge (output: string, position: number): Promise<void> {
    cursors.set(output, Math.max(cursorOf(output), Math.min(position, log.last)))
    log.drop(passed())
  }

  function backlog (output: string): Backlog {
    const cursor = cursorOf(output)
    if (cursor === log.last) return { records: 0, bytes: 0, oldest: undefined }
    const oldest = log.at(cursor + 1)
    return { records: log.last - cursor, bytes: log.bytes - oldest.before, oldest: oldest.time }
  }

  function newest (count: number): AlertRecord[] {
    return latest.slice(Math.max(0, latest.length - count)).reverse().map((entry) => entry.record)
  }

  async function close (): Promise<void> {}

  function cursorOf (output: string): number {
    const cursor = cursors.get(output)
    if (cursor === undefined) throw new Error(`the store was not opened for the output ${output}`)
    return cursor
  }

  /** The position that every output has passed. */
  function passed (): number {
    return Math.min(log.last, ...cursors.values())
  }

  function remember (entry: Entry): void {
    latest.push(entry)
    latestBytes += entry.bytes
    while (latest.length > maxLatest || (latestBytes > maxLatestBytes && latest.length > 1)) {
      latestBytes -= (latest.shift() as Entry).bytes
    }
  }
}

interface Entry {
  record: AlertRecord
  json: string
  bytes: number
  /** Bytes of all entries that were ever appended before this one. */
  before: number
  /** When it was committed. */
  time: number
}

/** Entries at growing positions from 1, dropped from the front: every step takes constant time, amortized. */
function createLog () {
  let entries: Entry[] = []
  /** The position before the first entry held. */
  let start = 0
  let head = 0
  let bytes = 0

  return {
    get last () { return start + entries.length - head },
    get bytes () { return bytes },
    at: (position: number): Entry => entries[head + position - start - 1] as Entry,
    append (record: AlertRecord, json: string, time: number): Entry {
      const entry = { record, json, bytes: Buffer.byteLength(json), before: bytes, time }
      bytes += entry.bytes
      entries.push(entry)
      return entry
    },
    drop (position: number): void {
      const count = position - start
      entries.fill(undefined as unknown as Entry, head, head + count)
      head += count
      start = position
      if (head * 2 > entries.length) {
        entries = entries.slice(head)
        head = 0
      }
    }
  }
}
