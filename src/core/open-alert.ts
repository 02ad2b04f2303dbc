import type { Origin } from './event.js'
import { uuidOf } from './identity.js'
import type { Rule } from './rule.js'
import { Totals, type TotalsState } from './totals.js'

/** An alert from its first crossing to its close: what its records tell, and when the next of them is due. */
export class OpenAlert {
  readonly uuid: string
  readonly terms: readonly Term[]
  readonly totals: Totals
  /** How the event that opened it came. */
  readonly origin: Origin
  /** The fields of its events that were derived, not brought. */
  readonly derived: readonly string[]
  /** ms from the newest event of the crossing to its arrival. */
  readonly timeToDetect: number
  /** Until this event time no gap closes it, ms since 1970. */
  readonly suppressedUntil: number
  /** When its `open` record was made; while it is held, when it crossed. */
  startedAt: number
  lastArrival: number
  /** Whether `max_signals` holds it back: it counts, but has no record yet. */
  isHeld = false
  isLate = false
  isApproximate = false
  /** How often a window met the threshold. */
  crossings = 1
  sequence = 0
  /** Grows with every alert of the rule: which of two timers of one moment goes first. */
  order = 0
  /** When the last record was made, and what it counted. */
  recordedAt = -Infinity
  recordedCount = 0
  updateIsDue = false

  constructor ({ uuid, terms, totals, origin, derived, timeToDetect, suppressedUntil, startedAt }: Pick<OpenAlert,
    'uuid' | 'terms' | 'totals' | 'origin' | 'derived' | 'timeToDetect' | 'suppressedUntil' | 'startedAt'>) {
    this.uuid = uuid
    this.terms = terms
    this.totals = totals
    this.origin = origin
    this.derived = derived
    this.timeToDetect = timeToDetect
    this.suppressedUntil = suppressedUntil
    this.startedAt = startedAt
    this.lastArrival = startedAt
  }

  static fromState ({ totals, ...state }: OpenAlertState): OpenAlert {
    // Infinity is no JSON; an alert that was never recorded is recorded at -Infinity.
    return Object.assign(new OpenAlert({ ...state, totals: Totals.fromState(totals) }), state, { recordedAt: state.recordedAt ?? -Infinity })
  }

  /** Plain data that survives JSON. */
  toState (): OpenAlertState {
    const { recordedAt, ...state } = this
    return { ...state, recordedAt: Number.isFinite(recordedAt) ? recordedAt : null, totals: this.totals.toState() }
  }

  /**
   * When its next record is due: a further crossing's update at the rule's interval, growth hourly, the close after a
   * window of silence (but not before the end of suppression) or after a day. Infinity while it is held.
   */
  due ({ interval, suppression }: Rule, window: number): number {
    if (this.isHeld) return Infinity
    const suppressed = this.startedAt + (suppression?.duration ?? 0)
    return Math.min(
      this.updateIsDue ? this.recordedAt + interval : Infinity,
      this.totals.count > this.recordedCount ? this.recordedAt + hour : Infinity,
      this.#quietAt(window, suppressed),
      this.#endAt(suppressed)
    )
  }

  /** Why it has to close now; undefined when it has not. */
  closeReason ({ suppression }: Rule, window: number, now: number): 'quiet' | 'max_duration' | undefined {
    const suppressed = this.startedAt + (suppression?.duration ?? 0)
    if (now >= this.#quietAt(window, suppressed)) return 'quiet'
    return now >= this.#endAt(suppressed) ? 'max_duration' : undefined
  }

  /** Whether an event of this time is beyond a gap, so that it belongs to another alert. */
  isPast (time: number, window: number): boolean {
    return !this.isHeld && time > this.totals.last + window && time > this.suppressedUntil
  }

  #quietAt (window: number, suppressed: number): number {
    return Math.max(this.lastArrival + window + 1, suppressed)
  }

  #endAt (suppressed: number): number {
    return Math.max(this.startedAt + day, suppressed)
  }
}

export interface Term { readonly field: string, readonly value: string }

export type OpenAlertState = Omit<{ [K in keyof OpenAlert as OpenAlert[K] extends Function ? never : K]: OpenAlert[K] }, 'totals' | 'recordedAt'> &
  { totals: TotalsState, recordedAt: number | null }

/** The alert's id: the same for the same rule, group and earliest event of the crossing, on every run (DESIGN section 2.4). */
export function alertId (rule: Rule, key: string, { time, identity }: { time: number, identity?: string }): string {
  return uuidOf(['alert', rule.id, key, identity ?? String(time)])
}

const hour = 3_600_000
const day = 24 * hour
