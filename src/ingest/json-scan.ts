/**
 * Where the JSON value that starts at `at` ends (exclusive), -1 if the body ends before it does.
 *
 * Looks at quotes and brackets alone: whether the value is valid is for whoever parses it. No recursion.
 */
export function endOfValue (body: Uint8Array, at: number): number {
  const first = classes[body[at] as number] as number
  if (first === string) return endOfString(body, at)
  if (first !== opening) return endOfWord(body, at)
  let depth = 0
  for (let i = at; i < body.length; i++) {
    const found = classes[body[i] as number] as number
    if (found === other) continue
    if (found === opening) depth++
    else if (found === closing) {
      if (--depth === 0) return i + 1
    } else if (found === string) {
      i = endOfString(body, i) - 1
      if (i < 0) return -1
    }
  }
  return -1
}

/** Where the string whose quote is at `at` ends (exclusive), -1 if the body ends before it does. */
export function endOfString (body: Uint8Array, at: number): number {
  for (let i = at + 1; i < body.length; i++) {
    const byte = body[i]
    if (byte === 0x22) return i + 1
    if (byte === 0x5c) i++
  }
  return -1
}

/** The first position from `at` on that holds no blank, tab, CR or LF; the body's length if there is none. */
export function skipBlanks (body: Uint8Array, at: number): number {
  while (at < body.length && isBlank(body[at] as number)) at++
  return at
}

/** Whether JSON allows the byte between its tokens. */
export function isBlank (byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

const other = 0
const opening = 1
const closing = 2
const string = 3
const separator = 4

const classes = new Uint8Array(256)
for (const [characters, found] of [['{[', opening], ['}]', closing], ['"', string], [',:', separator]] as const) {
  for (const character of characters) classes[character.charCodeAt(0)] = found
}

function endOfWord (body: Uint8Array, at: number): number {
  while (at < body.length && classes[body[at] as number] === other && !isBlank(body[at] as number)) at++
  return at
}
