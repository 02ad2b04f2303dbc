import { explain } from './explain.js'
import { KqlError, placeOf } from './kql-error.js'
import type { KqlWarning } from './kql-error.js'
import { lint } from './lint.js'
import { readLiteral, skipBlanks, skipNot, skipOperator } from './literal.js'
import type { Literal, Value } from './literal.js'

/** A query as a tree. Lists of values are written out: `f: (a or b)` is `f: a or f: b`. Offsets are in UTF-16 units. */
export type Query = All | Logic | Not | Comparison | Range | Nested

/** Matches everything: a blank query. */
export interface All { readonly type: 'all' }
/** Two queries or more. */
export interface Logic { readonly type: 'and' | 'or', readonly children: readonly Query[] }
/** The complement, so also true where the field is missing. */
export interface Not { readonly type: 'not', readonly child: Query }
/** `field: value`, or a value without a field. */
export interface Comparison { readonly type: 'is', readonly field: Value | undefined, readonly value: Value }
/** `field < value` and its like. */
export interface Range { readonly type: 'range', readonly field: Value, readonly operator: RangeOperator, readonly value: Value & { type: 'text' } }
/** `path: { query }`: one object at the path satisfies the whole query. */
export interface Nested { readonly type: 'nested', readonly path: Value & { type: 'text' }, readonly child: Query }

/** How a range compares a value of the field with the literal. */
export type RangeOperator = '<' | '<=' | '>' | '>='

/** Reads a query as Kibana does. Throws nothing but a KqlError; parentheses may be nested 100 deep. */
export function parse (text: string): { ast: Query, warnings: KqlWarning[] } {
  const parser = new Parser(text)
  return { ast: parser.readAll(), warnings: parser.warnings }
}

const maxDepth = 100
const rangeOperators: RangeOperator[] = ['<=', '>=', '<', '>']

class Parser {
  readonly warnings: KqlWarning[] = []
  #at = 0
  #depth = 0

  constructor (readonly text: string) {}

  readAll (): Query {
    this.#skip()
    if (this.#at === this.text.length) return { type: 'all' }
    const query = this.#readLogic('a query', this.#term)
    this.#skip()
    if (this.#at < this.text.length) throw this.#error(explain(this.text, this.#at))
    return query
  }

  // or-query and or-list of the grammar, with and-query, not-query and their like for lists: only the leaves differ.
  #readLogic (expected: string, leaf: (expected: string) => Query): Query {
    return this.#readJoined('or', expected, (expected) => this.#readJoined('and', expected, (expected) => this.#readNot(expected, leaf)))
  }

  #readJoined (word: 'and' | 'or', expected: string, part: (expected: string) => Query): Query {
    const children = [part(expected)]
    for (let next = skipOperator(this.text, this.#at, word); next !== undefined; next = skipOperator(this.text, this.#at, word)) {
      this.#at = next
      children.push(part(`something after "${word}"`))
    }
    return children.length === 1 ? children[0] as Query : { type: word, children }
  }

  #readNot (expected: string, leaf: (expected: string) => Query): Query {
    const next = skipNot(this.text, this.#at)
    if (next === undefined) return leaf(expected)
    this.#at = next
    if (skipNot(this.text, next) !== undefined) throw this.#error('expected one "not" only (use parentheses for a second)')
    return { type: 'not', child: leaf('something after "not"') }
  }

  #term = (expected: string): Query => {
    if (this.text[this.#at] === '(') return this.#readEnclosed(')', () => this.#readLogic('a query after "("', this.#term))
    if (this.text[this.#at] === ':') throw this.#error('expected a field name before ":"')
    const first = this.#readLiteral(expected)
    const afterFirst = this.#at
    this.#skip()
    if (this.#take(':')) return this.#readFieldTerm(nameOf(first))
    const operator = rangeOperators.find((operator) => this.#take(operator))
    if (operator !== undefined) return this.#readRange(nameOf(first), operator)
    this.#at = afterFirst
    return { type: 'is', field: undefined, value: this.#valueOf(first) }
  }

  #readFieldTerm (field: Value): Query {
    this.#skip()
    if (this.text[this.#at] !== '{') return this.#readValues(field, 'a value after ":"')
    if (field.type !== 'text') throw this.#error('expected a path without "*" before "{"', field.start)
    return {
      type: 'nested',
      path: field,
      child: this.#readEnclosed('}', () => this.#readLogic('a query after "{"', this.#term))
    }
  }

  #readValues (field: Value, expected: string): Query {
    if (this.text[this.#at] === '(') {
      return this.#readEnclosed(')', () => this.#readLogic('a value after "("', (expected) => this.#readValues(field, expected)))
    }
    return { type: 'is', field, value: this.#valueOf(this.#readLiteral(expected)) }
  }

  #readRange (field: Value, operator: RangeOperator): Query {
    this.#skip()
    const value = this.#valueOf(this.#readLiteral(`a value after "${operator}"`))
    if (value.type !== 'text') throw this.#error(`expected a value without "*" after "${operator}"`, value.start)
    return { type: 'range', field, operator, value }
  }

  #readEnclosed (close: ')' | '}', read: () => Query): Query {
    const open = this.#at++
    if (++this.#depth > maxDepth) throw this.#error(`expected at most ${maxDepth} levels of parentheses`, open)
    this.#skip()
    const query = read()
    this.#skip()
    if (!this.#take(close)) {
      throw this.#at === this.text.length
        ? this.#error(`expected "${close}" for the "${this.text[open]}"`, open)
        : this.#error(explain(this.text, this.#at))
    }
    this.#depth--
    return query
  }

  #readLiteral (expected: string): Literal {
    const read = readLiteral(this.text, this.#at)
    if (read === undefined) throw this.#error(this.text[this.#at] === '"' ? 'expected a closing quote' : `expected ${expected}`)
    this.#at = read.next
    for (const message of lint(this.text.slice(read.literal.start, read.literal.end), read.literal)) {
      this.warnings.push({ message, ...placeOf(this.text, read.literal.start) })
    }
    return read.literal
  }

  #valueOf (literal: Literal): Value {
    if (literal.type !== 'null') return literal
    throw this.#error('expected a value other than null (write  not field: *  for a field that is missing)', literal.start)
  }

  #skip (): void {
    this.#at = skipBlanks(this.text, this.#at)
  }

  #take (token: string): boolean {
    const stands = this.text.startsWith(token, this.#at)
    if (stands) this.#at += token.length
    return stands
  }

  #error (message: string, at = this.#at): KqlError {
    return new KqlError(message, this.text, at)
  }
}

// As a field name, null is a name like any other.
function nameOf (literal: Literal): Value {
  return literal.type === 'null' ? { type: 'text', text: 'null', quoted: false, start: literal.start, end: literal.end } : literal
}
