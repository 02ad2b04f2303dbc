import type { FieldMap, FieldSource, Scalar } from './fields.js'

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

/** One record from one host, under its ECS names. */
export declare class Event implements FieldSource {
  constructor (record: FieldMap, init: EventInit)
  /** The record as it came. */
  readonly record: FieldMap
  readonly arrival: number
  readonly origin: Origin
  /** Whether the record or its envelope brought a time, so that `time` is not the arrival. */
  readonly hasTime: boolean
  values (name: string): readonly Scalar[]
  objects (name: string): readonly FieldSource[]
  names (): readonly string[]
  /** The event time in ms since 1970: the override if the record brought it, else the record's own, else the shipper's, else arrival. */
  time (override?: string, fallback?: boolean): number
}
