import type { AlertRecord } from '../core/alert.js'
import type { Detector } from '../core/detector.js'
import { Event, type Origin } from '../core/event.js'
import type { Rule } from '../core/rule.js'
import type { Batch, BatchRecord, RejectedRecord } from '../ingest/batch.js'
import type { EngineStep } from './engine-step.js'
import type { Step } from './kept-detector.js'
import type { Log } from '../ops/log.js'
import { digestOf, type Repeats } from './repeats.js'
import type { Answer } from '../store/store.js'

/** What a batch did to the detector. */
export interface Detected extends Step {
  answer: Answer
  /** The alert records that the batch caused; `alerts` has those that were due as well. */
  records: AlertRecord[]
  unreadable: RejectedRecord[]
  /** Whether the same batch came before, so that nothing was counted. */
  isRepeat: boolean
  shapes: Shapes
}

/** How many records of a batch came in each shape (`Event.shape`). */
export type Shapes = ReadonlyMap<string, number>

export interface MatchedRecord { record: BatchRecord, event: Event, rules: readonly Rule[] }

export interface DetectOptions {
  origin: Origin
  /** Of every record of the batch, ms since 1970. */
  arrival: number
  repeats: Pick<Repeats, 'find'>
  log: Log
  /** What `matchBatch` found a moment ago, so that not every record is looked at again. */
  matches?: Matches
}

/** The records of a batch that matched, with their rules, and those that cannot be read. */
export interface Matches {
  matched: readonly MatchedRecord[]
  unreadable: readonly RejectedRecord[]
  shapes: Shapes
  /** The rules that they were shown to. */
  rules: readonly Rule[]
}

/** Shows a batch to the rules: nothing is counted and nothing changes. */
export function matchBatch (detector: Pick<Detector, 'match' | 'rules'>, batch: Batch, options: Pick<DetectOptions, 'origin' | 'arrival' | 'log'>): Matches {
  return { ...match(detector, batch, options), rules: detector.rules }
}

/** Shows a batch to the detector, record by record. One that cannot be evaluated costs its neighbours nothing. */
export function detectBatch (detector: Pick<Detector, 'advance' | 'match' | 'push' | 'rules'>, batch: Batch, { origin, arrival, repeats, log, matches }: DetectOptions): Detected {
  const { matched, unreadable, shapes } = again(matches, detector.rules, { origin, arrival }) ?? match(detector, batch, { origin, arrival, log })
  const digest = digestOf(matched)
  const known = digest === undefined ? undefined : repeats.find(digest, arrival)
  if (known !== undefined) {
    const answer = { ...known.answer, received: batch.received, rejected: unreadable.length }
    return { alerts: [], idle: true, after: known.safe, answer, records: [], unreadable, isRepeat: true, shapes }
  }
  const due = detector.advance(arrival)
  const records: AlertRecord[] = []
  const events: EngineStep['events'][number][] = []
  for (const { event, rules, record } of matched) {
    try {
      records.push(...detector.push(event, arrival, rules))
      events.push({ fields: record.fields, time: record.time, rules: rules.map(({ id }) => id) })
    } catch (error) {
      log.error({ err: error, origin }, 'a record could not be counted, and nobody foresaw why')
      unreadable.push({ number: record.number, reason: 'it could not be counted', bytes: record.bytes })
    }
  }
  const alerts = [...due, ...records]
  const isIdle = alerts.length === 0 && events.length === 0
  return {
    alerts,
    ...!isIdle && { step: { now: arrival, origin, events } },
    idle: matched.length === 0,
    answer: { received: batch.received, matched: matched.length, alerts: records.length, rejected: unreadable.length },
    records,
    unreadable,
    isRepeat: false,
    shapes,
    ...digest !== undefined && { digest }
  }
}

/** The same matches as of events that arrive now; undefined when the rules have changed since. */
function again (matches: Matches | undefined, rules: readonly Rule[], { origin, arrival }: Pick<DetectOptions, 'origin' | 'arrival'>) {
  if (matches === undefined || !areSame(matches.rules, rules)) return undefined
  const matched = matches.matched.map(({ record, rules }) => ({ record, rules, event: new Event(record.fields, { arrival, shipperTime: record.time, origin }) }))
  return { matched, unreadable: [...matches.unreadable], shapes: matches.shapes }
}

/** Whether two lists have the same rules, not just equal ones, in the same order. */
export function areSame (rules: readonly Rule[], others: readonly Rule[]): boolean {
  return rules === others || (rules.length === others.length && rules.every((rule, i) => rule === others[i]))
}

function match (detector: Pick<Detector, 'match'>, batch: Batch, { origin, arrival, log }: Pick<DetectOptions, 'origin' | 'arrival' | 'log'>) {
  const matched: MatchedRecord[] = []
  const unreadable = [...batch.rejected]
  const shapes = new Map<string, number>()
  for (const record of batch.records) {
    try {
      const event = new Event(record.fields, { arrival, shipperTime: record.time, origin })
      shapes.set(event.shape, (shapes.get(event.shape) ?? 0) + 1)
      const rules = detector.match(event, record.rules)
      if (rules.length > 0) matched.push({ record, event, rules })
    } catch (error) {
      log.error({ err: error, origin }, 'a record could not be evaluated, and nobody foresaw why')
      unreadable.push({ number: record.number, reason: 'it could not be evaluated', bytes: record.bytes })
    }
  }
  return { matched, unreadable, shapes }
}
