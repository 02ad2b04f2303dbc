import { alertRecord, surplusRecord, type Action, type AlertRecord, type CloseReason } from './alert.js'
import type { Event } from './event.js'
import { copyOf, factFields, factsOf, packFields, readFields, unpackFields, type FieldsRead, type PackedFields } from './facts.js'
import { FieldNames, type Scalar } from './fields.js'
import { groupKeys, shortValue } from './group-keys.js'
import { Group, maxIdentities, type GroupOptions, type GroupState, type GroupStatus, type WaitingEvent } from './group.js'
import { Groups } from './groups.js'
import { Heap } from './heap.js'
import { identify, identifyStart, identityFields } from './identity.js'
import type { DetectorLimits } from './limits.js'
import { alertId, OpenAlert, type OpenAlertState } from './open-alert.js'
import { Recent } from './recent.js'
import type { HitValue } from './ring.js'
import type { Rule } from './rule.js'
import { SharedTexts } from './shared-texts.js'
import { Signals, type SignalsState, type Surplus } from './signals.js'
import { Totals, type CountedEvent } from './totals.js'

/** Follows one rule through the events: its groups, its alerts and their timers (DESIGN section 3). */
export class Tracker {
  readonly stats: RuleStats = {
    matched: 0, counted: 0, ungrouped: 0, duplicates: 0, late: 0, skewed: 0, groups: 0, evicted: 0, opened: 0, updated: 0, closed: 0, held: 0
  }

  readonly #limits: DetectorLimits
  readonly #tracksChanges: boolean
  /** A query rule counts one event at a time: its window has no length. */
  readonly #window: number
  readonly #groupOptions: GroupOptions
  readonly #signals: Signals
  readonly #groups: Groups<Group>
  readonly #timers = new Heap<Timer>((one, other) => one.due < other.due || (one.due === other.due && one.order < other.order))
  readonly #timerOf = new Map<OpenAlert, Timer>()
  readonly #groupOf = new Map<OpenAlert, Group>()
  #recent = new Recent(maxIdentities)
  #told: { rule?: Rule, names: readonly string[] } = { names: [] }
  #order = 0
  #singles = 0
  #now = -Infinity
  #records: AlertRecord[] = []
  #changedGroups = new Map<string, Group | null>()
  #changed = false

  /** `rule` may be replaced by one of the same id and hash, that is, one that counts the same. */
  constructor (public rule: Rule, limits: DetectorLimits, { tracksChanges = true } = {}) {
    this.#limits = limits
    this.#tracksChanges = tracksChanges
    this.#window = rule.type === 'query' ? 0 : rule.window
    const spans = this.#window === 0 ? 1 : Math.ceil((this.#window + limits.lateness) / this.#window)
    this.#groupOptions = {
      ring: { threshold: rule.threshold, window: this.#window, capacity: rule.threshold * (spans + 1), cardinality: rule.cardinality?.value },
      groupBy: rule.groupBy,
      shared: new SharedTexts()
    }
    this.#signals = new Signals(rule)
    this.#groups = new Groups<Group>({
      capacity: limits.maxGroups,
      threshold: rule.threshold,
      lifetime: this.#window + limits.lateness,
      window: Math.max(rule.window, 1000),
      packing: { pack: (group) => group.pack(), unpack: (key, packed) => Group.unpack(key, packed, this.#groupOptions) },
      onGone: (key, group, why) => this.#gone(key, group, why)
    })
  }

  /** When the next timer is due, ms since 1970; Infinity when there is none. */
  due (): number {
    return Math.min(this.#signals.due(), this.#firstTimer()?.due ?? Infinity)
  }

  /** Counts a matching event; gives the records it caused. */
  push (event: Event, arrival: number): AlertRecord[] {
    this.stats.matched++
    this.#now = arrival
    event.gather(asked)
    const { rule } = this
    const time = event.time(rule.timestampOverride, !rule.timestampOverrideFallbackDisabled)
    const matched: Matched = { event, arrival, time, identity: identify(event, rule) }
    if (rule.type === 'query' && rule.groupBy.length === 0) {
      this.#single(matched)
      return this.#take()
    }
    const keys = groupKeys(event, rule.groupBy, rule.suppression?.missingFields === 'suppress')
    for (const key of keys) this.#count(matched, key)
    if (keys.length === 0) {
      if (rule.type === 'query') this.#single(matched)
      else this.stats.ungrouped++
    }
    return this.#take()
  }

  /** The ids of the open alerts that the event would count in, as it arrives; at most 100, and nothing changes. */
  openAlerts (event: Event): string[] {
    const { rule } = this
    const time = event.time(rule.timestampOverride, !rule.timestampOverrideFallbackDisabled)
    const keys = groupKeys(event, rule.groupBy, rule.suppression?.missingFields === 'suppress')
    const alerts = keys.map((key) => this.#groups.getOpen(key)?.alert)
    return alerts
      .filter((alert) => alert !== undefined && !alert.isHeld && !alert.isPast(time, this.#window) && alert.closeReason(rule, this.#window, event.arrival) === undefined)
      .slice(0, maxTold)
      .map((alert) => (alert as OpenAlert).uuid)
  }

  /** Does what is due at `now`, the moment that `due` names. */
  fire (now: number): AlertRecord[] {
    this.#now = now
    if (this.#signals.due() <= now) this.#release(now)
    else this.#fireTimer(now)
    return this.#take()
  }

  /** Drops groups that have expired; cheap enough for every second. */
  sweep (now: number): void {
    this.#now = now
    this.#groups.expire(now, maxSwept)
  }

  /** Closes every open alert, since the rule was changed or removed; those held back are summed up. */
  end (now: number): AlertRecord[] {
    for (const key of this.#groups.keys()) {
      const group = this.#groups.getOpen(key)
      if (group !== undefined) this.#close(group, 'rule_changed', now)
      this.#changeGroup(key, null)
    }
    this.#sumUp(this.#signals.flush(), now)
    return this.#take()
  }

  /** The groups nearest to the threshold, those with an open alert first; at most `count`. */
  nearest (count: number): GroupStatus[] {
    const top: { group: Group, near: number }[] = []
    // No window holds more than all of its hits, and to look into each of a million groups takes long.
    for (const group of this.#groups.values((hits) => hits > (top[count - 1]?.near ?? -1))) {
      const near = group.hasAlert ? Infinity : group.ring.most()
      const position = top.findLastIndex((other) => other.near >= near) + 1
      if (position >= count) continue
      top.splice(position, 0, { group, near })
      top.length = Math.min(top.length, count)
    }
    return top.map(({ group }) => group.status(this.rule.threshold))
  }

  /** The states of the groups that changed since the last call, null for those that are gone; and the rule's own. */
  changes (): { groups: Map<string, GroupState | null>, rule: TrackerState | undefined } {
    const groups = new Map([...this.#changedGroups].map(([key, group]) => [key, group?.toState() ?? null]))
    const rule = this.#changed && this.#tracksChanges ? this.#toState() : undefined
    this.#changedGroups = new Map()
    this.#changed = false
    return { groups, rule }
  }

  /** Takes back what `changes` gave: it is where the other tracker was, which resumed at `resumed` the last time. */
  load (groups: Iterable<GroupState>, state: TrackerState | undefined, resumed = -Infinity): void {
    for (const saved of [...groups].sort((one, other) => one.lastArrival - other.lastArrival)) {
      const group = Group.fromState(saved, this.#groupOptions)
      group.lastArrival = Math.max(group.lastArrival, resumed)
      // What is remembered of evicted groups is not kept, so the hits of the state are all there are.
      this.#groups.add(group, saved.lastArrival)
      if (group.alert === undefined) continue
      group.alert.lastArrival = Math.max(group.alert.lastArrival, resumed)
      this.#groupOf.set(group.alert, group)
    }
    const singles = state?.held.map((alert) => OpenAlert.fromState(alert)) ?? []
    const alerts = [...this.#groupOf.keys(), ...singles].sort((one, other) => one.order - other.order)
    for (const alert of alerts) this.#schedule(alert)
    if (state !== undefined) {
      this.#recent = new Recent(maxIdentities, state.recent)
      this.#singles = state.singles
      this.#order = state.order
      this.#signals.restore(state.signals, alerts.filter(({ isHeld }) => isHeld))
    }
    this.stats.held = this.#signals.held.length
    this.stats.groups = this.#groups.size
  }

  /**
   * Goes on after a stop, or after the clock was set: timers of silence begin anew at `now`, since nothing could arrive
   * meanwhile, and nothing waits for a time that a clock ahead of `now` has told.
   */
  resume (now: number): void {
    if (this.#signals.resume(now)) this.#changed = true
    this.#groups.arriveAll(now, (group) => this.#changeGroup(group.key, group))
    for (const [alert, group] of this.#groupOf) {
      if (Math.max(alert.startedAt, alert.recordedAt) > now) this.#changeGroup(group.key, group)
      alert.lastArrival = now
      alert.startedAt = Math.min(alert.startedAt, now)
      alert.recordedAt = Math.min(alert.recordedAt, now)
      this.#schedule(alert)
    }
  }

  #count (matched: Matched, key: string): void {
    const { arrival } = matched
    const known = this.#groups.get(key, arrival)
    const group = known ?? new Group(copyOf(key), this.#groupOptions, arrival)
    group.lastArrival = arrival
    if (this.#accept(matched, group)) this.#hit(matched, group)
    if (known !== undefined) this.#groups.touch(group)
    else if (!this.#groups.add(group, arrival)) {
      this.stats.evicted++
      return
    }
    this.stats.groups = this.#groups.size
    this.#changeGroup(key, group)
  }

  /** Whether the event counts in this group: not the same again, not the twin of one before, not too late. */
  #accept ({ event, time, identity }: Matched, group: Group): boolean {
    const isNew = identity === undefined || group.recent.add(identity)
    if (!isNew || this.#isTwin(event, time, group)) {
      this.stats.duplicates++
      return false
    }
    if (time < group.horizon - this.#window - this.#limits.lateness) {
      this.stats.late++
      if (group.alert !== undefined) group.alert.isLate = true
      return false
    }
    return true
  }

  #isTwin (event: Event, time: number, group: Group): boolean {
    const start = this.rule.twins ? identifyStart(event, time) : undefined
    return start !== undefined && group.twins.pairs(start)
  }

  #hit (matched: Matched, group: Group): void {
    const { arrival, time } = matched
    const hit = this.#waitingEvent(matched)
    this.stats.counted++
    group.hits++
    if (hit.skew === 0) group.horizon = Math.max(group.horizon, time)
    if (group.alert?.isPast(time, this.#window) === true) this.#close(group, 'gap', arrival)
    const { alert } = group
    if (alert === undefined) {
      hit.packed = matched.packed ??= packFields(this.#fieldsOf(matched))
    } else {
      alert.totals.add(this.#countedEvent(hit, this.#fieldsOf(matched)))
      alert.lastArrival = arrival
    }
    const consumed = group.ring.add(hit)
    group.ring.forgetBefore(group.horizon - 2 * this.#window - this.#limits.lateness)
    // Whatever is older is too late to be counted, with a twin or without.
    group.twins.forgetBefore(group.horizon - this.#window - this.#limits.lateness)
    if (consumed === undefined) {
      if (alert !== undefined) this.#schedule(alert)
    } else if (alert === undefined) {
      this.#open(matched, group, consumed)
    } else {
      this.#cross(alert, group, consumed, arrival)
    }
  }

  #waitingEvent ({ event, arrival, time, identity }: Matched): WaitingEvent {
    const { cardinality } = this.rule
    const value = cardinality === undefined ? undefined : hitValue(event.values(cardinality.field))
    const skew = time - arrival > this.#limits.maxSkew ? time - arrival : 0
    if (skew > 0) this.stats.skewed++
    return { time, skew, value, identity }
  }

  #countedEvent ({ time, skew, value }: WaitingEvent, fields: FieldsRead): CountedEvent {
    return { time, skew, value, facts: factsOf(fields, time, this.#fieldsToTell()) }
  }

  #fieldsOf (matched: Matched): FieldsRead {
    matched.fields ??= readFields(matched.event, this.#fieldsToTell())
    return matched.fields
  }

  /** The same list while the rule is the same. */
  #fieldsToTell (): readonly string[] {
    if (this.#told.rule === this.rule) return this.#told.names
    const { cardinality, source } = this.rule
    const investigated = (source.investigation_fields as { field_names?: unknown } | undefined)?.field_names
    const names = [...cardinality === undefined ? [] : [cardinality.field], ...Array.isArray(investigated) ? investigated.map(String) : []]
    this.#told = { rule: this.rule, names }
    return names
  }

  #open (matched: Matched, group: Group, consumed: WaitingEvent[]): void {
    const alert = this.#createAlert(matched, group.key, group.terms, consumed)
    alert.isApproximate = group.ring.approximate
    group.ring.approximate = false
    group.alert = alert
    this.#groupOf.set(alert, group)
    this.#admit(alert, matched.arrival)
  }

  #createAlert ({ event, arrival }: Matched, key: string, terms: OpenAlert['terms'], consumed: WaitingEvent[]): OpenAlert {
    const totals = new Totals()
    this.#addUncounted(totals, consumed)
    return Object.assign(new OpenAlert({
      uuid: alertId(this.rule, key, consumed[0] as WaitingEvent),
      terms,
      totals,
      origin: event.origin,
      derived: this.rule.groupBy.filter((field) => event.derives(field)),
      timeToDetect: arrival - totals.last,
      suppressedUntil: totals.last + (this.rule.suppression?.duration ?? 0),
      startedAt: arrival
    }), { order: this.#order++ })
  }

  #cross (alert: OpenAlert, group: Group, consumed: WaitingEvent[], now: number): void {
    this.#addUncounted(alert.totals, consumed)
    alert.isApproximate ||= group.ring.approximate
    group.ring.approximate = false
    alert.crossings++
    alert.updateIsDue = true
    if (!alert.isHeld && now - alert.recordedAt >= this.rule.interval) this.#record(alert, 'update', now)
    else this.#schedule(alert)
  }

  #addUncounted (totals: Totals, events: readonly WaitingEvent[]): void {
    for (const one of events) if (one.packed !== undefined) totals.add(this.#countedEvent(one, unpackFields(one.packed)))
  }

  /** An event of a query rule that no field groups: an alert of its own, which only opens. */
  #single (matched: Matched): void {
    const { identity } = matched
    this.#changed = true
    if (identity !== undefined && !this.#recent.add(identity)) {
      this.stats.duplicates++
      return
    }
    this.stats.counted++
    // Without an identity nothing but its place in the stream tells the event from one of the same moment.
    const hit = this.#waitingEvent({ ...matched, identity: identity ?? `${matched.time} ${this.#singles++}` })
    hit.packed = packFields(this.#fieldsOf(matched))
    this.#admit(this.#createAlert(matched, '', [], [hit]), matched.arrival)
  }

  #admit (alert: OpenAlert, now: number): void {
    this.#changed = true
    if (this.#signals.admit(now)) {
      this.#record(alert, 'open', now)
      return
    }
    const surplus = this.#signals.hold(alert)
    if (surplus !== undefined) this.#abandon(surplus)
    this.stats.held = this.#signals.held.length
  }

  /** An alert beyond all bounds will be summed up only, and its group starts afresh. */
  #abandon (alert: OpenAlert): void {
    const group = this.#groupOf.get(alert)
    if (group === undefined) return
    this.#detach(group)
    this.#groups.touch(group)
  }

  #release (now: number): void {
    const { alerts, surplus } = this.#signals.release(now)
    this.#changed = true
    this.stats.held = this.#signals.held.length
    for (const alert of alerts) {
      alert.startedAt = now
      this.#record(alert, 'open', now)
    }
    this.#sumUp(surplus, now)
  }

  #sumUp (surplus: Surplus | undefined, now: number): void {
    if (surplus !== undefined) this.#records.push(surplusRecord(this.rule, surplus, { now, limit: this.#limits.alert }))
  }

  #firstTimer (): Timer | undefined {
    // A timer that was replaced by a sooner one, or whose alert is closed, stays in the heap until it comes up.
    while (this.#timers.first !== undefined && this.#timerOf.get(this.#timers.first.alert) !== this.#timers.first) this.#timers.pop()
    return this.#timers.first
  }

  #fireTimer (now: number): void {
    const { alert } = this.#firstTimer() as Timer
    const group = this.#groupOf.get(alert) as Group
    this.#timerOf.delete(alert)
    if (alert.due(this.rule, this.#window) > now) {
      this.#schedule(alert)
      return
    }
    const reason = alert.closeReason(this.rule, this.#window, now)
    if (reason !== undefined) {
      this.#close(group, reason, now)
      this.#groups.touch(group)
    } else {
      this.#record(alert, 'update', now)
    }
  }

  #close (group: Group, reason: CloseReason, now: number): void {
    const alert = group.alert as OpenAlert
    if (alert.isHeld) {
      this.#signals.giveUp(alert)
      this.stats.held = this.#signals.held.length
      this.#changed = true
    } else {
      this.#record(alert, 'close', now, reason)
    }
    this.#detach(group)
  }

  #detach (group: Group): void {
    const alert = group.alert as OpenAlert
    this.#timerOf.delete(alert)
    this.#groupOf.delete(alert)
    group.alert = undefined
    group.ring.keep(({ packed }) => packed !== undefined)
    this.#changeGroup(group.key, group)
  }

  #record (alert: OpenAlert, action: Action, now: number, closeReason?: CloseReason): void {
    alert.sequence++
    alert.recordedAt = now
    alert.recordedCount = alert.totals.count
    alert.updateIsDue = false
    this.stats[counters[action]]++
    this.#records.push(alertRecord(this.rule, alert, { action, now, window: this.#window, closeReason, limit: this.#limits.alert }))
    const group = this.#groupOf.get(alert)
    if (group === undefined) return
    this.#changeGroup(group.key, group)
    this.#schedule(alert)
  }

  /** Sees to it that a timer goes off when the alert's next record is due; one that is too early looks again. */
  #schedule (alert: OpenAlert): void {
    const due = alert.due(this.rule, this.#window)
    const timer = this.#timerOf.get(alert)
    if (due === Infinity || (timer !== undefined && timer.due <= due)) return
    const sooner = { due, order: alert.order, alert }
    this.#timerOf.set(alert, sooner)
    this.#timers.push(sooner)
  }

  #gone (key: string, group: Group | undefined, why: 'expired' | 'evicted'): void {
    if (why === 'evicted') {
      this.stats.evicted++
      if (group?.alert !== undefined) this.#close(group, 'evicted', this.#now)
    }
    this.stats.groups = this.#groups.size
    this.#changeGroup(key, null)
  }

  #changeGroup (key: string, group: Group | null): void {
    if (this.#tracksChanges) this.#changedGroups.set(key, group)
  }

  #take (): AlertRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  #toState (): TrackerState {
    const held = this.#signals.held.filter((alert) => !this.#groupOf.has(alert))
    return {
      recent: [...this.#recent], singles: this.#singles, order: this.#order, signals: this.#signals.toState(), held: held.map((alert) => alert.toState())
    }
  }
}

/** Counters of one rule since the start. */
export interface RuleStats {
  matched: number
  /** Counted, in one group or several. */
  counted: number
  /** Without a value in a group-by field. */
  ungrouped: number
  duplicates: number
  late: number
  /** Counted, though more than `max_skew` ahead of their arrival. */
  skewed: number
  groups: number
  evicted: number
  opened: number
  updated: number
  closed: number
  /** Alerts that `max_signals` holds back now. */
  held: number
}

/** A rule's own state, as plain data: what does not belong to a group. */
export interface TrackerState {
  recent: string[]
  singles: number
  order: number
  signals: SignalsState
  held: OpenAlertState[]
}

/** A matching event and what is read from it once, in however many groups it counts. */
interface Matched { event: Event, arrival: number, time: number, identity: string | undefined, fields?: FieldsRead, packed?: PackedFields }

interface Timer { due: number, order: number, alert: OpenAlert }

/** Of each event that counts. */
const asked = new FieldNames([...factFields, ...identityFields])
const counters = { open: 'opened', update: 'updated', close: 'closed' } as const
const maxSwept = 10_000
const maxTold = 100
const maxListed = 128

/** What a hit has of the cardinality field: as in Elasticsearch each value of a list counts, here the first 128: a hit may wait by the thousand. */
function hitValue (found: readonly Scalar[]): HitValue | undefined {
  const [first] = found
  if (first === undefined) return undefined
  if (found.length === 1) return ownValue(first)
  // A number and its text are one value.
  const values = [...new Set(found.slice(0, maxListed).map(ownValue))]
  return values.length === 1 ? values[0] : values
}

function ownValue (value: Scalar): string {
  return copyOf(shortValue(String(value)))
}
