import { DnsFacts, type DnsState } from './enrich/dns.js'
import { copyOf, type Facts } from './facts.js'
import type { Scalar } from './fields.js'
import { maxValues, valuesOf, type Hit } from './ring.js'
import { Tally } from './enrich/tally.js'

/** An event that counts: when, for which values of the cardinality field, and what it adds to an alert. */
export interface CountedEvent extends Hit {
  facts: Facts
  /** How far its time lay ahead of its arrival, where that was more than `max_skew`; else 0. */
  skew: number
}

/** What an alert has counted, summed up in bounded memory. */
export class Totals {
  #count = 0
  #first = Infinity
  #last = -Infinity
  #skew = 0
  #common: Record<string, Scalar | null> = {}
  #values = new Map<string, Tally>()
  #earliest: Evidence[] = []
  #latest: Evidence[] = []
  #distinct = new Set<string>()
  #distinctIsFull = false
  #dns = new DnsFacts()

  /** Takes up what `toState` gave, and leaves it as it is. */
  static fromState (state: TotalsState): Totals {
    const totals = new Totals()
    totals.#count = state.count
    // The ends of nothing are infinite, and JSON makes null of them.
    if (state.count > 0) [totals.#first, totals.#last] = [state.first, state.last]
    totals.#skew = state.skew
    totals.#common = { ...state.common }
    totals.#values = new Map(state.values.map(([name, entries, other]) => [name, new Tally(entries, other)]))
    totals.#earliest = [...state.earliest]
    totals.#latest = [...state.latest]
    totals.#distinct = new Set(state.distinct)
    totals.#distinctIsFull = state.distinctIsFull
    totals.#dns = DnsFacts.fromState(state.dns)
    return totals
  }

  /** Everything that `fromState` needs, as plain data that survives JSON. */
  toState (): TotalsState {
    return {
      count: this.#count,
      first: this.#first,
      last: this.#last,
      skew: this.#skew,
      common: { ...this.#common },
      values: [...this.#values].map(([name, tally]) => [name, tally.entries(), tally.other]),
      earliest: [...this.#earliest],
      latest: [...this.#latest],
      distinct: [...this.#distinct],
      distinctIsFull: this.#distinctIsFull,
      dns: this.#dns.toState()
    }
  }

  add ({ time, value, facts, skew }: CountedEvent): void {
    this.#count++
    this.#first = Math.min(this.#first, time)
    this.#last = Math.max(this.#last, time)
    this.#skew = Math.max(this.#skew, skew)
    this.#addCommon(facts.common)
    for (const [name, texts] of Object.entries(facts.values)) this.#addValues(name, texts)
    this.#addEvidence({ time, fields: facts.evidence })
    for (const one of valuesOf(value)) this.#addDistinct(one)
    if (facts.question !== undefined) this.#dns.add(facts.question)
  }

  get count (): number {
    return this.#count
  }

  /** The oldest counted event time, ms since 1970. */
  get first (): number {
    return this.#first
  }

  /** The newest counted event time, ms since 1970. */
  get last (): number {
    return this.#last
  }

  get skew (): number {
    return this.#skew
  }

  /** Distinct cardinality values, exact up to 1,024. */
  get distinct (): number {
    return this.#distinct.size
  }

  get approximate (): boolean {
    return this.#distinctIsFull
  }

  /** The fields with one value over all counted events. */
  common (): Record<string, Scalar> {
    return Object.fromEntries(Object.entries(this.#common).filter((entry): entry is [string, Scalar] => entry[1] !== null))
  }

  /** By field: its ten commonest values with their numbers of events, and `other`. */
  values (): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#values].map(([name, tally]) => [name, tally.top(shownValues)]))
  }

  /** The first 15 counted events by time and the last 5 of the rest. */
  evidence (): Facts['evidence'][] {
    return [...this.#earliest, ...this.#latest].map(({ fields }) => fields)
  }

  /** What was asked of the DNS; undefined when nothing was. */
  dns (): object | undefined {
    return this.#dns.empty ? undefined : this.#dns.toJSON()
  }

  #addCommon (common: Facts['common']): void {
    for (const [name, value] of Object.entries(common)) {
      const known = this.#common[name]
      if (known === undefined) this.#common[name] = typeof value === 'string' ? copyOf(value) : value
      else if (known !== value) this.#common[name] = null
    }
  }

  #addValues (name: string, texts: readonly string[]): void {
    let tally = this.#values.get(name)
    if (tally === undefined) this.#values.set(name, tally = new Tally())
    for (const text of texts) tally.add(text)
  }

  #addDistinct (value: string): void {
    if (this.#distinct.size < maxValues) this.#distinct.add(value)
    else if (!this.#distinct.has(value)) this.#distinctIsFull = true
  }

  #addEvidence (one: Evidence): void {
    insert(this.#earliest, one)
    if (this.#earliest.length <= shownFirst) return
    insert(this.#latest, this.#earliest.pop() as Evidence)
    if (this.#latest.length > shownLast) this.#latest.shift()
  }
}

interface Evidence { time: number, fields: Facts['evidence'] }

/** `Totals` as plain data. */
export interface TotalsState {
  count: number
  first: number
  last: number
  skew: number
  common: Record<string, Scalar | null>
  values: [name: string, entries: [string, number][], other: number][]
  earliest: Evidence[]
  latest: Evidence[]
  distinct: string[]
  distinctIsFull: boolean
  dns: DnsState
}

const shownFirst = 15
const shownLast = 5
const shownValues = 10

/** Puts it in by time, behind its equals. */
function insert (list: Evidence[], one: Evidence): void {
  let position = list.length
  while (position > 0 && (list[position - 1] as Evidence).time > one.time) position--
  list.splice(position, 0, one)
}
