import type { FieldMap } from '../core/fields.js'
import type { Rule } from '../core/rule.js'
import type { Kind } from './frames.js'

/** A record of a batch, decoded. */
export interface BatchRecord {
  /** Counts from 1 within the batch. */
  number: number
  fields: FieldMap
  /** The record's own bytes in the inflated body: a slice, not a copy. */
  bytes: Buffer
  /** The time in the shipper's envelope (MessagePack's EventTime), ms since 1970. */
  time?: number
  /** The only rules that it could satisfy, in their order; absent when that is not known. */
  rules?: readonly Rule[]
}

/** A record that could not be read: it goes to the quarantine, its neighbours count. */
export interface RejectedRecord {
  /** Counts from 1 within the batch. */
  number: number
  reason: string
  bytes: Buffer
}

/** A record that can satisfy no rule, so that nobody has decoded it: whether it could be read is not known. */
export interface PassedRecord {
  number: number
  bytes: Buffer
}

/** What a body held. `received` = records framed, rejected ones included, and those that were passed over. */
export interface Batch {
  received: number
  records: BatchRecord[]
  rejected: RejectedRecord[]
  /** The records that were passed over, if they were asked for: all that is neither read nor rejected. */
  passed?: PassedRecord[]
  /** How the records' bytes are read; absent: as JSON. */
  kind?: Kind
}
