import { dnsQuestion } from './ecs/nslookup.js'
import type { MappedEvent, Moment } from './ecs/mapped-event.js'
import { fileName } from './ecs/process-fields.js'
import { toEcs, type EcsRecord } from './ecs/to-ecs.js'
import { splitCommandLine } from './enrich/command-line.js'
import type { DnsQuestion } from './enrich/nslookup.js'
import { Fields, firstText, type FieldMap, type FieldNames, type FieldSource, type Scalar } from './fields.js'
import { readTime, showTime } from './time.js'

/** How an event came here. */
export interface Origin {
  tag?: string
  address?: string
  /** The shipper's User-Agent up to the first blank or slash: `Fluent-Bit`, `Vector`. */
  shipper?: string
}

export interface EventInit {
  /** When Tripline received it, ms since 1970. */
  arrival: number
  /** The shipper's own time for the record, ms since 1970, where the envelope carries one (Fluent Bit's EventTime). */
  shipperTime?: number
  origin?: Origin
}

/**
 * One record from one host, under its ECS names, whatever shape it came in; a field that the record has under its ECS
 * name stands above what the mapping makes of its others. Fields that the record lacks and that follow from it are
 * answered too: `host.id`, `event.ingested`, `process.name` and `.args`, and `dns.question.*` of an nslookup start.
 */
export class Event implements FieldSource {
  readonly arrival: number
  readonly origin: Origin
  /** What the record itself brought. */
  readonly #fields: Fields
  readonly #ecs: EcsRecord
  readonly #shipperTime: number | undefined
  readonly #derived = new Map<string, readonly Scalar[]>()
  #question: DnsQuestion | null | undefined

  constructor (readonly record: FieldMap, { arrival, shipperTime, origin = {} }: EventInit) {
    this.arrival = arrival
    this.origin = origin
    this.#fields = new Fields(record, arrival)
    this.#ecs = toEcs(record)
    this.#shipperTime = shipperTime
  }

  /** The shape that the record came in: `ecs`, `winevtlog`, …, or `other` where nobody knows it. */
  get shape (): string {
    return this.#ecs.shape
  }

  /** Whether the record's time named no zone; `event.timezone` tells in which it was read. */
  get isZoneless (): boolean {
    return this.#moment.zone !== undefined
  }

  /** Whether the record brought a time of its own: not its shipper's, not its arrival. */
  get hasOwnTime (): boolean {
    return this.#ownTime() !== undefined
  }

  /** Whether the record or its shipper brought a time, so that `time` is not the arrival. */
  get hasTime (): boolean {
    return this.#broughtTime() !== undefined
  }

  /** @internal Gets ready for being asked for most of these fields; see `Fields.gather`. */
  gather (names: FieldNames): void {
    this.#fields.gather(names)
  }

  /** Whether this field was not in the record, but follows from it. */
  derives (name: string): boolean {
    return this.#brought(name).length === 0 && this.values(name).length > 0
  }

  values (name: string): readonly Scalar[] {
    const brought = this.#brought(name)
    const derive = brought.length > 0 ? undefined : derivations.get(name)
    if (derive === undefined) return brought
    let values = this.#derived.get(name)
    if (values === undefined) {
      values = derive(this)
      this.#derived.set(name, values)
    }
    return values
  }

  /** What the event asked of the DNS: the record's own `dns.question`, or what an nslookup start says. */
  get question (): DnsQuestion | undefined {
    if (this.#question === undefined) this.#question = this.#ownQuestion() ?? dnsQuestion(this) ?? null
    return this.#question ?? undefined
  }

  objects (name: string): readonly FieldSource[] {
    return this.#isForeign(name) ? [] : this.#fields.objects(name)
  }

  names (): readonly string[] {
    const brought = this.#fields.names().filter((name) => !this.#isForeign(name))
    const { mapped } = this.#ecs
    const made = mapped === undefined ? [] : [...new Fields(mapped.fields, this.arrival).names(), ...[...moments.keys()].filter((name) => this.#brought(name).length > 0)]
    const added = [...made, ...[...derivations.keys()].filter((name) => this.derives(name))]
    return added.length === 0 ? brought : [...new Set([...brought, ...added])]
  }

  /**
   * The event time, ms since 1970 (DESIGN section 3): `override` if the record itself brought it, else `@timestamp`,
   * else the shipper's record time, else the arrival. Without `fallback` an event that lacks the override has its arrival.
   */
  time (override?: string, fallback = true): number {
    if (override !== undefined) {
      const time = this.#own(override)
      if (time !== undefined) return time
      if (!fallback) return this.arrival
    }
    return this.#broughtTime() ?? this.arrival
  }

  /**
   * When the event happened by the clock that all records of the machine share: `time`, and the end of its second where
   * no more is known. Sysmon has a clock of its own, which an exporter's may be hours away from.
   */
  span (time: number): { time: number, until?: number } {
    const { time: own, otherClock, wholeSecond } = this.#moment
    if (time !== own) return { time }
    return { time: otherClock ?? time, ...wholeSecond === true && { until: time + 999 } }
  }

  #broughtTime (): number | undefined {
    return this.#ownTime() ?? this.#shipperTime ?? this.#own('date') ?? this.#own('timestamp')
  }

  #ownTime (): number | undefined {
    return this.#moment.time ?? this.#own('@timestamp')
  }

  /** What the record has under this name, else what the mapping makes of its other fields. */
  #brought (name: string): readonly Scalar[] {
    const { mapped } = this.#ecs
    if (mapped === undefined) return this.#fields.values(name)
    const moment = moments.get(name)?.(this.#moment)
    if (moment !== undefined) return [moment]
    const own = this.#isForeign(name) ? [] : this.#fields.values(name)
    if (own.length > 0) return own
    const field = mapped.field(name)
    // A value of the event's own stands inside `winlog.event_data`; a list is taken apart as that of any record.
    return typeof field === 'string' || typeof field === 'number' ? [field] : field === undefined && !name.startsWith(dataPrefix) ? none : this.#inside(mapped, name)
  }

  #inside (mapped: MappedEvent, name: string): readonly Scalar[] {
    const field = name.startsWith(dataPrefix) ? dataField : name
    return new Fields({ [field]: mapped.field(field) }, this.arrival).values(name)
  }

  get #moment (): Moment {
    return this.#ecs.mapped?.moment ?? unknown
  }

  /** A name by which this shape means something other than ECS does. */
  #isForeign (name: string): boolean {
    const { foreign } = this.#ecs
    return foreign.length > 0 && foreign.some((group) => name === group || name.startsWith(`${group}.`))
  }

  #ownQuestion (): DnsQuestion | undefined {
    const name = firstText(this.#fields, 'dns.question.name')
    const type = firstText(this.#fields, 'dns.question.type')
    return name === undefined ? undefined : { name, ...type !== undefined && { type } }
  }

  #own (name: string): number | undefined {
    for (const value of this.#fields.values(name)) {
      const time = readTime(value)
      if (time !== undefined) return time
    }
    return undefined
  }
}

const dataField = 'winlog.event_data'
const dataPrefix = `${dataField}.`
const none: readonly Scalar[] = []
const unknown: Moment = {}

/** What the mapping knows of the time stands above a time of the record that it did not take. */
const moments = new Map<string, (moment: Moment) => string | undefined>([
  ['@timestamp', ({ time }) => time === undefined ? undefined : showTime(time)],
  ['event.timezone', ({ zone }) => zone]
])

/** Fields that follow from others. A row that reads another derived field reads it through the event. */
const derivations = new Map<string, (event: Event) => readonly Scalar[]>([
  // A forwarded record has no host.id, and no shipper sets one: without it no rule by host would ever count.
  ['host.id', (event) => one((firstText(event, 'winlog.computer_name') || firstText(event, 'host.name') || undefined)?.toLowerCase())],
  ['event.ingested', (event) => [showTime(event.arrival)]],
  ['process.name', (event) => one(fileName(firstText(event, 'process.executable')))],
  ['process.args', (event) => [...new Set(splitCommandLine(firstText(event, 'process.command_line') ?? ''))]],
  ['dns.question.name', (event) => one(event.question?.name)],
  ['dns.question.type', (event) => one(event.question?.type)]
])

function one (value: Scalar | undefined): readonly Scalar[] {
  return value === undefined ? [] : [value]
}
