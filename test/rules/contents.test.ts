import t from 'tap'
import { Contents, isTable, listKey } from '../../src/rules/contents.js'
import type { Path } from '../../src/rules/places.js'
import { showPath } from '../../src/rules/places.js'

const locate = (path: Path) => ({ file: showPath(path) })

function take (document: unknown): { contents: Contents, taken: boolean } {
  const contents = new Contents()
  const taken = contents.take(document, locate)
  return { contents, taken }
}

t.test('a rule in the form of the API is taken as it is', async (t) => {
  const { contents } = take({ rule_id: 'r', type: 'query', query: 'a:b', tripline: { twins: false } })

  t.match(contents.rules, [{ fields: { rule_id: 'r', type: 'query', query: 'a:b' }, own: { twins: false }, packaged: false }])
  t.notOk(Object.hasOwn(contents.rules[0]?.fields ?? {}, 'tripline'))
})

t.test('a rule of the repository is found below its table, its own table beside it', async (t) => {
  const { contents } = take({ metadata: { maturity: 'production' }, rule: { rule_id: 'r' }, tripline: { twins: true } })

  const [raw] = contents.rules
  t.same(raw?.fields, { rule_id: 'r' })
  t.same(raw?.own, { twins: true })
  t.equal(raw?.locate(['name']).file, 'rule.name')
  t.equal(raw?.locate(['tripline', 'twins']).file, 'tripline.twins')
})

t.test('a repository rule without metadata is taken, a deprecated one is marked', async (t) => {
  t.same(take({ rule: { rule_id: 'r' } }).contents.rules[0]?.fields, { rule_id: 'r' })
  t.same(take({ metadata: { maturity: 'deprecated' }, rule: {} }).contents.rules[0]?.fields, { deprecated: true })
})

t.test('a rule of a prebuilt package is found below its attributes', async (t) => {
  const { contents } = take({ id: 'r_2', type: 'security-rule', attributes: { rule_id: 'r', version: 2, tripline: {} } })

  const [raw] = contents.rules
  t.match(raw, { packaged: true, own: {} })
  t.same(raw?.fields, { rule_id: 'r', version: 2 })
  t.equal(raw?.locate(['version']).file, 'attributes.version')
})

const spellings: [string, object, object][] = [
  ['a group field as text', { threshold: { field: 'host.id', value: 1 } }, { threshold: { field: ['host.id'], value: 1 } }],
  ['an empty group field', { threshold: { field: '', value: 1 } }, { threshold: { field: [], value: 1 } }],
  ['no group field', { threshold: { value: 1 } }, { threshold: { field: [], value: 1 } }],
  ['a flat cardinality', { threshold: { field: [], value: 1, cardinality_field: 'a', cardinality_value: 2 } },
    { threshold: { field: [], value: 1, cardinality: [{ field: 'a', value: 2 }] } }],
  ['new terms in tables', { new_terms: { field: 'new_terms_fields', value: ['a'], history_window_start: [{ field: 'history_window_start', value: 'now-7d' }] } },
    { new_terms_fields: ['a'], history_window_start: 'now-7d' }],
  ['new terms without a start', { new_terms: { value: ['a'] } }, { new_terms_fields: ['a'], history_window_start: undefined }],
  ['a threshold that is none', { threshold: 15 }, { threshold: 15 }]
]
for (const [title, older, api] of spellings) {
  t.test(`${title} is spelt as the API does`, async (t) => {
    t.same(take({ rule: older }).contents.rules[0]?.fields, api)
  })
}

t.test('exception lists and items are told apart, lists without items are known too', async (t) => {
  const contents = new Contents()

  contents.take({ list_id: 'empty', type: 'detection', namespace_type: 'agnostic' }, locate)
  contents.take({ list_id: 'l', item_id: 'i', entries: [] }, locate)

  t.same([...contents.lists], ['agnostic/empty', 'single/l'])
  t.match(contents.items, [{ fields: { item_id: 'i' } }])
  t.equal(listKey({ list_id: 'l', namespace_type: 'single' }), 'single/l')
})

t.test('connectors and summaries are passed over', async (t) => {
  t.match(take({ type: 'action', attributes: { name: 'Slack' } }).contents.notes, [{ text: /connector/ }])
  t.same(take({ exported_count: 3, missing_rules: [] }).contents.notes, [])
  t.match(take({ exported_count: 3, missing_rules: [{}, {}] }).contents.notes, [{ place: { file: 'missing_rules' }, text: /lacks 2 of/ }])
})

for (const other of [null, 1, 'x', [], {}, { name: 'x' }]) {
  t.test(`${JSON.stringify(other)} is none of the known`, async (t) => { t.notOk(take(other).taken) })
}

t.test('what is nested too deep is refused, however deep', async (t) => {
  const deep: unknown = JSON.parse('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000))

  const { contents, taken } = take({ rule_id: 'r', filters: [deep] })

  t.ok(taken)
  t.match(contents.faults, [{ reason: 'is nested more than 64 levels deep: make it flatter' }])
  t.same(contents.rules, [])
})

t.test('a table is an object that is no list', async (t) => {
  t.ok(isTable({}))
  t.notOk(isTable([]))
  t.notOk(isTable(null))
})
