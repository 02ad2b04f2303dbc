import type { FieldSource } from './fields.js'

export type Predicate = (event: FieldSource) => boolean

/** What to look for, and how often is too often. Made by `src/rules`; every duration is in milliseconds. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly type: 'threshold' | 'query'
  /** Query and filters met, exceptions not. */
  readonly predicate: Predicate
  /** Lists of texts, of each of which at least one stands in the bytes of any matching record; the rarest first, none when there is no such list. */
  readonly literals: readonly (readonly string[])[]
  /** The group-by fields: `threshold.field`, or `alert_suppression.group_by` of a query rule. */
  readonly groupBy: readonly string[]
  /** How many events are too many, 1 or more; 1 for a query rule. */
  readonly threshold: number
  readonly cardinality?: { readonly field: string, readonly value: number }
  /** The look-back, `to - from`. */
  readonly window: number
  readonly interval: number
  readonly maxSignals: number
  readonly suppression?: {
    readonly duration: number
    /** Of a query rule: whether an event without the group-by fields is grouped with its like, or alerts by itself. */
    readonly missingFields?: 'suppress' | 'doNotSuppress'
  }
  readonly timestampOverride?: string
  /** True: an event without the override field has no event time for this rule but its arrival. */
  readonly timestampOverrideFallbackDisabled: boolean
  readonly caseInsensitive: boolean
  /** Fields whose values together name an event; undefined: the built-in order of identities; empty: none. */
  readonly identity?: readonly string[]
  /** Whether a Sysmon and a Security record of one process start count once. */
  readonly twins: boolean
  /** Changes exactly when what is counted changes: query, exceptions, filters, group, threshold, window. */
  readonly hash: string
  /** The rule in the form of Elastic's API, snake_case, with defaults filled in: what the alert tells of it. */
  readonly source: Readonly<Record<string, unknown>>
}
