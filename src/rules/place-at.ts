import type { Place } from '../errors.js'

/** The steps from a document's root to a value: names of members and indices of elements. */
export type Path = readonly (string | number)[]

/** The place of the character at `offset` of a text; columns count UTF-16 units, as editors do. */
export function placeAt (file: string, text: string, offset: number): Place {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return { file, line, column: Math.min(offset, text.length) - start + 1 }
}

/** A path as people write it: `threshold.cardinality[0].field`. */
export function showPath (path: Path): string {
  return path.map((step, i) => typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`).join('')
}
