import type { Batch, BatchRecord } from '../ingest/batch.js'
import type { Kind } from '../ingest/frames.js'
import type { Matches, MatchedRecord } from '../pipeline/detect-batch.js'

/** What an event gets that matches: the ids of its rules, and of the alerts that were open when it came. */
export interface Mark { rules: readonly string[], alerts: readonly string[] }

/** A record on its way through Tripline. */
export interface PassedEvent {
  /** Its place in the batch, from 1. */
  number: number
  /** Its own bytes in the inflated body. */
  bytes: Buffer
  kind: Kind
  /** What was read from them; absent when they could not be read, or nobody has tried. */
  record?: BatchRecord
  mark?: Mark
}

/**
 * Every record of a batch in its order, those that could not be read or were passed over included; the ones that matched
 * have a mark.
 */
export function passedEvents (batch: Batch, { matched }: Pick<Matches, 'matched'>, openAlerts: (match: MatchedRecord) => readonly string[]): PassedEvent[] {
  const { kind = 'json', received, rejected, passed = [] } = batch
  const marks = new Map(matched.map((match) => [match.record, { rules: match.rules.map(({ id }) => id), alerts: openAlerts(match) }]))
  const unread = new Map([...rejected, ...passed].map(({ number, bytes }) => [number, bytes]))
  const records = batch.records.values()
  return Array.from({ length: received }, (_, i): PassedEvent => {
    const number = i + 1
    const bytes = unread.get(number)
    if (bytes !== undefined) return { number, bytes, kind }
    const record = records.next().value as BatchRecord
    const mark = marks.get(record)
    return { number, bytes: record.bytes, kind, record, ...mark !== undefined && { mark } }
  })
}
