import type { AlertRecord } from './core/alert.js'
import type { Detector } from './core/detector.js'
import { Event, type Origin } from './core/event.js'
import type { Batch, RejectedRecord } from './ingest/batch.js'
import type { Step } from './kept-detector.js'
import type { Log } from './log.js'

/** What a batch did to the detector. */
export interface Detected extends Step {
  received: number
  /** Records that satisfied the query of at least one rule, once each; duplicates and too late ones included. */
  matched: number
  /** The alert records that the batch caused; `alerts` has those that were due as well. */
  records: AlertRecord[]
  unreadable: RejectedRecord[]
}

export interface DetectOptions {
  origin: Origin
  /** Of every record of the batch, ms since 1970. */
  arrival: number
  log: Log
}

/** Shows a batch to the detector, record by record. One that cannot be evaluated costs its neighbours nothing. */
export function detectBatch (detector: Pick<Detector, 'advance' | 'match' | 'push'>, batch: Batch, { origin, arrival, log }: DetectOptions): Detected {
  const due = detector.advance(arrival)
  const records: AlertRecord[] = []
  const unreadable = [...batch.rejected]
  let matched = 0
  for (const [index, { fields, bytes, time }] of batch.records.entries()) {
    try {
      const event = new Event(fields, { arrival, shipperTime: time, origin })
      const rules = detector.match(event)
      if (rules.length === 0) continue
      matched++
      for (const record of detector.push(event, arrival, rules)) records.push(record)
    } catch (error) {
      log.error({ err: error, origin }, 'a record could not be evaluated, and nobody foresaw why')
      unreadable.push({ number: index + 1, reason: 'it could not be evaluated', bytes })
    }
  }
  return { alerts: [...due, ...records], records, received: batch.received, matched, unreadable, idle: matched === 0 }
}
