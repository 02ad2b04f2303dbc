import type { Frames } from './frames.js'
import type { Outline } from './sift/scan.js'

/**
 * Frames the objects of the array whose bracket is at `at` by the outline of a walk in which one stays open. False, and
 * no frame, unless the array and its commas are all that there is.
 */
export function frameOutlinedArray (frames: Frames, at: number, { ends, plain }: Outline): boolean {
  const { source } = frames
  let start = source.skipBlanks(at + 1)
  let isObject = source.at(start) === 0x7b
  for (let i = 0; isObject && i < ends.length; i++) {
    const end = ends[i] as number
    if (plain[i] === true) {
      frames.add(start, end, true)
      start = end + 1
      continue
    }
    frames.add(start, end)
    const next = source.skipBlanks(end)
    const byte = source.at(next)
    if (byte === 0x5d && ends[i + 1] === next + 1 && i + 2 === ends.length && source.skipBlanks(next + 1) === source.length) return true
    if (byte !== 0x2c) break
    start = source.skipBlanks(next + 1)
    isObject = source.at(start) === 0x7b
  }
  frames.clear()
  return false
}

/**
 * Frames objects that follow each other from `at` on by the outline of a walk in which none stays open.
 * False, and no frame, unless there is nothing between them but blanks and the one byte that stands behind the first.
 */
export function frameOutlinedObjects (frames: Frames, at: number, { ends }: Outline): boolean {
  const { source } = frames
  const behind = source.skipBlanks(ends[0] ?? 0)
  const separator = source.at(behind) === 0x7b ? -1 : source.at(behind)
  let start = at
  // The walk took it for a part of a value.
  if (meaning.includes(separator)) return false
  for (const end of ends) {
    if (source.at(start) !== 0x7b) break
    frames.add(start, end)
    start = source.skipBlanks(end)
    while (start < source.length && source.at(start) === separator) start = source.skipBlanks(start + 1)
    if (start === source.length) return true
  }
  frames.clear()
  return false
}

/** What the walk looks at. */
const meaning = [...Buffer.from('{}[]"\\')]
