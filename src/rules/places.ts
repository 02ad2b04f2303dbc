import type { Place } from '../errors.js'

/** The steps from a document's root to a value: names of members and indices of elements. */
export type Path = readonly (string | number)[]

/**
 * Finds the places of characters of one text by their offsets; columns count UTF-16 units, as editors do. The text is
 * walked once, at the first question, so that a file of thousands of rules may ask for each.
 */
export function createPlaces (file: string, text: string): (offset: number) => Place {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    const within = Math.min(offset, text.length)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle] as number <= within) low = middle
      else high = middle
    }
    return { file, line: low + 1, column: within - (starts[low] as number) + 1 }
  }
}

function lineStarts (text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

/** A path as people write it: `threshold.cardinality[0].field`. */
export function showPath (path: Path): string {
  return path.map((step, i) => typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`).join('')
}
