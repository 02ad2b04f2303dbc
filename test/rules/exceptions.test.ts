import t from 'tap'
import type { Condition } from '../../src/rules/condition.js'
import { readExceptions } from '../../src/rules/exceptions.js'
import { FieldReader } from '../../src/rules/field-reader.js'

const list = { id: 'x', list_id: 'l', type: 'detection', namespace_type: 'single' }

function read (items: object[], { now, lists = [list] as unknown[] }: { now?: number, lists?: unknown[] } = {}) {
  const reader = new FieldReader({ exceptions_list: lists }, () => ({ file: 'rule' }), 'rule')
  const raws = items.map((fields) => ({ fields: { item_id: 'i', list_id: 'l', ...fields }, locate: () => ({ file: 'item' }) }))
  const conditions = readExceptions(reader, new Map([['single/l', raws]]), { now })
  return { conditions, faults: reader.faults.map(({ message }) => message.replace('TRIPLINE_BAD_RULE ', '')) }
}
const entry = { field: 'a', operator: 'included', type: 'match', value: 'b' }
const ab: Condition = { is: 'phrase', field: 'a', value: 'b' }

const kinds: [string, object, Condition][] = [
  ['match', entry, ab],
  ['match without an operator', { ...entry, operator: undefined }, ab],
  ['an excluded match', { ...entry, operator: 'excluded' }, { is: 'not', of: ab }],
  ['match_any', { ...entry, type: 'match_any', value: ['b', 'c'] }, { is: 'any', of: [ab, { is: 'phrase', field: 'a', value: 'c' }] }],
  ['exists', { field: 'a', operator: 'included', type: 'exists' }, { is: 'exists', field: 'a' }],
  ['wildcard', { ...entry, type: 'wildcard', value: 'b*' }, { is: 'pattern', field: 'a', value: 'b*' }],
  ['nested', { field: 'p', type: 'nested', entries: [entry, { ...entry, operator: 'excluded' }] },
    { is: 'nested', path: 'p', of: { is: 'all', of: [ab, { is: 'not', of: ab }] } }]
]
for (const [title, entry, expected] of kinds) {
  t.test(`reads ${title}`, async (t) => {
    t.same(read([{ entries: [entry] }]), { conditions: [{ is: 'all', of: [expected] }], faults: [] })
  })
}

t.test('entries of an item are and-ed, items stay apart', async (t) => {
  const { conditions } = read([{ entries: [entry, entry] }, { entries: [entry] }])

  t.same(conditions, [{ is: 'all', of: [ab, ab] }, { is: 'all', of: [ab] }])
})

t.test('a rule without lists, or with an empty list, has no exceptions', async (t) => {
  t.same(read([], { lists: [] }), { conditions: [], faults: [] })
  t.same(read([]), { conditions: [], faults: [] })
})

t.test('an expired item is left out only if the caller says what time it is', async (t) => {
  const item = { entries: [entry], expire_time: '2026-01-01T00:00:00Z' }

  t.equal(read([item]).conditions.length, 1)
  t.equal(read([item], { now: Date.UTC(2025, 0) }).conditions.length, 1)
  t.equal(read([item], { now: Date.UTC(2027, 0) }).conditions.length, 0)
  t.equal(read([{ ...item, expire_time: 'soon' }], { now: Date.UTC(2027, 0) }).conditions.length, 1)
})

const lists: [unknown, string][] = [
  ['l', 'rule rule: exceptions_list[0] must be an object with a list_id'],
  [{ id: 'x' }, 'rule rule: exceptions_list[0] must be an object with a list_id'],
  [{ list_id: 'other' }, 'rule rule: exceptions_list[0] names the exception list "other", which no file holds: export the rules together with their exception lists, or remove it'],
  [{ ...list, namespace_type: 'agnostic' }, 'rule rule: exceptions_list[0] names the exception list "l", which no file holds: export the rules together with their exception lists, or remove it']
]
for (const [list, fault] of lists) {
  t.test(`refuses the list ${JSON.stringify(list)}`, async (t) => { t.same(read([], { lists: [list] }).faults, [fault]) })
}

const faults: [object, string][] = [
  [{ entries: [] }, 'entries must hold at least one entry: an empty exception would subtract every event'],
  [{ entries: 'x' }, 'entries must be a list; it is "x"'],
  [{ entries: ['x'] }, 'entries[0].type must be one of match, match_any, wildcard, exists, nested; it is missing'],
  [{ entries: [{ ...entry, type: 'regex' }] }, 'entries[0].type must be one of match, match_any, wildcard, exists, nested; it is "regex"'],
  [{ entries: [{ field: 'a', type: 'list', list: { id: 'v', type: 'keyword' } }] }, 'entries[0].type compares with a value list, which is kept in Elasticsearch: write its values as "is one of"'],
  [{ entries: [{ ...entry, operator: 'maybe' }] }, 'entries[0].operator must be one of included, excluded; it is "maybe"'],
  [{ entries: [{ ...entry, field: undefined }] }, 'entries[0].field must be a text that is not empty; it is missing'],
  [{ entries: [{ ...entry, value: 5 }] }, 'entries[0].value must be a text that is not empty; it is 5'],
  [{ entries: [{ ...entry, type: 'wildcard', value: '' }] }, 'entries[0].value must be a text that is not empty; it is ""'],
  [{ entries: [{ ...entry, type: 'match_any', value: [] }] }, 'entries[0] has nothing to compare with'],
  [{ entries: [{ field: 'p', type: 'nested', entries: [] }] }, 'entries[0] has nothing to compare with'],
  [{ entries: [{ field: 'p', type: 'nested', entries: [entry, { field: 'q', type: 'nested', entries: [] }] }] }, 'entries[0].entries[1].type must be one of match, match_any, wildcard, exists; it is "nested"']
]
for (const [item, fault] of faults) {
  t.test(`refuses ${JSON.stringify(item)}`, async (t) => {
    const { conditions, faults } = read([{ name: 'mine', ...item }])

    t.same(faults, [`item rule: exception "mine": ${fault}`])
    t.same(conditions, [], 'and does not apply half of it')
  })
}

t.test('an item without a name is called by its id', async (t) => {
  t.match(read([{ entries: [] }]).faults, [/exception "i"/])
})
