import type { Config } from './config.js'
import type { AlertRecord } from './core/alert.js'
import type { Detector } from './core/detector.js'
import type { Origin } from './core/event.js'
import type { Rule } from './core/rule.js'
import { areSame, detectBatch, matchBatch, type Matches } from './pipeline/detect-batch.js'
import { Refusal } from './errors.js'
import { InFlight, type Hold } from './pipeline/in-flight.js'
import type { Batch, RejectedRecord } from './ingest/batch.js'
import { Body } from './ingest/body.js'
import { inflateBody } from './ingest/inflate.js'
import { createInline } from './inline/inline.js'
import { passedEvents } from './inline/passed-event.js'
import { readBatch, UnreadableBody } from './ingest/read-batch.js'
import { Sieve } from './ingest/sift/sieve.js'
import { createKeptDetector } from './pipeline/kept-detector.js'
import type { Log } from './ops/log.js'
import { createOverflow, type Overflow } from './pipeline/overflow.js'
import { isFull, readiness, type OutputHealth } from './ops/health.js'
import { createDelivery, type DeliveryLoop } from './outputs/delivery.js'
import { createOutput } from './outputs/create-output.js'
import { openQuarantine } from './quarantine/quarantine.js'
import { loadRules } from './rules/load.js'
import { createStore } from './store/create-store.js'
import type { Store } from './store/store.js'
import { createTurns } from './pipeline/turns.js'

/** A request's body and what its headers say of it, before anything is read. */
export interface Incoming {
  body: Body | Buffer
  /** Whether nobody else has a part of the body, so that its memory may be given back when it is of no more use. */
  isOwn?: boolean
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
  /** Milliseconds of a clock that nobody can set; without one it is not noticed when the other is set. */
  steady?: () => number
  store?: Store
}

// Nobody counts what a body inflates to before it has: this many bodies of `limits.max_body` at most, whoever sends them.
const maxInflating = 2

// Of the ten seconds within which a process has to leave.
const flushTimeout = 5_000

/**
 * Loads the rules, opens the store and the outputs, and waits for batches. Throws a `Fault` for what a person must mend.
 */
export async function createPipeline (config: Config, { log, clock, steady, store = createStore(config.state, { clock }) }: PipelineOptions): Promise<Pipeline> {
  const { limits } = config
  const rules = loadRules(config.rules, { now: clock() })
  const opened = Object.entries(config.outputs).map(([name, config]) => ({ output: createOutput(name, config), config }))
  const outputs = opened.filter(({ config }) => config.send === 'alerts').map(({ output }) => output)
  let deliveries: DeliveryLoop[] = []
  let overflows: Overflow[] = []
  const kept = await createKeptDetector({
    rules,
    limits,
    store,
    outputs: outputs.map(({ name }) => name),
    written () {
      for (const delivery of deliveries) delivery.wake()
      for (const overflow of overflows) overflow.makeRoom()
    },
    log,
    clock,
    steady
  })
  // Only now: the store's lock keeps a second process out.
  const quarantine = await openQuarantine({ state: config.state, limit: limits.quarantine, log, clock }).catch(async (error) => {
    await store.close()
    throw error
  })
  overflows = outputs.map(({ name }, i) => createOverflow({
    ...config.outputs[name]!,
    output: name,
    store,
    quarantine,
    limit: limits.outbox,
    moved: () => deliveries[i]!.wake(),
    log
  }))
  deliveries = outputs.map((output, i) => createDelivery({
    output,
    store: overflows[i]!.queue,
    config: config.outputs[output.name],
    onQuarantine: ({ record }, reason) => quarantine.addAlert(record, { output: output.name, reason }),
    log,
    clock
  }))
  const inline = createInline({ routes: opened.filter(({ config }) => config.send !== 'alerts'), onRefused: setAside, log })
  const inFlight = new InFlight(limits.inFlight)
  const inflating = createTurns(maxInflating)
  let sieve: Sieve | undefined
  const totals = { batches: 0, repeats: 0, refused: 0, received: 0, matched: 0, alerts: 0, rejected: 0, passed_over: 0, shapes: {} as Record<string, number> }
  let phase: 'running' | 'stopping' = 'running'
  let closed = false

  return {
    get detector () { return kept.detector },
    inFlight,
    take,
    async tick () {
      const now = clock()
      for (const overflow of overflows) overflow.makeRoom()
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
      for (const { output } of opened) output.reopen?.()
    },
    latest: (count) => store.latest(count),
    ready: () => readiness({ phase, stateFault: kept.fault?.message, inFlight, outputs: health() }),
    stats: () => ({ ...totals, shapes: { ...totals.shapes }, in_flight: inFlight.bytes, rules: kept.detector.stats(), outputs: outputStats(), inline: inline.status(), quarantine: quarantine.stats() }),
    stop () {
      phase = 'stopping'
      inline.stop()
    },
    async close () {
      phase = 'stopping'
      closed = true
      await inline.close()
      await kept.settle()
      await Promise.all(deliveries.map((delivery) => delivery.flush(flushTimeout)))
      await Promise.all(deliveries.map((delivery) => delivery.close()))
      await Promise.all(overflows.map((overflow) => overflow.settled()))
      await quarantine.close()
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
    let reading: Reading | undefined = await readIn(incoming, { origin, hold })
    const { spent } = reading
    const matches = await passOn(reading.batch, origin)
    const { answer, records, unreadable, isRepeat, shapes, passed } = await kept.run((detector, repeats) => {
      const batch = (reading as Reading).under(detector.rules)
      // What was decoded must not wait for the disk with the answer: it would outlive the heap's young generation.
      reading = undefined
      return { ...detectBatch(detector, batch, { origin, arrival: clock(), repeats, log, matches }), passed: batch.received - batch.records.length - batch.rejected.length }
    })
    // Of a repeat as well: the first may have failed just here.
    await setAside(unreadable, origin)
    spent?.giveBack()
    if (isRepeat) {
      totals.repeats++
      return { ...answer, records }
    }
    totals.batches++
    for (const name of ['received', 'matched', 'alerts', 'rejected'] as const) totals[name] += answer[name]
    totals.passed_over += passed
    for (const [shape, count] of shapes) totals.shapes[shape] = (totals.shapes[shape] ?? 0) + count
    return { ...answer, records }
  }

  /** Before it counts: when the batch comes again because this failed, it must be as if it had never come. */
  async function passOn (batch: Batch, origin: Origin): Promise<Matches | undefined> {
    if (!inline.active) return undefined
    // What could not be counted afterwards would pass again and again.
    if (kept.fault !== undefined) throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'the state cannot be written, see the log: send the batch again', 5)
    const arrival = clock()
    const matches = matchBatch(kept.detector, batch, { origin, arrival, log })
    await inline.pass(passedEvents(batch, matches, ({ event, rules }) => kept.detector.openAlerts(event, rules)), { arrival, origin })
    return matches
  }

  function refuseUnlessTaking (): void {
    if (closed) throw new Refusal(503, 'TRIPLINE_STOPPING', 'Tripline is stopping: send the batch again', 5)
    const full = health().find(isFull)
    if (full !== undefined) throw new Refusal(503, 'TRIPLINE_OUTPUT_FULL', `the output ${full.name} is full (limits.outbox): send the batch again`, 5)
  }

  async function readIn ({ body, isOwn, contentType, contentEncoding }: Incoming, { origin, hold }: { origin: Origin, hold: Hold }): Promise<Reading> {
    try {
      const sent = body instanceof Body ? body : new Body([body])
      const inflated = await inflateBody(sent, contentEncoding, { maxBody: limits.maxBody, inTurn: inflating })
      if (inflated !== sent) hold.add(inflated.length)
      const read = (rules: readonly Rule[]) => readBatch(inflated, { contentType, maxRecord: limits.maxRecord, sieve: sieveFor(rules), keepsAll: inline.active })
      const { rules } = kept.detector
      const batch = read(rules)
      // A request that was given up may still be on its way out of here, with slices of the body.
      const spent = isOwn === true && !inline.active ? inflated : undefined
      return { batch, spent, under: (current) => areSame(rules, current) ? batch : readUnlessUnreadable(() => read(current)) }
    } catch (error) {
      if (error instanceof UnreadableBody) await setAside(error.batch.rejected, origin)
      if (error instanceof Refusal) throw error
      // It would fail again each time it is sent, so it must not be asked for once more.
      log.error({ err: error, origin }, 'a body could not be read, and nobody foresaw why')
      throw new Refusal(400, 'TRIPLINE_UNREADABLE_BODY', 'the body cannot be read, see the log')
    }
  }

  function sieveFor (rules: readonly Rule[]): Sieve | undefined {
    if (config.parseAll) return undefined
    if (sieve?.rules === undefined || !areSame(sieve.rules, rules)) sieve = new Sieve(rules)
    return sieve
  }

  /** Whoever is answered has the records in the quarantine. */
  async function setAside (unreadable: readonly RejectedRecord[], origin: Origin): Promise<void> {
    try {
      await quarantine.add(unreadable, origin)
    } catch {
      throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'the quarantine cannot be written, see the log: send the batch again', 5)
    }
  }

  function outputStats () {
    return deliveries.map((delivery, i) => {
      const status = delivery.status()
      const { moved, drained, waiting } = overflows[i]!.stats()
      const age = status.queued.oldest === undefined ? 0 : Math.max(0, clock() - status.queued.oldest)
      return { ...status, age, quarantined: status.quarantined + moved, drained, waiting }
    })
  }

  function health (): OutputHealth[] {
    const direct = inline.status().map(({ name, fault, lastError }) => ({ name, waiting: 0, limit: limits.outbox, fault: fault ? lastError : undefined }))
    const queued = deliveries.map((delivery, i) => {
      const { name, queued, fault, lastError } = delivery.status()
      return { name, waiting: queued.bytes, limit: overflows[i]!.limit, fault: fault ? lastError : undefined }
    })
    return [...direct, ...queued]
  }
}

/** A body that was read: what the rules of then let through, */
interface Reading {
  batch: Batch
  /** the body itself, if its memory may be given back afterwards, */
  spent: Body | undefined
  /** and what those of now do. */
  under (rules: readonly Rule[]): Batch
}

/** Other rules look at other records, of which perhaps none can be read; the borders of them are the same. */
function readUnlessUnreadable (read: () => Batch): Batch {
  try {
    return read()
  } catch (error) {
    return (error as UnreadableBody).batch
  }
}

function originOf ({ tag, address, userAgent }: Incoming): Origin {
  return { tag, address, shipper: userAgent?.split(/[ /]/, 1)[0] }
}
