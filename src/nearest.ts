/** The known name that was most likely meant; undefined when none is near. Case, `-` and `_` make no difference. */
export function nearest (name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(Math.min(name.length, 64) / 3)) + 1
  for (const candidate of known) {
    const steps = distance(plain(name), plain(candidate))
    if (steps < least) [best, least] = [candidate, steps]
  }
  return best
}

/** Of a name from outside only the head is compared: the work is quadratic. */
function plain (name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, '')
}

/** How many letters must be put in, taken out, changed, or swapped with their neighbour. */
function distance (left: string, right: string): number {
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, i) => i)
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < right.length; j++) {
      const swapped = left[i] === right[j - 1] && left[i - 1] === right[j] ? before[j - 1]! + 1 : Infinity
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (left[i] === right[j] ? 0 : 1), swapped))
    }
    [before, row] = [row, next]
  }
  return row.at(-1)!
}
