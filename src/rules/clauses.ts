import { isTable } from './contents.js'
import type { Table } from './contents.js'
import type { Condition } from './condition.js'
import type { FieldReader } from './field-reader.js'
import type { Path } from './places.js'

/** Where a filter is read: what goes wrong there is a fault of the reader. */
export interface Context { readonly reader: FieldReader, readonly path: Path }

/**
 * One clause of Elasticsearch's query language, an object with one member whose name is its kind, as a condition.
 * A kind or an option that cannot be applied exactly is a fault, named.
 */
export function readClause (context: Context, clause: unknown): Condition | undefined {
  if (!isTable(clause) || Object.keys(clause).length !== 1) return refuse(context, 'must hold exactly one query clause')
  const [kind, body] = Object.entries(clause)[0] as [string, unknown]
  const read = clauses.get(kind)
  if (read === undefined) return refuse(within(context, kind), `is a ${kind} filter, which Tripline cannot apply: say it in the KQL query, or remove the filter`)
  return read(within(context, kind), body)
}

export function within ({ reader, path }: Context, ...steps: (string | number)[]): Context {
  return { reader, path: [...path, ...steps] }
}

export function refuse ({ reader, path }: Context, reason: string): undefined {
  reader.fault(path, reason)
}

const clauses = new Map<string, (context: Context, body: unknown) => Condition | undefined>([
  ['match_all', () => ({ is: 'all', of: [] })],
  ['match_phrase', (context, body) => readField(context, body, ['query'], phrase)],
  ['match', readMatch],
  ['term', (context, body) => readField(context, body, ['value'], phrase)],
  ['terms', (context, body) => readField(context, body, [], (inner, field, values) => Array.isArray(values)
    ? anyOf(values.map((value, i) => phrase(within(inner, i), field, value)))
    : refuse(inner, 'must be a list of values'))],
  ['exists', (context, body) => isTable(body) && typeof body['field'] === 'string'
    ? { is: 'exists', field: body['field'] }
    : refuse(context, 'must name a field')],
  ['prefix', (context, body) => readField(context, body, ['value', 'case_insensitive'], (inner, field, value, options) =>
    pattern(inner, field, typeof value === 'string' ? `${value.replaceAll(/[*?\\]/g, '\\$&')}*` : value, options))],
  ['wildcard', (context, body) => readField(context, body, ['value', 'wildcard', 'case_insensitive'], pattern)],
  ['range', readRange],
  ['bool', readBool]
])

/** `{ FIELD: VALUE }` or `{ FIELD: { value | query: VALUE, OPTION: … } }`; an option that is not known is refused. */
function readField (context: Context, body: unknown, known: readonly string[],
  read: (context: Context, field: string, value: unknown, options: Table) => Condition | undefined): Condition | undefined {
  const entries = isTable(body) ? Object.entries(body).filter(([name]) => name !== 'boost') : []
  const [field, value] = entries[0] ?? []
  if (field === undefined || entries.length > 1) return refuse(context, 'must name exactly one field')
  const inner = within(context, field)
  if (!isTable(value)) return read(inner, field, value, {})
  for (const option of Object.keys(value)) {
    if (![...known, 'boost'].includes(option)) return refuse(within(inner, option), 'is an option that Tripline cannot apply: remove it')
  }
  return read(inner, field, value['value'] ?? value['query'] ?? value['wildcard'], value)
}

/** Words are compared as a phrase, so a match of several words, any of which would do, is not the same. */
function readMatch (context: Context, body: unknown): Condition | undefined {
  return readField(context, body, ['query', 'type', 'operator'], (inner, field, value, { type }) => {
    if (type !== 'phrase' && typeof value === 'string' && /\s/.test(value.trim())) {
      return refuse(inner, 'matches any one of several words: use a phrase filter')
    }
    return phrase(inner, field, value)
  })
}

function phrase (context: Context, field: string, value: unknown): Condition | undefined {
  if (!isScalar(value)) return refuse(context, 'must be compared with a text, a number, or true or false')
  return { is: 'phrase', field, value: String(value) }
}

function pattern (context: Context, field: string, value: unknown, options: Table): Condition | undefined {
  if (typeof value !== 'string') return refuse(context, 'must be compared with a text')
  return { is: 'pattern', field, value, ...(options['case_insensitive'] === true ? { anyCase: true } : {}) }
}

function readRange (context: Context, body: unknown): Condition | undefined {
  return readField(context, body, [...bounds.keys(), 'format', 'time_zone'], (inner, field, _, options) => {
    if (options['time_zone'] !== undefined && !['UTC', 'Z', '+00:00'].includes(String(options['time_zone']))) {
      return refuse(within(inner, 'time_zone'), 'must be UTC')
    }
    if (options['format'] !== undefined && !/^(?:strict_)?date_optional_time(?:\|\|epoch_millis)?$|^epoch_millis$/.test(String(options['format']))) {
      return refuse(within(inner, 'format'), 'must be strict_date_optional_time')
    }
    const of: Condition[] = []
    for (const [name, than] of bounds) {
      const value = options[name] ?? undefined
      if (value === undefined) continue
      if (!isScalar(value)) return refuse(within(inner, name), 'must be a text or a number')
      of.push({ is: 'range', field, than, value: String(value) })
    }
    return of.length === 0 ? refuse(inner, 'must have a bound: gt, gte, lt or lte') : { is: 'all', of }
  })
}

const bounds = new Map([['gt', '>'], ['gte', '>='], ['lt', '<'], ['lte', '<=']] as const)

function readBool (context: Context, body: unknown): Condition | undefined {
  if (!isTable(body)) return refuse(context, 'must be an object')
  const read = (name: string): Condition[] => {
    const value = body[name] ?? []
    return (Array.isArray(value) ? value as unknown[] : [value]).flatMap((part, i) => readClause(within(context, name, i), part) ?? [])
  }
  for (const name of Object.keys(body)) {
    if (!boolMembers.includes(name)) return refuse(within(context, name), 'is an option that Tripline cannot apply: remove it')
  }
  const all = [...read('must'), ...read('filter'), ...read('must_not').map((of): Condition => ({ is: 'not', of }))]
  const should = read('should')
  // Beside a must, a should only raises the score, unless a minimum says otherwise.
  const least = body['minimum_should_match'] ?? (all.length > 0 ? 0 : 1)
  if (![0, 1, '0', '1'].includes(least as number)) return refuse(within(context, 'minimum_should_match'), 'must be 0 or 1')
  return { is: 'all', of: should.length > 0 && Number(least) === 1 ? [...all, { is: 'any', of: should }] : all }
}

const boolMembers = ['must', 'filter', 'must_not', 'should', 'minimum_should_match', 'boost', 'adjust_pure_negative']

function anyOf (parts: (Condition | undefined)[]): Condition | undefined {
  return parts.includes(undefined) ? undefined : { is: 'any', of: parts as Condition[] }
}

function isScalar (value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
