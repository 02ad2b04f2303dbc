import type { AlertRecord } from './alert.js'
import type { Event } from './event.js'
import type { FieldMap } from './fields.js'
import type { Rule } from './rule.js'

export interface DetectorLimits {
  /** Groups per rule. */
  maxGroups: number
  /** How much older than its group's window an event may be and still count, ms. */
  lateness: number
  /** How far ahead of its arrival an event may move its group's horizon, ms. */
  maxSkew: number
  /** The largest alert record, bytes of JSON. */
  alert: number
}

/** The engine: pure, without clock or I/O. The same events at the same arrivals give the same records. */
export interface Detector {
  readonly rules: readonly Rule[]
  /** The rules whose query the event satisfies. */
  match (event: Event): readonly Rule[]
  /** Counts the event and gives the alert records that it caused, timers due by `arrival` included. */
  push (event: Event | FieldMap, arrival: number, matched?: readonly Rule[]): AlertRecord[]
  /** Lets time pass: gives the records that are due by `now`. */
  advance (now: number): AlertRecord[]
  /** The next moment at which `advance` would do something; undefined when nothing is pending. */
  pending (): number | undefined
  /** Takes other rules; a group of an unchanged rule (same id and hash) keeps its state, alerts of the others close. */
  replaceRules (rules: readonly Rule[], now: number): AlertRecord[]
  /** The groups of a rule nearest to their threshold, for `GET /groups`. */
  groups (ruleId: string, limit?: number): GroupStatus[]
  stats (): Record<string, RuleStats>
  /** What changed since the last call: group key to its state as plain data, or null when it is gone. */
  changes (): Map<string, unknown>
  /** Takes back states that `changes` gave, before the first event. */
  restore (states: Iterable<[string, unknown]>, now: number): void
}

export interface GroupStatus {
  terms: Record<string, string>
  /** Most events of any window, not yet part of an alert. */
  count: number
  threshold: number
  last_seen: string
  /** The uuid of the open alert. */
  alert?: string
}

/** Counters of one rule since the start. */
export interface RuleStats {
  matched: number
  counted: number
  /** Without a value in a group-by field. */
  ungrouped: number
  duplicates: number
  late: number
  skewed: number
  groups: number
  evicted: number
  opened: number
  updated: number
  closed: number
  held: number
}

export declare function createDetector (rules: readonly Rule[], limits?: Partial<DetectorLimits>): Detector
