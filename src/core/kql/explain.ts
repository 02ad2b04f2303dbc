/** Says what is wrong where a query cannot go on: what was expected, and the likely remedy. */
export function explain (text: string, at: number): string {
  const rest = text.slice(at, at + 8)
  const hint = hints.find(([pattern]) => pattern.test(rest))
  const word = /(?:^|[\s()])(or|and|not)\s*$/i.exec(text.slice(Math.max(0, at - 8), at))?.[1]
  if (word !== undefined && rest.startsWith('(')) return `expected a blank after "${word}"`
  return hint === undefined ? 'expected "and", "or" or the end of the query' : hint[1]
}

// Ordered: the first that fits.
const hints: [RegExp, string][] = [
  [/^(?:or|and)\s*[)}]/i, 'expected something after the operator'],
  [/^(?:or|and)\s*$/i, 'expected something after the operator'],
  [/^(?:or|and)/i, 'expected a blank on both sides of the operator'],
  [/^not/i, 'expected "and" or "or" before "not" (quote a value that holds the word)'],
  [/^\)/, 'expected no ")", as no "(" is open'],
  [/^\}/, 'expected no "}", as no "{" is open'],
  [/^\{/, 'expected ":" before "{"'],
  [/^:/, 'expected "and" or "or" between two comparisons (quote a value that holds ":", or write "\\:")'],
  [/^\\/, 'expected an escape after "\\" (quote the value, or write "\\\\" for a backslash)'],
  [/^[<>]/, 'expected "and" or "or" between two comparisons (quote a value that holds "<" or ">")'],
  [/^"/, 'expected "and" or "or" before the quoted value']
]
