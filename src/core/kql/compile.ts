import { fieldType } from '../ecs/field-types.js'
import type { FieldType } from '../ecs/field-types.js'
import { parentField } from '../fields.js'
import type { Scalar } from '../fields.js'
import type { Predicate } from '../rule.js'
import type { Value } from './literal.js'
import { compileAlternatives, compileEquality, compileRange } from './match.js'
import type { MatchOptions, Mismatch, Test } from './match.js'
import type { Comparison, Query, Range } from './parse.js'
import { compilePattern, isAny } from './pattern.js'
import { keyOf, type SharedConditions } from './shared.js'

export interface CompileOptions extends MatchOptions {
  /** Conditions of other queries, which this one may have as well. */
  shared?: SharedConditions
}

/** Makes a query executable. A comparison of the wrong type is false, and named in `mismatches`. */
export function compile (ast: Query, options: CompileOptions = {}): { predicate: Predicate, mismatches: Mismatch[] } {
  const compiler = new Compiler(options)
  return { predicate: compiler.compile(ast, ''), mismatches: compiler.mismatches }
}

class Compiler {
  readonly mismatches: Mismatch[] = []

  constructor (readonly options: CompileOptions) {}

  /** `prefix` is the path of the nested query around, with a dot at its end: types go by full names. */
  compile (query: Query, prefix: string): Predicate {
    const predicate = this.#compile(query, prefix)
    const { shared, caseInsensitive = false } = this.options
    return shared?.share(`${caseInsensitive} ${prefix} ${keyOf(query)}`, predicate) ?? predicate
  }

  #compile (query: Query, prefix: string): Predicate {
    switch (query.type) {
      case 'all': return always
      case 'not': return not(this.compile(query.child, prefix))
      case 'and': return every(query.children.map((child) => this.compile(child, prefix)))
      case 'or': return some(this.#compileAlternatives(query.children, prefix))
      case 'is': return this.#compileComparison(query, prefix)
      case 'range': return this.#compileRange(query, prefix)
      case 'nested': return someObject(query.path.text, this.compile(query.child, `${prefix}${query.path.text}.`))
    }
  }

  // Lists of values of one field are common and long: its values are fetched once for all of them.
  #compileAlternatives (children: readonly Query[], prefix: string): Predicate[] {
    const lists = new Map<string, Value[]>()
    const others: Query[] = []
    for (const child of children) {
      if (child.type !== 'is' || child.field?.type !== 'text' || isExistence(child.value)) others.push(child)
      else if (lists.get(child.field.text)?.push(child.value) === undefined) lists.set(child.field.text, [child.value])
    }
    return [
      ...[...lists].map(([name, values]) => this.#compileList(name, values, prefix)),
      ...others.map((child) => this.compile(child, prefix))
    ]
  }

  #compileComparison ({ field, value }: Comparison, prefix: string): Predicate {
    if (field?.type === 'text') return isExistence(value) ? exists(field.text) : this.#compileList(field.text, [value], prefix)
    if (isExistence(value)) return field === undefined || isAny(field.pieces) ? always : someName(compilePattern(field.pieces))
    const fits = field === undefined ? always : compilePattern(field.pieces)
    return someField(fits, prefix, (type) => compileEquality(type, value, this.options))
  }

  #compileList (name: string, values: Value[], prefix: string): Predicate {
    const { tests, mismatches } = compileAlternatives(fieldType(prefix + name), values, this.options)
    this.mismatches.push(...mismatches)
    return hasValue(name, tests)
  }

  #compileRange ({ field, operator, value }: Range, prefix: string): Predicate {
    const compileFor = (type: FieldType) => compileRange(type, operator, value.text, this.options)
    if (field.type === 'pattern') return someField(compilePattern(field.pieces), prefix, compileFor)
    const test = compileFor(fieldType(prefix + field.text))
    if (typeof test !== 'string') return hasValue(field.text, [test])
    this.mismatches.push({ reason: test, offset: value.start })
    return not(always)
  }
}

function always (): boolean {
  return true
}

function not (predicate: Predicate): Predicate {
  return (event) => !predicate(event)
}

function every (predicates: readonly Predicate[]): Predicate {
  return (event) => {
    for (const predicate of predicates) if (!predicate(event)) return false
    return true
  }
}

function some (predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 1) return predicates[0] as Predicate
  return (event) => {
    for (const predicate of predicates) if (predicate(event)) return true
    return false
  }
}

function someObject (path: string, predicate: Predicate): Predicate {
  return (event) => event.objects(path).some(predicate)
}

function isExistence (value: Value): boolean {
  return value.type === 'pattern' && isAny(value.pieces)
}

function exists (name: string): Predicate {
  const parent = parentField(name)
  return (event) => event.values(name).length > 0 || event.objects(name).some((object) => object.names().length > 0) ||
    (parent !== undefined && event.values(parent).length > 0)
}

function someName (fits: (name: string) => boolean): Predicate {
  return (event) => event.names().some(fits)
}

function hasValue (name: string, tests: readonly Test[]): Predicate {
  const parent = parentField(name)
  return (event) => {
    const values = event.values(name)
    if (values.length > 0 || parent === undefined) return meetsAny(values, tests, event.arrival)
    return meetsAny(event.values(parent), tests, event.arrival)
  }
}

function meetsAny (values: readonly Scalar[], tests: readonly Test[], now: number): boolean {
  for (const value of values) {
    for (const test of tests) if (test(value, now)) return true
  }
  return false
}

// Any field whose name fits, each by its own type; where the literal is not of the type, the field is passed over.
function someField (fits: (name: string) => boolean, prefix: string, compileFor: (type: FieldType) => Test | string): Predicate {
  const tests = new Map<FieldType, Test[]>()
  return (event) => event.names().some((name) => {
    if (!fits(name)) return false
    const type = fieldType(prefix + name)
    let known = tests.get(type)
    if (known === undefined) tests.set(type, known = [compileFor(type)].filter((test) => typeof test !== 'string'))
    return meetsAny(event.values(name), known, event.arrival)
  })
}
