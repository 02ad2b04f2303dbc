import type { SiftText } from './kernel.js'

/** Numbers texts from 1 on, equal ones alike, as they are looked for: letters of either case being one. */
export class Numbers {
  readonly #numbers = new Map<string, number>()

  /** Undefined when one of them is too short to be looked for, or when there are too many by now. */
  of (texts: readonly string[]): number[] | undefined {
    const known = texts.map((text) => folded(text).toString('latin1'))
    if (known.some((text) => text.length < 2) || this.#numbers.size + known.length > maxTexts) return undefined
    return known.map((text) => {
      const number = this.#numbers.get(text) ?? this.#numbers.size + 1
      this.#numbers.set(text, number)
      return number
    })
  }

  texts (): SiftText[] {
    return [...this.#numbers].map(([text, number]) => ({ bytes: Buffer.from(text, 'latin1'), number }))
  }
}

/** The first bytes of a text, those that differ in bit 5 alone being one. */
export function folded (text: string): Buffer {
  return Buffer.from(Buffer.from(text).subarray(0, maxText).map((byte) => byte | 0x20))
}

/** Longer ones are known by their beginning, so that each stands whole in one window or the next. */
const maxText = 48
const maxTexts = 8192
