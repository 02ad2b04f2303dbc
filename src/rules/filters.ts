import { readClause, refuse, within } from './clauses.js'
import type { Context } from './clauses.js'
import { isTable } from './contents.js'
import type { Table } from './contents.js'
import type { Condition } from './condition.js'
import type { FieldReader } from './field-reader.js'

/**
 * The rule's `filters` (Kibana's filter objects) as conditions that must all be met; disabled ones are left out. A
 * filter that cannot be applied exactly is a fault of the reader, named by its kind.
 */
export function readFilters (reader: FieldReader): Condition[] {
  return reader.list(['filters']).flatMap((filter, i) => {
    const condition = readFilter({ reader, path: ['filters', i] }, filter)
    return condition === undefined ? [] : [condition]
  })
}

function readFilter (context: Context, filter: unknown): Condition | undefined {
  if (!isTable(filter)) return refuse(context, 'must be a filter object')
  const meta = isTable(filter['meta']) ? filter['meta'] : {}
  if (meta['disabled'] === true) return undefined
  const condition = meta['type'] === 'combined' && Array.isArray(meta['params'])
    ? readCombined(within(context, 'meta', 'params'), meta)
    : isTable(filter['query']) ? readClause(within(context, 'query'), filter['query']) : readClause(context, withoutFrame(filter))
  return condition !== undefined && meta['negate'] === true ? { is: 'not', of: condition } : condition
}

/** Before Kibana 7 the clause stood beside `meta`. */
function withoutFrame (filter: Table): Table {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !['meta', '$state', 'query'].includes(name)))
}

function readCombined (context: Context, { relation, params }: Table): Condition | undefined {
  const of = (params as unknown[]).flatMap((part, i) => readFilter(within(context, i), part) ?? [])
  return { is: relation === 'OR' ? 'any' : 'all', of }
}
