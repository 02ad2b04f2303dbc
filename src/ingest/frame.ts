import { Refusal } from '../errors.js'
import type { Body } from './body.js'
import { refuseForeign, refuseGelf } from './foreign.js'
import { Frames, type Kind } from './frames.js'
import { frameArray, frameObjects } from './json-frames.js'
import { endOfValue } from './json-scan.js'
import { frameLengths } from './length-frames.js'
import { frameJsonLines, frameTextLines, endOfLine } from './line-frames.js'
import { framePacked } from './msgpack-frames.js'
import { frameOutlinedArray, frameOutlinedObjects } from './outline-frames.js'
import type { Outline } from './sift/scan.js'
import type { Choice, Sieve } from './sift/sieve.js'
import { findWrapped, sniff, sniffHead, type Format } from './sniff.js'

export interface FrameOptions {
  /** What the shipper says it is; only a hint. */
  contentType?: string
  /** In bytes; a larger record is a fault. */
  maxRecord: number
  /** What the records could satisfy is asked of it. */
  sieve: Pick<Sieve, 'scan' | 'choose'>
}

/** The borders of a body's records, and what each could satisfy: to be asked in their order. */
export interface Framed {
  frames: Frames
  choose: (frame: number) => Choice
}

/**
 * Finds the borders of the records in an inflated body, whatever format it is in, without reading the records.
 *
 * Throws `Refusal`: 400 for an empty body or a lone JSON value, 415 for a format that cannot be read, 413 for too many records.
 */
export function frame (body: Body, { contentType = '', maxRecord, sieve }: FrameOptions): Framed {
  const label = (contentType.split(';', 1)[0] as string).trim().toLowerCase()
  const from = skipMark(body)
  const at = body.skipBlanks(from)
  if (at === body.length) throw new Refusal(400, 'TRIPLINE_EMPTY_BODY', 'the request has no body, or one of blanks only')
  const format = sniffBody(body, at, label)
  const { kind, base, start } = formats[format]
  const frames = new Frames(body, kind, maxRecord)
  const scan = sieve.scan(body, base === undefined ? undefined : { from: at, base, maxEnds: frames.maxRecords + 2 })
  start(frames, format === 'text lines' ? from : at, { label, outline: scan.outline })
  return { frames, choose: sieve.choose(frames, scan) }
}

interface Known {
  label: string
  /** Where brackets close, if the records can be told by that. */
  outline: Outline | undefined
}

interface Framer {
  kind: Kind
  /** How many brackets stay open between two records, where brackets tell the records. */
  base?: number
  start: (frames: Frames, at: number, known: Known) => void
}

const formats: Record<Format, Framer> = {
  array: { kind: 'json', base: 1, start: startArray },
  objects: { kind: 'json', base: 0, start: startObjects },
  wrapped: { kind: 'json', start: startWrapped },
  'json lines': { kind: 'json', start: startJsonLines },
  'text lines': { kind: 'text', start: startTextLines },
  msgpack: { kind: 'msgpack', start: framePacked },
  lengths: { kind: 'json', start: frameLengths },
  scalar: { kind: 'json', start: startScalar }
}

/** From the beginning of a large body if that decides it, so that its parts need not be put together. */
function sniffBody (body: Body, at: number, label: string): Format {
  const head = body.parts.length === 1 ? undefined : sniffHead(body.slice(0, Math.min(body.length, headBytes)), at, label)
  return head ?? sniff(body.whole(), at, label)
}

const headBytes = 65536

function startArray (frames: Frames, at: number, { outline }: Known): void {
  if (outline === undefined || !frameOutlinedArray(frames, at, outline)) frameArray(frames, at)
}

function startObjects (frames: Frames, at: number, { outline }: Known): void {
  const end = outline?.ends[0] ?? endOfValue(frames.body, at)
  refuseGelf(firstRecord(frames, at, end === -1 ? frames.source.length : end))
  if (outline === undefined || !frameOutlinedObjects(frames, at, outline)) frameObjects(frames, at)
}

function startWrapped (frames: Frames, at: number): void {
  const { start, end } = findWrapped(frames.body, at) as { start: number, end: number }
  frameArray(frames, start, end)
}

function startJsonLines (frames: Frames, at: number): void {
  refuseGelf(firstRecord(frames, at, endOfLine(frames.source, at)))
  const first = frames.source.at(at)
  if (first !== 0x7b && first !== 0x22) refuseForeign(frames.body, '')
  frameJsonLines(frames, at)
}

function startTextLines (frames: Frames, at: number, { label }: Known): void {
  if (frames.source.at(frames.source.skipBlanks(at)) !== 0x7b) refuseForeign(frames.body, label)
  frameTextLines(frames, at)
}

function startScalar (): void {
  throw new Refusal(400, 'TRIPLINE_UNREADABLE_BODY', 'the body is a single JSON value, and no record: send an array of objects, or one object a line')
}

function firstRecord (frames: Frames, start: number, end: number): Buffer {
  return frames.source.slice(start, Math.min(end, start + frames.maxRecord))
}

/** UTF-8's byte order mark is skipped; UTF-16 is refused. */
function skipMark (body: Body): number {
  const [first, second, third] = [body.at(0), body.at(1), body.at(2)]
  if (first === 0xef && second === 0xbb && third === 0xbf) return 3
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new Refusal(415, 'TRIPLINE_UNSUPPORTED_FORMAT', 'the body is UTF-16: send UTF-8')
  }
  return 0
}
