import t from 'tap'
import type { OutputConfig } from '../../src/config.js'
import { createOutput } from '../../src/outputs/create-output.js'

const common = { actions: ['open', 'update', 'close'], send: 'alerts', onFull: 'quarantine', nested: false } satisfies Partial<OutputConfig>
const http = { ...common, type: 'http', uri: 'https://siem.example/', format: 'json', compression: 'none', headers: {}, timeout: 30_000 } satisfies OutputConfig
const configs: OutputConfig[] = [
  http,
  { ...common, type: 'stdout' },
  { ...common, type: 'file', path: 'alerts.ndjson' },
  { ...common, type: 'forward', host: 'bit', port: 24224, tag: 'tripline.alert', ack: true, timeout: 10_000 }
]
for (const config of configs) {
  t.test(`makes an output of type ${config.type}, and opens nothing yet`, async (t) => {
    const output = createOutput('mine', config)

    t.match(output, { name: 'mine', type: config.type })
    t.ok(output.limit.records >= 1 && output.limit.bytes >= 1000)
    await output.close()
  })
}

t.test('a certificate that cannot be read stops the start', async (t) => {
  t.throws(() => createOutput('mine', { ...http, tls: { caFile: 'nowhere.pem' } }), { code: 'TRIPLINE_CANNOT_OPEN_OUTPUT' })
})

t.test('alerts go one request after the other, events that pass side by side', async (t) => {
  const [alerts, events] = [createOutput('alerts', http), createOutput('events', { ...http, send: 'events' })]

  t.equal(alerts.width, 1)
  t.ok(events.width > 1)
  await Promise.all([alerts.close(), events.close()])
})
