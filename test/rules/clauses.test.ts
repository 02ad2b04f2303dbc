import t from 'tap'
import { readClause, within } from '../../src/rules/clauses.js'
import { FieldReader } from '../../src/rules/field-reader.js'
import type { Condition } from '../../src/rules/condition.js'

function read (clause: unknown) {
  const reader = new FieldReader({}, () => ({}), 'rule')
  const condition = readClause({ reader, path: ['query'] }, clause)
  return { condition, faults: reader.faults.map(({ reason }) => reason.replace('rule: ', '')) }
}
const phrase = (field: string, value: string): Condition => ({ is: 'phrase', field, value })
const ab = phrase('a', 'b')

const cases: [object, Condition][] = [
  [{ match_all: {} }, { is: 'all', of: [] }],
  [{ match_phrase: { a: 'b' } }, ab],
  [{ match_phrase: { a: { query: 'b', boost: 1 } } }, ab],
  [{ match_phrase: { a: 5 } }, phrase('a', '5')],
  [{ match_phrase: { a: false } }, phrase('a', 'false')],
  [{ match: { a: { query: 'b c', type: 'phrase' } } }, phrase('a', 'b c')],
  [{ match: { a: 'b' } }, ab],
  [{ match: { a: 5 } }, phrase('a', '5')],
  [{ term: { a: { value: 'b' } } }, ab],
  [{ terms: { a: ['b', 5], boost: 1 } }, { is: 'any', of: [ab, phrase('a', '5')] }],
  [{ exists: { field: 'a' } }, { is: 'exists', field: 'a' }],
  [{ prefix: { a: 'b*c' } }, { is: 'pattern', field: 'a', value: 'b\\*c*' }],
  [{ wildcard: { a: { wildcard: 'b*' } } }, { is: 'pattern', field: 'a', value: 'b*' }],
  [{ wildcard: { a: { value: 'b*', case_insensitive: true } } }, { is: 'pattern', field: 'a', value: 'b*', anyCase: true }],
  [{ wildcard: { a: { value: 'b*', case_insensitive: false } } }, { is: 'pattern', field: 'a', value: 'b*' }],
  [{ range: { a: { gte: 1, lt: '5', lte: null, format: 'strict_date_optional_time', time_zone: 'UTC' } } },
    { is: 'all', of: [{ is: 'range', field: 'a', than: '>=', value: '1' }, { is: 'range', field: 'a', than: '<', value: '5' }] }],
  [{ range: { a: { gt: 1, lte: 2 } } },
    { is: 'all', of: [{ is: 'range', field: 'a', than: '>', value: '1' }, { is: 'range', field: 'a', than: '<=', value: '2' }] }],
  [{ bool: { should: [{ term: { a: 'b' } }, { exists: { field: 'c' } }], minimum_should_match: 1 } },
    { is: 'all', of: [{ is: 'any', of: [ab, { is: 'exists', field: 'c' }] }] }],
  [{ bool: { should: { term: { a: 'b' } } } }, { is: 'all', of: [{ is: 'any', of: [ab] }] }],
  [{ bool: { must: [{ term: { a: 'b' } }], should: [{ term: { c: 'd' } }] } }, { is: 'all', of: [ab] }],
  [{ bool: { must: [], filter: { term: { a: 'b' } }, must_not: [{ term: { c: 'd' } }], should: [] } },
    { is: 'all', of: [ab, { is: 'not', of: phrase('c', 'd') }] }]
]
for (const [clause, expected] of cases) {
  t.test(`reads ${JSON.stringify(clause)}`, async (t) => { t.same(read(clause), { condition: expected, faults: [] }) })
}

const refused: [unknown, string][] = [
  ['x', 'query must hold exactly one query clause'],
  [{}, 'query must hold exactly one query clause'],
  [{ term: { a: 1 }, exists: { field: 'a' } }, 'query must hold exactly one query clause'],
  [{ query_string: { query: 'a:b' } }, 'query.query_string is a query_string filter, which Tripline cannot apply: say it in the KQL query, or remove the filter'],
  [{ script: {} }, 'query.script is a script filter, which Tripline cannot apply: say it in the KQL query, or remove the filter'],
  [{ constructor: {} }, 'query.constructor is a constructor filter, which Tripline cannot apply: say it in the KQL query, or remove the filter'],
  [{ match_phrase: 'b' }, 'query.match_phrase must name exactly one field'],
  [{ match_phrase: { a: 1, b: 2 } }, 'query.match_phrase must name exactly one field'],
  [{ match_phrase: { a: { query: 'b', slop: 2 } } }, 'query.match_phrase.a.slop is an option that Tripline cannot apply: remove it'],
  [{ match_phrase: { a: null } }, 'query.match_phrase.a must be compared with a text, a number, or true or false'],
  [{ match: { a: 'b c' } }, 'query.match.a matches any one of several words: use a phrase filter'],
  [{ terms: { a: 'b' } }, 'query.terms.a must be a list of values'],
  [{ terms: { a: ['b', []] } }, 'query.terms.a[1] must be compared with a text, a number, or true or false'],
  [{ exists: 'a' }, 'query.exists must name a field'],
  [{ exists: {} }, 'query.exists must name a field'],
  [{ prefix: { a: 5 } }, 'query.prefix.a must be compared with a text'],
  [{ range: { a: { gte: 1, time_zone: '+02:00' } } }, 'query.range.a.time_zone must be UTC'],
  [{ range: { a: { gte: 1, format: 'dd.MM.yyyy' } } }, 'query.range.a.format must be strict_date_optional_time'],
  [{ range: { a: { gte: [] } } }, 'query.range.a.gte must be a text or a number'],
  [{ range: { a: {} } }, 'query.range.a must have a bound: gt, gte, lt or lte'],
  [{ range: { a: { relation: 'within' } } }, 'query.range.a.relation is an option that Tripline cannot apply: remove it'],
  [{ bool: [] }, 'query.bool must be an object'],
  [{ bool: { mustnt: [] } }, 'query.bool.mustnt is an option that Tripline cannot apply: remove it'],
  [{ bool: { should: [{ term: { a: 1 } }], minimum_should_match: 2 } }, 'query.bool.minimum_should_match must be 0 or 1'],
  [{ bool: { must: [{ regexp: { a: '.*' } }] } }, 'query.bool.must[0].regexp is a regexp filter, which Tripline cannot apply: say it in the KQL query, or remove the filter']
]
for (const [clause, fault] of refused) {
  t.test(`refuses ${JSON.stringify(clause)}`, async (t) => { t.same(read(clause).faults, [fault]) })
}

t.test('a context goes deeper step by step', async (t) => {
  const reader = new FieldReader({}, () => ({}), 'rule')

  t.same(within({ reader, path: ['a'] }, 'b', 0).path, ['a', 'b', 0])
})
