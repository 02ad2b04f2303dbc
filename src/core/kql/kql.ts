import type { Predicate } from '../rule.js'
import { compile } from './compile.js'
import { placeOf } from './kql-error.js'
import type { KqlWarning } from './kql-error.js'
import { literals } from './literals.js'
import { parse } from './parse.js'
import type { Query } from './parse.js'
import type { SharedConditions } from './shared.js'

export { KqlError } from './kql-error.js'
export { SharedConditions } from './shared.js'
export type { KqlWarning } from './kql-error.js'

/** A query, ready to run. */
export interface Kql {
  readonly predicate: Predicate
  /** Lists of texts, of each of which one stands in the bytes of any event that matches; see `literals`. */
  readonly literals: string[][]
  /** What is probably not meant, and comparisons that can never be met. */
  readonly warnings: readonly KqlWarning[]
  readonly ast: Query
}

export interface KqlOptions {
  caseInsensitive?: boolean
  /** Conditions that other queries have too: each is evaluated once for an event, if the queries are asked in turn. */
  shared?: SharedConditions
}

/** Reads and compiles a query of the Kibana Query Language. Throws nothing but a KqlError. */
export function compileKql (text: string, { caseInsensitive = false, shared }: KqlOptions = {}): Kql {
  const { ast, warnings } = parse(text)
  const { predicate, mismatches } = compile(ast, { caseInsensitive, shared })
  const never = mismatches.map(({ reason, offset }) => ({ message: `this comparison is never met: ${reason}`, ...placeOf(text, offset) }))
  return { predicate, literals: literals(ast, { caseInsensitive }), warnings: [...warnings, ...never], ast }
}
