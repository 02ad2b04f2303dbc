import { join } from 'node:path'
import t from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { validate } from '../../src/cli/validate.js'
import { ruleToml, testIo } from '../fixtures/cli-io.js'

const query = '[rule]\nrule_id = "rule-3"\nname = "Any"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "process.name:x"\nseverity = "low"\nrisk_score = 21\n'
const many = `${ruleToml({ id: 'rule-2' })}[[rule.threshold.cardinality]]\nfield = "process.pid"\nvalue = 2\n`

const config = `
rules: [rules/]
outputs:
  siem: { type: http, uri: "https://me:secret@siem.example/alerts", actions: [open, close] }
  bit:  { type: forward, send: matches }
  disk: { type: file, path: alerts.ndjson }
  term: { type: stdout }
`

t.test('rules and outputs are shown in tables', async (t) => {
  const dir = t.testdir({ rules: { 'a.toml': ruleToml(), 'b.toml': many.replace('["host.id"]', '[]'), 'c.toml': query }, 'tripline.yaml': config })
  const io = testIo()

  const code = await validate(readArguments(['validate', '--config', join(dir, 'tripline.yaml')]), io)

  t.equal(code, 0)
  const table = io.out().replaceAll(dir, 'DIR').split('\n').map((line) => line.split(/ {2,}/))
  t.same(table, [
    ['RULE', 'NAME', 'TYPE', 'GROUP BY', 'THRESHOLD', 'WINDOW', 'SOURCE'],
    ['rule-1', 'Too many rule-1', 'threshold', 'host.id', '3', '1m', 'DIR/rules/a.toml:1:1'],
    ['rule-2', 'Too many rule-2', 'threshold', '-', '3, 2 of process.pid', '1m', 'DIR/rules/b.toml:1:1'],
    ['rule-3', 'Any', 'query', '-', '-', '-', 'DIR/rules/c.toml:1:1'],
    [''],
    ['OUTPUT', 'TYPE', 'TO', 'SENDS'],
    ['siem', 'http', 'https://siem.example/alerts', 'alerts (open, close)'],
    ['bit', 'forward', '127.0.0.1:24224, tag tripline.alert', 'matches'],
    ['disk', 'file', 'DIR/alerts.ndjson', 'alerts (open, update, close)'],
    ['term', 'stdout', '-', 'alerts (open, update, close)'],
    ['']
  ])
})

t.test('every fault of rules and certificates is told, beside the rules that are fine', async (t) => {
  const dir = t.testdir({
    rules: { 'a.toml': ruleToml(), 'b.toml': ruleToml({ id: 'rule-2', query: 'process.name:(' }), 'c.toml': ruleToml({ id: 'rule-3', threshold: 0 }) },
    'tripline.yaml': 'rules: [rules/]\ntls: { cert_file: none.pem, key_file: none.pem }\n'
  })
  const io = testIo()

  await t.rejects(validate(readArguments(['validate', '-c', join(dir, 'tripline.yaml')]), io), {
    name: 'Faults',
    faults: [
      { code: 'TRIPLINE_BAD_CONFIG', place: { file: join(dir, 'none.pem') } },
      { code: 'TRIPLINE_BAD_CONFIG', place: { file: join(dir, 'none.pem') } },
      { code: 'TRIPLINE_BAD_RULE', place: { file: join(dir, 'rules/b.toml') } },
      { code: 'TRIPLINE_BAD_RULE', place: { file: join(dir, 'rules/c.toml') } }
    ]
  })
  t.match(io.out(), 'rule-1')
})

t.test('what is left out or odd stands on stderr, with its place', async (t) => {
  const dir = t.testdir({ 'a.toml': ruleToml(), 'b.toml': `[metadata]\nmaturity = "deprecated"\n${ruleToml({ id: 'rule-2' })}` })
  const io = testIo()

  t.equal(await validate(readArguments(['validate', '--rules', dir]), io), 0)

  t.match(io.err(), /b.toml:\d+:\d+ .*left out/)
})

t.test('with --connect the exit code is that of the outputs', async (t) => {
  const dir = t.testdir({ 'a.toml': ruleToml() })
  const io = testIo()
  const arguments_ = (path: string) => readArguments(['validate', '--connect', '--rules', join(dir, 'a.toml'), '--output', `file:${join(dir, path)}`])

  t.equal(await validate(arguments_('alerts.ndjson'), io), 0)
  t.equal(await validate(arguments_('a.toml/alerts.ndjson'), io), 1)
})
