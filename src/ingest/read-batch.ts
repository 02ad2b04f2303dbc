import { Refusal } from '../errors.js'
import type { Batch } from './batch.js'
import { Body } from './body.js'
import { decode, invalidJson } from './decode.js'
import { frame, type FrameOptions } from './frame.js'
import { Frames } from './frames.js'
import { resume } from './json-resume.js'
import { Sieve, type Choice } from './sift/sieve.js'

/** A body of which no record could be read: what it held goes to the quarantine. */
export class UnreadableBody extends Refusal {
  constructor (readonly batch: Batch) {
    super(400, 'TRIPLINE_UNREADABLE_BODY', `none of ${batch.received} records can be read; the first one: ${batch.rejected[0]?.reason}`)
  }
}

export interface ReadOptions extends Omit<FrameOptions, 'sieve'> {
  /** Says which records need not be decoded; without one, all are. */
  sieve?: Sieve
  /** Whether the bytes of records that are passed over are asked for. */
  keepsAll?: boolean
}

/**
 * Reads an inflated body whose format the bytes tell: the records that could satisfy a rule, and the ones that cannot
 * be read beside them.
 *
 * Throws `Refusal` (400, 413, 415) if nothing could be read at all, `UnreadableBody` if there were records.
 */
export function readBatch (body: Body | Buffer, { contentType, maxRecord, sieve = lettingAll(), keepsAll = false }: ReadOptions): Batch {
  const { frames, choose } = frame(body instanceof Body ? body : new Body([body]), { contentType, maxRecord, sieve })
  const batch: Batch = { received: 0, records: [], rejected: [], kind: frames.kind, ...keepsAll && { passed: [] } }
  readFrames(batch, frames, choose)
  if (batch.received > 0 && batch.received === batch.rejected.length) throw new UnreadableBody(batch)
  return batch
}

let all: Sieve | undefined

function lettingAll (): Sieve {
  all ??= new Sieve()
  return all
}

function readFrames (batch: Batch, frames: Frames, choose: (frame: number) => Choice, again = true): void {
  for (let i = 0; i < frames.length; i++) {
    const choice = choose(i)
    // What is plainly no record is decoded, so that its fault is found.
    if (choice === undefined && frames.whole[i] === true) {
      batch.received++
      batch.passed?.push({ number: batch.received, bytes: frames.bytes(i) })
      continue
    }
    const bytes = frames.bytes(i)
    const decoded = frames.faults.get(i) ?? decode(bytes, frames.kind)
    if (decoded === invalidJson && again && bytes[0] === 0x7b) {
      readFrames(batch, reframe(frames, bytes), () => choice, false)
      continue
    }
    batch.received++
    if (typeof decoded === 'string') batch.rejected.push({ number: batch.received, reason: decoded, bytes })
    else batch.records.push({ number: batch.received, ...decoded, bytes, ...choice !== 'any' && { rules: choice } })
  }
}

/** Quotes and brackets alone may lead from a broken record into its neighbours: looks at its bytes one by one. */
function reframe ({ kind, maxRecord }: Frames, bytes: Buffer): Frames {
  const frames = new Frames(bytes, kind, maxRecord)
  resume(frames, { from: 0, to: bytes.length, separator: 0x2c })
  return frames
}
