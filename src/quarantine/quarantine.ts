import type { AlertRecord } from '../core/alert.js'
import type { RejectedRecord } from '../ingest/batch.js'
import type { Log } from '../ops/log.js'

/** Where records go that could not be read, and alerts that no one would take. */
export interface Quarantine {
  add (records: readonly RejectedRecord[], origin: object): void
  /** An alert record that an output will never take. */
  addAlert (record: AlertRecord, refusal: { output: string, reason: string }): void
  stats (): { records: number, bytes: number, alerts: number, reasons: Record<string, number> }
}

export interface QuarantineOptions {
  log: Log
  clock: () => number
  /** Milliseconds between two lines in the log. */
  quiet?: number
}

/** Counts the records by reason, and shows the newest of them in the log now and then. */
export function createQuarantine ({ log, clock, quiet = 10_000 }: QuarantineOptions): Quarantine {
  const reasons = new Map<string, number>()
  let records = 0
  let bytes = 0
  let alerts = 0
  let unsaid = 0
  let silentUntil = -Infinity
  return {
    add (rejected, origin) {
      const first = rejected[0]
      if (first === undefined) return
      for (const record of rejected) {
        records++
        bytes += record.bytes.length
        count(record.reason)
      }
      unsaid += rejected.length
      const now = clock()
      if (now < silentUntil) return
      silentUntil = now + quiet
      log.warn({ records: unsaid, number: first.number, reason: shorten(first.reason), start: sample(first.bytes), origin }, 'records could not be read')
      unsaid = 0
    },
    addAlert (record, refusal) {
      alerts++
      // The log is the only place that has it from now on, so it has it whole.
      log.error({ ...refusal, record }, 'an alert record was refused')
    },
    stats: () => ({ records, bytes, alerts, reasons: Object.fromEntries(reasons) })
  }

  function count (text: string): void {
    // Reasons quote the data here and there: without a bound their number would be the sender's to choose.
    const short = shorten(text)
    const reason = reasons.has(short) || reasons.size < maxReasons ? short : 'other'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
}

const maxReasons = 50

function shorten (text: string): string {
  return text.slice(0, 120)
}

function sample (bytes: Buffer): string {
  return bytes.subarray(0, 80).toString('latin1')
}
