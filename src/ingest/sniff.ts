import { checkValue } from './json-check.js'
import { findSeparator } from './json-frames.js'
import { endOfValue, skipBlanks } from './json-scan.js'
import { isLengthDelimited } from './length-frames.js'
import { endOfLine } from './line-frames.js'
import { isContainer } from './msgpack-frames.js'
import { endOfPacked } from './msgpack-scan.js'

/** How a body's records stand in it. */
export type Format = 'array' | 'objects' | 'wrapped' | 'json lines' | 'text lines' | 'msgpack' | 'lengths' | 'scalar'

/**
 * Which format the bytes from `at` (the first that is not blank) on are in. The media type `label` decides only
 * where the bytes allow both: a line of text may look like JSON.
 */
export function sniff (body: Buffer, at: number, label: string): Format {
  const first = body[at] as number
  if (isLengthDelimited(body, at)) return 'lengths'
  if (isPacked(body, at, label)) return 'msgpack'
  if (first === 0x5b && isArray(body, at, label)) return 'array'
  if (first === 0x7b) return sniffObjects(body, at, label)
  if (label !== 'text/plain' && isScalar(body, at)) return 'scalar'
  if (first === 0x22 && body[at + 1] === 0x7b) return 'json lines'
  return jsonLabel.test(label) ? 'json lines' : 'text lines'
}

/**
 * What `sniff` says of any body that begins with these bytes and goes on behind them; undefined if what comes may matter.
 * `at` is the first that is not blank.
 */
export function sniffHead (head: Buffer, at: number, label: string): Format | undefined {
  const first = head[at] as number
  if (first >= 0x80 && first <= 0x9f) return 'msgpack'
  if (first === 0x5b) {
    const next = head[skipBlanks(head, at + 1)]
    return jsonLabel.test(label) || (label !== 'text/plain' && (next === 0x7b || next === 0x22)) ? 'array' : undefined
  }
  const end = first === 0x7b ? endOfValue(head, at) : -1
  if (end === -1 || end > endOfLine(head, at) || skipBlanks(head, end) === head.length) return undefined
  return sniffBehind(head, at, { end, label })
}

const jsonLabel = /json/

function isPacked (body: Buffer, at: number, label: string): boolean {
  const first = body[at] as number
  if (!isContainer(first)) return false
  // No UTF-8 text starts with the lower ones; the upper ones could be Syriac, Thaana or N'Ko.
  return first <= 0x9f || label.includes('msgpack') || endOfPacked(body, at) > 0
}

/** `[2026-08-20 14:03] text` is no array. */
function isArray (body: Buffer, at: number, label: string): boolean {
  const next = body[skipBlanks(body, at + 1)]
  const likely = next === undefined || next === 0x7b || next === 0x22 || next === 0x5d
  if (jsonLabel.test(label)) return true
  if (likely && label !== 'text/plain') return true
  const to = Math.min(body.length, at + lookAhead)
  const end = checkValue(body, at, to)
  if (end === ~to) return label !== 'text/plain' || to < body.length
  return end > 0 && skipBlanks(body, end) === body.length
}

/** How many bytes are looked at where one would do mostly. */
const lookAhead = 65536

function sniffObjects (body: Buffer, at: number, label: string): Format {
  const lines = linesOf(label)
  const end = endOfValue(body, at)
  const whole = end !== -1 && (end <= endOfLine(body, at) || checkValue(body, at, end) === end)
  if (!whole) {
    if (hasObjectLine(body, endOfLine(body, at)) || label === 'text/plain') return lines
    return findWrapped(body, at) === undefined ? 'objects' : 'wrapped'
  }
  if (skipBlanks(body, end) === body.length) return findWrapped(body, at) === undefined ? 'objects' : 'wrapped'
  return sniffBehind(body, at, { end, label }) ?? 'objects'
}

/** By what stands behind the first object, which ends at `end`; undefined if that is one byte and nothing more. */
function sniffBehind (body: Buffer, at: number, { end, label }: { end: number, label: string }): Format | undefined {
  const lines = linesOf(label)
  const next = skipBlanks(body, end)
  if (end <= endOfLine(body, at) && endOfLine(body, end) < next) return lines
  const separator = findSeparator(body, end)
  const second = separator === -1 ? next : skipBlanks(body, next + 1)
  if (second === body.length) return undefined
  return body[second] === 0x7b || body[second] === separator ? 'objects' : lines
}

function linesOf (label: string): Format {
  return label === 'text/plain' ? 'text lines' : 'json lines'
}

/** Whether one of the next hundred lines is an object by itself, so that a first line that is none is a broken record. */
function hasObjectLine (body: Buffer, at: number): boolean {
  for (let count = 0; at < body.length && count < 100; count++) {
    const start = at + 1
    at = endOfLine(body, start)
    if (body[start] === 0x7b && skipBlanks(body, Math.max(0, checkValue(body, start, at))) >= at) return true
  }
  return false
}

/** `123`, `"x"`, `true`: JSON, but nothing that could be a record. */
function isScalar (body: Buffer, at: number): boolean {
  const end = body[at] === 0x22 ? endOfValue(body, at) : body.length
  if (end === -1 || skipBlanks(body, end) !== body.length || end - at > lookAhead || body[at + 1] === 0x7b) return false
  try {
    JSON.parse(body.toString('utf8', at, end))
    return true
  } catch {
    return false
  }
}

/**
 * Where the array of records starts and ends in the one object at `at` that wraps it (Vector's payload_prefix and
 * payload_suffix): its only list of objects, beside nothing but single values. The end is the body's length if the
 * body is cut off. A record with a list of objects of its own has a time or an object beside it.
 */
export function findWrapped (body: Buffer, at: number): { start: number, end: number } | undefined {
  let found: { start: number, end: number } | undefined
  let members = 0
  for (at = skipBlanks(body, at + 1); at < body.length && body[at] === 0x22 && members < maxMembers; members++) {
    const endOfName = endOfValue(body, at)
    if (endOfName === -1) return found
    const start = skipBlanks(body, skipBlanks(body, endOfName) + 1)
    if (isRecordName(body.toString('utf8', at + 1, Math.min(endOfName - 1, at + 32)))) return undefined
    const end = endOfValue(body, start)
    if (body[start] === 0x5b) {
      if (found !== undefined || body[skipBlanks(body, start + 1)] !== 0x7b) return undefined
      found = { start, end: end === -1 ? body.length : end }
    } else if (body[start] === 0x7b) {
      return undefined
    }
    if (end <= start) return found
    at = skipBlanks(body, end)
    if (body[at] === 0x2c) at = skipBlanks(body, at + 1)
  }
  return members < maxMembers ? found : undefined
}

function isRecordName (name: string): boolean {
  return recordNames.has(name.toLowerCase())
}

/** What somebody writes into a config by hand has not more. */
const maxMembers = 100

/** Names that a record has and a wrapper has not. */
const recordNames = new Set(['@timestamp', 'timestamp', 'time', 'date', 'message', 'log', 'eventid', 'event_id', 'timecreated', 'utctime'])
