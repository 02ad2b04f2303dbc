import type { AlertRecord } from './alert.js'
import { Event } from './event.js'
import type { FieldMap } from './fields.js'
import type { GroupState, GroupStatus } from './group.js'
import { defaultLimits, type DetectorLimits } from './limits.js'
import type { Rule } from './rule.js'
import { Tracker, type RuleStats, type TrackerState } from './tracker.js'

/** The engine without HTTP: pure, without clock or I/O. See `Detector`. */
export function createDetector (rules: readonly Rule[], limits: Partial<DetectorLimits> = {}, options: DetectorOptions = {}): Detector {
  return new Detector(rules, { ...defaultLimits, ...limits }, options)
}

export interface DetectorOptions {
  /** Whether `changes` shall tell what changed; what nobody asks for is better not remembered. */
  tracksChanges?: boolean
}

/**
 * Follows events through the rules. The same events at the same arrivals give the same records, however finely the
 * time between is cut by `advance`. Arrivals are ms since 1970.
 */
export class Detector {
  readonly #limits: DetectorLimits
  #trackers: Tracker[] = []
  #rules: readonly Rule[] = []
  #gone = new Map<string, null>()
  #rulesChanged = true
  /** When it resumed the last time, until `changes` has told it. */
  #resumed: number | undefined
  /** No timer is due before. */
  #due = Infinity

  readonly #tracksChanges: boolean

  constructor (rules: readonly Rule[], limits: DetectorLimits, { tracksChanges = true }: DetectorOptions) {
    this.#limits = limits
    this.#tracksChanges = tracksChanges
    this.#follow(rules.map((rule) => this.#createTracker(rule)))
  }

  /** The same list until others take their place. */
  get rules (): readonly Rule[] {
    return this.#rules
  }

  /** The rules whose query the event satisfies, of those that are in question: all, or some of them in their order. */
  match (event: Event, rules = this.#rules): readonly Rule[] {
    return rules.filter(({ predicate }) => predicate(event))
  }

  /** The ids of the alerts of these rules that are open just now and that the event would count in. Nothing changes. */
  openAlerts (event: Event, rules: readonly Rule[]): string[] {
    return this.#trackers.filter(({ rule }) => rules.includes(rule)).flatMap((tracker) => tracker.openAlerts(event))
  }

  /** Counts the event and gives the alert records that it caused, after those of timers due by `arrival`. */
  push (event: Event | FieldMap, arrival: number, matched?: readonly Rule[]): AlertRecord[] {
    const records = this.advance(arrival)
    const read = event instanceof Event ? event : new Event(event, { arrival })
    for (const tracker of this.#trackers) {
      if (matched === undefined ? !tracker.rule.predicate(read) : !matched.includes(tracker.rule)) continue
      records.push(...tracker.push(read, arrival))
      this.#due = Math.min(this.#due, tracker.due())
    }
    return records
  }

  /** Lets time pass: gives the records due by `now`, in the order in which they were due, each made at its own time. */
  advance (now: number): AlertRecord[] {
    const records: AlertRecord[] = []
    while (this.#due <= now) {
      const due = this.#nextDue()
      // Of two rules whose timers are due at one moment the first goes first.
      const next = due <= now ? this.#trackers.find((tracker) => tracker.due() === due) : undefined
      if (next !== undefined) records.push(...next.fire(due))
      this.#due = this.#nextDue()
    }
    return records
  }

  /** Forgets groups that have expired; for every second or so, since `push` and `advance` do not need it. */
  sweep (now: number): void {
    for (const tracker of this.#trackers) tracker.sweep(now)
  }

  /** When `advance` may next have something to do, ms since 1970; undefined when nothing is pending. */
  pending (): number | undefined {
    return this.#due === Infinity ? undefined : this.#due
  }

  /** Takes other rules. A rule of the same id and hash keeps its groups; the alerts of the others close. */
  replaceRules (rules: readonly Rule[], now: number): AlertRecord[] {
    const records = this.advance(now)
    const kept = new Map(this.#trackers.map((tracker) => [tracker.rule.id, tracker]))
    const trackers = rules.map((rule) => {
      const tracker = kept.get(rule.id)
      if (tracker?.rule.hash !== rule.hash) return this.#createTracker(rule)
      kept.delete(rule.id)
      tracker.rule = rule
      return tracker
    })
    for (const tracker of kept.values()) {
      records.push(...tracker.end(now))
      for (const [key, state] of statesOf(tracker)) if (state === null) this.#gone.set(key, null)
      this.#gone.set(ruleKey(tracker.rule.id), null)
    }
    this.#follow(trackers)
    this.#rulesChanged = true
    this.#due = this.#nextDue()
    return records
  }

  /** The groups of a rule nearest to their threshold, those with an open alert first; none of a rule it does not know. */
  groups (ruleId: string, count = 20): GroupStatus[] {
    return this.#trackers.find(({ rule }) => rule.id === ruleId)?.nearest(count) ?? []
  }

  /** Counters since the start, by rule id. */
  stats (): Record<string, RuleStats> {
    return Object.fromEntries(this.#trackers.map(({ rule, stats }) => [rule.id, { ...stats }]))
  }

  /** What changed since the last call: key to the new state as plain data that survives JSON, or null when it is gone. */
  changes (): Map<string, unknown> {
    const changes = new Map<string, unknown>(this.#gone)
    this.#gone = new Map()
    if (this.#rulesChanged && this.#tracksChanges) changes.set(rulesKey, this.rules.map(({ predicate, literals, ...rule }) => rule))
    this.#rulesChanged = false
    // One entry for all groups: to write each of them anew at every start would take long.
    if (this.#resumed !== undefined) changes.set(resumedKey, this.#resumed)
    this.#resumed = undefined
    for (const tracker of this.#trackers) for (const [key, state] of statesOf(tracker)) changes.set(key, state)
    return changes
  }

  /**
   * Takes back states that `changes` gave, in place of its own rules and groups: it is where the other detector was,
   * to the millisecond, with the rules of then. These match nothing by themselves; `push` has to be told what matched.
   */
  load (states: Iterable<[string, unknown]>): void {
    const saved = new Map(states)
    const rules = saved.get(rulesKey) as SavedRule[] | undefined ?? []
    const groups = new Map(rules.map(({ id }) => [id, [] as GroupState[]]))
    for (const [key, state] of saved) {
      const [kind, id = ''] = key.split('\n', 2)
      if (kind === 'group') groups.get(id)?.push(state as GroupState)
    }
    this.#follow(rules.map((rule) => {
      const tracker = this.#createTracker({ ...rule, predicate: never, literals: [] })
      tracker.load(groups.get(rule.id) as GroupState[], saved.get(ruleKey(rule.id)) as TrackerState | undefined, saved.get(resumedKey) as number | undefined)
      return tracker
    }))
    this.#gone = new Map()
    this.#rulesChanged = false
    this.#due = this.#nextDue()
  }

  /** Goes on after a stop, or after the clock was set: timers of silence begin anew, since nothing could arrive meanwhile. */
  resume (now: number): void {
    if (this.#tracksChanges) this.#resumed = now
    for (const tracker of this.#trackers) tracker.resume(now)
    this.#due = this.#nextDue()
  }

  #follow (trackers: Tracker[]): void {
    this.#trackers = trackers
    this.#rules = trackers.map(({ rule }) => rule)
  }

  #createTracker (rule: Rule): Tracker {
    return new Tracker(rule, this.#limits, { tracksChanges: this.#tracksChanges })
  }

  #nextDue (): number {
    return this.#trackers.reduce((due, tracker) => Math.min(due, tracker.due()), Infinity)
  }
}

/** A rule as plain data: enough to go on counting what is said to match it, and to close its alerts when it is gone. */
type SavedRule = Omit<Rule, 'predicate' | 'literals'>

const rulesKey = 'rules'
const resumedKey = 'resumed'

/* c8 ignore next 3 -- the predicate of a rule that was loaded is asked of nothing */
function never (): boolean {
  return false
}

function ruleKey (id: string): string {
  return `rule\n${id}`
}

function * statesOf (tracker: Tracker): Iterable<[string, GroupState | TrackerState | null]> {
  const { groups, rule } = tracker.changes()
  for (const [key, state] of groups) yield [`group\n${tracker.rule.id}\n${key}`, state]
  if (rule !== undefined) yield [ruleKey(tracker.rule.id), rule]
}
