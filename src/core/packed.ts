import type { Scalar } from './fields.js'

/**
 * Puts values one behind the other into one text of one-byte characters, in which V8 keeps them at a byte each: of
 * objects it would want dozens. A text that came before costs a byte, a hash or a UUID half of its digits. Nothing is
 * lost, half a surrogate pair included. What is written stands in saved states: a tag never gets another meaning.
 */
export class PackedWriter {
  #text = ''
  readonly #known = new Map<string, number>()

  put (value: Scalar | undefined): void {
    if (typeof value === 'string') this.#putText(value)
    else if (typeof value === 'number') this.#putNumber(value)
    else this.#tag(value === undefined ? tags.none : value ? tags.true : tags.false)
  }

  toString (): string {
    // Through a buffer: so many pieces put together would stay a tree of them.
    return Buffer.from(this.#text, 'latin1').toString('latin1')
  }

  #putNumber (value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      this.#tag(tags.number)
      this.#putText(String(value))
    } else if (value < maxSmall) {
      this.#tag(tags.small + value)
    } else {
      this.#tag(tags.whole)
      this.#putWhole(value)
    }
  }

  #putText (text: string): void {
    const known = this.#known.get(text)
    if (known !== undefined) {
      this.#tag(tags.known + known)
      return
    }
    if (this.#known.size < maxKnown) this.#known.set(text, this.#known.size)
    const digits = packDigits(text)
    if (digits !== undefined) {
      this.#tag(digits.tag)
      this.#text += digits.bytes
    } else if (!oneByte.test(text)) {
      this.#tag(tags.wide)
      this.#putWhole(text.length)
      this.#text += Buffer.from(text, 'utf16le').toString('latin1')
    } else if (text.length < tags.small) {
      this.#tag(text.length)
      this.#text += text
    } else {
      this.#tag(tags.long)
      this.#putWhole(text.length)
      this.#text += text
    }
  }

  #putWhole (value: number): void {
    while (value >= 128) {
      this.#text += String.fromCharCode(value % 128 + 128)
      value = Math.floor(value / 128)
    }
    this.#text += String.fromCharCode(value)
  }

  #tag (tag: number): void {
    this.#text += String.fromCharCode(tag)
  }
}

/** Takes the values out again, in the order in which they were put in. What it gives keeps nothing else alive. */
export class PackedReader {
  readonly #bytes: Buffer
  readonly #known: string[] = []
  #at = 0

  constructor (text: string) {
    this.#bytes = Buffer.from(text, 'latin1')
  }

  get isAtEnd (): boolean {
    return this.#at >= this.#bytes.length
  }

  take (): Scalar | undefined {
    const tag = this.#byte()
    if (tag >= tags.small && tag < tags.known) return tag - tags.small
    switch (tag) {
      case tags.none: return undefined
      case tags.true: return true
      case tags.false: return false
      case tags.whole: return this.#takeWhole()
      case tags.number: return Number(this.take())
      default: return this.#takeText(tag)
    }
  }

  #takeText (tag: number): string {
    if (tag >= tags.known && tag < tags.none) return this.#known[tag - tags.known] as string
    const text = this.#takeNewText(tag)
    if (this.#known.length < maxKnown) this.#known.push(text)
    return text
  }

  #takeNewText (tag: number): string {
    if (tag >= tags.digits) return this.#takeDigits(tag - tags.digits)
    if (tag === tags.wide) return this.#slice(this.#takeWhole() * 2, 'utf16le')
    return this.#slice(tag === tags.long ? this.#takeWhole() : tag, 'latin1')
  }

  #takeDigits (kind: number): string {
    const shape = shapes[kind >> 1] as Shape
    const digits = this.#slice(shape.digits / 2, 'hex')
    return shape.show(kind % 2 === 0 ? digits : digits.toUpperCase())
  }

  #takeWhole (): number {
    let [value, factor, byte] = [0, 1, 128]
    for (; byte >= 128; factor *= 128) {
      byte = this.#byte()
      value += byte % 128 * factor
    }
    return value
  }

  #slice (length: number, encoding: BufferEncoding): string {
    this.#at += length
    return this.#bytes.toString(encoding, this.#at - length, this.#at)
  }

  #byte (): number {
    return this.#bytes[this.#at++] as number
  }
}

// Below `small` a tag is the length of a text, then a number, then that of a text that came before.
const tags = { small: 96, known: 144, none: 192, true: 193, false: 194, whole: 195, number: 196, long: 197, wide: 198, digits: 200 } as const
const maxSmall = tags.known - tags.small
const maxKnown = tags.none - tags.known

interface Shape {
  /** Of the whole text. */
  length: number
  digits: number
  /** Where other characters than digits stand, and which. */
  marks: ReadonlyMap<number, string>
  show: (digits: string) => string
}

const showUuid = (digits: string): string =>
  `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
/** Texts of hexadecimal digits: our hashes, UUIDs, and UUIDs as Windows writes them. Each has two tags, the second for capital letters. */
const shapes: readonly Shape[] = [
  { length: 16, digits: 16, marks: new Map(), show: (digits) => digits },
  { length: 36, digits: 32, marks: new Map([[8, '-'], [13, '-'], [18, '-'], [23, '-']]), show: showUuid },
  { length: 38, digits: 32, marks: new Map([[0, '{'], [9, '-'], [14, '-'], [19, '-'], [24, '-'], [37, '}']]), show: (digits) => `{${showUuid(digits)}}` }
]

// eslint-disable-next-line no-control-regex -- all that have one byte
const oneByte = /^[\u0000-\u00ff]*$/

/** Undefined for a text that has none of the shapes, or letters of both cases. */
function packDigits (text: string): { tag: number, bytes: string } | undefined {
  const kind = shapes.findIndex(({ length }) => length === text.length)
  if (kind < 0) return undefined
  const { marks } = shapes[kind] as Shape
  let [bytes, high, cases] = ['', -1, 0]
  for (let i = 0; i < text.length; i++) {
    const mark = marks.get(i)
    if (mark !== undefined) {
      if (text[i] !== mark) return undefined
      continue
    }
    const code = text.charCodeAt(i)
    const digit = digitOf(code)
    if (digit === undefined) return undefined
    if (digit > 9) cases |= code > 96 ? 1 : 2
    if (high < 0) {
      high = digit
    } else {
      bytes += String.fromCharCode(high * 16 + digit)
      high = -1
    }
  }
  return cases === 3 ? undefined : { tag: tags.digits + 2 * kind + (cases === 2 ? 1 : 0), bytes }
}

function digitOf (code: number): number | undefined {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  return code >= 65 && code <= 70 ? code - 55 : undefined
}
