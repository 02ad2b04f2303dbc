/* eslint-disable no-template-curly-in-string -- the environment's syntax */
import { join } from 'node:path'
import t from 'tap'
import { readConfig, readOptions } from '../src/config.js'

const standard = {
  listen: { host: '127.0.0.1', port: 9881 },
  insecure: false,
  rules: [{ path: 'builtin' }],
  state: { dir: './tripline-state' },
  parseAll: false,
  limits: {
    maxBody: 67_108_864,
    maxRecord: 1_048_576,
    inFlight: 268_435_456,
    maxGroups: 100_000,
    lateness: 3_600_000,
    maxSkew: 300_000,
    outbox: 1_073_741_824,
    quarantine: 268_435_456,
    alert: 262_144
  },
  outputs: { stdout: { type: 'stdout', actions: ['open', 'update', 'close'], send: 'alerts', onFull: 'quarantine', nested: false } }
}

t.test('without config, flags or options the standard holds', async (t) => {
  t.same(await readConfig(), standard)
  t.same(await readConfig({ env: {} }), standard)
  t.same(readOptions(), standard)
})

t.test('what readConfig gives, the plugin takes as it is', async (t) => {
  const { listen, insecure, ...config } = await readConfig()

  t.same(readOptions({ ...config, prefix: '/logs', logLevel: 'info', logSerializers: {}, auth: undefined }), { ...config, listen, insecure })
})

t.test('the file of the documentation is read whole', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': documented })
  const at = (name: string) => join(dir, name)

  const config = await readConfig({ file: at('tripline.yaml'), env: { TRIPLINE_TOKEN: 'secret' } })

  t.match(config, {
    listen: { host: '0.0.0.0', port: 9881 },
    auth: { bearer: 'secret' },
    tls: { certFile: at('a.pem'), keyFile: at('k.pem'), caFile: '/etc/clients.pem' },
    state: { dir: at('tripline-state') },
    limits: { maxBody: 67_108_864, lateness: 3_600_000, maxSkew: 300_000 }
  })
  t.match(config.rules[1], { path: 'builtin', place: { file: at('tripline.yaml'), line: 10, column: 5 } })
  t.same(config.rules.map(({ place, ...entry }) => entry), [
    { path: at('rules/'), exceptions: 'process.parent.name: "Monitor.exe"', caseInsensitive: true, identity: ['event.id'] },
    { path: 'builtin' },
    { path: 'builtin/nslookup' },
    { path: at('builtin-of-mine') },
    { path: at('more.toml') }
  ])
  t.match(config.outputs, {
    siem_1: { type: 'http', uri: 'https://siem.example/alerts', headers: { x_tenant: 'a' }, tls: { caFile: at('siem.pem') }, timeout: 30_000 },
    bit: { type: 'forward', host: '127.0.0.1', port: 24_224, tag: 'tripline.alert', sharedKey: '...', onFull: 'block', ack: true, timeout: 10_000 },
    disk: { type: 'file', path: at('alerts.ndjson'), actions: ['open'] },
    term: { type: 'stdout' }
  })
})

t.test('flags replace what the file says, which is then not even read', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'listen: ${NONE}\nrules: [1]\nstate: 7\noutputs: ${NONE}\nlimits: { max_groups: 5 }\n' })
  const flags = { listen: '[::1]:1', rules: ['rules/a.toml'], state: 'memory', outputs: { file: { type: 'file', path: 'a.ndjson' } } }

  const config = await readConfig({ file: join(dir, 'tripline.yaml'), flags, env: {} })

  t.match(config, { listen: { host: '::1', port: 1 }, rules: [{ path: 'rules/a.toml' }], state: 'memory', limits: { maxGroups: 5 } })
  t.same(Object.keys(config.outputs), ['file'])
  t.match(config.outputs.file, { path: 'a.ndjson', send: 'alerts' })
  t.match(await readConfig({ flags: { state: 'here' } }), { state: { dir: 'here' } })
})

t.test('everything that is wrong with a file is told at once, in the order of the file', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'listen: here\nlimits:\n  max_boddy: 1\n  lateness: ${NONE}\nauth: { bearer: "" }\n' })
  const file = join(dir, 'tripline.yaml')

  await t.rejects(readConfig({ file, env: {} }), {
    name: 'Faults',
    faults: [
      { code: 'TRIPLINE_BAD_CONFIG', place: { file, line: 1, column: 9 }, reason: /^listen: expected HOST:PORT/ },
      { place: { file, line: 3, column: 3 }, reason: /^limits.max_boddy: is not a known key; did you mean `max_body`/ },
      { place: { file, line: 4, column: 13 }, reason: /^limits.lateness: the environment variable NONE is not set/ },
      { place: { file, line: 5, column: 17 }, reason: /^auth.bearer: is empty/ }
    ]
  })
})

t.test('faults between the parts have their place and code, too', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'limits: { in_flight: 1MiB }\nlisten: 0.0.0.0:9881\n' })
  const file = join(dir, 'tripline.yaml')

  await t.rejects(readConfig({ file }), {
    name: 'Faults',
    faults: [
      { code: 'TRIPLINE_BAD_CONFIG', place: { line: 1, column: 22 } },
      { code: 'TRIPLINE_INSECURE_LISTEN', place: { line: 2, column: 9 }, reason: /^listen: 0.0.0.0 can be reached/ }
    ]
  })
})

t.test('a wrong flag is named as the flag', async (t) => {
  await t.rejects(readConfig({ flags: { listen: 'here' } }), { message: /^TRIPLINE_BAD_CONFIG --listen: expected HOST:PORT/ })
  await t.rejects(readConfig({ flags: { listen: '0.0.0.0:1' } }), { message: /^TRIPLINE_INSECURE_LISTEN --listen: 0.0.0.0 can be reached/ })
  await t.rejects(readConfig({ flags: { outputs: { a: { type: 'file' } } } }), { message: /^TRIPLINE_BAD_CONFIG --output.a: lacks `path`/ })
})

t.test('a file that cannot be read is named', async (t) => {
  const file = join(t.testdir({}), 'none.yaml')

  await t.rejects(readConfig({ file }), { name: 'Faults', faults: [{ place: { file }, reason: /^cannot be read: ENOENT.*; name the file with --config$/ }] })
})

t.test('a fault of the whole file has no key path', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'zebra: 1\n' })

  await t.rejects(readConfig({ file: join(dir, 'tripline.yaml') }), { message: /tripline.yaml:1:1 zebra: is not a known key/ })
})

t.test('options are named in camelCase, and what is the server\'s own is refused', async (t) => {
  const options = { limits: { maxBody: 0, lateness: 5 }, listen: '127.0.0.1:1', tls: {}, insecure: true }

  t.throws(() => readOptions(options), {
    name: 'Faults',
    faults: [
      { reason: /^options.listen: is for the `tripline` command alone/ },
      { reason: /^options.insecure: / },
      { reason: /^options.tls: / },
      { reason: /^options.limits.maxBody: expected a size of 1 or more/ }
    ]
  })
  t.throws(() => readOptions({ limits: { inFlight: 1 } }), { code: 'TRIPLINE_BAD_CONFIG', message: /options.limits.inFlight: is less than `maxBody`/ })
  t.throws(() => readOptions({ limits: { max_body: 1 } }), { message: /options.limits.max_body: is not a known key; did you mean `maxBody`\?/ })
  const both = { type: 'file', path: 'a' }
  t.throws(() => readOptions({ outputs: { my_one: both, my_two: both } }), { message: /options.outputs.my_two.path: is the file/ })
})

t.test('options are not changed', async (t) => {
  const options = { limits: { maxBody: '1KiB' }, rules: ['builtin'] }

  t.equal(readOptions(options).limits.maxBody, 1024)

  t.same(options, { limits: { maxBody: '1KiB' }, rules: ['builtin'] })
})

const documented = `
listen: 0.0.0.0:9881
auth: { bearer: "\${TRIPLINE_TOKEN}" }
tls: { cert_file: a.pem, key_file: k.pem, ca_file: /etc/clients.pem }
rules:
  - path: rules/
    exceptions: 'process.parent.name: "Monitor.exe"'
    case_insensitive: true
    identity: [event.id]
  - path: builtin
  - builtin/nslookup
  - path: ./builtin-of-mine
  - more.toml
state: { dir: ./tripline-state }
limits: { max_body: 64MiB, max_record: 1MiB, in_flight: 256MiB, max_groups: 100000, lateness: 1h, max_skew: 5m,
          outbox: 1GiB, quarantine: 256MiB, alert: 256KiB }
outputs:
  siem_1: { type: http, uri: "https://siem.example/alerts", format: json, compression: gzip, headers: { x_tenant: a }, tls: { ca_file: siem.pem } }
  bit:    { type: forward, host: 127.0.0.1, port: 24224, tag: tripline.alert, shared_key: "...", on_full: block }
  disk:   { type: file, path: alerts.ndjson, actions: [open] }
  term:   { type: stdout }
`
