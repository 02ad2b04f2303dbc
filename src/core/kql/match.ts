import type { FieldType } from '../ecs/field-types.js'
import type { Scalar } from '../fields.js'
import { readTime } from '../time.js'
import { fold } from './fold.js'
import { compareAddresses, isWithin, readAddress, readBlock } from './ip.js'
import type { Address } from './ip.js'
import type { Value } from './literal.js'
import { readMoment } from './moment.js'
import type { RangeOperator } from './parse.js'
import { compilePattern } from './pattern.js'
import { compileAnyWord, compilePhrase, compileWordPatterns, wordsOf } from './words.js'

/** Whether one value of a field meets a comparison; `now` is the arrival of the event, ms since 1970. */
export type Test = (value: Scalar, now: number) => boolean

export interface MatchOptions {
  /** Ignore case on fields of text: keyword, wildcard, flattened and those of unknown type. */
  caseInsensitive?: boolean
}

/** Compiles `: value` for a type of field; a text instead of a test says why nothing can ever meet it. */
export function compileEquality (type: FieldType, value: Value, options: MatchOptions = {}): Test | string {
  return equalities[type](value, options)
}

/** A comparison that nothing can ever meet, since its literal is not of the field's type. */
export interface Mismatch {
  readonly reason: string
  /** Of the literal in the query, in UTF-16 units. */
  readonly offset: number
}

/** Compiles a list of values of which one is enough. Plain texts are looked up together, however many there are. */
export function compileAlternatives (type: FieldType, values: readonly Value[], options: MatchOptions = {}): { tests: Test[], mismatches: Mismatch[] } {
  const texts = exactTypes.has(type) ? values.filter((value) => value.type === 'text') : []
  const single = texts.length > 1 ? values.filter((value) => value.type !== 'text') : values
  const tests = texts.length > 1 ? [isOneOf(texts.map(({ text }) => text), type === 'caseless' || options.caseInsensitive === true)] : []
  const mismatches: Mismatch[] = []
  for (const value of single) {
    const test = compileEquality(type, value, options)
    if (typeof test === 'string') mismatches.push({ reason: test, offset: value.start })
    else tests.push(test)
  }
  return { tests, mismatches }
}

/** Compiles `< value` and its like for a type of field; a text instead of a test says why nothing can ever meet it. */
export function compileRange (type: FieldType, operator: RangeOperator, text: string, options: MatchOptions = {}): Test | string {
  return ranges[type](operator, text, options)
}

const exactTypes = new Set<FieldType>(['keyword', 'wildcard', 'flattened', 'caseless'])

type Equality = (value: Value, options: MatchOptions) => Test | string
type RangeOf = (operator: RangeOperator, text: string, options: MatchOptions) => Test | string

const equalities: Record<FieldType, Equality> = {
  keyword: equalsText,
  wildcard: equalsText,
  flattened: equalsText,
  caseless: (value) => equalsText(value, { caseInsensitive: true }),
  text: hasWords,
  long: equalsNumber,
  double: equalsNumber,
  boolean: equalsBoolean,
  ip: equalsAddress,
  date: equalsDate,
  unknown: equalsAny
}

const ranges: Record<FieldType, RangeOf> = {
  keyword: rangeOfText,
  wildcard: rangeOfText,
  flattened: rangeOfText,
  caseless: (operator, text) => rangeOfText(operator, text, { caseInsensitive: true }),
  text: rangeOfWords,
  long: rangeOfNumbers,
  double: rangeOfNumbers,
  boolean: () => 'true and false have no order',
  ip: rangeOfAddresses,
  date: rangeOfDates,
  unknown: rangeOfAny
}

const holds: Record<RangeOperator, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0
}

function equalsText (value: Value, { caseInsensitive = false }: MatchOptions): Test {
  if (value.type === 'pattern') {
    const fits = compilePattern(caseInsensitive ? value.pieces.map(fold) : value.pieces)
    return caseInsensitive ? (value) => fits(fold(String(value))) : (value) => fits(String(value))
  }
  if (!caseInsensitive) return (other) => String(other) === value.text
  const text = fold(value.text)
  return (other) => fold(String(other)) === text
}

function isOneOf (texts: readonly string[], caseInsensitive: boolean): Test {
  const known = new Set(caseInsensitive ? texts.map(fold) : texts)
  return caseInsensitive ? (value) => known.has(fold(String(value))) : (value) => known.has(String(value))
}

function rangeOfText (operator: RangeOperator, text: string, { caseInsensitive = false }: MatchOptions): Test {
  const isMet = holds[operator]
  if (!caseInsensitive) return (value) => isMet(compareTexts(String(value), text))
  const folded = fold(text)
  return (value) => isMet(compareTexts(fold(String(value)), folded))
}

// By code points, as UTF-8 bytes are ordered; JavaScript's own order is by UTF-16 units, where surrogates come too early.
function compareTexts (a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function rank (unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

function hasWords (value: Value): Test | string {
  const fits = value.type === 'pattern'
    ? compileWordPatterns(value.pieces)
    : value.quoted ? compilePhrase(value.text) : compileAnyWord(value.text)
  return fits === undefined ? 'the value has no word to look for' : (value) => fits(String(value))
}

function rangeOfWords (operator: RangeOperator, text: string): Test {
  const isMet = holds[operator]
  const folded = fold(text)
  return (value) => wordsOf(String(value)).some((word) => isMet(compareTexts(word, folded)))
}

function equalsNumber (value: Value): Test | string {
  if (value.type === 'pattern') return noWildcard('a number')
  const number = readNumber(value.text)
  return number === undefined ? `"${value.text}" is no number` : (value) => toNumber(value) === number
}

function rangeOfNumbers (operator: RangeOperator, text: string): Test | string {
  const number = readNumber(text)
  if (number === undefined) return `"${text}" is no number`
  const isMet = holds[operator]
  return (value) => {
    const other = toNumber(value)
    return other !== undefined && isMet(other - number)
  }
}

function toNumber (value: Scalar): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'string' ? readNumber(value) : undefined
}

function readNumber (text: string): number | undefined {
  return numeric.test(text) ? Number(text) : undefined
}

const numeric = /^\s*[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:e[+-]?\d{1,4})?\s*$/i

function equalsBoolean (value: Value): Test | string {
  if (value.type === 'pattern') return noWildcard('a boolean')
  const { text } = value
  return text === 'true' || text === 'false' ? (value) => String(value) === text : `"${text}" is neither true nor false`
}

function equalsAddress (value: Value): Test | string {
  if (value.type === 'pattern') return noWildcard('an address')
  const address = readAddress(value.text)
  if (address !== undefined) return testAddress((other) => compareAddresses(other, address) === 0)
  const block = readBlock(value.text)
  return block === undefined ? noAddress(value.text) : testAddress((other) => isWithin(other, block))
}

function rangeOfAddresses (operator: RangeOperator, text: string): Test | string {
  const address = readAddress(text)
  const isMet = holds[operator]
  return address === undefined ? noAddress(text) : testAddress((other) => isMet(compareAddresses(other, address)))
}

function testAddress (test: (address: Address) => boolean): Test {
  return (value) => {
    const address = typeof value === 'string' ? readAddress(value) : undefined
    return address !== undefined && test(address)
  }
}

function equalsDate (value: Value): Test | string {
  if (value.type === 'pattern') return noWildcard('a date')
  const moment = readMoment(value.text)
  if (moment === undefined) return noDate(value.text)
  return testDate((time, now) => time >= moment(now, false) && time <= moment(now, true))
}

function rangeOfDates (operator: RangeOperator, text: string): Test | string {
  const moment = readMoment(text)
  if (moment === undefined) return noDate(text)
  const isMet = holds[operator]
  const roundUp = operator === '>' || operator === '<='
  return testDate((time, now) => isMet(time - moment(now, roundUp)))
}

const maxDateLength = 64

function testDate (test: (time: number, now: number) => boolean): Test {
  return (value, now) => {
    // No date is long, and a hostile text should not be looked at twice.
    const time = typeof value === 'string' && value.length > maxDateLength ? undefined : readTime(value)
    return time !== undefined && test(time, now)
  }
}

// Without a mapping, each value is of its own JSON type.
function equalsAny (value: Value, options: MatchOptions): Test {
  return byJsonType(equalsText(value, options), equalsNumber(value), equalsBoolean(value))
}

function rangeOfAny (operator: RangeOperator, text: string, options: MatchOptions): Test {
  return byJsonType(rangeOfText(operator, text, options), rangeOfNumbers(operator, text), never)
}

function byJsonType (text: Test, number: Test | string, boolean: Test | string): Test {
  const tests = {
    string: text,
    number: typeof number === 'string' ? never : number,
    boolean: typeof boolean === 'string' ? never : boolean
  }
  return (value, now) => tests[typeof value as keyof typeof tests](value, now)
}

function never (): boolean {
  return false
}

function noWildcard (what: string): string {
  return `a field that holds ${what} cannot be compared with a "*" pattern`
}

function noAddress (text: string): string {
  return `"${text}" is neither an IP address nor a block of them`
}

function noDate (text: string): string {
  return `"${text}" is neither a date nor date math`
}
