import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createRetry } from '../../src/cli/retry.js'
import { readOptions } from '../../src/config.js'
import type { Entry } from '../../src/quarantine/entry.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { testIo } from '../fixtures/cli-io.js'
import { createHttpPeer, reply } from '../fixtures/http-peer.js'

const taken = '{"received":1,"matched":0,"alerts":0,"rejected":0}'

t.test('an alert record goes to its output, in the form that the output wants', async (t) => {
  const path = join(t.testdir(), 'alerts.ndjson')
  const peer = await createHttpPeer(t, [reply(200)])
  const { retry, io } = given(t, { outputs: { disk: { type: 'file', path }, siem: { type: 'http', uri: peer.uri, nested: true }, term: { type: 'stdout' } } })

  t.same(await retry.send(deliveryTo('disk')), { taken: true, told: 'sent to the output disk' })
  t.match(await retry.send(deliveryTo('disk')), { taken: true })
  t.match(await retry.send(deliveryTo('siem')), { taken: true })
  t.match(await retry.send(deliveryTo('term')), { taken: true })

  const line = `${JSON.stringify(alertRecord('a'))}\n`
  t.equal(readFileSync(path, 'utf8'), line + line)
  t.equal(io.out(), line)
  t.match(JSON.parse(String(peer.requests[0]?.body)), [{ kibana: { alert: { uuid: 'a' } } }])
})

t.test('what reads stdout slowly is waited for', async (t) => {
  const { retry, io } = given(t, { outputs: { term: { type: 'stdout' } } })
  const write = io.stdout.write.bind(io.stdout)
  io.stdout.write = (chunk: unknown) => {
    write(chunk)
    setImmediate(() => io.stdout.emit('drain'))
    return false
  }

  t.match(await retry.send(deliveryTo('term')), { taken: true })
})

t.test('an output that refuses is asked for the next one, an output that does not work is not', async (t) => {
  const peer = await createHttpPeer(t, [reply(400, {}, 'not this'), reply(503, {}, 'away')])
  const { retry } = given(t, { outputs: { siem: { type: 'http', uri: peer.uri } } })

  t.match(await retry.send(deliveryTo('siem')), { taken: false, told: 'the output siem refuses it: HTTP 400: not this' })
  t.match(await retry.send(deliveryTo('siem')), { taken: false, told: 'the output siem did not take it: HTTP 503: away' })
  t.match(await retry.send(deliveryTo('siem')), { taken: false, told: 'not tried, for the output siem does not work: HTTP 503: away' })

  t.equal(peer.requests.length, 2)
})

t.test('an output that the config does not have, or that cannot be opened, is told', async (t) => {
  const { retry } = given(t, { outputs: { siem: { type: 'http', uri: 'https://127.0.0.1:1/', tls: { caFile: '/nowhere/ca.pem' } } } })

  t.match(await retry.send(deliveryTo('other')), { taken: false, told: /^was for the output other, which the config does not have/ })
  t.match(await retry.send({ ...deliveryTo('other'), output: undefined }), { taken: false })
  t.match(await retry.send(deliveryTo('siem')), { taken: false, told: /^the output siem did not take it: .*ca\.pem/ })
})

t.test('a record that can be read now goes to the sink', async (t) => {
  const peer = await createHttpPeer(t, [reply(200, {}, taken), reply(200, {}, taken.replace('"rejected":0', '"rejected":1')), reply(401, {}, 'who?')])
  const { retry } = given(t, { port: peer.port })

  t.same(await retry.send(record('{"a":1}')), { taken: true, told: `taken by the sink at http://127.0.0.1:${peer.port}: ${taken}` })
  t.match(await retry.send(record('{"a":1}')), { taken: false, told: /did not take it: HTTP 200: .*"rejected":1/ })
  t.match(await retry.send(record('{"a":1}')), { taken: false, told: /did not take it: HTTP 401: who\?/ })

  t.match(peer.requests[0], { url: '/winlog', headers: { 'user-agent': 'Vector' }, body: Buffer.from('{"a":1}') })
})

t.test('a record that still cannot be read, or is not there whole, stays', async (t) => {
  const { retry } = given(t)
  const tooLong = `{"a":"${'x'.repeat(2_000_000)}"}`

  t.match(await retry.send(record('{"broken')), { taken: false, told: /^still cannot be read: / })
  t.match(await retry.send(record('')), { taken: false, told: /^still cannot be read: / })
  t.match(await retry.send(record(`[{"a":1},${tooLong}]`)), { taken: false, told: /^still cannot be read: .*/ })
  t.match(await retry.send({ ...record('{"a"'), cut: 99 }), { taken: false, told: 'only the first 4 of its 99 bytes are kept, which is no record' })
})

t.test('a sink that does not run is asked once', async (t) => {
  const { retry } = given(t, { port: 1 })

  t.match(await retry.send(record('{"a":1}')), { taken: false, told: /^no sink answers at http:\/\/127\.0\.0\.1:1: .*it has to run/ })
  t.match(await retry.send(record('{"a":1}')), { taken: false, told: 'not tried, for no sink answers at http://127.0.0.1:1' })
})

function given (t: Test, { port = 1, ...options }: Record<string, unknown> & { port?: number } = {}) {
  const io = testIo()
  const retry = createRetry({ ...readOptions(options), listen: { host: '127.0.0.1', port } }, io)
  t.teardown(() => retry.close())
  return { retry, io }
}

function deliveryTo (output: string): Entry {
  return { id: 'a-1', time: '2026-03-02T09:00:00.000Z', kind: 'delivery', reason: 'full', output, record: alertRecord('a') }
}

function record (text: string): Entry {
  return { id: 'a-2', time: '2026-03-02T09:00:00.000Z', kind: 'record', reason: 'not JSON', tag: 'winlog', shipper: 'Vector', text }
}
