import type { Rule } from '../../core/rule.js'
import type { Body } from '../body.js'
import { createKernel } from './create-kernel.js'
import type { Kernel, SiftText } from './kernel.js'
import { Numbers } from './numbers.js'

/**
 * Looks once more at a record in which texts of a rule's first list stand: of its other lists, too, one text each must.
 * Only for records that hide nothing (see `Sieve`), and those are few, so that it need not be as fast as the first look.
 */
export class SecondLook {
  readonly #kernel: Kernel
  /** By rule the numbers of the texts in its lists. */
  readonly #lists = new Map<Rule, number[][]>()
  readonly #found: Set<number> = new Set()

  constructor (rules: readonly Rule[], create?: (texts: readonly SiftText[]) => Kernel) {
    const numbers = new Numbers()
    for (const rule of rules) {
      const lists = rule.literals.slice(1).map((texts) => numbers.of(texts)).filter((list) => list !== undefined)
      if (lists.length > 0) this.#lists.set(rule, lists)
    }
    this.#kernel = createKernel(numbers.texts(), create)
  }

  /** Those of the rules that the bytes from `start` up to `end` could satisfy; the same list if all could. */
  narrow (rules: readonly Rule[], body: Body, start: number, end: number): readonly Rule[] {
    const { window, hits } = this.#kernel
    const size = end - start
    if (size > window.length - margin || !rules.some((rule) => this.#lists.has(rule))) return rules
    body.copy(start, window.subarray(0, size))
    window.fill(0, size, size + margin)
    const count = this.#kernel.search(size)
    if (count === -1) return rules
    this.#found.clear()
    for (let i = 0; i < count; i++) this.#found.add(hits[2 * i + 1] as number)
    return rules.every((rule) => this.#isLeft(rule)) ? rules : rules.filter((rule) => this.#isLeft(rule))
  }

  #isLeft (rule: Rule): boolean {
    return this.#lists.get(rule)?.every((list) => list.some((number) => this.#found.has(number))) ?? true
  }
}

/** The zeros behind what is looked at. */
const margin = 64
