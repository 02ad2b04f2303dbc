import type { Frames } from './frames.js'
import { isBlank, skipBlanks } from './json-scan.js'

/** Frames the lines of NDJSON: blanks around a record are cut, blank lines are no records. A JSON text never holds a raw LF in a string. */
export function frameJsonLines (frames: Frames, at: number): void {
  const { body } = frames
  while ((at = skipBlanks(body, at)) < body.length) {
    const next = endOfLine(body, at)
    let end = next
    while (isBlank(body[end - 1] as number)) end--
    frames.add(at, end)
    at = next
  }
}

/**
 * Frames the lines of text: one trailing CR is cut. An empty line is a record without content: Vector writes one
 * for each event that has no message.
 */
export function frameTextLines (frames: Frames, at: number): void {
  const { body } = frames
  while (at < body.length) {
    const end = endOfLine(body, at)
    frames.add(at, end > at && body[end - 1] === 0x0d ? end - 1 : end)
    at = end + 1
  }
}

/** Where the line that `at` is in ends: the position of its LF, or the body's length. */
export function endOfLine (body: Uint8Array, at: number): number {
  const end = body.indexOf(0x0a, at)
  return end === -1 ? body.length : end
}
