/** Whether a whole text fits a pattern. */
export type Fits = (text: string) => boolean

/**
 * Compiles the texts between the stars of a pattern, two or more; a star stands for any run of characters, none included.
 * Every piece is looked for once, from left to right, so the time grows with the text and never explodes.
 */
export function compilePattern (pieces: readonly string[]): Fits {
  const first = pieces[0] as string
  const last = pieces.at(-1) as string
  const inner = pieces.slice(1, -1).filter((piece) => piece !== '')
  const [only] = inner
  if (only !== undefined) {
    const isContained = inner.length === 1 && first === '' && last === ''
    return isContained ? (text) => text.includes(only) : (text) => fitsAll(text, first, inner, last)
  }
  if (last === '') return (text) => text.startsWith(first)
  if (first === '') return (text) => text.endsWith(last)
  return (text) => fitsAll(text, first, inner, last)
}

/** Whether a pattern fits every text: it is made of stars alone. */
export function isAny (pieces: readonly string[]): boolean {
  return pieces.every((piece) => piece === '')
}

function fitsAll (text: string, first: string, inner: readonly string[], last: string): boolean {
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of inner) {
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
