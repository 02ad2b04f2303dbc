import { Refusal } from '../errors.js'
import type { Batch } from './batch.js'
import { decode, invalidJson } from './decode.js'
import { frame, type FrameOptions } from './frame.js'
import { Frames } from './frames.js'
import { resume } from './json-resume.js'

/** A body of which no record could be read: what it held goes to the quarantine. */
export class UnreadableBody extends Refusal {
  constructor (readonly batch: Batch) {
    super(400, 'TRIPLINE_UNREADABLE_BODY', `none of ${batch.received} records can be read; the first one: ${batch.rejected[0]?.reason}`)
  }
}

/**
 * Reads an inflated body whose format the bytes tell: the records, and the ones that cannot be read beside them.
 *
 * Throws `Refusal` (400, 413, 415) if nothing could be read at all, `UnreadableBody` if there were records.
 */
export function readBatch (body: Buffer, { contentType, maxRecord }: FrameOptions): Batch {
  const frames = frame(body, { contentType, maxRecord })
  const batch: Batch = { received: 0, records: [], rejected: [], kind: frames.kind }
  readFrames(batch, frames)
  if (batch.received > 0 && batch.records.length === 0) throw new UnreadableBody(batch)
  return batch
}

function readFrames (batch: Batch, frames: Frames, again = true): void {
  for (let i = 0; i < frames.length; i++) {
    const bytes = frames.bytes(i)
    const decoded = frames.faults.get(i) ?? decode(bytes, frames.kind)
    if (decoded === invalidJson && again && bytes[0] === 0x7b) {
      readFrames(batch, reframe(frames, bytes), false)
      continue
    }
    batch.received++
    if (typeof decoded === 'string') batch.rejected.push({ number: batch.received, reason: decoded, bytes })
    else batch.records.push({ ...decoded, bytes })
  }
}

/** Quotes and brackets alone may lead from a broken record into its neighbours: looks at its bytes one by one. */
function reframe ({ kind, maxRecord }: Frames, bytes: Buffer): Frames {
  const frames = new Frames(bytes, kind, maxRecord)
  resume(frames, { from: 0, to: bytes.length, separator: 0x2c })
  return frames
}
