import type { Path } from './places.js'

/**
 * The offset of the value at `path` in a valid JSON text, from `start` on; of the last step that exists when there is
 * no such value. With `inside`, of that character of the text value.
 */
export function findInJson (text: string, path: Path, { start = 0, inside }: { start?: number, inside?: number } = {}): number {
  let at = skip(blanks, text, start)
  for (const step of path) {
    const next = text[at] === '{' ? findMember(text, at, String(step)) : text[at] === '[' ? findElement(text, at, Number(step)) : undefined
    if (next === undefined) return at
    at = next
  }
  return inside === undefined || text[at] !== '"' ? at : characterAt(text, at + 1, inside)
}

/** The offset of each element of a valid JSON text that is a list: one walk, where `findInJson` for each would be many. */
export function elementsInJson (text: string): number[] {
  const offsets: number[] = []
  let at = skip(blanks, text, skip(blanks, text, 0) + 1)
  while (text[at] !== ']') {
    offsets.push(at)
    at = afterElement(text, at)
  }
  return offsets
}

/** The offset of the first character that keeps a text from being one JSON value; its length when something is missing. */
export function faultInJson (text: string): number {
  const open: string[] = []
  let expected = 'value'
  let at = skip(blanks, text, 0)
  while (expected !== 'end') {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    if (found === undefined) return at
    const kind = found[0] === '"' ? 'text' : '{}[],:'.includes(found) ? found : 'plain'
    const next = step(expected, kind, open)
    if (next === undefined) return at
    expected = next
    at = skip(blanks, text, at + found.length)
  }
  return at
}

const blanks = /[ \t\r\n]*/y
const string = /"(?:[^"\\]+|\\.)*"?/ys
const scalar = /[^\s,\]}]*/y
const token = /[{}[\],:]|"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y // eslint-disable-line no-control-regex

/** What may follow `kind` where `expected` stood; undefined when `kind` must not stand there. */
function step (expected: string, kind: string, open: string[]): string | undefined {
  const close = open.at(-1)
  if (expected === 'colon') return kind === ':' ? 'value' : undefined
  if (expected.startsWith('key')) {
    if (kind === 'text') return 'colon'
    return expected === 'key or }' && kind === '}' ? closed(open) : undefined
  }
  if (expected === 'comma') {
    if (kind === close) return closed(open)
    return kind === ',' ? (close === '}' ? 'key' : 'value') : undefined
  }
  if (kind === '{') {
    open.push('}')
    return 'key or }'
  }
  if (kind === '[') {
    open.push(']')
    return 'value or ]'
  }
  if (kind === ']' && expected === 'value or ]') return closed(open)
  return kind === 'text' || kind === 'plain' ? after(open) : undefined
}

function closed (open: string[]): string {
  open.pop()
  return after(open)
}

function after (open: string[]): string {
  return open.length === 0 ? 'end' : 'comma'
}

/** The last member of that name is the one that JSON.parse takes. */
function findMember (text: string, at: number, name: string): number | undefined {
  let found: number | undefined
  at = skip(blanks, text, at + 1)
  while (text[at] === '"') {
    const end = skip(string, text, at)
    const key: unknown = JSON.parse(text.slice(at, end))
    at = skip(blanks, text, skip(blanks, text, end) + 1)
    if (key === name) found = at
    at = afterElement(text, at)
  }
  return found
}

function findElement (text: string, at: number, index: number): number | undefined {
  at = skip(blanks, text, at + 1)
  for (let i = 0; text[at] !== ']'; i++) {
    if (i === index) return at
    at = afterElement(text, at)
  }
  return undefined
}

/** Where the next element or member begins, or the bracket stands that closes. */
function afterElement (text: string, at: number): number {
  at = skip(blanks, text, skipValue(text, at))
  return text[at] === ',' ? skip(blanks, text, at + 1) : at
}

function skipValue (text: string, at: number): number {
  let depth = 0
  do {
    const letter = text[at] as string
    if (letter === '"') at = skip(string, text, at)
    else if ('{[]},:'.includes(letter)) {
      at++
      if (letter === '{' || letter === '[') depth++
      if (letter === '}' || letter === ']') depth--
    } else at = skip(scalar, text, at)
    if (depth > 0) at = skip(/[ \t\r\n:]*/y, text, at)
  } while (depth > 0)
  return at
}

function characterAt (text: string, at: number, inside: number): number {
  for (let i = 0; i < inside && text[at] !== '"'; i++) {
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
  }
  return at
}

function skip (pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  pattern.test(text)
  return Math.max(at, pattern.lastIndex)
}
