import { fold } from './fold.js'
import { compilePattern } from './pattern.js'
import type { Fits } from './pattern.js'

/** The words of a text, folded: runs of letters, marks, digits and underscores. */
export function wordsOf (text: string): string[] {
  return split(fold(text))
}

/** Whether any of the words stands in a text; undefined when there are no words. */
export function compileAnyWord (text: string): Fits | undefined {
  const wanted = new Set(wordsOf(text))
  if (wanted.size === 0) return undefined
  const list = [...wanted]
  return (text) => {
    const folded = fold(text)
    // Most texts hold none of them, which is found out much faster than all the words are.
    return list.some((word) => folded.includes(word)) && split(folded).some((word) => wanted.has(word))
  }
}

/** Whether the words stand in a text next to each other and in this order; undefined when there are no words. */
export function compilePhrase (text: string): Fits | undefined {
  const wanted = wordsOf(text)
  if (wanted.length === 0) return undefined
  return (text) => {
    const folded = fold(text)
    if (!wanted.every((word) => folded.includes(word))) return false
    const words = split(folded)
    return words.some((_, start) => wanted.every((word, i) => words[start + i] === word))
  }
}

/** The patterns that a pattern with blanks stands for on a text field, each for one word, folded. */
export function wordPatterns (pieces: readonly string[]): string[][] {
  const patterns: string[][] = []
  let open: string[] = ['']
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) open.push('')
    const [first = '', ...others] = fold(piece).split(/\s+/)
    open.push(open.pop() + first)
    for (const other of others) {
      patterns.push(open)
      open = [other]
    }
  }
  return [...patterns, open].filter((pattern) => pattern.length > 1 || pattern[0] !== '')
}

/** Whether any word of a text fits any of the patterns that the pieces stand for. */
export function compileWordPatterns (pieces: readonly string[]): Fits {
  const fits = wordPatterns(pieces).map((pattern) => pattern.length === 1 ? (word: string) => word === pattern[0] : compilePattern(pattern))
  return (text) => wordsOf(text).some((word) => fits.some((fits) => fits(word)))
}

const word = /[\p{L}\p{M}\p{N}_]+/gu

function split (folded: string): string[] {
  return folded.match(word) ?? []
}
