import type { PackedFields } from './facts.js'
import { termsOf } from './group-keys.js'
import type { Packed, Ranked } from './groups.js'
import { OpenAlert, type OpenAlertState, type Term } from './open-alert.js'
import { PackedReader, PackedWriter } from './packed.js'
import { Recent } from './recent.js'
import { Ring, type Hit, type HitValue, type RingOptions } from './ring.js'
import type { SharedTexts } from './shared-texts.js'
import { showTime } from './time.js'
import { Twins, type Start } from './twins.js'

/** What the groups of a rule have in common. */
export interface GroupOptions {
  ring: RingOptions
  groupBy: readonly string[]
  /** Keeps what their events have in common once. */
  shared: SharedTexts
}

/** An event that waits in a group's ring, to be counted by an alert. */
export interface WaitingEvent extends Hit {
  /** How far its time lay ahead of its arrival, where that was more than `max_skew`; else 0. */
  skew: number
  identity?: string
  /** What it will add to an alert; undefined when one has counted it already, while no window has consumed it. */
  packed?: PackedFields
}

/** What is known of one group of one rule. */
export class Group implements Ranked {
  hits = 0
  lastArrival: number
  /** The newest event time that is not too far ahead of its arrival, ms since 1970. */
  horizon = -Infinity
  alert: OpenAlert | undefined
  readonly #options: GroupOptions
  readonly ring: Ring<WaitingEvent>
  /** The newest identities, by which an event that comes twice is known. */
  readonly recent: Recent
  readonly twins: Twins

  constructor (readonly key: string, options: GroupOptions, arrival: number, contents: Contents = nothing) {
    this.#options = options
    this.lastArrival = arrival
    this.horizon = contents.horizon
    this.ring = new Ring(options.ring, contents.events)
    this.ring.approximate = contents.approximate
    this.recent = new Recent(maxIdentities, contents.recent)
    this.twins = new Twins(contents.starts)
  }

  /** What `pack` gave, but for the hits and the last arrival. */
  static unpack (key: string, packed: Packed, options: GroupOptions): Group {
    return new Group(key, options, -Infinity, unpack(packed))
  }

  static fromState ({ key, packed, hits, lastArrival, alert }: GroupState, options: GroupOptions): Group {
    const group = new Group(key, options, lastArrival, unpack(packed))
    group.hits = hits
    group.alert = alert === undefined ? undefined : OpenAlert.fromState(alert)
    return group
  }

  /** Plain data that survives JSON. */
  toState (): GroupState {
    const { key, hits, lastArrival, alert } = this
    return { key, hits, lastArrival, packed: pack(this, this.#options.shared), ...alert !== undefined && { alert: alert.toState() } }
  }

  /** A few hundred bytes; undefined for a group that has an alert, or so many hits that to pack and unpack it for each would take long. */
  pack (): Packed | undefined {
    const isSmall = [this.ring.length, this.recent.size, this.twins.size].every((size) => size <= maxPacked)
    return isSmall && !this.hasAlert ? pack(this, this.#options.shared) : undefined
  }

  get terms (): readonly Term[] {
    return termsOf(this.key, this.#options.groupBy)
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
  hits: number
  lastArrival: number
  packed: Packed
  alert?: OpenAlertState
}

/** DESIGN section 3: "The newest 4,096 identities per group". */
export const maxIdentities = 4096
const maxPacked = 4

const writer = new PackedWriter()

interface Contents {
  horizon: number
  approximate: boolean
  events: readonly WaitingEvent[]
  recent: readonly string[]
  starts: readonly Start[]
}

const nothing: Contents = { horizon: -Infinity, approximate: false, events: [], recent: [], starts: [] }

function pack ({ horizon, ring, recent, twins }: Group, sharedTexts: SharedTexts): Packed {
  const shared: string[] = []
  writer.put(horizon)
  writer.put(ring.approximate)
  writer.put(ring.length)
  for (const { time, skew, value, identity, packed } of ring) {
    writer.put(time)
    writer.put(skew)
    putValue(value)
    writer.put(identity)
    writer.put(packed?.own)
    if (packed !== undefined) shared.push(sharedTexts.share(packed.shared))
  }
  writer.put(recent.size)
  for (const identity of recent) writer.put(identity)
  for (const { host, provider, pid, time, until, line, program } of twins) {
    writer.put(host)
    writer.put(provider)
    writer.put(pid)
    writer.put(time)
    writer.put(until)
    writer.put(line)
    writer.put(program)
  }
  return { text: writer.finish(), shared: shared.length === 1 ? shared[0] as string : shared }
}

/** Several values stand behind their number. */
function putValue (value: HitValue | undefined): void {
  if (value === undefined || typeof value === 'string') return writer.put(value)
  writer.put(value.length)
  for (const one of value) writer.put(one)
}

function takeValue (reader: PackedReader): HitValue | undefined {
  const value = reader.take()
  return typeof value === 'number' ? Array.from({ length: value }, () => reader.take() as string) : value as string | undefined
}

function unpack ({ text, shared }: Packed): Contents {
  const reader = new PackedReader(text)
  const takeNumber = (): number => reader.take() as number
  const takeText = (): string | undefined => reader.take() as string | undefined
  const horizon = takeNumber()
  const approximate = reader.take() === true
  const length = takeNumber()
  const sharedTexts = typeof shared === 'string' ? [shared] : shared
  const events: WaitingEvent[] = []
  let used = 0
  for (let i = 0; i < length; i++) {
    const time = takeNumber()
    const skew = takeNumber()
    const value = takeValue(reader)
    const identity = takeText()
    const own = takeText()
    events.push({ time, skew, value, identity, packed: own === undefined ? undefined : { own, shared: sharedTexts[used++] as string } })
  }
  const recent: string[] = []
  for (let left = takeNumber(); left > 0; left--) recent.push(takeText() as string)
  const starts: Start[] = []
  while (!reader.isAtEnd) {
    const host = takeText() as string
    const provider = takeText() as string
    const pid = takeText()
    const time = takeNumber()
    const until = reader.take() as number | undefined
    starts.push({ host, provider, pid, time, until, line: takeText(), program: takeText() })
  }
  return { horizon, approximate, events, recent, starts }
}
