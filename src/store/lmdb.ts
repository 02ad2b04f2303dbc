import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type Database, type RootDatabase } from 'lmdb'
import type { AlertRecord } from '../core/alert.js'
import { BadState } from '../errors.js'
import { Latest, latestDefaults, type LatestOptions } from './latest.js'
import { Ledger } from './ledger.js'
import { checkFile, damaged } from './lmdb-file.js'
import { lockFolder, type FolderLock } from './lock.js'
import { answerLifetime, type Answer, type Backlog, type Delivery, type Effect, type Kept, type Store } from './store.js'

export interface LmdbStoreOptions extends Partial<LatestOptions> {
  /** The state folder; made if it is not there. */
  dir: string
  clock?: () => number
  /** Resolves when all that was committed is on the disk; for tests that look at what waits for it. */
  flush?: (root: RootDatabase) => Promise<unknown>
}

/**
 * The durable store: one LMDB environment in the state folder, which one process at a time may use. An effect is one
 * transaction, and `commit` resolves when it is on the disk, not only in the file.
 */
export class LmdbStore implements Store {
  readonly durable = true
  readonly #dir: string
  readonly #clock: () => number
  readonly #flush: (root: RootDatabase) => Promise<unknown>
  readonly #latest: Latest
  #lock: FolderLock | undefined
  #tables: Tables | undefined
  #ledger = new Ledger()
  /** Positions of the steps that are kept: from `first` to `last`. */
  #steps = { first: 1, last: 0 }
  /** The commit times of the answers that are kept, the one at position `first` first. */
  #answers = { first: 1, times: [] as number[] }
  /** Positions of alert records that every output has: the next transaction removes them. */
  #passed: number[] = []
  /** Whether the last transaction failed. */
  #failed = false

  constructor ({ dir, clock = Date.now, flush = (root) => root.flushed, ...bounds }: LmdbStoreOptions) {
    this.#dir = dir
    this.#clock = clock
    this.#flush = flush
    this.#latest = new Latest({ ...latestDefaults, ...bounds })
  }

  async open (outputs: readonly string[]): Promise<Kept> {
    const tables = this.#tables ??= await this.#openTables()
    if (this.#failed) await probe(this.#dir)
    const cursors = this.#reading(() => this.#readBooks(tables))
    this.#ledger.name(outputs, cursors)
    const passed = this.#ledger.drop()
    await this.#write(tables, () => {
      for (const position of passed) tables.alerts.remove(position)
      for (const name of cursors.keys()) if (!outputs.includes(name)) tables.cursors.remove(name)
      for (const [name, cursor] of this.#ledger.cursors) tables.cursors.put(name, encode(cursor))
    })
    return this.#reading(() => readKept(tables, this.#clock() - answerLifetime))
  }

  async commit ({ steps, states = new Map(), alerts, answers }: Effect): Promise<void> {
    const tables = this.#opened()
    const time = this.#clock()
    // Whatever can throw comes first: inside the transaction there are only bytes to put.
    const puts: Put[] = this.#passed.splice(0).map((position) => ({ table: tables.alerts, key: position }))
    for (const [key, state] of states) puts.push({ table: tables.states, key: keyOf(key), value: state === null ? undefined : encode([key, state]) })
    const replaced = states.size > 0
    const kept = { first: replaced ? this.#steps.last + 1 : this.#steps.first, last: this.#steps.last + steps.length }
    for (let i = this.#steps.first; i < kept.first; i++) puts.push({ table: tables.steps, key: i })
    for (const [i, step] of steps.entries()) puts.push({ table: tables.steps, key: this.#steps.last + 1 + i, value: encodeStep(step) })
    const jsons = alerts.map((record) => Buffer.from(JSON.stringify(record)))
    for (const [i, json] of jsons.entries()) puts.push({ table: tables.alerts, key: this.#ledger.last + 1 + i, value: withTime(time, json) })
    const { first, times } = this.#answers
    const expired = times.slice(0, maxExpired).filter((known) => known < time - answerLifetime).length
    for (let i = 0; i < expired; i++) puts.push({ table: tables.answers, key: first + i })
    for (const [i, answer] of answers.entries()) puts.push({ table: tables.answers, key: first + times.length + i, value: encode([...answer, time]) })

    await this.#write(tables, () => {
      for (const { table, key, value } of puts) {
        if (value === undefined) table.remove(key)
        else table.put(key, value)
      }
    })

    this.#steps = kept
    this.#answers = { first: first + expired, times: [...times.slice(expired), ...answers.map(() => time)] }
    for (const [i, record] of alerts.entries()) {
      const { length } = jsons[i] as Buffer
      this.#ledger.append(length, time)
      this.#latest.add(record, length)
    }
    this.#passed.push(...this.#ledger.drop())
  }

  async read (output: string, limit: { records: number, bytes: number }): Promise<Delivery[]> {
    const { alerts } = this.#opened()
    return this.#ledger.next(output, limit).map((position) => {
      const json = (alerts.get(position) as Buffer).toString('utf8', timeBytes)
      return { position, json, record: JSON.parse(json) as AlertRecord }
    })
  }

  async acknowledge (output: string, position: number): Promise<void> {
    const before = this.#ledger.cursor(output)
    if (!this.#ledger.advance(output, position)) return
    const tables = this.#opened()
    const cursor = this.#ledger.cursor(output)
    const passed = this.#ledger.drop()
    try {
      await this.#write(tables, () => {
        tables.cursors.put(output, encode(cursor))
        for (const position of passed) tables.alerts.remove(position)
      })
    } catch (error) {
      // What could not be written down will be delivered again after a restart: its record id makes that harmless.
      throw new Error(`the cursor of ${output} stays at ${before} in the state`, { cause: error })
    }
  }

  backlog (output: string): Backlog {
    return this.#ledger.backlog(output)
  }

  latest (count: number): AlertRecord[] {
    return this.#latest.newest(count)
  }

  async close (): Promise<void> {
    const tables = this.#tables
    this.#tables = undefined
    await tables?.root.close()
    await this.#lock?.release()
    this.#lock = undefined
  }

  #opened (): Tables {
    if (this.#tables === undefined) throw new Error('the store is not open')
    return this.#tables
  }

  async #openTables (): Promise<Tables> {
    try {
      await mkdir(this.#dir, { recursive: true })
    } catch (error) {
      throw new BadState(this.#dir, `the state folder cannot be made: ${(error as Error).message}; choose another with --state`, { cause: error })
    }
    this.#lock ??= await lockFolder(this.#dir)
    const path = join(this.#dir, fileName)
    await checkFile(path)
    return this.#reading(() => openTables(path))
  }

  /** What LMDB or JSON stumbles over while the state is read is damage. */
  #reading<T> (read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw error instanceof BadState ? error : damaged(join(this.#dir, fileName), (error as Error).message, error)
    }
  }

  /** Reads the positions of all that is kept; gives the cursors. */
  #readBooks ({ alerts, cursors, steps, answers }: Tables): Map<string, number> {
    const kept = new Map([...cursors.getRange()].map(({ key, value }) => [String(key), decode(value) as number]))
    const first = Number([...alerts.getKeys({ limit: 1 })][0] ?? Math.max(0, ...kept.values()) + 1)
    this.#ledger = new Ledger(first - 1)
    for (const { value } of alerts.getRange()) this.#ledger.append(value.length - timeBytes, value.readDoubleBE(0))
    const stepKeys = [...steps.getKeys()].map(Number)
    // A position is used once only, so that no step of an earlier run can be taken for one of this.
    this.#steps = { first: stepKeys[0] ?? this.#steps.last + 1, last: stepKeys.at(-1) ?? this.#steps.last }
    const answerKeys = [...answers.getRange()]
    this.#answers = { first: Number(answerKeys[0]?.key ?? 1), times: answerKeys.map(({ value }) => (decode(value) as [string, Answer, number])[2]) }
    return kept
  }

  async #write ({ root }: Tables, puts: () => void): Promise<void> {
    try {
      await root.transaction(puts)
      await this.#flush(root)
      this.#failed = false
    } catch (error) {
      this.#failed = true
      // LMDB gives its reason in a promise of its own; left alone, that would end the process.
      const { commitError } = error as { commitError?: Promise<unknown> }
      commitError?.catch(() => {})
      // All that it says of a full disk is "Input/output error".
      await probe(this.#dir)
      throw error
    }
  }
}

interface Put { table: Table, key: string | number, value?: Buffer }

type Table = Database<Buffer, string | number>

interface Tables {
  root: RootDatabase
  states: Table
  steps: Table
  alerts: Table
  cursors: Table
  answers: Table
}

const fileName = 'tripline.mdb'
/** What the layout of the tables is called; another one is refused. */
const layout = '1'
const timeBytes = 8
const maxExpired = 1000

/** Rejects when nothing can be written to the folder, with the reason. */
async function probe (dir: string): Promise<void> {
  const path = join(dir, 'tripline.probe')
  try {
    await writeFile(path, Buffer.alloc(probeBytes), { flush: true })
  } finally {
    await rm(path, { force: true })
  }
}

// When a disk is full, there must be room for more than one commit before it is worth a try.
const probeBytes = 1024 * 1024

function openTables (path: string): Tables {
  // On a full disk the batches of an event turn reject promises that nobody has, which ends the process, and a sync that
  // overlaps the next commit never ends, so that `close` would not either. Nothing here gains by them: commits come in groups.
  const root = open({ path, noSubdir: true, encoding: 'binary', cache: false, maxDbs: 8, eventTurnBatching: false, overlappingSync: false })
  const meta = root.openDB({ name: 'meta', encoding: 'string' })
  const found = meta.get('layout') as string | undefined
  if (found !== undefined && found !== layout) {
    throw new BadState(path, `the state has layout ${found}, and this version of Tripline reads layout ${layout}: start the version that wrote it, or choose another folder with --state`)
  }
  if (found === undefined) meta.putSync('layout', layout)
  const table = (name: string) => root.openDB<Buffer, string | number>({ name, encoding: 'binary', cache: false })
  return { root, states: table('states'), steps: table('steps'), alerts: table('alerts'), cursors: table('cursors'), answers: table('answers') }
}

function readKept ({ states, steps, answers }: Tables, since: number): Kept {
  return {
    states: [...states.getRange()].map(({ value }) => decode(value) as [string, unknown]),
    steps: [...steps.getRange()].map(({ value }) => decodeStep(value)),
    answers: [...answers.getRange()].map(({ value }) => decode(value) as [string, Answer, number]).filter(([, , time]) => time >= since)
  }
}

/** A key of LMDB has at most 1,978 bytes, and a group's may have more. */
function keyOf (key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

function encode (value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, bigAsText))
}

function bigAsText (_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function decode (bytes: Buffer): unknown {
  return JSON.parse(bytes.toString())
}

function encodeStep (step: unknown): Buffer {
  return Buffer.from(JSON.stringify(step, plain))
}

/** Of what a record holds and JSON does not: whole numbers of 64 bits are texts to whoever asks for them, and bytes are nothing. */
function plain (this: Record<string, unknown>, key: string, written: unknown): unknown {
  const value = this[key]
  if (typeof value === 'number' && !Number.isFinite(value)) return { [noJsonNumber]: String(value) }
  return ArrayBuffer.isView(value) ? null : bigAsText(key, written)
}

/** 1e999 is JSON, and MessagePack has infinities of its own: as null they would not count as they did. */
const noJsonNumber = '\u0000number'

function decodeStep (bytes: Buffer): unknown {
  const text = bytes.toString()
  if (!text.includes(JSON.stringify(noJsonNumber))) return JSON.parse(text)
  return JSON.parse(text, (_, value: Record<string, unknown> | null) => typeof value === 'object' && value !== null && Object.hasOwn(value, noJsonNumber) ? Number(value[noJsonNumber]) : value)
}

function withTime (time: number, json: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(timeBytes + json.length)
  bytes.writeDoubleBE(time, 0)
  json.copy(bytes, timeBytes)
  return bytes
}
