import type { AlertRecord } from '../core/alert.js'

/** The whole effect of a batch, or of time passing: taken whole or not at all. */
export interface Effect {
  /**
   * What the engine took in, as plain data: given back in order by `open`, so that the engine can do it again. Nothing
   * but a few records, where the states that they change are large.
   */
  steps: readonly unknown[]
  /**
   * The engine's states after all steps before this effect: key to state as plain data, null when it is gone. They
   * take the place of those steps, which are forgotten.
   */
  states?: ReadonlyMap<string, unknown>
  /** Alert records for every output, in the order in which they were made. */
  alerts: readonly AlertRecord[]
  /** Answers to give again when the same batch comes again: digest of the batch and answer. */
  answers: readonly (readonly [digest: string, answer: Answer])[]
}

/** What a batch was answered, DESIGN section 2.3. */
export interface Answer { received: number, matched: number, alerts: number, rejected: number }

/** What a store has kept. */
export interface Kept {
  states: Iterable<[string, unknown]>
  steps: Iterable<unknown>
  /** Answers of the last hour, with the time of their commit, ms since 1970. */
  answers: Iterable<readonly [digest: string, answer: Answer, time: number]>
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
  /** Whether what is committed outlives the process, so that steps and states are worth giving. */
  readonly durable: boolean
  /**
   * Opens the store for these outputs; gives what it has kept. An output that the store does not know yet begins with
   * the next alert record; what waited for an output that is no longer named is forgotten. May be called again, with
   * other outputs or to read what is kept anew. Rejects with a `Fault` when the place cannot be used.
   */
  open (outputs: readonly string[]): Promise<Kept>
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

/** How long a store remembers answers, ms: a shipper sends a failed batch again up to 2,000 s later (DESIGN section 4). */
export const answerLifetime = 3_600_000
