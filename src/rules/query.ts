import { compileKql } from '../core/kql/kql.js'
import type { KqlError, SharedConditions } from '../core/kql/kql.js'
import type { Predicate } from '../core/rule.js'
import { compileCondition } from './condition.js'
import type { Condition } from './condition.js'
import type { FieldReader } from './field-reader.js'
import type { Path } from './places.js'

export interface Query {
  text: string
  predicate: Predicate
  literals: readonly (readonly string[])[]
}

interface CompileOptions {
  caseInsensitive: boolean
  shared?: SharedConditions
  /** What the text is, when it does not stand in the rule's file: then faults name the rule's place. */
  called?: string
}

/** Compiles the KQL that stands at `path`; a fault is told at its very line and column of the file. */
export function compileQuery (reader: FieldReader, path: Path, text: string, { caseInsensitive, shared, called }: CompileOptions): Query | undefined {
  const say = (message: string) => called === undefined ? message : `${called}: ${message}`
  const inside = (offset: number) => called === undefined ? offset : undefined
  try {
    const { predicate, literals, warnings } = compileKql(text, { caseInsensitive, shared })
    for (const { message, offset } of warnings) reader.warn(path, say(message), inside(offset))
    return { text, predicate, literals }
  } catch (error) {
    const { message, offset } = error as KqlError
    reader.fault(path, say(`cannot be read: ${message}`), { inside: inside(offset), cause: error })
    return undefined
  }
}

/** Compiles conditions that were read from `path`; one that has no meaning for its field's type is a fault there. */
export function compileConditions (reader: FieldReader, path: Path, conditions: readonly Condition[], { caseInsensitive, shared }: Pick<CompileOptions, 'caseInsensitive' | 'shared'>): Predicate[] {
  return conditions.flatMap((condition) => {
    try {
      return [compileCondition(condition, { caseInsensitive, shared, warn: (message) => reader.warn(path, message) })]
    } catch (error) {
      reader.fault(path, `cannot be applied: ${(error as KqlError).message}`, { cause: error })
      return []
    }
  })
}

/** Met when every one of `all` is, and none of `none`. */
export function combine (all: readonly Predicate[], none: readonly Predicate[]): Predicate {
  const [first, ...others] = all
  if (first !== undefined && others.length === 0 && none.length === 0) return first
  return (event) => all.every((predicate) => predicate(event)) && !none.some((predicate) => predicate(event))
}
