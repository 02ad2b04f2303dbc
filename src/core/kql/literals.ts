import { fieldType } from '../ecs/field-types.js'
import type { FieldType } from '../ecs/field-types.js'
import { parentField } from '../fields.js'
import { fold } from './fold.js'
import type { Value } from './literal.js'
import type { Comparison, Query } from './parse.js'
import { wordPatterns, wordsOf } from './words.js'

/**
 * Lists of texts, of each of which at least one stands in the bytes of every record that the query can match; the first
 * list is the one to look for, the others rule out what is left. None when no such list is known. For a query that ignores
 * case they are in lower case, and whoever looks for them has to fold ASCII letters (`fold` sees to it that other characters
 * never become ASCII). An encoder may write any character of a JSON string as a `\u` escape: records that hold one have to
 * be decoded, not searched.
 */
export function literals (ast: Query, { caseInsensitive = false }: { caseInsensitive?: boolean } = {}): string[][] {
  return literalsOf(ast, '', caseInsensitive).slice(0, maxLists)
}

const maxLists = 4

/**
 * Whether the values of a field stand in the record as they are, if they are texts. False for what the mapping to ECS
 * makes or alters: categories, derived ids, lower-cased hashes, numbers shown as words, arguments split off a command
 * line, the provider that a process start names by being one. A part of a value (a file's name off its path) stands in the record too. Unknown fields are the record's own.
 */
export function isVerbatim (name: string): boolean {
  const parts = name.split('.')
  return !parts.some((part) => madeParts.has(part)) && (verbatim.has(name) || !madeGroups.has(parts[0] as string))
}

const madeParts = new Set(['args', 'hash', 'entity_id', 'imphash', 'logon', 'level', 'opcode', 'keywords', 'task', 'outcome', 'extension', 'provider_name'])
const madeGroups = new Set(['event', 'host', 'dns', 'network', 'related', 'registry', 'agent', 'ecs', 'data_stream', 'observer', 'log', 'tags', 'url', 'kibana', 'tripline'])
const verbatim = new Set(['event.original'])

/** Where several lists are known, those that fewer records hold come first, as far as the texts tell. */
function literalsOf (query: Query, prefix: string, ignoreCase: boolean): string[][] {
  switch (query.type) {
    case 'and': return ranked(query.children.flatMap((child) => literalsOf(child, prefix, ignoreCase)))
    case 'or': return unions(query.children.map((child) => literalsOf(child, prefix, ignoreCase)))
    case 'nested': return literalsOf(query.child, `${prefix}${query.path.text}.`, ignoreCase)
    case 'is': return [literalsOfComparison(query, prefix, ignoreCase) ?? []].filter((list) => list.length > 0)
    default: return []
  }
}

function literalsOfComparison ({ field, value }: Comparison, prefix: string, ignoreCase: boolean): string[] | undefined {
  // Without a field, or with a pattern of fields, a value that the mapping made may be the one that matches.
  if (field?.type !== 'text') return undefined
  const name = prefix + field.text
  const type = fieldType(name)
  if (splitFields.has(name)) return argumentTexts(value.type === 'pattern' ? value.pieces : [value.text], ignoreCase)
  if (!isVerbatim(name) || !isVerbatim(parentField(name) ?? name) || !textTypes.has(type)) return undefined
  const ignoresCase = type === 'text' || type === 'caseless'
  // Letters of either case would do, which only a search that ignores case finds.
  if (ignoresCase && !ignoreCase) return undefined
  return union(alternatives(type, value).map((pieces) => literalOf(ignoreCase ? pieces.map(fold) : pieces)))
}

const textTypes = new Set<FieldType>(['keyword', 'wildcard', 'flattened', 'unknown', 'text', 'caseless'])

// The runs of text that a value holds if it matches; one list for each way to match.
function alternatives (type: FieldType, value: Value): (readonly string[])[] {
  if (type !== 'text') return [value.type === 'pattern' ? value.pieces : [value.text]]
  if (value.type === 'pattern') return wordPatterns(value.pieces)
  return value.quoted ? [wordsOf(value.text)] : wordsOf(value.text).map((word) => [word])
}

function literalOf (pieces: readonly string[]): string[] | undefined {
  // A number, boolean or time has no text in MessagePack, and numbers another one in JSON (1e3, 1e999): it must be known to be
  // a text. A query's number may have blanks around it.
  if (pieces.every(mayBeInScalar)) return undefined
  const runs = pieces.flatMap((piece) => piece.split(escapable)).sort((a, b) => b.length - a.length)
  const [longest = ''] = runs
  return longest.length < 2 ? undefined : [longest]
}

function mayBeInScalar (piece: string): boolean {
  return /^[\s\d.e+:TZ-]*$/i.test(piece) || ['true', 'false', '-infinity', 'nan'].some((word) => word.includes(piece.toLowerCase()))
}

// What JSON, HTML-safe JSON (Go, .NET, Gson) and XML encoders may write otherwise, and all beyond ASCII.
const escapable = /[^ -~]|["\\/<>&'+=`]/

/**
 * Splitting a command line removes quotes: `n"sloo"kup` is an argument nslookup, so no run of letters is safe, and of an
 * option only its mark and what follows it: there may be nothing but quotes between them, in whichever way they are written.
 */
function argumentTexts (pieces: readonly string[], ignoreCase: boolean): string[] | undefined {
  if (pieces.every(mayBeInScalar)) return undefined
  const found = pieces.map((piece) => option.exec(ignoreCase ? fold(piece) : piece)?.[0]).find((text) => text !== undefined)
  if (found === undefined) return undefined
  const [mark, letter] = found as unknown as [string, string]
  return [found, ...quotes.flatMap((quote) => [letter, '"', '\\', '&'].map((next) => mark + quote + next)), ...quoteMarks.map((first) => mark + first)]
}

/** An option's mark and the letter behind it. JSON may write a backslash before a slash, which parts neither from the other. */
const option = /[-/]\w/
/** In MessagePack and in JSON; */
const quotes = ['"', '\\"']
/** in JSON inside JSON, as an escape, and in XML. */
const quoteMarks = ['\\\\', '\\u', '&']

/** Fields whose values may have been split off a command line. */
const splitFields = new Set(['process.args', 'process.parent.args'])

function ranked (lists: string[][]): string[][] {
  return lists.sort((a, b) => Number(isLoose(a)) - Number(isLoose(b)) || a.length - b.length || shortest(b) - shortest(a))
}

/** Whether so many texts have so few characters that they stand in many records. */
function isLoose (list: readonly string[]): boolean {
  return list.length > 1 && shortest(list) < 3
}

/** Of each way to match one list; where one has fewer than another, its last one stands in for those that it lacks. */
function unions (ways: string[][][]): string[][] {
  if (ways.some((lists) => lists.length === 0)) return []
  const count = Math.max(...ways.map((lists) => lists.length))
  return Array.from({ length: count }, (_, i) => union(ways.map((lists) => lists[Math.min(i, lists.length - 1)])) as string[])
}

function union (lists: (string[] | undefined)[]): string[] | undefined {
  const known = lists.filter((list) => list !== undefined)
  return known.length === lists.length && lists.length > 0 ? [...new Set(known.flat())] : undefined
}

function shortest (list: readonly string[]): number {
  return Math.min(...list.map((text) => text.length))
}
