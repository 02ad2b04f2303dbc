import type { Path } from './places.js'

/**
 * The offset of the value at `path` in a valid TOML text; of the last step that exists when there is no such value.
 * With `inside`, of that character of the text value. A table is where its header, or its first key, stands.
 */
export function findInToml (text: string, path: Path, { inside }: { inside?: number } = {}): number {
  const seeker = new Seeker(text, path)
  seeker.walk()
  const { offset, depth } = seeker.best
  return inside === undefined || depth < path.length || !quotes.includes(text[offset] as string) ? offset : characterAt(text, offset, inside)
}

const quotes = ['"', "'"]

/** Walks the whole text once and remembers where the longest part of the sought path began. */
class Seeker {
  readonly best = { offset: 0, depth: 0 }
  at = 0
  /** How often each array of tables was headed so far. */
  readonly #heads = new Map<string, number>()

  constructor (readonly text: string, readonly path: Path) {}

  walk (): void {
    let table: Path = []
    for (this.skip(voids); this.at < this.text.length; this.skip(voids)) {
      if (this.text[this.at] === '[') table = this.header()
      else this.pair(table)
    }
  }

  header (): Path {
    const start = this.at
    const many = this.text[start + 1] === '['
    this.at += many ? 2 : 1
    const keys = this.keys()
    this.at += many ? 2 : 1
    const path: (string | number)[] = []
    keys.forEach((key, i) => {
      path.push(key)
      const name = JSON.stringify(path)
      if (many && i === keys.length - 1) this.#heads.set(name, (this.#heads.get(name) ?? -1) + 1)
      const index = this.#heads.get(name)
      if (index !== undefined) path.push(index)
    })
    this.note(path, start)
    return path
  }

  pair (table: Path): void {
    const keys = this.keys()
    this.at++
    this.skip(blanks)
    this.value([...table, ...keys])
  }

  value (path: Path): void {
    this.note(path, this.at)
    const letter = this.text[this.at] as string
    if (letter === '[') this.array(path)
    else if (letter === '{') this.inline(path)
    else if (quotes.includes(letter)) this.skip(strings)
    else this.skip(scalars)
  }

  array (path: Path): void {
    this.at++
    this.skip(voids)
    for (let i = 0; this.text[this.at] !== ']'; i++) {
      this.value([...path, i])
      this.skip(separators)
    }
    this.at++
  }

  inline (path: Path): void {
    this.at++
    this.skip(voids)
    while (this.text[this.at] !== '}') {
      this.pair(path)
      this.skip(separators)
    }
    this.at++
  }

  /** The parts of a dotted key, up to the `=` or `]` behind it. */
  keys (): string[] {
    const keys: string[] = []
    do {
      this.skip(dots)
      const start = this.at
      const quote = this.text[start] as string
      this.skip(quotes.includes(quote) ? strings : bares)
      const key = this.text.slice(start, this.at)
      keys.push(quote === '"' ? unescape(key) : quote === "'" ? key.slice(1, -1) : key)
      this.skip(blanks)
    } while (this.text[this.at] === '.')
    return keys
  }

  note (path: Path, offset: number): void {
    let depth = 0
    while (depth < path.length && path[depth] === this.path[depth]) depth++
    if (depth > this.best.depth) Object.assign(this.best, { offset, depth })
  }

  skip (pattern: RegExp): void {
    pattern.lastIndex = this.at
    pattern.test(this.text)
    this.at = Math.max(this.at, pattern.lastIndex)
  }
}

const blanks = /[ \t]*/y
const dots = /[ \t.]*/y
const bares = /[\w-]*/y
const voids = /(?:[ \t\r\n]+|#[^\n]*)*/y
const separators = /(?:[ \t\r\n,]+|#[^\n]*)*/y
const scalars = /[^,\]}#\n]*/y
// Three quotes end a multi-line text, but up to two more right before them belong to it.
const strings = /"""(?:[^"\\]+|\\.|"{1,2}(?!"))*"{3,5}|'''(?:[^']+|'{1,2}(?!'))*'{3,5}|"(?:[^"\\]+|\\.)*"|'[^']*'/ys

function unescape (key: string): string {
  return key.slice(1, -1).replace(/\\(?:u(\p{AHex}{4})|U(\p{AHex}{8})|x(\p{AHex}{2})|(.))/gu, (_, u: string, U: string, x: string, letter: string) => {
    const code = u ?? U ?? x
    return code === undefined ? letters[letter] as string : String.fromCodePoint(parseInt(code, 16))
  })
}

const letters: Record<string, string> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b', '"': '"', '\\': '\\' }

function characterAt (text: string, start: number, inside: number): number {
  const quote = text[start] as string
  const many = text.startsWith(quote.repeat(3), start)
  let at = start + (many ? 3 : 1)
  if (many) at += text.startsWith('\r\n', at) ? 2 : text[at] === '\n' ? 1 : 0
  for (let passed = 0; passed < inside;) {
    escape.lastIndex = at
    const found = quote === '"' ? escape.exec(text)?.[0] : undefined
    if (found === undefined) {
      if (at >= text.length) break
      at++
      passed++
    } else {
      at += found.length
      // A line break behind a backslash, with all blanks after it, is no character; one beyond the basic plane is two.
      passed += /\s/.test(found[1] as string) ? 0 : found.startsWith('\\U') && parseInt(found.slice(2), 16) > 0xffff ? 2 : 1
    }
  }
  return at
}

const escape = /\\(?:u\p{AHex}{4}|U\p{AHex}{8}|x\p{AHex}{2}|\s+|.)/yu
