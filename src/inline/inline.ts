import { setMaxListeners } from 'node:events'
import type { OutputConfig } from '../config.js'
import { Refusal } from '../errors.js'
import type { RejectedRecord } from '../ingest/batch.js'
import type { Log } from '../ops/log.js'
import { SendFailed, type InlineOutput } from '../outputs/output.js'
import { processTimer, within, type Timer } from '../outputs/within.js'
import { createTurns } from '../pipeline/turns.js'
import { encodeEvent, type Passage } from './encode-event.js'
import type { PassedEvent } from './passed-event.js'

/** The outputs behind which the pipeline goes on: events pass through Tripline to them, and the shipper waits for their answer. */
export interface Inline {
  /** Whether there is such an output. */
  readonly active: boolean
  /**
   * Resolves when every output has taken its part of the batch. Rejects with a `Refusal`: 503 when one of them could
   * not be heard or asks to wait; else the status with which one refuses, and what it did not take is in the quarantine.
   */
  pass (events: readonly PassedEvent[], passage: Passage): Promise<void>
  status (): InlineStatus[]
  /** Gives what is on its way a last while, 3 s, and takes nothing from then on. */
  stop (): void
  /** Breaks off what is on its way. */
  close (): Promise<void>
}

export interface InlineStatus {
  name: string
  type: InlineOutput['type']
  send: 'matches' | 'events'
  /** Events that the downstream took, */
  passed: number
  /** those that could not be passed on, since they were broken, */
  unfit: number
  /** and batches that it did not take, since the start. */
  failures: number
  /** Why the last one was not taken, and whether that is the output's own fault; absent when the last one was. */
  lastError?: string
  fault: boolean
}

export interface Route {
  output: InlineOutput
  config: Pick<OutputConfig, 'send'> & { timeout?: number }
}

export interface InlineOptions {
  routes: readonly Route[]
  /** Keeps what a downstream refuses; when it rejects, so does `pass`. */
  onRefused: (records: readonly RejectedRecord[], origin: Passage['origin']) => Promise<void>
  log: Log
  timer?: Timer
}

export function createInline ({ routes, onRefused, log, timer = processTimer }: InlineOptions): Inline {
  const stopping = new AbortController()
  // Each batch that is on its way listens, and there is no telling how many these are.
  setMaxListeners(0, stopping.signal)
  const lanes = routes.map((route) => createLane(route, { log, timer, signal: stopping.signal }))
  let cancel = () => {}

  return {
    active: routes.length > 0,
    async pass (events, passage) {
      const failures = (await Promise.all(lanes.map((lane) => lane.pass(events, passage)))).filter((failure) => failure !== undefined)
      const away = failures.filter(({ status }) => status === undefined)
      // As long as one of them may take it later, the batch has to come again, whatever the others say.
      if (away.length > 0) throw refusalOf(away)
      for (const { reason, untaken } of failures) await onRefused(untaken.map(({ number, bytes }) => ({ number, bytes, reason })), passage.origin)
      const [refused] = failures
      if (refused !== undefined) throw new Refusal(refused.status as number, 'TRIPLINE_DOWNSTREAM_REFUSED', refused.reason)
    },
    status: () => lanes.map((lane) => lane.status()),
    stop () {
      if (lanes.length > 0) cancel = timer(() => stopping.abort(new Error('Tripline is stopping')), lastWhile)
    },
    async close () {
      cancel()
      stopping.abort(new Error('Tripline is stopping'))
      await Promise.all(routes.map(({ output }) => output.close()))
    }
  }
}

// A process has ten seconds to leave, and alerts need some of them.
const lastWhile = 3_000
const defaultTimeout = 10_000
const defaultRetryAfter = 5_000
const longestRetryAfter = 3_600_000

/** Why an output did not take its part of a batch. */
interface Failure {
  /** What it says to the shipper. */
  reason: string
  /** The 4xx that it answers; absent when the batch may be taken later. */
  status?: number
  /** ms. */
  retryAfter?: number | undefined
  untaken: readonly PassedEvent[]
}

function refusalOf (away: readonly Failure[]): Refusal {
  const retryAfter = Math.min(Math.max(...away.map(({ retryAfter = defaultRetryAfter }) => retryAfter)), longestRetryAfter)
  return new Refusal(503, 'TRIPLINE_DOWNSTREAM_AWAY', `${away[0]?.reason}: send the batch again`, Math.max(1, Math.ceil(retryAfter / 1000)))
}

interface Lane {
  pass (events: readonly PassedEvent[], passage: Passage): Promise<Failure | undefined>
  status (): InlineStatus
}

/** The way to one output: as many batches at a time as it has room for, each in order, the others wait for their turn. */
function createLane ({ output, config }: Route, { log, timer, signal }: { log: Log, timer: Timer, signal: AbortSignal }): Lane {
  const { name, type } = output
  const send = config.send === 'events' ? 'events' : 'matches'
  const timeout = config.timeout ?? defaultTimeout
  const turns = createTurns(output.width)
  const totals = { passed: 0, unfit: 0, failures: 0 }
  let trouble: { message: string, fault: boolean } | undefined

  return {
    async pass (events, passage) {
      const wanted = send === 'events' ? events : events.filter(({ mark }) => mark !== undefined)
      if (wanted.length === 0) return undefined
      let taken = 0
      try {
        await inTurn(async () => {
          for (const part of partsOf(wanted, output, passage)) {
            if (part.encoded.length > 0) await within({ timeout, message: `no answer within ${timeout} ms`, signal, timer }, (signal) => output.pass(part.encoded, signal))
            totals.passed += part.encoded.length
            totals.unfit += part.count - part.encoded.length
            taken += part.count
          }
        })
      } catch (error) {
        return failed(error as Error, wanted.slice(taken))
      }
      if (trouble !== undefined) log.info({ output: name }, 'the inline output takes batches again')
      trouble = undefined
      return undefined
    },
    status: () => ({ name, type, send, ...totals, ...trouble !== undefined && { lastError: trouble.message }, fault: trouble?.fault ?? false })
  }

  /** Whoever has waited too long for its turn does nothing when it comes. */
  async function inTurn (task: () => Promise<void>): Promise<void> {
    const begun = new Promise<() => void>((resolve) => {
      turns(() => new Promise<void>((_resolve) => resolve(_resolve)))
    })
    try {
      await within({ timeout, message: `it is busy with other batches for ${timeout} ms`, signal, timer }, () => begun)
      await task()
    } finally {
      begun.then((end) => end())
    }
  }

  function failed (error: Error, untaken: readonly PassedEvent[]): Failure {
    const { kind = 'retry', retryAfter, status } = error instanceof SendFailed ? error : {}
    const isRefusal = status !== undefined && status >= 400 && status < 500 && kind !== 'retry'
    const message = error.message.slice(0, maxMessage)
    if (message !== trouble?.message) log.warn({ output: name, status }, `the inline output does not take a batch: ${message}`)
    totals.failures++
    trouble = { message, fault: kind === 'output' }
    return { reason: `output ${name}: ${message}`, retryAfter, untaken, ...isRefusal && { status } }
  }
}

const maxMessage = 200

interface Part {
  encoded: Buffer[]
  /** How many events it stands for, those included that cannot be passed on. */
  count: number
}

/** What the output takes at a time, in order. Encoded when it is asked for, so that a batch is not in memory twice. */
function * partsOf (events: readonly PassedEvent[], { limit, encoding }: InlineOutput, passage: Passage): Generator<Part> {
  let part: Part = { encoded: [], count: 0 }
  let bytes = 0
  for (const event of events) {
    const encoded = encodeEvent(event, encoding, passage)
    const size = encoded?.length ?? 0
    if (part.encoded.length > 0 && encoded !== undefined && (part.encoded.length === limit.records || bytes + size > limit.bytes)) {
      yield part
      part = { encoded: [], count: 0 }
      bytes = 0
    }
    part.count++
    bytes += size
    if (encoded !== undefined) part.encoded.push(encoded)
  }
  yield part
}
