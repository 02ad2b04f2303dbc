import t from 'tap'
import { createOutput } from '../../src/outputs/create-output.js'
import { parseOutputUri } from '../../src/outputs/output-uri.js'

for (const [uri, type] of [['stdout', 'stdout'], ['file:alerts.ndjson', 'file'], ['https://siem.example/', 'http'], ['forward://bit', 'forward']] as const) {
  t.test(`${uri} is an output of type ${type}`, async (t) => {
    const output = createOutput('mine', parseOutputUri(uri))

    t.match(output, { name: 'mine', type })
    t.ok(output.limit.records >= 1 && output.limit.bytes >= 1000)
    await output.close()
  })
}

t.test('a certificate that cannot be read stops the start', async (t) => {
  const config = { ...parseOutputUri('https://siem.example/'), tls: { caFile: 'nowhere.pem' } }

  t.throws(() => createOutput('mine', config as never), { code: 'TRIPLINE_CANNOT_OPEN_OUTPUT' })
})
