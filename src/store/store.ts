import type { AlertRecord } from '../core/alert.js'

/** The whole effect of a batch, or of time passing: taken whole or not at all. */
export interface Effect {
  /** Group key to its new state; null when the group is gone. */
  groups: ReadonlyMap<string, unknown>
  /** Alert records for every output, in the order in which they were made. */
  alerts: readonly AlertRecord[]
}

/** An alert record that waits for an output. */
export interface Delivery {
  /** Grows by one with every alert record. */
  position: number
  record: AlertRecord
  /** The record as compact JSON. */
  json: string
}

/** How much waits for one output. */
export interface Backlog {
  records: number
  bytes: number
  /** When the oldest of them was committed, ms since 1970. */
  oldest: number | undefined
}

/**
 * Where the state lives. Narrow and asynchronous, so that a store shared by several processes can be one too.
 * One log of alert records; each output has a cursor in it.
 */
export interface Store {
  /**
   * Opens the store for these outputs; gives the group states kept so far. An output that the store does not know yet
   * begins with the next alert record; what waited for an output that is no longer named is forgotten. May be called
   * again, with other outputs or to read the groups anew.
   */
  open (outputs: readonly string[]): Promise<Iterable<[string, unknown]>>
  /** Resolves when the effect is as safe as this store makes it. Rejects when it could not be taken: then nothing of it was. */
  commit (effect: Effect): Promise<void>
  /** The oldest deliveries that the output has not acknowledged, in order: at least one if any waits, else bounded. */
  read (output: string, limit: { records: number, bytes: number }): Promise<Delivery[]>
  /** Moves the output's cursor past this position; never back, so an acknowledgement may come twice or late. */
  acknowledge (output: string, position: number): Promise<void>
  backlog (output: string): Backlog
  /** The latest alert records, newest first. */
  latest (count: number): AlertRecord[]
  close (): Promise<void>
}
