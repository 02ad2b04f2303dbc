/** A literal of a query with its place: `start` and `end` are offsets in UTF-16 units. */
export type Literal = {
  readonly start: number
  readonly end: number
} & ({
  readonly type: 'text'
  readonly text: string
  readonly quoted: boolean
} | {
  /** Holds a wildcard: the texts before, between and after the stars, two or more. */
  readonly type: 'pattern'
  readonly pieces: readonly string[]
} | {
  readonly type: 'null'
})

/** A literal that can be compared with. */
export type Value = Exclude<Literal, { type: 'null' }>

/** Reads the literal that starts here; undefined when none does. `end` may lie before `next`: blanks are trimmed. */
export function readLiteral (text: string, start: number): { literal: Literal, next: number } | undefined {
  return text[start] === '"' ? readQuoted(text, start) : readUnquoted(text, start)
}

/** The characters that the grammar counts as white space: fewer than JavaScript does. */
export function isBlank (character: string | undefined): boolean {
  return character !== undefined && blanks.includes(character)
}

/** Where the next character stands that is not blank, or the end of the text. */
export function skipBlanks (text: string, at: number): number {
  while (isBlank(text[at])) at++
  return at
}

/** Where the text goes on after `blanks, word, blanks`; undefined when that does not stand here. */
export function skipOperator (text: string, at: number, word: 'and' | 'or'): number | undefined {
  const start = skipBlanks(text, at)
  const end = start + word.length
  const stands = start > at && isBlank(text[end]) && text.slice(start, end).toLowerCase() === word
  return stands ? skipBlanks(text, end) : undefined
}

/** Where the text goes on after `not, blanks`. Needs no blank before it, so it also starts in the middle of a word. */
export function skipNot (text: string, at: number): number | undefined {
  return isBlank(text[at + 3]) && text.slice(at, at + 3).toLowerCase() === 'not' ? skipBlanks(text, at + 3) : undefined
}

const blanks = ' \t\r\n\u00a0'
const special = '\\():<>"*{}'
const controls: Record<string, string> = { t: '\t', r: '\r', n: '\n' }

function readQuoted (text: string, start: number): { literal: Literal, next: number } | undefined {
  let value = ''
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '"') return { literal: { type: 'text', text: value, quoted: true, start, end: i + 1 }, next: i + 1 }
    const escape = text[i] === '\\' ? readEscape(text, i, '\\"') : undefined
    value += escape?.value ?? text[i]
    i += (escape?.length ?? 1) - 1
  }
  return undefined
}

function readUnquoted (text: string, start: number): { literal: Literal, next: number } | undefined {
  const pieces = ['']
  let next = start
  for (let length = 1; next < text.length; next += length) {
    const part = readPart(text, next)
    if (part === undefined) break
    length = part.length
    if (part.value === undefined) pieces.push('')
    else pieces.push(pieces.pop() + part.value)
  }
  if (next === start) return undefined
  const end = start + text.slice(start, next).trimEnd().length
  return { literal: { ...literalOf(pieces), start, end }, next }
}

// One character, escape or run of blanks; a star has no value of its own.
function readPart (text: string, at: number): { value: string | undefined, length: number } | undefined {
  const character = text[at] as string
  if (character === '*') return { value: undefined, length: 1 }
  if (character === '\\') return readEscape(text, at, special) ?? readEscapedWord(text, at)
  if (special.includes(character) || skipNot(text, at) !== undefined) return undefined
  if (!isBlank(character)) return { value: character, length: 1 }
  // The whole run at once: looking ahead from each of its blanks would take quadratic time.
  if (skipOperator(text, at, 'and') !== undefined || skipOperator(text, at, 'or') !== undefined) return undefined
  const end = skipBlanks(text, at)
  return { value: text.slice(at, end), length: end - at }
}

function readEscape (text: string, at: number, escapable: string): { value: string, length: number } | undefined {
  const character = text[at + 1]
  if (character === undefined) return undefined
  const control = controls[character]
  if (control !== undefined) return { value: control, length: 2 }
  if (escapable.includes(character)) return { value: character, length: 2 }
  const digits = character === 'u' ? text.slice(at + 2, at + 6) : ''
  return /^[\da-f]{4}$/i.test(digits) ? { value: String.fromCharCode(parseInt(digits, 16)), length: 6 } : undefined
}

function readEscapedWord (text: string, at: number): { value: string, length: number } | undefined {
  const word = /^(?:or|and|not)/i.exec(text.slice(at + 1, at + 4))?.[0]
  return word === undefined ? undefined : { value: word, length: word.length + 1 }
}

type Body<T> = T extends unknown ? Omit<T, 'start' | 'end'> : never

function literalOf (pieces: string[]): Body<Literal> {
  const [first = '', ...rest] = pieces
  if (rest.length === 0) {
    const text = first.trim()
    return text === 'null' ? { type: 'null' } : { type: 'text', text, quoted: false }
  }
  return { type: 'pattern', pieces: [first.trimStart(), ...rest.slice(0, -1), (rest.at(-1) as string).trimEnd()] }
}
