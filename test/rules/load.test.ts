import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { BadRule, Faults } from '../../src/errors.js'
import { loadRules, readRules } from '../../src/rules/load.js'

function ruleOf (id: string, changes: object = {}) {
  return { rule_id: id, name: id, description: 'd', severity: 'low', risk_score: 21, type: 'query', query: 'process.name: x', ...changes }
}
const json = (...rules: object[]) => rules.map((rule) => JSON.stringify(rule)).join('\n')
const ids = (rules: { id: string }[]) => rules.map(({ id }) => id)

t.test('the built-in rules load, each by its name', async (t) => {
  const rules = loadRules(['builtin', 'builtin/nslookup-fast', { path: 'builtin/nslookup-many-names' }])

  t.match(rules, [
    { threshold: 15, window: 540_000, caseInsensitive: true, groupBy: ['host.id'] },
    { threshold: 10, window: 300_000 },
    { threshold: 10, cardinality: { field: 'dns.question.name', value: 10 } }
  ])
  t.equal(rules[0]?.source['query'], 'event.category:process and event.type:start and process.name:nslookup.exe and process.args:(-querytype=* or -qt=* or -q=* or -type=* or -ty=*)')
})

t.test('files and folders load, relative or absolute', async (t) => {
  const cwd = t.testdir({ rules: { 'a.json': json(ruleOf('a')), sub: { 'b.ndjson': json(ruleOf('b'), ruleOf('c')), 'b.yaml': 'tests: []' } }, 'd.json': json(ruleOf('d')) })

  t.same(ids(loadRules(['rules', join(cwd, 'd.json')], { cwd })), ['a', 'b', 'c', 'd'])
})

t.test('what the config says beside a path holds for its rules alone', async (t) => {
  const cwd = t.testdir({ 'a.json': json(ruleOf('a')), 'b.json': json(ruleOf('b')) })

  const rules = loadRules([{ path: 'a.json', caseInsensitive: true, twins: false, identity: ['event.id'] }, 'b.json'], { cwd })

  t.match(rules, [{ caseInsensitive: true, twins: false, identity: ['event.id'] }, { caseInsensitive: false, twins: true, identity: undefined }])
})

t.test('one fault is thrown as it is, with file, line and column', async (t) => {
  const cwd = t.testdir({ 'a.toml': '[rule]\nrule_id = "a"\nname = "n"\ndescription = "d"\nseverity = "low"\nrisk_score = 1\ntype = "query"\nquery = """\nprocess.name: x and\n  user.name: (a or"""\n' })

  t.throws(() => loadRules(['a.toml'], { cwd }), { name: 'BadRule', place: { file: 'a.toml', line: 10 }, message: /^TRIPLINE_BAD_RULE a\.toml:10:\d+ rule "n": query cannot be read: / })
})

t.test('several faults are thrown together', async (t) => {
  const cwd = t.testdir({ 'a.json': json(ruleOf('a', { severity: 'x', risk_score: -1 })), 'b.toml': 'x' })

  let thrown: unknown
  try {
    loadRules(['a.json', 'b.toml', 'gone'], { cwd })
  } catch (error) {
    thrown = error
  }

  t.type(thrown, Faults)
  t.match(thrown, { faults: [{ place: { file: 'b.toml' } }, { place: { file: 'gone' } }, { place: { file: 'a.json', line: 1 } }, { place: { file: 'a.json', line: 1 } }] })
})

t.test('the same rule_id twice is refused, naming both places', async (t) => {
  const cwd = t.testdir({ 'a.ndjson': json(ruleOf('a'), ruleOf('b')), 'b.json': json(ruleOf('b', { name: 'other' })) })

  const { faults, rules } = readRules(['a.ndjson', 'b.json'], { cwd })

  t.same(rules.map(({ place }) => place.line), [1, 2])
  t.match(faults, [{ message: /^TRIPLINE_BAD_RULE b\.json:1:12 rule "other": rule_id b stands at a\.ndjson:2:1 too/ }])
})

t.test('disabled, deprecated and older rules are left out with a note', async (t) => {
  const packaged = (version: unknown) => ({ type: 'security-rule', attributes: ruleOf('p', { version }) })
  const cwd = t.testdir({
    'a.ndjson': json(ruleOf('a', { enabled: false }), ruleOf('d', { deprecated: true }), ruleOf('b')),
    'p.ndjson': json(packaged(3), packaged(107), packaged(20)),
    'q.json': json(packaged('none'))
  })

  const { rules, notes, faults } = readRules(['.'], { cwd })

  t.same(ids(rules.map(({ rule }) => rule)), ['b', 'p'])
  t.equal(rules[1]?.rule.source['version'], 107)
  t.same(notes.map(({ text }) => text), [
    'rule "a" is left out: it is disabled (enabled: false)',
    'rule "d" is left out: it is deprecated',
    'rule "p" is left out: it is version 3, and 107 is there too',
    'rule "p" is left out: it is version 20, and 107 is there too',
    'rule "p" is left out: it is version 0, and 107 is there too'
  ])
  t.same(faults, [])
})

t.test('exception lists serve the rules of every file', async (t) => {
  const item = { item_id: 'i', list_id: 'l', namespace_type: 'single', entries: [{ field: 'user.name', type: 'match', operator: 'included', value: 'x' }], expire_time: '2026-01-01T00:00:00Z' }
  const cwd = t.testdir({
    'rules.ndjson': json(ruleOf('a', { exceptions_list: [{ list_id: 'l', namespace_type: 'single' }, { list_id: 'empty' }] })),
    'lists.ndjson': json({ list_id: 'l', type: 'detection' }, item, { list_id: 'empty', type: 'detection' })
  })

  const before = loadRules(['.'], { cwd })
  const after = loadRules(['.'], { cwd, now: Date.UTC(2027, 0) })

  t.not(before[0]?.hash, after[0]?.hash, 'the expired item counts only without a date')
  t.throws(() => loadRules(['rules.ndjson'], { cwd }), { message: /exception list "l", which no file holds/ })
})

t.test('warnings are told, and stop nobody', async (t) => {
  const cwd = t.testdir({ 'a.json': json(ruleOf('a', { query: 'process.pid: many' })) })

  const { warnings, rules } = readRules(['a.json'], { cwd })

  t.match(warnings, [{ place: { file: 'a.json', line: 1 }, text: /never met/ }])
  t.equal(rules.length, 1)
})

t.test('what is wrong with an entry of the config stands where the config names it', async (t) => {
  const cwd = t.testdir({ 'a.ndjson': json(ruleOf('a')), 'b.ndjson': '{' })
  const place = { file: 'tripline.yaml', line: 3, column: 5 }
  const faultOf = (entry: object) => readRules([{ place, path: 'a.ndjson', ...entry }], { cwd }).faults[0]

  t.match(faultOf({ path: 'none.toml' }), { code: 'TRIPLINE_BAD_RULE', place, message: /^TRIPLINE_BAD_RULE tripline\.yaml:3:5 none\.toml is not there/ })
  t.match(faultOf({ path: 'builtin/none' }), { place, message: /tripline\.yaml:3:5 builtin\/none is no rule/ })
  t.match(faultOf({ exceptions: '(' }), { code: 'TRIPLINE_BAD_CONFIG', place, message: /tripline\.yaml:3:5 exceptions of the rules at a\.ndjson, 1:\d/ })
  t.match(faultOf({ path: 'b.ndjson' }), { place: { file: 'b.ndjson', line: 1 } })
})

t.test('wrong exceptions of the config are one fault, however many rules they serve', async (t) => {
  const cwd = t.testdir({ 'a.ndjson': json(ruleOf('a'), ruleOf('b')) })

  t.throws(() => loadRules([{ path: 'a.ndjson', exceptions: 'user.name:(' }], { cwd }), { name: 'BadConfig', message: /^TRIPLINE_BAD_CONFIG exceptions of the rules at a\.ndjson, 1:\d+: / })
})

t.test('a file without a rule is a note', async (t) => {
  const cwd = t.testdir({ 'a.json': '[]' })

  t.match(readRules(['a.json'], { cwd }), { rules: [], notes: [{ place: { file: 'a.json' }, text: 'holds no rule' }], faults: [] })
})

t.test('a byte order mark is no fault', async (t) => {
  const cwd = t.testdir({ 'a.json': `\ufeff${json(ruleOf('a'))}` })

  t.same(ids(loadRules(['a.json'], { cwd })), ['a'])
})

t.test('files that cannot be read as text are refused', async (t) => {
  const cwd = t.testdir({ loop: { 'a.json': t.fixture('symlink', 'a.json') } })
  mkdirSync(join(cwd, 'x.json'))
  writeFileSync(join(cwd, 'latin.json'), Buffer.from('{"name": "\xe4"}', 'latin1'))
  writeFileSync(join(cwd, 'huge.json'), '')
  truncateSync(join(cwd, 'huge.json'), 2 ** 28 + 1)

  t.throws(() => loadRules(['latin.json'], { cwd }), new BadRule({ file: 'latin.json' }, 'is not UTF-8 text: save it as UTF-8'))
  t.throws(() => loadRules(['huge.json'], { cwd }), { message: 'TRIPLINE_BAD_RULE huge.json is larger than 256 MiB: split it' })
  t.throws(() => loadRules(['loop'], { cwd }), { message: /^TRIPLINE_BAD_RULE loop cannot be read: ELOOP/ })
  t.throws(() => loadRules(['builtin/none'], { cwd }), { message: /is no rule that comes with Tripline/ })
})

t.test('what is no fault of a person is not hidden', async (t) => {
  t.throws(() => loadRules([{} as never]), TypeError)
})
