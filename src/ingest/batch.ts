import type { FieldMap } from '../core/fields.js'
import type { Kind } from './frames.js'

/** A record of a batch, decoded. */
export interface BatchRecord {
  fields: FieldMap
  /** The record's own bytes in the inflated body: a slice, not a copy. */
  bytes: Buffer
  /** The time in the shipper's envelope (MessagePack's EventTime), ms since 1970. */
  time?: number
}

/** A record that could not be read: it goes to the quarantine, its neighbours count. */
export interface RejectedRecord {
  /** Counts from 1 within the batch. */
  number: number
  reason: string
  bytes: Buffer
}

/** What a body held. `received` = records framed, rejected ones included. */
export interface Batch {
  received: number
  records: BatchRecord[]
  rejected: RejectedRecord[]
  /** How the records' bytes are read; absent: as JSON. */
  kind?: Kind
}
