/**
 * The rules of DESIGN section 3, evaluated naively on every arrival: no ring, no heap, no index, just lists that are
 * filtered anew each time. What the detector says must be what this says.
 */
export interface ReferenceRule {
  id: string
  type: 'threshold' | 'query'
  grouped: boolean
  threshold: number
  cardinality?: number
  window: number
  interval: number
  maxSignals: number
  suppression?: number
}

export interface ReferenceLimits { lateness: number, maxSkew: number }

export interface ReferenceEvent { id: string, time: number, hosts: string[], value?: string | string[] }

/** What of a record is compared. */
export interface Summary {
  at: number
  rule: string
  host: string
  action: string
  alert: string
  sequence: number
  count: number
  distinct: number
  first: number
  last: number
  skew: number
  late: boolean
  crossings: number
  reason: string | null
}

interface Seen { id: string, time: number, value?: string | string[], skew: number, consumed: boolean, counted: boolean }

interface Alert {
  id: string,
  order: number,
  rule: ReferenceRule,
  host: string,
  events: Seen[],
  start: number,
  arrival: number,
  recorded: number,
  recordedCount: number,
  sequence: number,
  due: boolean,
  crossings: number,
  late: boolean,
  held: boolean,
  until: number,
  group?: Group
}

interface Group { host: string, ids: string[], horizon: number, matchAt: number, kept: Seen[], alert?: Alert }

interface RuleState { rule: ReferenceRule, groups: Map<string, Group>, ids: string[], since: number, opened: number, held: Alert[], order: number }

const hour = 3_600_000

export class Reference {
  readonly #states: RuleState[]
  readonly #limits: ReferenceLimits
  #out: Summary[] = []

  constructor (rules: ReferenceRule[], limits: ReferenceLimits) {
    this.#limits = limits
    this.#states = rules.map((rule) => ({ rule, groups: new Map(), ids: [], since: -Infinity, opened: 0, held: [], order: 0 }))
  }

  push (event: ReferenceEvent, arrival: number): Summary[] {
    const before = this.advance(arrival)
    for (const state of this.#states) {
      if (state.rule.type === 'query' && !state.rule.grouped) this.#single(state, event, arrival)
      else for (const host of state.rule.grouped ? new Set(event.hosts) : ['']) this.#count(state, host, event, arrival)
    }
    return [...before, ...this.#take()]
  }

  /** The process starts again: the timers of silence begin anew. */
  restart (now: number): void {
    for (const { groups } of this.#states) {
      for (const group of groups.values()) {
        group.matchAt = now
        if (group.alert !== undefined) group.alert.arrival = now
      }
    }
  }

  advance (now: number): Summary[] {
    while (true) {
      const dues = this.#states.flatMap((state, place) => [
        ...state.held.length > 0 ? [{ at: state.since + state.rule.interval, place, order: -1, run: (at: number) => this.#release(state, at) }] : [],
        ...[...state.groups.values()].flatMap(({ alert }) => alert === undefined || alert.held
          ? []
          : [{ at: this.#dueAt(alert), place, order: alert.order, run: (at: number) => this.#expire(alert, at) }])
      ]).filter(({ at }) => at <= now)
      dues.sort((one, other) => one.at - other.at || one.place - other.place || one.order - other.order)
      const [next] = dues
      if (next === undefined) return this.#take()
      next.run(next.at)
    }
  }

  #window (rule: ReferenceRule): number {
    return rule.type === 'query' ? 0 : rule.window
  }

  #quietAt (alert: Alert): number {
    return Math.max(alert.arrival + this.#window(alert.rule) + 1, alert.start + (alert.rule.suppression ?? 0))
  }

  #endAt (alert: Alert): number {
    return alert.start + Math.max(24 * hour, alert.rule.suppression ?? 0)
  }

  #dueAt (alert: Alert): number {
    const update = alert.due ? alert.recorded + alert.rule.interval : Infinity
    const growth = alert.events.length > alert.recordedCount ? alert.recorded + hour : Infinity
    return Math.min(update, growth, this.#quietAt(alert), this.#endAt(alert))
  }

  #expire (alert: Alert, at: number): void {
    if (this.#quietAt(alert) <= at) this.#close(alert, at, 'quiet')
    else if (this.#endAt(alert) <= at) this.#close(alert, at, 'max_duration')
    else this.#record(alert, at, 'update', null)
  }

  #close (alert: Alert, at: number, reason: string): void {
    this.#record(alert, at, 'close', reason)
    const group = alert.group as Group
    group.alert = undefined
    group.kept = group.kept.filter(({ counted }) => !counted)
  }

  #record (alert: Alert, at: number, action: string, reason: string | null): void {
    const times = alert.events.map(({ time }) => time)
    alert.sequence++
    alert.recorded = at
    alert.recordedCount = alert.events.length
    alert.due = false
    this.#out.push({
      at,
      rule: alert.rule.id,
      host: alert.host,
      action,
      alert: alert.id,
      sequence: alert.sequence,
      count: alert.events.length,
      distinct: alert.rule.cardinality === undefined ? 0 : distinct(alert.events),
      first: Math.min(...times),
      last: Math.max(...times),
      skew: Math.max(...alert.events.map(({ skew }) => skew)),
      late: alert.late,
      crossings: alert.crossings,
      reason
    })
  }

  #count (state: RuleState, host: string, event: ReferenceEvent, arrival: number): void {
    const { rule } = state
    const window = this.#window(rule)
    const { lateness, maxSkew } = this.#limits
    let group = state.groups.get(host)
    if (group === undefined || (group.alert === undefined && arrival - group.matchAt > window + lateness)) {
      group = { host, ids: [], horizon: -Infinity, matchAt: arrival, kept: [] }
      state.groups.set(host, group)
    }
    group.matchAt = arrival
    if (group.ids.includes(event.id)) return
    group.ids.push(event.id)
    if (event.time < group.horizon - window - lateness) {
      if (group.alert !== undefined) group.alert.late = true
      return
    }
    const skew = event.time - arrival > maxSkew ? event.time - arrival : 0
    if (skew === 0) group.horizon = Math.max(group.horizon, event.time)
    const open = group.alert
    if (open !== undefined && !open.held && event.time > Math.max(...open.events.map(({ time }) => time)) + window && event.time > open.until) {
      this.#close(open, arrival, 'gap')
    }
    const seen: Seen = { id: event.id, time: event.time, value: event.value, skew, consumed: false, counted: false }
    group.kept.push(seen)
    const { alert } = group
    if (alert !== undefined) {
      seen.counted = true
      alert.events.push(seen)
      alert.arrival = arrival
    }
    const met = this.#met(group, seen, rule)
    if (met.length > 0) this.#cross(state, group, met, arrival)
    this.#forget(group, rule)
  }

  /** The events of the earliest window that holds enough, the new one among them. */
  #met (group: Group, seen: Seen, rule: ReferenceRule): Seen[] {
    const window = this.#window(rule)
    const ends = group.kept.map(({ time }) => time).filter((time) => time >= seen.time && time - window <= seen.time).sort((one, other) => one - other)
    for (const end of ends) {
      const within = group.kept.filter(({ time }) => time >= end - window && time <= end)
      if (within.length >= rule.threshold && distinct(within) >= (rule.cardinality ?? 0)) return within
    }
    return []
  }

  #cross (state: RuleState, group: Group, met: Seen[], arrival: number): void {
    group.kept = group.kept.filter((seen) => !met.includes(seen))
    const { rule } = state
    const { alert } = group
    if (alert !== undefined) {
      alert.events.push(...met.filter(({ counted }) => !counted))
      alert.crossings++
      alert.due = true
      if (!alert.held && arrival >= alert.recorded + rule.interval) this.#record(alert, arrival, 'update', null)
      return
    }
    const times = met.map(({ time }) => time)
    const first = met.find(({ time }) => time === Math.min(...times)) as Seen
    group.alert = this.#create(state, { host: group.host, id: `${group.host}/${first.id}`, events: met, arrival, group })
    this.#admit(state, group.alert, arrival)
  }

  #create (state: RuleState, { host, id, events, arrival, group }: { host: string, id: string, events: Seen[], arrival: number, group?: Group }): Alert {
    const { rule } = state
    return {
      id: `${rule.id}/${id}`,
      order: state.order++,
      rule,
      host,
      events: [...events],
      start: arrival,
      arrival,
      recorded: -Infinity,
      recordedCount: 0,
      sequence: 0,
      due: false,
      crossings: 1,
      late: false,
      held: false,
      until: Math.max(...events.map(({ time }) => time)) + (rule.suppression ?? 0),
      ...group !== undefined && { group }
    }
  }

  #single (state: RuleState, event: ReferenceEvent, arrival: number): void {
    if (state.ids.includes(event.id)) return
    state.ids.push(event.id)
    const skew = event.time - arrival > this.#limits.maxSkew ? event.time - arrival : 0
    const seen: Seen = { id: event.id, time: event.time, skew, consumed: true, counted: true }
    this.#admit(state, this.#create(state, { host: '', id: event.id, events: [seen], arrival }), arrival)
  }

  #admit (state: RuleState, alert: Alert, arrival: number): void {
    if (arrival >= state.since + state.rule.interval) {
      state.since = arrival
      state.opened = 0
    }
    if (state.opened < state.rule.maxSignals && state.held.length === 0) {
      state.opened++
      this.#record(alert, arrival, 'open', null)
    } else {
      alert.held = true
      state.held.push(alert)
    }
  }

  #release (state: RuleState, at: number): void {
    const largest = [...state.held].sort((one, other) => other.events.length - one.events.length).slice(0, state.rule.maxSignals)
    state.held = state.held.filter((alert) => !largest.includes(alert))
    state.since = at
    state.opened = largest.length
    for (const alert of largest) {
      alert.held = false
      alert.start = at
      this.#record(alert, at, 'open', null)
    }
  }

  /** What no event to come can pair with, and what the bound on a group's memory leaves out. */
  #forget (group: Group, rule: ReferenceRule): void {
    const window = this.#window(rule)
    const { lateness } = this.#limits
    if (rule.cardinality !== undefined) {
      const needed = new Set([...new Set(group.kept.flatMap(keysOf))].flatMap((key) => byTime(group.kept.filter((seen) => keysOf(seen).includes(key))).slice(-rule.threshold)))
      group.kept = group.kept.filter((seen) => needed.has(seen))
    } else {
      const capacity = rule.threshold * ((window === 0 ? 1 : Math.ceil((window + lateness) / window)) + 1)
      const surplus = byTime(group.kept).slice(0, Math.max(0, group.kept.length - capacity))
      group.kept = group.kept.filter((seen) => !surplus.includes(seen))
    }
    group.kept = group.kept.filter(({ time }) => time >= group.horizon - 2 * window - lateness)
  }

  #take (): Summary[] {
    const out = this.#out
    this.#out = []
    return out
  }
}

function distinct (events: Seen[]): number {
  return new Set(events.flatMap(keysOf).filter((value) => value !== undefined)).size
}

/** An event without a value is kept as one of those without. */
function keysOf ({ value }: Seen): (string | undefined)[] {
  return [value].flat()
}

function byTime (events: Seen[]): Seen[] {
  return [...events].sort((one, other) => one.time - other.time)
}
