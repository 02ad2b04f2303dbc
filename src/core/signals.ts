import type { OpenAlert, Term } from './open-alert.js'

/** `max_signals`: at most so many alerts of a rule open in one `interval`; the others wait for the next ones. */
export class Signals {
  readonly #max: number
  readonly #interval: number
  #since = -Infinity
  #opened = 0
  #held: OpenAlert[] = []
  #surplus: Surplus = { count: 0, sample: [] }

  constructor ({ maxSignals, interval }: { maxSignals: number, interval: number }) {
    this.#max = maxSignals
    this.#interval = interval
  }

  get held (): readonly OpenAlert[] {
    return this.#held
  }

  /** True when one more may open now. An interval begins with the first alert after the last interval's end. */
  admit (now: number): boolean {
    if (now - this.#since >= this.#interval) {
      this.#since = now
      this.#opened = 0
    }
    if (this.#opened >= this.#max || this.#held.length > 0) return false
    this.#opened++
    return true
  }

  /** Holds an alert back. Beyond 1,000 the one with the lowest count is given: it will not open, but be summed up. */
  hold (alert: OpenAlert): OpenAlert | undefined {
    alert.isHeld = true
    this.#held.push(alert)
    if (this.#held.length <= maxHeld) return undefined
    const least = this.#held.reduce((least, one) => one.totals.count <= least.totals.count ? one : least)
    this.giveUp(least)
    return least
  }

  /** Takes a held alert out of the queue: it will only be summed up. */
  giveUp (alert: OpenAlert): void {
    this.#held = this.#held.filter((one) => one !== alert)
    this.#surplus.count++
    if (this.#surplus.sample.length < maxSample) this.#surplus.sample.push(alert.terms)
  }

  /** Gives up whatever waits: what there is to sum up, if anything. */
  flush (): Surplus | undefined {
    for (const alert of this.#held) this.giveUp(alert)
    return this.#takeSurplus()
  }

  /** When the next interval begins, if something waits for it. */
  due (): number {
    return this.#held.length > 0 || this.#surplus.count > 0 ? this.#since + this.#interval : Infinity
  }

  /** Begins the next interval: the held alerts that open in it, the largest count first (of equals, the one that waits longest), and the surplus to sum up. */
  release (now: number): { alerts: OpenAlert[], surplus: Surplus | undefined } {
    const alerts = [...this.#held].sort((one, other) => other.totals.count - one.totals.count).slice(0, this.#max)
    const opened = new Set(alerts)
    this.#held = this.#held.filter((alert) => !opened.has(alert))
    this.#since = now
    this.#opened = alerts.length
    for (const alert of alerts) alert.isHeld = false
    return { alerts, surplus: this.#takeSurplus() }
  }

  /** No interval begins after `now`; true when one did, by a clock that was set back. */
  resume (now: number): boolean {
    if (this.#since <= now) return false
    this.#since = now
    return true
  }

  /** Plain data; held alerts of a group are the group's to keep. */
  toState (): SignalsState {
    return { since: Number.isFinite(this.#since) ? this.#since : null, opened: this.#opened, surplus: { count: this.#surplus.count, sample: [...this.#surplus.sample] } }
  }

  restore ({ since, opened, surplus }: SignalsState, held: readonly OpenAlert[]): void {
    this.#since = since ?? -Infinity
    this.#opened = opened
    this.#surplus = { count: surplus.count, sample: [...surplus.sample] }
    this.#held = [...held]
  }

  #takeSurplus (): Surplus | undefined {
    const surplus = this.#surplus
    this.#surplus = { count: 0, sample: [] }
    return surplus.count > 0 ? surplus : undefined
  }
}

/** Alerts that will not open: how many, and the groups of the first ten. */
export interface Surplus { count: number, sample: (readonly Term[])[] }

export interface SignalsState { since: number | null, opened: number, surplus: Surplus }

const maxHeld = 1000
const maxSample = 10
