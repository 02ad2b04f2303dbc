import t from 'tap'
import { BadConfig, BadRule, BadState, codes, Fault, Faults, Refusal, showPlace } from '../src/errors.js'

t.test('a place is shown as far as it is known', async (t) => {
  t.equal(showPlace({ file: 'a.toml', line: 14, column: 17 }), 'a.toml:14:17')
  t.equal(showPlace({ file: 'a.toml', line: 14 }), 'a.toml:14')
  t.equal(showPlace({ file: 'a.toml', column: 17 }), 'a.toml')
  t.equal(showPlace({}), '')
})

t.test('a fault says its code, its place and its reason, and keeps its cause', async (t) => {
  const cause = new Error('x')

  t.equal(new BadRule({ file: 'rules/dns.toml', line: 14, column: 17 }, 'expected a value').message, 'TRIPLINE_BAD_RULE rules/dns.toml:14:17 expected a value')
  t.match(new BadConfig({}, 'no', { cause }), { name: 'BadConfig', code: 'TRIPLINE_BAD_CONFIG', message: 'TRIPLINE_BAD_CONFIG no', cause })
  t.match(new BadState('state', 'in use'), { name: 'BadState', message: 'TRIPLINE_BAD_STATE state in use', place: { file: 'state' } })
  t.match(new Fault('TRIPLINE_BAD_INPUT', {}, 'gone'), { name: 'Fault', reason: 'gone' })
})

t.test('several faults are shown a line each', async (t) => {
  const faults = [new BadConfig({}, 'one'), new BadConfig({}, 'two')]

  t.equal(new Faults(faults).message, 'TRIPLINE_BAD_CONFIG one\nTRIPLINE_BAD_CONFIG two')
  t.equal(new Faults(faults).faults, faults)
  t.equal(new Faults(faults).code, 'TRIPLINE_BAD_CONFIG')
})

t.test('a refusal answers with its code, the name of its status, and its message', async (t) => {
  const refusal = new Refusal(503, 'TRIPLINE_BUSY', 'send it again', 5)

  t.strictSame(JSON.parse(JSON.stringify(refusal)), { code: 'TRIPLINE_BUSY', error: 'Service Unavailable', message: 'send it again' })
  t.match(refusal, { status: 503, retryAfter: 5, name: 'Refusal' })
})

t.test('a status of the downstream that has no name is passed on all the same', async (t) => {
  t.equal(new Refusal(499, 'TRIPLINE_DOWNSTREAM_REFUSED', 'no').toJSON().error, 'Error')
})

t.test('every code says what it means', async (t) => {
  for (const [code, meaning] of Object.entries(codes)) {
    t.match(code, /^TRIPLINE_[A-Z_]+$/)
    t.match(meaning, /^[a-z].{15,}[^.]$/)
  }
})
