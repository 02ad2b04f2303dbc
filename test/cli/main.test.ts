import { join } from 'node:path'
import t from 'tap'
import { main } from '../../src/cli/main.js'
import { version } from '../../src/core/version.js'
import { ruleToml, testIo } from '../fixtures/cli-io.js'

t.test('--help and --version are answered on stdout', async (t) => {
  const io = testIo()

  t.same([await main(['--help'], io), await main(['replay', '-h'], io), await main(['--version'], io)], [0, 0, 0])

  t.match(io.out(), /^Usage: tripline \[options\]/)
  t.match(io.out(), /\nUsage: tripline replay FILE/)
  t.match(io.out(), new RegExp(`\ntripline ${version.replaceAll('.', '\\.')}\n$`))
  t.equal(io.err(), '')
})

t.test('wrong usage is told on stderr with where to look, and is a 2', async (t) => {
  const io = testIo()

  t.equal(await main(['valdate'], io), 2)

  t.match(io.err(), /^TRIPLINE_BAD_USAGE "valdate" is not a command; did you mean validate\?.*\ntripline --help shows all commands and options\n$/)
  t.equal(io.out(), '')
})

t.test('faults are told on stderr, one a line, and are a 1', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'a: 1\nb: 2\n' })
  const io = testIo()

  t.equal(await main(['validate', '-c', join(dir, 'tripline.yaml')], io), 1)
  t.equal(await main(['--listen', '0.0.0.0:1'], io), 1)

  t.match(io.err().split('\n'), [/^TRIPLINE_BAD_CONFIG .*:1:1 a: /, /^TRIPLINE_BAD_CONFIG .*:2:1 b: /, /^TRIPLINE_INSECURE_LISTEN --listen: /])
})

t.test('every command runs, and its code is the exit code', async (t) => {
  const dir = t.testdir({ 'rule.toml': ruleToml() })
  const io = testIo()

  t.equal(await main(['validate', '--rules', join(dir, 'rule.toml')], io), 0)
  t.match(io.out(), 'Too many rule-1')

  t.equal(await main(['replay', '--rules', join(dir, 'rule.toml'), '-'], io), 0)
  t.match(io.err(), 'replayed 1 file')

  t.equal(await main(['test', dir], io), 1)

  t.equal(await main(['quarantine', 'list', '--state', dir], io), 0)
})

t.test('an error that is no fault of a person is not hidden', async (t) => {
  const io = testIo()
  io.stdout.write = () => { throw new Error('a bug') }

  await t.rejects(main(['--version'], io), { message: 'a bug' })
})
