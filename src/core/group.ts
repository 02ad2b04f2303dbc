import type { Ranked } from './groups.js'
import { OpenAlert, type OpenAlertState, type Term } from './open-alert.js'
import { Recent } from './recent.js'
import { Ring, type RingOptions } from './ring.js'
import { showTime } from './time.js'
import type { CountedEvent } from './totals.js'
import { Twins, type Start } from './twins.js'

/** What is known of one group of one rule. */
export class Group implements Ranked<Group> {
  hits = 0
  lastArrival: number
  /** The newest event time that is not too far ahead of its arrival, ms since 1970. */
  horizon = -Infinity
  alert: OpenAlert | undefined
  ring: Ring<CountedEvent>
  /** The newest identities, by which an event that comes twice is known. */
  recent: Recent
  twins: Twins | undefined
  rank = 0
  previous: Group | undefined
  next: Group | undefined

  constructor (readonly key: string, readonly terms: readonly Term[], ring: RingOptions, arrival: number) {
    this.ring = new Ring(ring)
    this.recent = new Recent(maxIdentities)
    this.lastArrival = arrival
  }

  static fromState (state: GroupState, ring: RingOptions): Group {
    const group = new Group(state.key, state.terms, ring, state.lastArrival)
    group.hits = state.hits
    group.horizon = state.horizon ?? -Infinity
    group.ring = new Ring(ring, state.ring)
    group.ring.approximate = state.approximate
    group.recent = new Recent(maxIdentities, state.recent)
    group.twins = state.twins.length > 0 ? new Twins(state.twins) : undefined
    group.alert = state.alert === undefined ? undefined : OpenAlert.fromState(state.alert)
    return group
  }

  /** Plain data that survives JSON. */
  toState (): GroupState {
    return {
      key: this.key,
      terms: this.terms,
      hits: this.hits,
      lastArrival: this.lastArrival,
      horizon: Number.isFinite(this.horizon) ? this.horizon : null,
      approximate: this.ring.approximate,
      ring: [...this.ring],
      recent: this.recent.toJSON(),
      twins: this.twins?.toJSON() ?? [],
      ...this.alert !== undefined && { alert: this.alert.toState() }
    }
  }

  get hasAlert (): boolean {
    return this.alert !== undefined
  }

  /** What `GET /groups` tells of it. */
  status (threshold: number): GroupStatus {
    const times = [this.horizon, this.alert?.totals.last ?? -Infinity, ...[...this.ring].map(({ time }) => time)]
    const newest = times.reduce((newest, time) => Math.max(newest, time))
    return {
      terms: Object.fromEntries(this.terms.map(({ field, value }) => [field, value])),
      count: this.ring.most(),
      threshold,
      last_seen: showTime(Number.isFinite(newest) ? newest : this.lastArrival),
      ...this.alert !== undefined && { alert: this.alert.uuid }
    }
  }
}

/** A group as people see it. */
export interface GroupStatus {
  terms: Record<string, string>
  /** Most events of any window that no alert has consumed. */
  count: number
  threshold: number
  last_seen: string
  /** The uuid of the open alert. */
  alert?: string
}

export interface GroupState {
  key: string
  terms: readonly Term[]
  hits: number
  lastArrival: number
  horizon: number | null
  approximate: boolean
  ring: CountedEvent[]
  recent: string[]
  twins: Start[]
  alert?: OpenAlertState
}

/** DESIGN section 3: "The newest 4,096 identities per group". */
export const maxIdentities = 4096
