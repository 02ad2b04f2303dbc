import t from 'tap'
import { BadConfig } from '../../src/errors.js'
import { parseOutputUri, readOutputUri, splitUserinfo } from '../../src/outputs/output-uri.js'

const common = { actions: ['open', 'update', 'close'], send: 'alerts', onFull: 'quarantine', nested: false }
const http = { type: 'http', format: 'json', compression: 'none', headers: {}, timeout: 30_000, ...common }
const forward = { type: 'forward', port: 24224, tag: 'tripline.alert', ack: true, timeout: 10_000, ...common }

const good: [string, object][] = [
  ['stdout', { type: 'stdout', ...common }],
  ['file:alerts.ndjson', { type: 'file', path: 'alerts.ndjson', ...common }],
  ['file:/var/log/a b.ndjson', { type: 'file', path: '/var/log/a b.ndjson', ...common }],
  ['file:///var/log/a%20b.ndjson', { type: 'file', path: '/var/log/a b.ndjson', ...common }],
  ['http://siem.example/alerts?x=1', { ...http, uri: 'http://siem.example/alerts?x=1' }],
  ['HTTPS://siem.example', { ...http, uri: 'HTTPS://siem.example' }],
  ['https://me:p%40ss%2@siem.example/alerts', { ...http, uri: 'https://siem.example/alerts', auth: { basic: { username: 'me', password: 'p%40ss%2' } } }],
  ['https://me:p%40ss@siem.example/alerts', { ...http, uri: 'https://siem.example/alerts', auth: { basic: { username: 'me', password: 'p@ss' } } }],
  ['forward://127.0.0.1', { ...forward, host: '127.0.0.1' }],
  ['forward://[::1]:24225/my.tag', { ...forward, host: '::1', port: 24225, tag: 'my.tag' }],
  ['forward://me:secret@bit/', { ...forward, host: 'bit', username: 'me', password: 'secret' }]
]
for (const [text, config] of good) {
  t.test(`reads ${text}`, async (t) => { t.same(parseOutputUri(text), config) })
}

for (const text of ['', 'stdout:', 'file:', 'file://alerts.ndjson', 'file://%', 'file:///a%2Fb', 'http:siem.example', 'https://', 'forward:', 'forward://bit:port', 'forward:bit', 'forward:///tag', 'tcp://bit:1', '://']) {
  t.test(`refuses "${text}" and tells what to write`, async (t) => {
    t.throws(() => parseOutputUri(text), BadConfig)
    t.throws(() => parseOutputUri(text), /--output.*stdout, file:PATH.*forward:\/\/HOST:PORT\/TAG/)
  })
}

t.test('two outputs do not share a list or a map', async (t) => {
  parseOutputUri('stdout').actions.pop()

  t.same(parseOutputUri('stdout').actions, common.actions)
})

t.test('gives what the address says and no more, for a config that has its own defaults', async (t) => {
  t.same(readOutputUri('http://siem.example/'), { type: 'http', uri: 'http://siem.example/' })
  t.same(readOutputUri('forward://bit'), { type: 'forward', host: 'bit' })
})

t.test('no user and no password, no change', async (t) => {
  t.same(splitUserinfo('http://siem.example:80/a'), { uri: 'http://siem.example:80/a' })
  t.equal(splitUserinfo('siem'), undefined)
})
