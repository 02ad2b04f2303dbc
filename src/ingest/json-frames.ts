import type { Frames } from './frames.js'
import { endOfValue, skipBlanks } from './json-scan.js'
import { resume, skipSeparators } from './json-resume.js'

/** Frames the elements of a JSON array whose bracket is at `at`, and of further arrays behind it. `to` = where a wrapper's array ends. */
export function frameArray (frames: Frames, at: number, to = frames.body.length): void {
  const { body } = frames
  const stretch = { to, separator: 0x2c, array: true }
  let open = false
  for (;;) {
    at = skipSeparators(body, at, { from: at, ...stretch })
    if (at >= to) break
    if (body[at] === (open ? 0x5d : 0x5b)) {
      open = !open
      at++
      continue
    }
    if (!open) return frames.refuse(at, to, 'the text behind the array is no JSON array')
    const end = endOfValue(body, at)
    const next = end === -1 ? to : skipBlanks(body, end)
    if (end <= at || (next < to && body[next] !== 0x2c && body[next] !== 0x5d)) return resume(frames, { from: at, ...stretch })
    frames.add(at, end)
    at = end
  }
  if (open) frames.refuse(to, to, 'the body ends before its array does')
}

/** Frames objects that follow each other, with nothing, blanks or any one byte between them. */
export function frameObjects (frames: Frames, at: number): void {
  const { body } = frames
  const to = body.length
  const first = endOfValue(body, at)
  const separator = first === -1 ? -1 : findSeparator(body, first)
  while (at < to) {
    const end = endOfValue(body, at)
    const next = end === -1 ? to : skipSeparators(body, end, { from: at, to, separator })
    if (end === -1 || (next < to && body[next] !== 0x7b)) return resume(frames, { from: at, to, separator })
    frames.add(at, end)
    at = next
  }
}

/** The byte between the object that ends at `end` and the next one; -1 if there is none but blanks. */
export function findSeparator (body: Uint8Array, end: number): number {
  const at = skipBlanks(body, end)
  return at === body.length || body[at] === 0x7b ? -1 : body[at] as number
}
