import { isTable, listKey } from './contents.js'
import type { RawItem } from './contents.js'
import type { Condition } from './condition.js'
import { FieldReader, it } from './field-reader.js'
import type { Path } from './places.js'

/** The exception lists of all files read together: key (`listKey`) to its items, empty lists included. */
export type ExceptionLists = ReadonlyMap<string, readonly RawItem[]>

/**
 * The items of every list that the rule names in `exceptions_list`, as conditions of which none may be met. A list that
 * no file holds, and an item that cannot be applied exactly, are faults. Items whose `expire_time` (ISO) is before
 * `now` are left out; without `now` none is.
 */
export function readExceptions (reader: FieldReader, lists: ExceptionLists, { now }: { now?: number } = {}): Condition[] {
  return reader.list(['exceptions_list']).flatMap((list, i) => {
    const path = ['exceptions_list', i]
    if (!isTable(list) || typeof list['list_id'] !== 'string') {
      reader.fault(path, 'must be an object with a list_id')
      return []
    }
    const items = lists.get(listKey(list))
    if (items === undefined) {
      reader.fault(path, `names the exception list ${JSON.stringify(list['list_id'])}, which no file holds: export the rules together with their exception lists, or remove it`)
      return []
    }
    return items.flatMap((item) => {
      const condition = isOver(item, now) ? undefined : readItem(reader, item)
      return condition === undefined ? [] : [condition]
    })
  })
}

function isOver ({ fields: { expire_time: until } }: RawItem, now = -Infinity): boolean {
  return typeof until === 'string' && Date.parse(until) < now
}

/** The entries of one item must all be met. */
function readItem (rule: FieldReader, { fields, locate }: RawItem): Condition | undefined {
  const name = typeof fields['name'] === 'string' ? fields['name'] : String(fields['item_id'])
  const reader = new FieldReader(fields, locate, `${rule.label}: exception ${JSON.stringify(name)}`)
  const of = readEntries(reader, ['entries'], kinds)
  if (of.length === 0 && reader.faults.length === 0) reader.fault(['entries'], 'must hold at least one entry: an empty exception would subtract every event')
  rule.faults.push(...reader.faults)
  return reader.faults.length === 0 ? { is: 'all', of } : undefined
}

type Kind = (reader: FieldReader, path: Path) => Condition | undefined

function readEntries (reader: FieldReader, path: Path, known: ReadonlyMap<unknown, Kind>): Condition[] {
  return reader.list(path).flatMap((entry, i) => {
    const type = isTable(entry) ? entry['type'] : undefined
    const read = known.get(type)
    if (read === undefined) {
      const reason = type === 'list' ? 'compares with a value list, which is kept in Elasticsearch: write its values as "is one of"' : `must be one of ${[...known.keys()].join(', ')}; ${it(type)}`
      reader.fault([...path, i, 'type'], reason)
      return []
    }
    const condition = read(reader, [...path, i])
    if (condition === undefined) return []
    const operator = reader.text([...path, i, 'operator'], { choices: ['included', 'excluded'] })
    return [operator === 'excluded' ? { is: 'not', of: condition } : condition]
  })
}

const plainKinds: [string, Kind][] = [
  ['match', (reader, path) => withField(reader, path, (field) => {
    const value = reader.text([...path, 'value'], { required: true })
    return value === undefined ? undefined : { is: 'phrase', field, value }
  })],
  ['match_any', (reader, path) => withField(reader, path, (field) => {
    const values = reader.texts([...path, 'value'])
    return values.length === 0 ? noValue(reader, path) : { is: 'any', of: values.map((value) => ({ is: 'phrase', field, value })) }
  })],
  ['wildcard', (reader, path) => withField(reader, path, (field) => {
    const value = reader.text([...path, 'value'], { required: true })
    return value === undefined ? undefined : { is: 'pattern', field, value }
  })],
  ['exists', (reader, path) => withField(reader, path, (field) => ({ is: 'exists', field }))]
]

const innerKinds = new Map<unknown, Kind>(plainKinds)

const kinds = new Map<unknown, Kind>([
  ...plainKinds,
  ['nested', (reader, path) => withField(reader, path, (field) => {
    const of = readEntries(reader, [...path, 'entries'], innerKinds)
    return of.length === 0 ? noValue(reader, path) : { is: 'nested', path: field, of: { is: 'all', of } }
  })]
])

function withField (reader: FieldReader, path: Path, read: (field: string) => Condition | undefined): Condition | undefined {
  const field = reader.text([...path, 'field'], { required: true })
  return field === undefined ? undefined : read(field)
}

function noValue (reader: FieldReader, path: Path): undefined {
  reader.fault(path, 'has nothing to compare with')
}
