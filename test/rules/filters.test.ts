import t from 'tap'
import type { Condition } from '../../src/rules/condition.js'
import { FieldReader } from '../../src/rules/field-reader.js'
import { readFilters } from '../../src/rules/filters.js'

function read (...filters: unknown[]) {
  const reader = new FieldReader({ filters }, () => ({}), 'rule')
  const conditions = readFilters(reader)
  return { conditions, faults: reader.faults.map(({ reason }) => reason.replace('rule: ', '')) }
}
const ab: Condition = { is: 'phrase', field: 'a', value: 'b' }
const query = { match_phrase: { a: 'b' } }

const cases: [string, unknown[], Condition[]][] = [
  ['none', [], []],
  ['a phrase as Kibana writes it', [{ $state: { store: 'appState' }, meta: { disabled: false, negate: false, type: 'phrase', key: 'a', params: { query: 'b' } }, query }], [ab]],
  ['a negated one', [{ meta: { negate: true }, query }], [{ is: 'not', of: ab }]],
  ['a disabled one', [{ meta: { disabled: true }, query: { script: {} } }, { query }], [ab]],
  ['one of before Kibana 7', [{ meta: { negate: false }, $state: {}, exists: { field: 'a' } }], [{ is: 'exists', field: 'a' }]],
  ['two joined by or', [{ meta: { type: 'combined', relation: 'OR', params: [{ meta: {}, query }, { meta: { negate: true }, query }] } }],
    [{ is: 'any', of: [ab, { is: 'not', of: ab }] }]],
  ['two joined by and, one of them disabled, negated as a whole', [{ meta: { type: 'combined', relation: 'AND', negate: true, params: [{ query }, { meta: { disabled: true } }] } }],
    [{ is: 'not', of: { is: 'all', of: [ab] } }]]
]
for (const [title, filters, expected] of cases) {
  t.test(`reads ${title}`, async (t) => { t.same(read(...filters), { conditions: expected, faults: [] }) })
}

const refused: [unknown, string][] = [
  ['x', 'filters[0] must be a filter object'],
  [{ meta: {} }, 'filters[0] must hold exactly one query clause'],
  [{ meta: { negate: true }, query: { query_string: {} } }, 'filters[0].query.query_string is a query_string filter, which Tripline cannot apply: say it in the KQL query, or remove the filter'],
  [{ meta: { type: 'combined', params: [{ query: { geo_shape: {} } }] } }, 'filters[0].meta.params[0].query.geo_shape is a geo_shape filter, which Tripline cannot apply: say it in the KQL query, or remove the filter']
]
for (const [filter, fault] of refused) {
  t.test(`refuses ${JSON.stringify(filter)}`, async (t) => { t.same(read(filter).faults, [fault]) })
}
