import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { runTests, test } from '../../src/cli/test.js'

const rule = '[rule]\nrule_id = "r"\nname = "Two"\ndescription = "d"\nseverity = "low"\nrisk_score = 21\ntype = "threshold"\nquery = "a: b"\n[rule.threshold]\nfield = []\nvalue = 2\n'
const two = 'events: [{ every: 1s, count: 2, event: { a: b, n: "{n}" } }]'
const tests = `rule: two.toml\ntests:\n  - name: two trip the wire\n    ${two}\n    alerts: [{ at: 1s }]\n`

async function run (...paths: string[]) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const code = await runTests(paths, { stdout, stderr })
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

t.test('the rules that come with Tripline meet their tests', async (t) => {
  const { code, out, err } = await run('rules')

  t.equal(err, '')
  t.equal(code, 0, out)
  for (const name of ['nslookup', 'nslookup-fast', 'nslookup-many-names']) t.ok(out.includes(`(rules/${name}.yaml:`), name)
})

t.test('a test that is met is one line', async (t) => {
  const dir = relative('', t.testdir({ 'two.toml': rule, 'two.yaml': tests }))

  t.same(await run(dir), { code: 0, out: `ok 1 - two trip the wire (${dir}/two.yaml:3)\n1 tests, 1 met, 0 failed\n`, err: '' })
})

t.test('a test that is not met tells the difference and its place', async (t) => {
  const dir = relative('', t.testdir({ 'two.toml': rule, 'two.yml': tests.replace('at: 1s }', 'at: 2s }') }))
  const file = `${dir}/two.yml`

  t.same(await run(file), { code: 1, out: `not ok 1 - two trip the wire (${file}:3)\n  ${file}:5:14 alert 1: at is 1s, expected 2s\n1 tests, 0 met, 1 failed\n`, err: '' })
})

t.test('a rule may be built in, or at any path; a folder called builtin is a folder', async (t) => {
  const dir = t.testdir({
    'a.yaml': 'rule: builtin\ntests: [{ name: a, events: [], alerts: [] }]',
    builtin: { 'b.toml': rule, 'b.yaml': tests.replace('two.toml', 'b.toml') }
  })
  writeFileSync(join(dir, 'c.yaml'), tests.replace('two.toml', join(dir, 'builtin/b.toml')))

  t.match(await run(dir), { code: 0, out: /\n3 tests, 3 met, 0 failed\n$/ })
  t.match(await run(relative('', dir)), { code: 0, out: /\n3 tests, 3 met, 0 failed\n$/ })
})

t.test('other YAML in a folder is passed over, a file that is named is not', async (t) => {
  const dir = relative('', t.testdir({ 'two.toml': rule, 'two.yaml': tests, 'config.yaml': 'listen: 127.0.0.1:9881\n' }))

  t.equal((await run(dir)).code, 0)
  t.match(await run(`${dir}/config.yaml`), { code: 1, err: /TRIPLINE_BAD_TEST .*config\.yaml:1:9 listen is not known/ })
})

t.test('faults are told, and the other files run', async (t) => {
  const dir = relative('', t.testdir({
    'a.yaml': 'tests: [{}]',
    'b.yaml': tests.replace('two.toml', 'gone.toml'),
    'two.toml': rule,
    'two.yaml': tests,
    'x.yaml': t.fixture('symlink', 'nowhere')
  }))

  const { code, out, err } = await run(dir, `${dir}/none`)

  t.equal(code, 1)
  t.match(out, /^ok 1 - two trip the wire .*\n1 tests, 1 met, 0 failed; faults: \d+\n$/)
  t.match(err, /TRIPLINE_BAD_TEST .*a\.yaml:1:9 tests\[0\]\.name must be/)
  t.match(err, /TRIPLINE_BAD_RULE .*gone\.toml is not there/)
  t.match(err, /TRIPLINE_BAD_TEST .*x\.yaml cannot be read: ENOENT/)
  t.match(err, /TRIPLINE_BAD_TEST .*none is not there/)
})

t.test('no test at all is a failure', async (t) => {
  const dir = relative('', t.testdir({ 'config.yaml': 'a: 1', 'b.yaml': 'c: 1' }))

  t.match(await run(dir), { code: 1, out: '0 tests, 0 met, 0 failed\n', err: /no rule test found/ })
})

t.test('what is no fault of a person is not hidden', async (t) => {
  await t.rejects(run(Buffer.from('rules') as never), TypeError)
})

t.test('the command runs the tests of its files', async (t) => {
  const stdout = new PassThrough()

  t.equal(await test({ files: ['rules/nslookup.yaml'] } as never, { stdout, stderr: new PassThrough() } as never), 0)
})
