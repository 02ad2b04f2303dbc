import t from 'tap'
import type { Config, OutputConfig } from '../../src/config.js'
import { crossCheck } from '../../src/config/cross-check.js'

const common = { actions: ['open' as const], send: 'alerts' as const, onFull: 'block' as const, nested: false }
const stdout: OutputConfig = { type: 'stdout', ...common }
const file = (path: string): OutputConfig => ({ type: 'file', path, ...common })
const limits = { maxBody: 10, maxRecord: 1, inFlight: 10, maxGroups: 1, lateness: 0, maxSkew: 0, outbox: 1, quarantine: 1, alert: 1 }
const config: Config = {
  listen: { host: '127.0.0.1', port: 9881 }, insecure: false, rules: [{ path: 'builtin' }], state: 'memory', parseAll: false, limits, outputs: { stdout }
}
const tls = { certFile: 'a.pem', keyFile: 'k.pem' }

const hosts: [string, boolean][] = [
  ['127.0.0.1', true], ['127.9.9.9', true], ['::1', true], ['localhost', true], ['LOCALHOST', true], ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false], ['::', false], ['10.0.0.1', false], ['localhost.example', false], ['fe80::1', false]
]
for (const [host, loopback] of hosts) {
  t.test(`listening on ${host} without credentials is ${loopback ? 'fine' : 'refused with the remedy'}`, async (t) => {
    const findings = crossCheck({ ...config, listen: { host, port: 9881 } })

    t.equal(findings.length, loopback ? 0 : 1)
    if (!loopback) t.match(findings[0], { path: ['listen'], code: 'TRIPLINE_INSECURE_LISTEN', reason: /set `auth`, or `tls.ca_file`.*`insecure: true`/ })
  })
}

const beyond: [string, Partial<Config>, boolean][] = [
  ['credentials', { auth: { bearer: 'x' } }, true],
  ['client certificates', { tls: { ...tls, caFile: 'c.pem' } }, true],
  ['insecure: true', { insecure: true }, true],
  ['TLS alone', { tls }, false]
]
for (const [name, part, fine] of beyond) {
  t.test(`listening beyond loopback with ${name} is ${fine ? 'fine' : 'refused'}`, async (t) => {
    t.equal(crossCheck({ ...config, listen: { host: '0.0.0.0', port: 1 }, ...part }).length, fine ? 0 : 1)
  })
}

t.test('only one output may send all events', async (t) => {
  const events: OutputConfig = { ...stdout, send: 'events' }

  t.same(crossCheck({ ...config, outputs: { one: events, two: stdout } }), [])
  t.match(crossCheck({ ...config, outputs: { one: events, two: events } }), [{ path: ['outputs', 'two', 'send'] }])
})

t.test('the bytes in flight hold at least one body', async (t) => {
  t.match(crossCheck({ ...config, limits: { ...limits, inFlight: 9 } }), [{ path: ['limits', 'in_flight'], reason: /less than `max_body`/ }])
})

t.test('no two outputs write one file', async (t) => {
  t.same(crossCheck({ ...config, outputs: { one: file('a'), two: file('b') } }), [])
  t.match(crossCheck({ ...config, outputs: { one: file('a'), two: file('a') } }), [{ path: ['outputs', 'two', 'path'] }])
})
