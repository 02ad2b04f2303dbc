import type { OutputConfig } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import type { Log } from '../ops/log.js'
import type { Backlog, Delivery, Store } from '../store/store.js'
import { nest } from './nest.js'
import { SendFailed, type Output } from './output.js'
import { processTimer, type Timer } from './within.js'

export interface DeliveryOptions {
  output: Output
  /** Open for this output. */
  store: Pick<Store, 'read' | 'acknowledge' | 'backlog'>
  config?: Pick<OutputConfig, 'actions' | 'nested'>
  /** Keeps a record that the downstream will never take; asked again while it rejects. */
  onQuarantine: (delivery: Delivery, reason: string) => Promise<void> | void
  log: Log
  clock?: () => number
  /** From 0 to 1. */
  random?: () => number
  timer?: Timer
}

/** Brings alert records to one output, whatever it takes. */
export interface DeliveryLoop {
  readonly name: string
  /** To be called after each commit. */
  wake (): void
  status (): DeliveryStatus
  /** Tries at once if it was waiting to try again, and resolves when nothing is queued (true) or after so many ms (false). */
  flush (timeout: number): Promise<boolean>
  /** Breaks off what is being sent, which stays in the store, and closes the output. */
  close (): Promise<void>
}

export interface DeliveryStatus {
  name: string
  type: Output['type']
  state: 'idle' | 'sending' | 'retrying'
  /** Records that the downstream took, since the start. */
  delivered: number
  /** Records that it refused for good, since the start. */
  quarantined: number
  /** Tries that failed, since the start. */
  retries: number
  /** Tries that failed in a row; 0 when all is well. */
  retrying: number
  queued: Backlog
  /** Why the last try failed, and since when none has succeeded; absent when all is well. */
  lastError?: string
  since?: number
  /** The failure is the output's own fault, such as wrong credentials: a person must look. */
  fault: boolean
}

/**
 * Starts the loop of one output: read, send, acknowledge, in order. A failure is tried again for ever, after a random
 * part of 250 ms, doubled each time up to 30 s, or after what the downstream asks for, up to an hour. A batch that is
 * refused is halved until the one record is found that cannot be taken.
 */
export function createDelivery ({ output, store, config, onQuarantine, log, clock = Date.now, random = Math.random, timer = processTimer }: DeliveryOptions): DeliveryLoop {
  const { name, type, limit } = output
  const { actions, nested = false } = config ?? {}
  const totals = { delivered: 0, quarantined: 0, retries: 0 }
  const flushing = new Set<(empty: boolean) => void>()
  let state: DeliveryStatus['state'] = 'idle'
  let trouble: Trouble | undefined
  let woken = true
  let closing: Promise<void> | undefined
  /** Ends what the loop is waiting for just now. */
  let resume = () => {}
  let stop = (_reason: Error) => {}
  const ended = run()

  return {
    name,
    wake () {
      woken = true
      if (state === 'idle') resume()
    },
    status: () => ({
      name,
      type,
      state,
      ...totals,
      retrying: trouble?.tries ?? 0,
      queued: store.backlog(name),
      ...(trouble && { lastError: trouble.message, since: trouble.since }),
      fault: trouble?.fault ?? false
    }),
    async flush (timeout) {
      if (store.backlog(name).records === 0) return true
      if (closing !== undefined) return false
      woken = true
      resume()
      return new Promise((resolve) => {
        const done = (empty: boolean) => {
          cancel()
          flushing.delete(done)
          resolve(empty)
        }
        const cancel = timer(() => done(false), timeout)
        flushing.add(done)
      })
    },
    close () {
      closing ??= (async () => {
        resume()
        stop(new Error('stopping'))
        await ended
        for (const done of flushing) done(false)
        await output.close()
      })()
      return closing
    }
  }

  async function run (): Promise<void> {
    // A turn later, so that nothing happens before the caller has the loop in hand.
    await undefined
    try {
      for (;;) {
        if (closing !== undefined) return
        woken = false
        const read = await patiently(() => store.read(name, limit))
        if (read.length > 0) await pass(read)
        else await rest()
      }
    } catch {
      // All else is tried again: only closing ends the loop from within.
    }
  }

  async function rest (): Promise<void> {
    if (woken || closing !== undefined) return
    state = 'idle'
    for (const done of flushing) done(true)
    await wait((go) => { resume = go })
  }

  async function pass (read: Delivery[]): Promise<void> {
    const last = read.at(-1)!.position
    // Even a record that could not be prepared would be a trouble to show, not the end of the loop.
    const batches = await patiently(async () => prepare(read))
    for (const [i, batch] of batches.entries()) {
      const until = i === batches.length - 1 ? last : batch.at(-1)!.position
      await deliver(batch, until)
    }
    // Records that the output does not want have no batch.
    if (batches.length === 0) await acknowledge(last)
  }

  function prepare (read: Delivery[]): Delivery[][] {
    const wanted = actions === undefined ? read : read.filter(({ record }) => actions.includes(record.event.action))
    return cut(nested ? wanted.map(nestDelivery) : wanted, limit)
  }

  /** Sends them, or sets aside those that are refused, and moves the cursor to `until`. */
  async function deliver (batch: Delivery[], until: number): Promise<void> {
    if (closing !== undefined) throw new Error('stopping')
    const refusal = await patiently(() => send(batch))
    if (refusal === undefined) {
      totals.delivered += batch.length
      return acknowledge(until)
    }
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await deliver(batch.slice(0, half), batch[half - 1]!.position)
      return deliver(batch.slice(half), until)
    }
    const [refused] = batch as [Delivery]
    await patiently(async () => onQuarantine(refused, refusal.message))
    totals.quarantined++
    log.warn({ output: name, record: refused.record.tripline.record_id, reason: refusal.message }, 'the downstream refuses an alert record: it is in the quarantine')
    return acknowledge(until)
  }

  async function acknowledge (position: number): Promise<void> {
    await patiently(() => store.acknowledge(name, position))
  }

  /** Gives the refusal, if that is the answer: the downstream is there, and another try would not help. */
  async function send (batch: Delivery[]): Promise<SendFailed | undefined> {
    if (trouble === undefined) state = 'sending'
    const controller = new AbortController()
    try {
      await new Promise<void>((resolve, reject) => {
        // An output that does not listen to the signal must not hold up the end.
        stop = (reason) => {
          controller.abort(reason)
          reject(reason)
        }
        output.send(batch, controller.signal).then(resolve, reject)
      })
    } catch (error) {
      if (error instanceof SendFailed && error.kind === 'refused') return error
      throw error
    }
  }

  /** Does it until it succeeds, or fails while closing. What was sent is acknowledged even then. */
  async function patiently<Result> (work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        const result = await work()
        if (trouble !== undefined) log.info({ output: name, tries: trouble.tries }, 'the output works again')
        trouble = undefined
        return result
      } catch (error) {
        if (closing === undefined) await pause(error as Error)
        if (closing !== undefined) throw error
      }
    }
  }

  async function pause (error: Error): Promise<void> {
    const { kind = 'retry', retryAfter = 0 } = error instanceof SendFailed ? error : {}
    const tries = (trouble?.tries ?? 0) + 1
    const delay = Math.max(Math.floor(random() * Math.min(longest, shortest * 2 ** (tries - 1))), Math.min(retryAfter, longestAsked))
    if (error.message !== trouble?.message) log.warn({ output: name, kind, tries, delay }, `the output does not work: ${error.message}`)
    trouble = { tries, message: error.message, since: trouble?.since ?? clock(), fault: kind === 'output' }
    totals.retries++
    state = 'retrying'
    await wait((go) => {
      const cancel = timer(go, delay)
      resume = () => {
        cancel()
        go()
      }
    })
  }

  async function wait (begin: (go: () => void) => void): Promise<void> {
    await new Promise<void>(begin)
    resume = () => {}
  }
}

interface Trouble {
  tries: number
  message: string
  since: number
  fault: boolean
}

const shortest = 250
const longest = 30_000
const longestAsked = 60 * 60_000

function nestDelivery ({ position, record }: Delivery): Delivery {
  const nested = nest(record) as AlertRecord
  return { position, record: nested, json: JSON.stringify(nested) }
}

/** Batches within the limit, for nesting may have made the records longer than the store thought. */
function cut (deliveries: Delivery[], limit: Output['limit']): Delivery[][] {
  const batches: Delivery[][] = []
  let bytes = 0
  for (const delivery of deliveries) {
    const size = Buffer.byteLength(delivery.json)
    const batch = batches.at(-1)
    bytes += size
    if (batch !== undefined && batch.length < limit.records && bytes <= limit.bytes) {
      batch.push(delivery)
    } else {
      batches.push([delivery])
      bytes = size
    }
  }
  return batches
}
