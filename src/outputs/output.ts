import type { Delivery } from '../store/store.js'

/** Where alerts go. An output knows one protocol and nothing of retries: `delivery.ts` has the patience. */
export interface Output {
  readonly name: string
  readonly type: 'stdout' | 'file' | 'http' | 'forward'
  /** The most records and bytes of JSON that one `send` takes. */
  readonly limit: { records: number, bytes: number }
  /** Resolves when the downstream has taken all of them; rejects with `SendFailed`. Never waits for ever. */
  send (deliveries: readonly Delivery[], signal: AbortSignal): Promise<void>
  /** Opens the file anew after a rotation (SIGHUP). */
  reopen? (): void
  close (): Promise<void>
}

/** JSON objects, JSON objects without a line feed in them, or MessagePack entries `[time, record]` of the Forward protocol. */
export type Encoding = 'json' | 'line' | 'msgpack'

/** An output that events can also pass through as they are, Tripline standing in the middle of a pipeline. */
export interface InlineOutput extends Output {
  /** What `pass` takes. */
  readonly encoding: Encoding
  /** How many `pass` may run at the same time. */
  readonly width: number
  /** Resolves when the downstream has taken all of these events, each in its encoding; rejects as `send` does. */
  pass (events: readonly Buffer[], signal: AbortSignal): Promise<void>
}

/**
 * Why a `send` failed, and so what to do:
 * `retry` the downstream is away or busy; `refused` it will never take these records as they are (400, 413, 422);
 * `output` the output's own fault, such as credentials or address (401, 403, 404, 407, 410): retried and shown in `ready`.
 * `retryAfter` is how long the downstream asks to wait, ms; `status` is the one that it answered, where it speaks HTTP.
 */
export class SendFailed extends Error {
  override readonly name = 'SendFailed'
  readonly status: number | undefined

  constructor (readonly kind: 'retry' | 'refused' | 'output', message: string, readonly retryAfter?: number, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.status = status
  }
}
