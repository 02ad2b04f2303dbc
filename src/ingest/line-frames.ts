import type { Frames } from './frames.js'
import { isBlank } from './json-scan.js'

/** Frames the lines of NDJSON: blanks around a record are cut, blank lines are no records. A JSON text never holds a raw LF in a string. */
export function frameJsonLines (frames: Frames, at: number): void {
  const { source } = frames
  while ((at = source.skipBlanks(at)) < source.length) {
    const next = endOfLine(source, at)
    let end = next
    while (isBlank(source.at(end - 1))) end--
    frames.add(at, end)
    at = next
  }
}

/**
 * Frames the lines of text: one trailing CR is cut. An empty line is a record without content: Vector writes one
 * for each event that has no message.
 */
export function frameTextLines (frames: Frames, at: number): void {
  const { source } = frames
  while (at < source.length) {
    const end = endOfLine(source, at)
    frames.add(at, end > at && source.at(end - 1) === 0x0d ? end - 1 : end)
    at = end + 1
  }
}

/** Where the line that `at` is in ends: the position of its LF, or the body's length. */
export function endOfLine (body: { length: number, indexOf: (byte: number, from: number) => number }, at: number): number {
  const end = body.indexOf(0x0a, at)
  return end === -1 ? body.length : end
}
