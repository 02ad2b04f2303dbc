import { dnsQuestion } from './ecs/nslookup.js'
import type { DnsQuestion } from './enrich/nslookup.js'
import { Fields, firstText, type FieldMap, type FieldSource, type Scalar } from './fields.js'
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
 * One record from one host, under its ECS names. Fields that the record lacks and that follow from it are answered
 * too: `host.id`, `event.ingested`, and `dns.question.*` of an nslookup start.
 */
export class Event implements FieldSource {
  readonly arrival: number
  readonly origin: Origin
  readonly #fields: Fields
  readonly #shipperTime: number | undefined
  readonly #derived = new Map<string, readonly Scalar[]>()
  #question: DnsQuestion | null | undefined

  constructor (readonly record: FieldMap, { arrival, shipperTime, origin = {} }: EventInit) {
    this.arrival = arrival
    this.origin = origin
    this.#fields = new Fields(record, arrival)
    this.#shipperTime = shipperTime
  }

  /** Whether the record brought a time of its own: not its shipper's, not its arrival. */
  get hasOwnTime (): boolean {
    return this.#own('@timestamp') !== undefined
  }

  /** Whether the record or its shipper brought a time, so that `time` is not the arrival. */
  get hasTime (): boolean {
    return this.#broughtTime() !== undefined
  }

  /** Whether this field was not in the record, but follows from it. */
  derives (name: string): boolean {
    return this.#fields.values(name).length === 0 && this.values(name).length > 0
  }

  values (name: string): readonly Scalar[] {
    const brought = this.#fields.values(name)
    const derive = brought.length > 0 ? undefined : derivations.get(name)
    if (derive === undefined) return brought
    let values = this.#derived.get(name)
    if (values === undefined) {
      const value = derive(this)
      values = value === undefined ? [] : [value]
      this.#derived.set(name, values)
    }
    return values
  }

  /** What the event asked of the DNS: the record's own `dns.question`, or what an nslookup start says. */
  get question (): DnsQuestion | undefined {
    if (this.#question === undefined) this.#question = this.#ownQuestion() ?? dnsQuestion(this.#fields) ?? null
    return this.#question ?? undefined
  }

  objects (name: string): readonly FieldSource[] {
    return this.#fields.objects(name)
  }

  names (): readonly string[] {
    const brought = this.#fields.names()
    return [...brought, ...[...derivations.keys()].filter((name) => this.derives(name))]
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

  #broughtTime (): number | undefined {
    return this.#own('@timestamp') ?? this.#shipperTime ?? this.#own('date') ?? this.#own('timestamp')
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

/** Fields that follow from others. A row that reads another derived field reads it through the event. */
const derivations = new Map<string, (event: Event) => Scalar | undefined>([
  // A forwarded record has no host.id, and no shipper sets one: without it no rule by host would ever count.
  ['host.id', (event) => (firstText(event, 'winlog.computer_name') || firstText(event, 'host.name') || undefined)?.toLowerCase()],
  ['event.ingested', (event) => showTime(event.arrival)],
  ['dns.question.name', (event) => event.question?.name],
  ['dns.question.type', (event) => event.question?.type]
])
