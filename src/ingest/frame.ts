import { Refusal } from '../errors.js'
import { refuseForeign, refuseGelf } from './foreign.js'
import { Frames, type Kind } from './frames.js'
import { frameArray, frameObjects } from './json-frames.js'
import { endOfValue, skipBlanks } from './json-scan.js'
import { frameLengths } from './length-frames.js'
import { frameJsonLines, frameTextLines, endOfLine } from './line-frames.js'
import { framePacked } from './msgpack-frames.js'
import { findWrapped, sniff, type Format } from './sniff.js'

export interface FrameOptions {
  /** What the shipper says it is; only a hint. */
  contentType?: string
  /** In bytes; a larger record is a fault. */
  maxRecord: number
}

/**
 * Finds the borders of the records in an inflated body, whatever format it is in, without reading the records.
 *
 * Throws `Refusal`: 400 for an empty body or a lone JSON value, 415 for a format that cannot be read, 413 for too many records.
 */
export function frame (body: Buffer, { contentType = '', maxRecord }: FrameOptions): Frames {
  const label = (contentType.split(';', 1)[0] as string).trim().toLowerCase()
  const from = skipMark(body)
  const at = skipBlanks(body, from)
  if (at === body.length) throw new Refusal(400, 'TRIPLINE_EMPTY_BODY', 'the request has no body, or one of blanks only')
  const format = sniff(body, at, label)
  const { kind, start } = formats[format]
  const frames = new Frames(body, kind, maxRecord)
  start(frames, format === 'text lines' ? from : at, label)
  return frames
}

const formats: Record<Format, { kind: Kind, start: (frames: Frames, at: number, label: string) => void }> = {
  array: { kind: 'json', start: (frames, at) => frameArray(frames, at) },
  objects: { kind: 'json', start: startObjects },
  wrapped: { kind: 'json', start: startWrapped },
  'json lines': { kind: 'json', start: startJsonLines },
  'text lines': { kind: 'text', start: startTextLines },
  msgpack: { kind: 'msgpack', start: framePacked },
  lengths: { kind: 'json', start: frameLengths },
  scalar: { kind: 'json', start: startScalar }
}

function startObjects (frames: Frames, at: number): void {
  const end = endOfValue(frames.body, at)
  refuseGelf(firstRecord(frames, at, end === -1 ? frames.body.length : end))
  frameObjects(frames, at)
}

function startWrapped (frames: Frames, at: number): void {
  const { start, end } = findWrapped(frames.body, at) as { start: number, end: number }
  frameArray(frames, start, end)
}

function startJsonLines (frames: Frames, at: number): void {
  refuseGelf(firstRecord(frames, at, endOfLine(frames.body, at)))
  if (frames.body[at] !== 0x7b && frames.body[at] !== 0x22) refuseForeign(frames.body, '')
  frameJsonLines(frames, at)
}

function startTextLines (frames: Frames, at: number, label: string): void {
  if (frames.body[skipBlanks(frames.body, at)] !== 0x7b) refuseForeign(frames.body, label)
  frameTextLines(frames, at)
}

function startScalar (): void {
  throw new Refusal(400, 'TRIPLINE_UNREADABLE_BODY', 'the body is a single JSON value, and no record: send an array of objects, or one object a line')
}

function firstRecord (frames: Frames, start: number, end: number): Buffer {
  return frames.body.subarray(start, Math.min(end, start + frames.maxRecord))
}

/** UTF-8's byte order mark is skipped; UTF-16 is refused. */
function skipMark (body: Buffer): number {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 3
  if ((body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff)) {
    throw new Refusal(415, 'TRIPLINE_UNSUPPORTED_FORMAT', 'the body is UTF-16: send UTF-8')
  }
  return 0
}
