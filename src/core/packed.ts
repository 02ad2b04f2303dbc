import type { Scalar } from './fields.js'

/**
 * Puts values one behind the other into one text of one-byte characters, in which V8 keeps them at a byte each: of
 * objects it would want dozens. What came before costs a byte, a hash or a UUID half of its digits. Nothing is lost,
 * half a surrogate pair included. What is written stands in saved states: a tag never gets another meaning.
 */
export class PackedWriter {
  #bytes = Buffer.alloc(1024)
  #length = 0
  // A new one for each text: what an old one holds would outlive the heap's young generation.
  #known: (string | number)[] = []
  // So few that to compare lengths is quicker than to hash; of a number it is -1.
  readonly #lengths = new Int32Array(maxKnown)

  put (value: Scalar | undefined): void {
    if (typeof value !== 'string' && typeof value !== 'number') this.#putByte(value === undefined ? tags.none : value ? tags.true : tags.false)
    else if (isSmall(value)) this.#putByte(tags.small + value)
    else this.#putKnown(value)
  }

  /** The text of all that was put; what is put from now on begins another one. */
  finish (): string {
    const text = this.#bytes.toString('latin1', 0, this.#length)
    this.#length = 0
    this.#known = []
    return text
  }

  #putKnown (value: string | number): void {
    const length = typeof value === 'string' ? value.length : -1
    const count = this.#known.length
    for (let i = 0; i < count; i++) {
      if (this.#lengths[i] !== length || this.#known[i] !== value) continue
      this.#putByte(tags.known + i)
      return
    }
    if (count < maxKnown) {
      this.#lengths[count] = length
      this.#known.push(value)
    }
    if (typeof value === 'string') this.#putText(value)
    else this.#putNumber(value)
  }

  #putNumber (value: number): void {
    if (Number.isSafeInteger(value) && value >= 0) {
      this.#putByte(tags.whole)
      this.#putWhole(value)
    } else {
      this.#putByte(tags.number)
      this.#putText(String(value))
    }
  }

  #putText (text: string): void {
    this.#reserve(2 * text.length + maxHead)
    const start = this.#length
    const kind = kindByLength[text.length]
    if (kind !== undefined && this.#putDigits(text, kind)) return
    this.#length = start
    if (text.length < tags.small) {
      this.#putByte(text.length)
    } else {
      this.#putByte(tags.long)
      this.#putWhole(text.length)
    }
    if (this.#putNarrow(text)) return
    this.#length = start
    this.#putByte(tags.wide)
    this.#putWhole(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'utf16le')
  }

  /** False when a character has more than a byte; then it was put in part. */
  #putNarrow (text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 255) return false
      this.#bytes[this.#length++] = code
    }
    return true
  }

  /** False when it has not this shape, or letters of both cases; then it was put in part. */
  #putDigits (text: string, kind: number): boolean {
    const { marks } = shapes[kind] as Shape
    const tag = this.#length++
    let [high, cases] = [-1, 0]
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      const digit = digitOf(code)
      if (marks[i] !== code && (marks[i] !== undefined || digit < 0)) return false
      if (marks[i] !== undefined) continue
      if (digit > 9) cases |= code > 96 ? 1 : 2
      if (high >= 0) this.#bytes[this.#length++] = high * 16 + digit
      high = high < 0 ? digit : -1
    }
    this.#bytes[tag] = tags.digits + 2 * kind + (cases === 2 ? 1 : 0)
    return cases < 3
  }

  #putWhole (value: number): void {
    for (; value >= 128; value = Math.floor(value / 128)) this.#putByte(value % 128 + 128)
    this.#putByte(value)
  }

  #putByte (byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
  }

  #reserve (count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = Buffer.alloc(2 * (this.#length + count))
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}

/** Takes the values out again, in the order in which they were put in. What it gives keeps nothing else alive. */
export class PackedReader {
  readonly #bytes: Buffer
  readonly #known: (string | number)[] = []
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
    if (tag >= tags.known && tag < tags.none) return this.#known[tag - tags.known]
    if (tag === tags.none) return undefined
    if (tag === tags.true || tag === tags.false) return tag === tags.true
    const value = tag === tags.whole ? this.#takeWhole() : tag === tags.number ? Number(this.#takeText(this.#byte())) : this.#takeText(tag)
    if (this.#known.length < maxKnown) this.#known.push(value)
    return value
  }

  #takeText (tag: number): string {
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

// Below `small` a tag is the length of a text, then a small number, then the place of a text or a number that came before.
const tags = { small: 96, known: 144, none: 192, true: 193, false: 194, whole: 195, number: 196, long: 197, wide: 198, digits: 200 } as const
const maxSmall = tags.known - tags.small
const maxKnown = tags.none - tags.known

/** A tag, and how long the text is. */
const maxHead = 9

interface Shape {
  /** Of the whole text. */
  length: number
  digits: number
  /** The character codes of what stands between the digits, by position. */
  marks: (number | undefined)[]
  show: (digits: string) => string
}

const showUuid = (digits: string): string =>
  `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
/** Texts of hexadecimal digits: our hashes, UUIDs, and UUIDs as Windows writes them. Each has two tags, the second for capital letters. */
const shapes: readonly Shape[] = [(digits: string) => digits, showUuid, (digits: string) => `{${showUuid(digits)}}`].map((show, i) => {
  const digits = i === 0 ? 16 : 32
  const example = show('0'.repeat(digits))
  return { length: example.length, digits, marks: Array.from(example, (mark) => mark === '0' ? undefined : mark.charCodeAt(0)), show }
})

const kindByLength: (number | undefined)[] = []
for (const [kind, { length }] of shapes.entries()) kindByLength[length] = kind

/** Below 0 for what is no hexadecimal digit. */
function digitOf (code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  return code >= 65 && code <= 70 ? code - 55 : -1
}

function isSmall (value: string | number): value is number {
  return typeof value === 'number' && value >= 0 && value < maxSmall && Number.isInteger(value)
}
