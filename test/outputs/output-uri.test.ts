import t from 'tap'
import { BadConfig } from '../../src/errors.js'
import { readOutputUri, splitUserinfo } from '../../src/outputs/output-uri.js'

const good: [string, object][] = [
  ['stdout', { type: 'stdout' }],
  ['file:alerts.ndjson', { type: 'file', path: 'alerts.ndjson' }],
  ['file:/var/log/a b.ndjson', { type: 'file', path: '/var/log/a b.ndjson' }],
  ['file:///var/log/a%20b.ndjson', { type: 'file', path: '/var/log/a b.ndjson' }],
  ['http://siem.example/alerts?x=1', { type: 'http', uri: 'http://siem.example/alerts?x=1' }],
  ['HTTPS://siem.example', { type: 'http', uri: 'HTTPS://siem.example' }],
  ['https://me:p%40ss%2@siem.example/alerts', { type: 'http', uri: 'https://siem.example/alerts', auth: { basic: { username: 'me', password: 'p%40ss%2' } } }],
  ['https://me:p%40ss@siem.example/alerts', { type: 'http', uri: 'https://siem.example/alerts', auth: { basic: { username: 'me', password: 'p@ss' } } }],
  ['forward://127.0.0.1', { type: 'forward', host: '127.0.0.1' }],
  ['forward://[::1]:24225/my.tag', { type: 'forward', host: '::1', port: 24225, tag: 'my.tag' }],
  ['forward://me:secret@bit/', { type: 'forward', host: 'bit', username: 'me', password: 'secret' }]
]
for (const [text, config] of good) {
  t.test(`reads ${text}: what it says, and no more`, async (t) => { t.same(readOutputUri(text), config) })
}

for (const text of ['', 'stdout:', 'file:', 'file://alerts.ndjson', 'file://%', 'file:///a%2Fb', 'http:siem.example', 'https://', 'forward:', 'forward://bit:port', 'forward:bit', 'forward:///tag', 'tcp://bit:1', '://']) {
  t.test(`refuses "${text}" and tells what to write`, async (t) => {
    t.throws(() => readOutputUri(text), BadConfig)
    t.throws(() => readOutputUri(text), /--output.*stdout, file:PATH.*forward:\/\/HOST:PORT\/TAG/)
  })
}

t.test('no user and no password, no change', async (t) => {
  t.same(splitUserinfo('http://siem.example:80/a'), { uri: 'http://siem.example:80/a' })
  t.equal(splitUserinfo('siem'), undefined)
})
