import type { Rule } from '../../core/rule.js'
import type { Body } from '../body.js'

/**
 * Looks once more at a record in which texts of a rule's first list stand: of its other lists, too, one text each must.
 * Only for records that hide nothing (see `Sieve`). Those are few, and each asks for the lists of its rules alone.
 */
export class SecondLook {
  /** By rule an expression for each of its further lists. */
  readonly #lists = new Map<Rule, RegExp[]>()

  constructor (rules: readonly Rule[]) {
    for (const rule of rules) {
      const lists = rule.literals.slice(1).filter((texts) => texts.length <= maxTexts)
      if (lists.length > 0) this.#lists.set(rule, lists.map(anyOf))
    }
  }

  /** Those of the rules that the bytes from `start` up to `end` could satisfy; the same list if all could. */
  narrow (rules: readonly Rule[], body: Body, start: number, end: number): readonly Rule[] {
    if (!rules.some((rule) => this.#lists.has(rule))) return rules
    const bytes = body.slice(start, end).toString('latin1')
    const left = rules.filter((rule) => this.#lists.get(rule)?.every((list) => list.test(bytes)) ?? true)
    return left.length === rules.length ? rules : left
  }
}

/** Of longer lists it is likely that one of them stands there, and to look for all of them takes long. */
const maxTexts = 64

/** Texts are ASCII, so letters of either case are one and nothing else is. */
function anyOf (texts: readonly string[]): RegExp {
  return new RegExp(texts.map((text) => text.replaceAll(/\W/g, '\\$&')).join('|'), 'i')
}
