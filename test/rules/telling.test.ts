import t from 'tap'
import { FieldReader } from '../../src/rules/field-reader.js'
import { readTelling, toSource } from '../../src/rules/telling.js'

const fields = { rule_id: 'r', name: 'n', description: 'd', severity: 'low', risk_score: 21, type: 'query' }

function read (changes: object) {
  const reader = new FieldReader({ ...fields, ...changes }, () => ({}), 'rule')
  const told = readTelling(reader)
  return { told, faults: reader.faults.map(({ reason }) => reason.replace('rule: ', '')), warnings: reader.warnings.map(({ text }) => text.replace('rule: ', '')) }
}

t.test('a rule is called by its rule_id, else by its id', async (t) => {
  t.same(read({}), { told: { id: 'r', name: 'n' }, faults: [], warnings: [] })
  t.equal(read({ rule_id: undefined, id: 'i' }).told.id, 'i')
})

t.test('a rule without an id gets one from its name, with a warning', async (t) => {
  const { told, warnings } = read({ rule_id: '' })

  t.match(told.id, /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
  t.equal(read({ rule_id: '' }).told.id, told.id, 'the same again')
  t.not(read({ rule_id: '', name: 'm' }).told.id, told.id)
  t.match(warnings, [/has no rule_id/])
})

const faults: [object, string][] = [
  [{ name: '' }, 'name must be a text that is not empty; it is ""'],
  [{ description: undefined }, 'description must be a text that is not empty; it is missing'],
  [{ severity: 'bad' }, 'severity must be one of low, medium, high, critical; it is "bad"'],
  [{ risk_score: 101 }, 'risk_score must be a whole number from 0 to 100; it is 101'],
  [{ note: 5 }, 'note must be a text; it is 5'],
  [{ tags: 'x' }, 'tags must be a list; it is "x"'],
  [{ author: [5] }, 'author[0] must be a text that is not empty; it is 5'],
  [{ version: '1' }, 'version must be a whole number of 0 or more; it is "1"'],
  [{ enabled: 'yes' }, 'enabled must be true or false; it is "yes"'],
  [{ threat: {} }, 'threat must be a list; it is {}'],
  [{ severity_mapping: ['x'] }, 'severity_mapping[0] must be a table; it is "x"'],
  [{ severity_mapping: [{ field: 'a', severity: 'x' }] }, 'severity_mapping[0].severity must be one of low, medium, high, critical; it is "x"'],
  [{ risk_score_mapping: [{ field: 'a', risk_score: 101 }] }, 'risk_score_mapping[0].risk_score must be a whole number from 0 to 100; it is 101'],
  [{ risk_score_mapping: [{ field: 'a', operator: 'like' }] }, 'risk_score_mapping[0].operator must be one of equals; it is "like"'],
  [{ rule_id: 5 }, 'rule_id must be a text; it is 5']
]
for (const [changes, fault] of faults) {
  t.test(`refuses ${JSON.stringify(changes)}`, async (t) => { t.same(read(changes).faults, [fault]) })
}

const warnings: [object, string[]][] = [
  [{ severity_mapping: [], rule_name_override: '' }, []],
  [{ severity_mapping: [{ field: 'a', operator: 'equals', value: 'b', severity: 'high' }], risk_score_mapping: [{ field: 'a', operator: 'equals', value: '' }] }, []],
  [{ treshold: {} }, ['treshold is not known, and not looked at: did you mean threshold?']],
  [{ zebra_stripes: 1 }, ['zebra_stripes is not known, and not looked at']],
  [{ execution_summary: {}, meta: {}, actions: [] }, []]
]
for (const [changes, expected] of warnings) {
  t.test(`${JSON.stringify(changes)} is worth ${expected.length} warnings`, async (t) => { t.same(read(changes).warnings, expected) })
}

t.test('the source is the rule with Elastic\'s defaults, without what a run left behind', async (t) => {
  const hostile = JSON.parse('{ "__proto__": { "polluted": true } }') as object

  const source = toSource({ ...fields, ...hostile, query: 'a: b', tags: ['t'], note: null, execution_summary: {} }, { id: 'r' })

  t.match(source, { ...fields, query: 'a: b', tags: ['t'], from: 'now-6m', to: 'now', interval: '5m', max_signals: 100, language: 'kuery', version: 1, threat: [] })
  for (const name of ['note', 'execution_summary', '__proto__']) t.notOk(Object.hasOwn(source, name), name)
  t.equal(source['polluted'], undefined)
})
