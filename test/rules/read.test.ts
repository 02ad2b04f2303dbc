import t from 'tap'
import { Fields } from '../../src/core/fields.js'
import type { FieldMap } from '../../src/core/fields.js'
import type { RawRule } from '../../src/rules/contents.js'
import { showPath } from '../../src/rules/places.js'
import { labelOf, readRule, reasonToSkip } from '../../src/rules/read.js'
import type { ReadOptions } from '../../src/rules/read.js'

const threshold = {
  rule_id: 'r',
  name: 'n',
  description: 'd',
  severity: 'low',
  risk_score: 21,
  type: 'threshold',
  query: 'process.name: nslookup.exe',
  from: 'now-9m',
  threshold: { field: ['host.id'], value: 15 }
}
const { threshold: _, ...query } = { ...threshold, type: 'query' }

function rawOf (fields: object, own?: unknown): RawRule {
  return { fields: { ...fields }, own, packaged: false, locate: (path, inside) => ({ file: showPath(path), line: inside }) }
}
function read (fields: object, { own, ...options }: ReadOptions & { own?: unknown } = {}) {
  const { rule, faults, warnings } = readRule(rawOf(fields, own), options)
  return { rule, faults: faults.map(({ reason }) => reason.replace('rule "n": ', '')), warnings: warnings.map(({ text }) => text), places: faults.map(({ place }) => place) }
}
const event = (fields: FieldMap) => new Fields(fields, 0)
const nslookup = { process: { name: 'nslookup.exe', parent: { name: 'cmd.exe' } } }

t.test('a threshold rule becomes what the engine runs', async (t) => {
  const { rule, faults, warnings } = read(threshold)

  t.same([faults, warnings], [[], []])
  t.match(rule, {
    id: 'r', name: 'n', type: 'threshold', groupBy: ['host.id'], threshold: 15, window: 540_000, interval: 300_000, maxSignals: 100, caseInsensitive: false, twins: true
  })
  t.same(rule?.literals, [['nslookup.exe']])
  t.ok(rule?.predicate(event(nslookup)))
  t.notOk(rule?.predicate(event({ process: { name: 'cmd.exe' } })))
  t.match(rule?.source, { rule_id: 'r', query: threshold.query, threshold: threshold.threshold, to: 'now' })
  t.match(rule?.hash, /^[\da-f]{16}$/)
})

t.test('a query rule alerts on each event, grouped if it says so', async (t) => {
  t.match(read(query).rule, { type: 'query', groupBy: [], threshold: 1, suppression: undefined })
  t.match(read({ ...query, alert_suppression: { group_by: ['host.id'] } }).rule, { groupBy: ['host.id'], suppression: { duration: 300_000 } })
})

t.test('filters narrow it, exceptions of every origin are subtracted', async (t) => {
  const items = [{ fields: { item_id: 'i', list_id: 'l', entries: [{ field: 'user.name', type: 'match', operator: 'included', value: 'monitor' }] }, locate: () => ({}) }]
  const { rule } = read({
    ...threshold,
    filters: [{ meta: { negate: true }, query: { match_phrase: { 'host.id': 'h9' } } }],
    exceptions_list: [{ list_id: 'l' }]
  }, { own: { exceptions: 'process.parent.name: a.exe' }, entry: { exceptions: 'process.parent.name: b.exe' }, lists: new Map([['single/l', items]]) })

  t.ok(rule?.predicate(event(nslookup)))
  t.notOk(rule?.predicate(event({ ...nslookup, host: { id: 'h9' } })), 'by the filter')
  t.notOk(rule?.predicate(event({ ...nslookup, user: { name: 'monitor' } })), 'by the item')
  t.notOk(rule?.predicate(event({ ...nslookup, 'process.parent.name': 'a.exe' })), 'by its own table')
  t.notOk(rule?.predicate(event({ ...nslookup, 'process.parent.name': 'b.exe' })), 'by the config')
})

t.test('any case is one word for query, filters and exceptions', async (t) => {
  const { rule } = read({ ...threshold, filters: [{ query: { match_phrase: { 'user.name': 'bob' } } }] }, { own: { case_insensitive: true, exceptions: 'host.name: test' } })

  t.same(rule?.caseInsensitive, true)
  t.ok(rule?.predicate(event({ 'process.name': 'NSLOOKUP.EXE', 'user.name': 'BOB' })))
  t.notOk(rule?.predicate(event({ 'process.name': 'NSLOOKUP.EXE', 'user.name': 'BOB', 'host.name': 'TEST' })))
})

const item = { fields: { item_id: 'i', list_id: 'l', entries: [{ field: 'a', type: 'exists' }] }, locate: () => ({}) }
const lists = new Map([['single/l', [item]]])
const changing: [string, object, ReadOptions & { own?: unknown }][] = [
  ['the query', { query: 'process.name: cmd.exe' }, {}],
  ['a filter', { filters: [{ query: { exists: { field: 'a' } } }] }, {}],
  ['an exception', { exceptions_list: [{ list_id: 'l' }] }, { lists }],
  ['its own exceptions', {}, { own: { exceptions: 'a: b' } }],
  ['the config\'s exceptions', {}, { entry: { exceptions: 'a: b' } }],
  ['the group', { threshold: { field: ['user.name'], value: 15 } }, {}],
  ['the value', { threshold: { field: ['host.id'], value: 14 } }, {}],
  ['the cardinality', { threshold: { ...threshold.threshold, cardinality: [{ field: 'a', value: 2 }] } }, {}],
  ['the window', { from: 'now-8m' }, {}],
  ['the time field', { timestamp_override: 'event.ingested' }, {}],
  ['case', {}, { entry: { caseInsensitive: true } }],
  ['twins', {}, { entry: { twins: false } }],
  ['the identity', {}, { own: { identity: 'none' } }]
]
const { hash } = readRule(rawOf(threshold)).rule ?? {}
for (const [title, fields, options] of changing) {
  t.test(`the hash changes with ${title}`, async (t) => {
    const { rule, faults } = read({ ...threshold, ...fields }, options)

    t.same(faults, [])
    t.not(rule?.hash, hash)
  })
}

const keeping: [string, object][] = [
  ['the name', { name: 'm', note: 'x' }],
  ['the severity', { severity: 'high', risk_score: 73 }],
  ['the interval', { interval: '1m', max_signals: 5 }],
  ['a suppression', { alert_suppression: { duration: { value: 1, unit: 'h' } } }],
  ['a disabled filter', { filters: [{ meta: { disabled: true } }] }],
  ['another way to say the window', { from: 'now-540s' }]
]
for (const [title, fields] of keeping) {
  t.test(`the hash stays with ${title}`, async (t) => { t.equal(read({ ...threshold, ...fields }).rule?.hash, hash) })
}

const faults: [object, string[]][] = [
  [{ type: 'eql' }, ['type is eql, which Tripline does not run: say it in KQL as a threshold or query rule, if one event at a time is enough']],
  [{ type: 'esql' }, ['type is esql, which Tripline does not run: say it in KQL as a threshold or query rule, if counting is enough']],
  [{ type: 'saved_query' }, ['type is saved_query, which Tripline does not run: its query is kept in Kibana, so export it as a query rule']],
  [{ type: 'new_terms' }, ['type is new_terms, which Tripline does not run: it needs the history of every term, which a stream does not have']],
  [{ type: 'threat_match' }, ['type is threat_match, which Tripline does not run: it needs an index of indicators, so match them further down the pipeline']],
  [{ type: 'machine_learning' }, ['type is machine_learning, which Tripline does not run: it needs the anomaly jobs of Elasticsearch']],
  [{ type: 'treshold' }, ['type must be one of query, saved_query, threshold, eql, esql, new_terms, threat_match, machine_learning; it is "treshold"']],
  [{ language: 'lucene' }, ['language must be kuery; lucene is not run by Tripline: say the query in KQL']],
  [{ query: undefined }, ['query is missing: write *:* to count every event']],
  [{ query: 5 }, ['query must be a text; it is 5']],
  [{ saved_id: 'x' }, ['saved_id names a query that is kept in Kibana: put the query itself into the rule']],
  [{ data_view_id: 'x' }, ['data_view_id names a data view, which is kept in Kibana and may hold fields of its own: give the rule an index instead']],
  [{ filters: [{ query: { script: {} } }] }, ['filters[0].query.script is a script filter, which Tripline cannot apply: say it in the KQL query, or remove the filter']],
  [{ severity: 'x', from: 'x', threshold: { field: [], value: 0 } }, [
    'severity must be one of low, medium, high, critical; it is "x"',
    'from must be date math of whole units, such as now-9m (s, m, h, d, w; no rounding, no dates); it is "x"',
    'threshold.value must be a whole number of 1 or more; it is 0'
  ]]
]
for (const [fields, expected] of faults) {
  t.test(`refuses ${JSON.stringify(fields)}`, async (t) => {
    const { rule, faults } = read({ ...threshold, ...fields })

    t.same(faults, expected)
    t.equal(rule, undefined)
  })
}

t.test('a data view beside an index is no harm', async (t) => {
  t.same(read({ ...threshold, data_view_id: 'x', index: ['logs-*'] }).faults, [])
})

t.test('a query that cannot be read is a fault at its character', async (t) => {
  const { faults, places } = read({ ...threshold, query: 'process.name: (a or' })

  t.match(faults, [/^query cannot be read: /])
  t.match(places, [{ file: 'query', line: Number }])
})

t.test('exceptions that cannot be read are faults, each where it stands', async (t) => {
  const { places } = read(threshold, { own: { exceptions: 'a:(' }, entry: { exceptions: 'b:(' } })

  t.match(places, [{ file: 'tripline.exceptions' }, { file: '' }])
})

t.test('a query rule without a query means every event, and says so', async (t) => {
  const { rule, warnings } = read({ ...query, query: undefined })

  t.ok(rule?.predicate(event({})))
  t.match(warnings, ['rule "n": query is empty: every event meets it'])
  t.match(read({ ...threshold, query: ' ' }).warnings, ['rule "n": query is empty: every event meets it'])
})

t.test('disabled and deprecated rules are left out', async (t) => {
  t.equal(reasonToSkip(rawOf({ enabled: false })), 'is disabled (enabled: false)')
  t.equal(reasonToSkip(rawOf({ deprecated: true })), 'is deprecated')
  t.equal(reasonToSkip(rawOf({ enabled: true })), undefined)
})

t.test('a rule is labelled by its name, its id, or not at all', async (t) => {
  t.equal(labelOf(rawOf({ name: 'n', rule_id: 'r' })), 'rule "n"')
  t.equal(labelOf(rawOf({ name: '', rule_id: 'r' })), 'rule "r"')
  t.equal(labelOf(rawOf({ name: 5 })), 'rule')
})
