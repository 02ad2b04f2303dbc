import t from 'tap'
import { addressOf, createCheck } from '../../src/config/check.js'
import { fileSchema, optionsSchema } from '../../src/config/schema.js'

const check = createCheck(fileSchema)

t.test('defaults are put in and units are read', async (t) => {
  const value: Record<string, unknown> = { limits: { max_body: '1KiB', max_record: 17 }, outputs: { bit: { type: 'forward', timeout: '2s' } } }

  t.same(check(value), [])

  t.match(value, { listen: '127.0.0.1:9881', limits: { max_body: 1024, max_record: 17, lateness: 3_600_000 } })
  t.match(value, { outputs: { bit: { host: '127.0.0.1', port: 24_224, timeout: 2000, ack: true, send: 'alerts' } } })
})

t.test('options take a duration as milliseconds', async (t) => {
  const value = { limits: { lateness: 1500, maxSkew: '1s' } }

  t.same(createCheck(optionsSchema)(value), [])

  t.match(value, { limits: { lateness: 1500, maxSkew: 1000 } })
})

const http = (more: object) => ({ outputs: { siem: { type: 'http', uri: 'https://siem.example/', ...more } } })
const faults: [object, string, RegExp][] = [
  [{ lissen: 1 }, 'lissen', /^is not a known key; did you mean `listen`\? known here: listen, insecure/],
  [{ zebra: 1 }, 'zebra', /^is not a known key; known here: listen/],
  [{ ['__proto__']: 1 }, '__proto__', /not a known key/],
  [{ listen: 'here' }, 'listen', /^expected HOST:PORT, such as "127\.0\.0\.1:9881" or "\[::1\]:9881", got "here"$/],
  [{ listen: 9881 }, 'listen', /^expected HOST:PORT, such as "127\.0\.0\.1:9881" or .*, got 9881$/],
  [{ listen: null }, 'listen', /^has no value: give one, or take the key out$/],
  [{ insecure: 'yes' }, 'insecure', /^expected true or false, got "yes"$/],
  [{ auth: { bearer: '' } }, 'auth.bearer', /^is empty: give a text/],
  [{ auth: { bearer: true } }, 'auth.bearer', /^expected a text, got true; put it in quotes$/],
  [{ auth: {} }, 'auth', /^is empty: give bearer or basic$/],
  [{ auth: { bearer: 'x', basic: { username: 'a', password: 'b' } } }, 'auth', /^cannot hold both: choose bearer or basic$/],
  [{ tls: { cert_file: 'a' } }, 'tls', /^lacks `key_file`: PEM$/],
  [{ rules: [] }, 'rules', /^is empty: name at least one/],
  [{ rules: 'builtin' }, 'rules', /^expected a list, got "builtin"$/],
  [{ rules: [7] }, 'rules.0', /^expected keys and values or a text, got 7/],
  [{ rules: [{ path: 'a', identity: 'x' }] }, 'rules.0.identity', /^expected a list, got "x"$/],
  [{ state: 'disk' }, 'state', /^expected a value such as "memory" or \{ dir: '\.\/tripline-state' \}, got "disk"$/],
  [{ limits: [] }, 'limits', /^expected keys and values, got a list$/],
  [{ limits: { max_body: 'big' } }, 'limits.max_body', /^expected a size of 1 or more, such as "64MiB", got "big"$/],
  [{ limits: { max_body: 0 } }, 'limits.max_body', /^expected a size of 1 or more, such as "64MiB", got 0$/],
  [{ limits: { max_body: '0' } }, 'limits.max_body', /^expected a size of 1 or more/],
  [{ limits: { max_body: [] } }, 'limits.max_body', /^expected a whole number or a text, got a list$/],
  [{ limits: { lateness: 60 } }, 'limits.lateness', /^expected a duration, such as "1h", got 60$/],
  [{ limits: { lateness: '1 hour' } }, 'limits.lateness', /^expected a duration of 0 or more, such as "1h", got "1 hour"$/],
  [{ limits: { max_groups: 0 } }, 'limits.max_groups', /^expected 1 or more, got 0$/],
  [{ outputs: { '1st': { type: 'stdout' } } }, 'outputs.1st', /^is not a name that can be used; expected one such as "siem"$/],
  [{ outputs: { bit: { type: 'forward', port: 70_000 } } }, 'outputs.bit.port', /^expected 65535 or less, got 70000$/],
  [{ outputs: { bit: { type: 'forward', username: 'a' } } }, 'outputs.bit', /^lacks `password`, which `username` needs$/],
  [{ outputs: { term: {} } }, 'outputs.term', /^lacks `type`: one of http, forward, file, stdout$/],
  [{ outputs: { term: { type: 'stdot' } } }, 'outputs.term.type', /^expected one of http.*, got "stdot"; did you mean `stdout`\?$/],
  [{ outputs: { term: { type: 3 } } }, 'outputs.term.type', /^expected one of http.*, got 3$/],
  [{ outputs: { disk: { type: 'file' } } }, 'outputs.disk', /^lacks `path`: NDJSON/],
  [{ outputs: { disk: { type: 'file', path: {} } } }, 'outputs.disk.path', /^expected a text, got keys and values$/],
  [http({ uri: 'ftp://x' }), 'outputs.siem.uri', /^expected an http or https address, such as/],
  [http({ uri: 'x'.repeat(1000) }), 'outputs.siem.uri', /got "x{60}\.\.\."$/],
  [http({ format: 'jsn' }), 'outputs.siem.format', /^expected one of json, ndjson, single, got "jsn"; did you mean `json`\?$/],
  [http({ format: 7 }), 'outputs.siem.format', /^expected a text, got 7/],
  [http({ headers: { 'x y': 'z' } }), 'outputs.siem.headers.x y', /such as "x-tenant"/],
  [http({ headers: { 'a~/b': 'z' } }), 'outputs.siem.headers.a~/b', /such as "x-tenant"/],
  [http({ actions: ['open', 'open'] }), 'outputs.siem.actions', /^names the same thing twice$/]
]
for (const [value, path, reason] of faults) {
  t.test(`${JSON.stringify(value).slice(0, 90)} is a fault at ${path}`, async (t) => {
    const findings = check(structuredClone(value) as Record<string, unknown>)

    const found = findings.filter((finding) => finding.path.join('.') === path)
    t.match(found.map((finding) => finding.reason), [reason])
  })
}

t.test('each fault is told once, and all of them', async (t) => {
  const findings = check({ listen: 'x', limits: { max_body: [], max_record: 0 }, outputs: { 1: { type: 'x' }, b: {} } })

  t.same(findings.map((finding) => finding.path.join('.')).sort(), ['limits.max_body', 'limits.max_record', 'listen', 'outputs.1', 'outputs.1.type', 'outputs.b'])
})

const addresses: [string, { host: string, port: number } | undefined][] = [
  ['127.0.0.1:9881', { host: '127.0.0.1', port: 9881 }],
  ['[::1]:9881', { host: '::1', port: 9881 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[127.0.0.1]:1', undefined], ['::1:9881', undefined], [':9881', undefined], ['9881', undefined], ['host', undefined], ['host:', undefined],
  ['host:65536', undefined], ['host:1x', undefined], ['http://host:1', undefined], ['', undefined]
]
for (const [text, address] of addresses) {
  t.test(`"${text}" is ${address === undefined ? 'no address' : 'an address'}`, async (t) => { t.same(addressOf(text), address) })
}
