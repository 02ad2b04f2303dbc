import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { connect } from '../../src/cli/connect.js'
import { readConfig } from '../../src/config.js'
import { testIo } from '../fixtures/cli-io.js'

t.test('each output is sent one marked record, and its answer is told', async (t) => {
  const dir = t.testdir({})
  const server = createServer((request, response) => { request.resume().on('end', () => response.writeHead(401).end('who are you')) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => server.close())
  const outputs = {
    disk: { type: 'file', path: join(dir, 'alerts.ndjson') },
    siem: { type: 'http', uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    gone: { type: 'file', path: join(dir, 'alerts.ndjson', 'alerts.ndjson') },
    shut: { type: 'http', uri: 'https://127.0.0.1:1/', tls: { ca_file: join(dir, 'none.pem') } }
  }
  const io = testIo()

  const code = await connect(await readConfig({ flags: { outputs } }), io)

  t.equal(code, 1)
  t.match(io.err().split('\n'), [
    'output disk: took the test record',
    /^output siem: did not take the test record: .*401.*who are you/,
    /^output gone: did not take the test record: /,
    /^output shut: did not take the test record: cannot be read for the tls of the output shut/
  ])
  const record = JSON.parse(readFileSync(join(dir, 'alerts.ndjson'), 'utf8'))
  t.match(record, { message: /test record/, event: { kind: 'signal', action: 'close' }, tripline: { test: true } })
})

t.test('when all take it, all is well', async (t) => {
  const outputs = { disk: { type: 'file', path: join(t.testdir({}), 'alerts.ndjson') } }

  t.equal(await connect(await readConfig({ flags: { outputs } }), testIo()), 0)
})
