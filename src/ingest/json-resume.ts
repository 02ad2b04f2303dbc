import type { Frames } from './frames.js'
import { checkValue } from './json-check.js'
import { isBlank, skipBlanks } from './json-scan.js'

/** Where in a body records are looked for, and what stands between them. */
export interface Stretch {
  from: number
  to: number
  /** The byte between two records besides blanks; -1 if there is none. */
  separator: number
  /** Whether the records stand in an array, so that a `]` ends them. */
  array?: boolean
}

/**
 * Frames the records of a stretch that quotes and brackets alone lead astray, because one of them is broken.
 *
 * A broken record is refused from its start to the next place where whole records follow, so its neighbours are
 * kept; what lies inside the broken one (a list of objects) is not taken for records.
 */
export function resume (frames: Frames, stretch: Stretch): void {
  const { body, maxRecord } = frames
  const { from, to, array = false } = stretch
  // A hostile body could make every search a long one.
  const search = { maxRecord, budget: Math.min(maxBudget, 1024 + 4 * (to - from)) }
  let at = from
  while (at < to) {
    const end = checkValue(body, at, to)
    if (end === ~to) return frames.refuse(at, to, 'the record is cut off: the body ends before it does')
    if (end > 0) frames.add(at, end)
    const next = end > 0 ? skipSeparators(body, end, stretch) : at
    if (next >= to || (end > 0 && closes(body, next, stretch))) return
    if (end > 0 && (body[next] === 0x7b || (array && body[next] === 0x22))) {
      at = next
      continue
    }
    const found = findRecord(body, { ...stretch, from: end > 0 ? next : at + 1 }, end > 0, search)
    frames.refuse(next, found, end > 0 ? 'the text between two records is no JSON object' : `the record is no valid JSON from its byte ${~end - at + 1} on`)
    at = found
  }
}

/** The first position from `at` on that is neither blank nor the separator. */
export function skipSeparators (body: Buffer, at: number, { to, separator }: Stretch): number {
  while (at < to && (isBlank(body[at] as number) || body[at] === separator)) at++
  return at
}

interface Search {
  maxRecord: number
  /** How many bytes may yet be looked at. */
  budget: number
}

/** A fraction of a second of searching. */
const maxBudget = 16 * 1024 * 1024

/** The next place where whole records follow; the stretch's end if there is none. Behind rubbish (`anywhere`), what stands before it is no matter. */
function findRecord (body: Buffer, stretch: Stretch, anywhere: boolean, search: Search): number {
  const { from, to } = stretch
  for (let at = body.indexOf(0x7b, from); at !== -1 && at < to && search.budget > 0; at = body.indexOf(0x7b, at + 1)) {
    if ((anywhere || follows(body, at, stretch)) && chains(body, at, stretch, search)) return at
  }
  return to
}

/** Whether a record could start here: after a separator, a line end or the bracket of the one before. */
function follows (body: Buffer, at: number, { separator }: Stretch): boolean {
  do at--
  while (at > 0 && (body[at] === 0x20 || body[at] === 0x09))
  return body[at] === separator || body[at] === 0x7d || body[at] === 0x0a
}

/** Whether whole records follow each other from here on, up to the end or to another broken one. */
function chains (body: Buffer, at: number, stretch: Stretch, search: Search): boolean {
  for (let count = 0; count < 64; count++) {
    const end = checkValue(body, at, Math.min(stretch.to, at + search.maxRecord))
    search.budget -= Math.max(end, ~end) - at
    if (end < 0) return count > 0
    at = skipSeparators(body, end, stretch)
    if (at >= stretch.to || closes(body, at, stretch)) return true
    if (body[at] !== 0x7b) return false
  }
  return true
}

function closes (body: Buffer, at: number, { array = false, to }: Stretch): boolean {
  return array && body[at] === 0x5d && skipBlanks(body, at + 1) >= to
}
