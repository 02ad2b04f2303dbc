import type { Literal } from './literal.js'

/** What is allowed in a literal but probably not meant; `source` is the literal as written, trimmed. */
export function lint (source: string, literal: Literal): string[] {
  const isQuoted = literal.type === 'text' && literal.quoted
  return (isQuoted ? quotedChecks : unquotedChecks).filter(([pattern]) => pattern.test(source)).map(([, message]) => message)
}

const unquotedChecks: [RegExp, string][] = [
  [/[\r\n]/, 'the line break is part of the unquoted value; an operator may be missing'],
  [/\?/, 'the "?" stands for itself; only "*" is a wildcard'],
  [/(?:^|[ \t\r\n\u00a0])(?:or|and|not)$/i, 'the operator word at the end is part of the value']
]

const quotedChecks: [RegExp, string][] = [
  [/^"(?:[a-z]:|\\|%)(?:[^\\]|\\[^tnr])*\\[tnr]/i, '"\\t", "\\n" and "\\r" are control characters in quotes; write "\\\\" for a backslash of a path']
]
