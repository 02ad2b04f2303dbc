import t, { type Test } from 'tap'
import { createHttpOutput, type HttpOutputOptions } from '../../src/outputs/http.js'
import { SendFailed } from '../../src/outputs/output.js'
import { deliveries, delivery } from '../fixtures/alert-record.js'
import { createHttpPeer, reply } from '../fixtures/http-peer.js'
import { createManualTimer } from '../fixtures/manual-timer.js'
import { serverTls } from '../fixtures/tls-file.js'

const defaults = { format: 'json', compression: 'none', headers: {}, timeout: 20_000 } as const
const { signal } = new AbortController()

function outputOf (t: Test, config: Partial<HttpOutputOptions['config']> & { uri: string }, options: Partial<HttpOutputOptions> = {}) {
  const output = createHttpOutput('siem', { config: { ...defaults, ...config }, ...options })
  t.teardown(() => output.close())
  return output
}

const [one, two] = deliveries(1, 2).map((delivery) => delivery.json)
const formats: ['json' | 'ndjson' | 'single', string, string, number][] = [
  ['json', 'application/json', `[${one},${two}]`, 1000],
  ['ndjson', 'application/x-ndjson', `${one}\n${two}\n`, 1000],
  ['single', 'application/json', `${one}\n${two}`, 1]
]
for (const [format, contentType, body, records] of formats) {
  t.test(`sends ${format} as ${contentType}, at most ${records} records and 1 MiB a request`, async (t) => {
    const peer = await createHttpPeer(t, [reply(201)])
    const output = outputOf(t, { uri: peer.uri, format })
    t.match(output, { name: 'siem', type: 'http', limit: { records } })
    // The brackets of an array and what stands between or after the records.
    t.ok(output.limit.bytes + records + 1 <= 1024 * 1024)

    await output.send(deliveries(1, 2), signal)

    t.same(peer.requests.map((request) => request.body.toString()), [body])
    t.match(peer.requests, [{ method: 'POST', headers: { 'content-type': contentType } }])
  })
}

const passing: ['json' | 'ndjson' | 'single', string, string][] = [
  ['json', 'json', '[{"a": 1.0},{"b":\n2}]'],
  ['ndjson', 'line', '{"a": 1.0}\n{"b":\n2}\n'],
  ['single', 'json', '{"a": 1.0}\n{"b":\n2}']
]
for (const [format, encoding, body] of passing) {
  t.test(`passes events on as ${format}, byte for byte`, async (t) => {
    const peer = await createHttpPeer(t, [reply(200)])
    const output = outputOf(t, { uri: peer.uri, format }, { connections: 3 })
    t.match(output, { encoding, width: 3 })

    await output.pass([Buffer.from('{"a": 1.0}'), Buffer.from('{"b":\n2}')], signal)

    t.same(peer.requests.map((request) => request.body.toString()), [body])
  })
}

const answers: [number, 'retry' | 'refused' | 'output'][] = [
  [302, 'output'], [400, 'refused'], [401, 'output'], [403, 'output'], [404, 'output'], [407, 'output'], [408, 'retry'], [409, 'output'],
  [410, 'output'], [413, 'refused'], [415, 'output'], [422, 'refused'], [429, 'retry'], [500, 'retry'], [502, 'retry'], [503, 'retry']
]
for (const [status, kind] of answers) {
  t.test(`${status} means ${kind}`, async (t) => {
    const peer = await createHttpPeer(t, [reply(status, { 'retry-after': '3' }, 'because of the index')])

    const result = outputOf(t, { uri: peer.uri }).send([delivery(1)], signal)

    await t.rejects(result, SendFailed)
    await t.rejects(result, { kind, message: `HTTP ${status}: because of the index`, retryAfter: kind === 'retry' ? 3000 : undefined, status })
  })
}

t.test('does not follow a redirect, but tells where it leads', async (t) => {
  const peer = await createHttpPeer(t, [reply(301, { location: 'https://new.example/' })])

  await t.rejects(outputOf(t, { uri: peer.uri }).send([delivery(1)], signal), { kind: 'output', message: 'HTTP 301: redirects to https://new.example/' })

  t.equal(peer.requests.length, 1)
})

t.test('without an answer it is worth another try', async (t) => {
  const peer = await createHttpPeer(t, [(response) => response.destroy(), () => {}])
  const alarms = createManualTimer()
  const output = outputOf(t, { uri: peer.uri }, { timer: alarms.timer })

  await t.rejects(output.send([delivery(1)], signal), { kind: 'retry', message: /^UND_ERR_SOCKET: / })
  await t.rejects(outputOf(t, { uri: 'http://127.0.0.1:1/' }).send([delivery(1)], signal), { kind: 'retry', message: /^ECONNREFUSED: / })
  const hanging = output.send([delivery(1)], signal)
  await alarms.fire()
  await t.rejects(hanging, { kind: 'retry', message: 'no answer within 20000 ms' })
})

t.test('a certificate that is not trusted and a header that cannot be sent are its own fault', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)], serverTls())

  await t.rejects(outputOf(t, { uri: peer.uri }).send([delivery(1)], signal), { kind: 'output', message: /certificate/ })
  await t.rejects(outputOf(t, { uri: peer.uri, headers: { 'x-team': 'a\nb' } }).send([delivery(1)], signal), { kind: 'output', message: /x-team/ })
})
