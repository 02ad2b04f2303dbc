import type { Config } from './config.js'
import type { AlertRecord } from './core/alert.js'
import type { Detector } from './core/detector.js'
import type { Origin } from './core/event.js'
import { detectBatch } from './pipeline/detect-batch.js'
import { Refusal } from './errors.js'
import { InFlight, type Hold } from './pipeline/in-flight.js'
import type { Batch } from './ingest/batch.js'
import { inflate } from './ingest/inflate.js'
import { readBatch, UnreadableBody } from './ingest/read-batch.js'
import { createKeptDetector } from './pipeline/kept-detector.js'
import type { Log } from './ops/log.js'
import { isFull, readiness, type OutputHealth } from './ops/health.js'
import { createDelivery, type DeliveryLoop } from './outputs/delivery.js'
import { createOutput } from './outputs/create-output.js'
import { createQuarantine } from './quarantine/quarantine.js'
import { loadRules } from './rules/load.js'
import { createStore } from './store/create-store.js'
import type { Store } from './store/store.js'
import { createTurns } from './pipeline/turns.js'

/** A request's body and what its headers say of it, before anything is read. */
export interface Incoming {
  body: Buffer
  contentType?: string
  contentEncoding?: string
  tag?: string
  address?: string
  /** The shipper's User-Agent. */
  userAgent?: string
}

/** What a batch did: the answer of DESIGN section 2.3, and the alert records behind it. */
export interface Taken {
  received: number
  matched: number
  alerts: number
  rejected: number
  records: AlertRecord[]
}

/** The flow: bytes, inflate, frame, decode, Event, detector, store (one commit), outputs. */
export interface Pipeline {
  readonly detector: Detector
  /** The bytes of all requests that are being read; whoever reads one holds its share here. */
  readonly inFlight: InFlight
  /** Rejects with `Refusal` when nothing of the batch was taken. */
  take (incoming: Incoming): Promise<Taken>
  /** Lets time pass: timers of the detector. Called every second, and by tests. */
  tick (): Promise<void>
  /** Takes a new configuration's rules; on a fault the old ones stay and the fault is thrown. */
  reload (config: Config): Promise<void>
  /** Opens file outputs anew (SIGHUP). */
  reopen (): void
  /** The latest alert records, newest first. */
  latest (count: number): AlertRecord[]
  ready (): { ready: boolean, reasons: string[] }
  stats (): Record<string, unknown>
  /** Says in `ready` that nobody should send any more; what has begun to come is taken all the same, until `close`. */
  stop (): void
  /** Finishes what was taken, gives the outputs a little time, and lets go of everything. */
  close (): Promise<void>
}

export interface PipelineOptions {
  log: Log
  clock: () => number
  store?: Store
}

// Nobody counts what a body inflates to before it has: this many bodies of `limits.max_body` at most, whoever sends them.
const maxInflating = 2

// Of the ten seconds within which a process has to leave.
const flushTimeout = 5_000

/**
 * Loads the rules, opens the store and the outputs, and waits for batches. Throws a `Fault` for what a person must mend.
 */
export async function createPipeline (config: Config, { log, clock, store = createStore(config.state, { clock }) }: PipelineOptions): Promise<Pipeline> {
  const { limits } = config
  const rules = loadRules(config.rules, { now: clock() })
  const outputs = Object.entries(config.outputs).map(([name, output]) => createOutput(name, output))
  const quarantine = createQuarantine({ log, clock })
  let deliveries: DeliveryLoop[] = []
  const kept = await createKeptDetector({
    rules,
    limits,
    store,
    outputs: outputs.map(({ name }) => name),
    written: () => { for (const delivery of deliveries) delivery.wake() },
    log,
    clock
  })
  deliveries = outputs.map((output) => createDelivery({
    output,
    store,
    config: config.outputs[output.name],
    onQuarantine: ({ record }, reason) => quarantine.addAlert(record, { output: output.name, reason }),
    log,
    clock
  }))
  const inFlight = new InFlight(limits.inFlight)
  const inflating = createTurns(maxInflating)
  const totals = { batches: 0, repeats: 0, refused: 0, received: 0, matched: 0, alerts: 0, rejected: 0 }
  let phase: 'running' | 'stopping' = 'running'
  let closed = false

  return {
    get detector () { return kept.detector },
    inFlight,
    take,
    async tick () {
      const now = clock()
      await kept.run((detector) => {
        const alerts = detector.advance(now)
        detector.sweep(now)
        return { alerts, step: { now, events: [] }, idle: true }
      })
    },
    async reload (changed) {
      const loaded = loadRules(changed.rules, { now: clock() })
      await kept.run((detector) => ({ alerts: detector.replaceRules(loaded, clock()), keepsStates: true }))
    },
    reopen () {
      for (const output of outputs) output.reopen?.()
    },
    latest: (count) => store.latest(count),
    ready: () => readiness({ phase, stateFault: kept.fault?.message, inFlight, outputs: health() }),
    stats: () => ({ ...totals, in_flight: inFlight.bytes, rules: kept.detector.stats(), outputs: deliveries.map((delivery) => delivery.status()), quarantine: quarantine.stats() }),
    stop () {
      phase = 'stopping'
    },
    async close () {
      phase = 'stopping'
      closed = true
      await kept.settle()
      await Promise.all(deliveries.map((delivery) => delivery.flush(flushTimeout)))
      await Promise.all(deliveries.map((delivery) => delivery.close()))
      await store.close()
    }
  }

  async function take (incoming: Incoming): Promise<Taken> {
    const hold = inFlight.hold()
    return takeHolding(hold, incoming).catch(countRefusal).finally(hold.release)
  }

  function countRefusal (error: unknown): never {
    totals.refused++
    throw error
  }

  async function takeHolding (hold: Hold, incoming: Incoming): Promise<Taken> {
    refuseUnlessTaking()
    const origin = originOf(incoming)
    const batch = await read(incoming, { origin, hold })
    const { answer, records, unreadable, isRepeat } = await kept.run((detector, repeats) => detectBatch(detector, batch, { origin, arrival: clock(), repeats, log }))
    if (isRepeat) {
      totals.repeats++
      return { ...answer, records }
    }
    quarantine.add(unreadable, origin)
    totals.batches++
    for (const name of ['received', 'matched', 'alerts', 'rejected'] as const) totals[name] += answer[name]
    return { ...answer, records }
  }

  function refuseUnlessTaking (): void {
    if (closed) throw new Refusal(503, 'TRIPLINE_STOPPING', 'Tripline is stopping: send the batch again', 5)
    const full = health().find(isFull)
    if (full !== undefined) throw new Refusal(503, 'TRIPLINE_OUTPUT_FULL', `the output ${full.name} is full (limits.outbox): send the batch again`, 5)
  }

  async function read ({ body, contentType, contentEncoding }: Incoming, { origin, hold }: { origin: Origin, hold: Hold }): Promise<Batch> {
    try {
      const inflated = await inflating(() => inflate(body, contentEncoding, { maxBody: limits.maxBody }))
      if (inflated !== body) hold.add(inflated.length)
      return readBatch(inflated, { contentType, maxRecord: limits.maxRecord })
    } catch (error) {
      if (error instanceof UnreadableBody) quarantine.add(error.batch.rejected, origin)
      if (error instanceof Refusal) throw error
      // It would fail again each time it is sent, so it must not be asked for once more.
      log.error({ err: error, origin }, 'a body could not be read, and nobody foresaw why')
      throw new Refusal(400, 'TRIPLINE_UNREADABLE_BODY', 'the body cannot be read, see the log')
    }
  }

  function health (): OutputHealth[] {
    return deliveries.map((delivery) => {
      const { name, queued, fault, lastError } = delivery.status()
      return { name, waiting: queued.bytes, limit: limits.outbox, fault: fault ? lastError : undefined }
    })
  }
}

function originOf ({ tag, address, userAgent }: Incoming): Origin {
  return { tag, address, shipper: userAgent?.split(/[ /]/, 1)[0] }
}
