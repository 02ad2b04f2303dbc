import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { FluentServer } from '@fluent-org/logger'
import fastify from 'fastify'
import t, { type Test } from 'tap'

import { tripline } from '../../src/plugin.js'
import { createHttpPeer } from '../fixtures/http-peer.js'
import { exchange } from '../fixtures/raw-http.js'

/** One request of each kind of body. */
const requests = [
  'fluent-bit/default-format', 'fluent-bit/json_lines', 'fluent-bit/json_stream', 'fluent-bit/msgpack', 'fluent-bit/json-zstd',
  'fluent-bit/msgpack-gzip', 'fluent-bit/json_lines-snappy', 'fluent-bit/json-unparsed-tail', 'vector/burst-nslookup-gzip'
]

for (const name of requests) {
  t.test(`${name} in, one alert out over HTTP`, async (t) => {
    const peer = await createHttpPeer(t, [(response) => response.end()])
    const app = await start(t, { siem: { type: 'http', uri: peer.uri } })

    const answer = await exchange(app, recorded(name))
    await until(() => peer.requests.length > 0)

    t.match(JSON.parse(answer?.body as string), { matched: name.startsWith('vector') ? 60 : 3, alerts: 1, rejected: 0 })
    t.match(JSON.parse(peer.requests[0]?.body.toString() as string), [{
      event: { kind: 'signal', action: 'open' },
      'kibana.alert.rule.name': 'Three lookups',
      process: { name: 'nslookup.exe' },
      tripline: { threshold: 3, source: { shipper: name.startsWith('vector') ? 'Vector' : 'Fluent-Bit', address: '127.0.0.1' } }
    }])
  })
}

t.test('a downstream that is away gets the alert when it is back, once', async (t) => {
  let away = true
  const peer = await createHttpPeer(t, [(response) => response.writeHead(away ? 503 : 200).end()])
  const app = await start(t, { siem: { type: 'http', uri: peer.uri } })

  await exchange(app, recorded('fluent-bit/json'))
  await until(() => peer.requests.length > 0)
  const during = app.tripline.stats().outputs
  away = false
  const tries = peer.requests.length
  await until(() => peer.requests.length > tries)
  await app.close()

  t.match(during, [{ name: 'siem', queued: { records: 1 } }])
  t.equal(peer.requests.length, tries + 1)
  t.equal(new Set(peer.requests.map(({ body }) => JSON.parse(body.toString())[0].tripline.record_id)).size, 1)
})

t.test('both retries of Fluent Bit in, one alert out', async (t) => {
  const peer = await createHttpPeer(t, [(response) => response.end()])
  const app = await start(t, { siem: { type: 'http', uri: peer.uri } })

  await exchange(app, recorded('fluent-bit/json-gzip-retry-1'))
  await exchange(app, recorded('fluent-bit/json-gzip-retry-2'))
  await app.close()

  t.equal(peer.requests.flatMap(({ body }) => JSON.parse(body.toString())).length, 1)
})

t.test('a request of Fluent Bit in, an alert out to a forward server, acknowledged', async (t) => {
  const server = new FluentServer({ listenOptions: { port: 0, host: '127.0.0.1' } })
  await server.listen()
  t.teardown(() => server.close())
  const arrived = new Promise<[string, unknown, Record<string, unknown>]>((resolve) => server.on('entry', (tag, time, record) => resolve([tag, time, record])))
  const app = await start(t, { bit: { type: 'forward', host: '127.0.0.1', port: server.port, tag: 'tripline.alert', ack: true } })

  await exchange(app, recorded('fluent-bit/msgpack'))
  const [tag, , record] = await arrived
  await app.close()

  t.equal(tag, 'tripline.alert')
  t.match(record, { event: { action: 'open' }, 'kibana.alert.rule.name': 'Three lookups' })
  t.match(app.tripline.stats().outputs, [{ name: 'bit', delivered: 1, queued: { records: 0 } }])
})

async function start (t: Test, outputs: object) {
  const app = fastify()
  t.teardown(() => app.close())
  const rules = [fileURLToPath(new URL('../fixtures/rules/three-lookups.toml', import.meta.url))]
  app.register(tripline, { state: 'memory', rules, outputs })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

function recorded (name: string): Buffer {
  return readFileSync(new URL(`../fixtures/wire/${name}.http`, import.meta.url))
}

/** Waits for what comes about through a socket. */
async function until (met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve))
}
