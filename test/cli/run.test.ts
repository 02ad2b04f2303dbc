import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import t from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { run } from '../../src/cli/run.js'
import { eventAt, ruleToml, testIo } from '../fixtures/cli-io.js'
import { tlsFile } from '../fixtures/tls-file.js'

const burst = JSON.stringify([eventAt(0), eventAt(1), eventAt(2)])

/** Starts the sink with this config in a folder of its own; `url` is where it listens. */
async function start (t: Test, { config = '', listen = '127.0.0.1:0', files = {} as Record<string, string> } = {}) {
  const io = testIo()
  // Before the folder is made: tap clears it away before what is said afterwards.
  t.teardown(() => io.stop())
  const dir = t.testdir({ 'rule.toml': ruleToml(), 'tripline.yaml': `${standard}${config}`, ...files })
  const code = run(readArguments(['--config', join(dir, 'tripline.yaml'), '--listen', listen]), io)
  await Promise.race([io.started, code])
  const line = io.err().split('\n').filter(Boolean).map((text) => JSON.parse(text)).find(({ address }) => address !== undefined)
  return { dir, io, code, line, url: line.address as string, post: (body: string) => fetch(line.address, { method: 'POST', body }) }
}

const standard = 'state: memory\nrules: [{ path: rule.toml }]\noutputs: { disk: { type: file, path: alerts.ndjson } }\n'

t.test('a batch that is posted makes an alert; told to stop, it finishes and leaves', async (t) => {
  const { dir, io, code, line, post } = await start(t)

  const answer = await post(burst)

  t.same(await answer.json(), { received: 3, matched: 3, alerts: 1, rejected: 0 })
  await io.stop()
  t.equal(await code, 0)
  t.match(JSON.parse(readFileSync(join(dir, 'alerts.ndjson'), 'utf8')), { event: { action: 'open' } })
  t.match(line, { rules: ['rule-1'], outputs: ['disk'], state: 'memory', msg: /^listens on http:\/\/127.0.0.1:\d+: 1 rule, alerts to disk, state in memory$/ })
  t.match(io.err(), /"msg":"stopped"/)
  t.equal(io.out(), '', 'stdout is alerts alone')
})

t.test('a shipper keeps its connection for more than 90 s', async (t) => {
  const { url } = await start(t)

  const answer = await fetch(url)

  t.match(answer.headers.get('keep-alive'), /^timeout=1[0-9]{2}$/)
})

t.test('nobody else reads its requests, so the memory of a body is given back when the batch was taken', async (t) => {
  const { post } = await start(t)
  const chunks: Buffer[] = []
  const listen = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    const emit = request.emit.bind(request)
    request.emit = (name: string, ...details: unknown[]) => {
      if (name === 'data') chunks.push(details[0] as Buffer)
      return emit(name, ...details)
    }
  }
  subscribe('http.server.request.start', listen)
  t.teardown(() => unsubscribe('http.server.request.start', listen))

  const answer = await post(`${burst.slice(0, -1)}${' '.repeat(100_000)}]`)

  t.match(await answer.json(), { received: 3, alerts: 1 })
  t.ok(chunks.length > 0)
  t.ok(chunks.every(({ length }) => length === 0), chunks.map(({ length }) => length).join())
})

t.test('after an error that nobody caught the exit code says so', async (t) => {
  const { io, code } = await start(t)

  await io.stop({ err: new Error('odd') })

  t.equal(await code, 1)
  t.match(io.err(), /"level":60.*odd/)
})

t.test('with client certificates only their owners are heard', async (t) => {
  const tls = `tls: { cert_file: "${tlsFile('server.pem')}", key_file: "${tlsFile('server-key.pem')}", ca_file: "${tlsFile('ca.pem')}" }\ninsecure: true\n`
  const { io, url } = await start(t, { config: tls })
  const ca = readFileSync(tlsFile('ca.pem'))
  const own = { cert: readFileSync(tlsFile('client.pem')), key: readFileSync(tlsFile('client-key.pem')) }

  const [response] = await once(request(url, { ca, ...own }).end(), 'response')

  t.equal(response.statusCode, 200)
  response.resume()
  t.match(url, /^https:/)
  t.notMatch(io.err(), /from everybody/)
  await t.rejects(once(request(url, { ca }).end(), 'response'))
})

t.test('who may post without credentials is told', async (t) => {
  const { io } = await start(t, { config: 'insecure: true\n' })

  t.match(io.err(), /takes batches from everybody who can reach it/)
})

t.test('without outputs alerts go nowhere, and the log says so', async (t) => {
  const dir = t.testdir({ 'tripline.yaml': 'state: { dir: state }\noutputs: {}\n', 'rule.toml': ruleToml() })
  const io = testIo()
  const code = run(readArguments(['-c', join(dir, 'tripline.yaml'), '--rules', join(dir, 'rule.toml'), '--listen', '[::1]:0']), io)

  await io.started
  await io.stop()

  t.equal(await code, 0)
  t.match(io.err(), /listens on http:\/\/\[::1\]:\d+: 1 rule, alerts to nowhere, state in .*state"/)
})

t.test('several rules are named', async (t) => {
  const { line } = await start(t, { files: { 'tripline.yaml': standard.replace('rule.toml', '.'), 'more.toml': ruleToml({ id: 'rule-2' }) } })

  t.match(line, { rules: ['rule-2', 'rule-1'], msg: /: 2 rules, / })
})

t.test('SIGHUP opens files anew and reads the rules again', async (t) => {
  const { dir, io, post } = await start(t)
  const at = (name: string) => join(dir, name)
  await post(burst)
  while (!existsSync(at('alerts.ndjson')) || readFileSync(at('alerts.ndjson')).length === 0) await new Promise((resolve) => { setImmediate(resolve) })
  renameSync(at('alerts.ndjson'), at('old.ndjson'))
  writeFileSync(at('rule.toml'), ruleToml({ id: 'rule-2', threshold: 2 }))
  writeFileSync(at('tripline.yaml'), `${standard}limits: { max_groups: 7 }\n`)

  io.hangup()
  io.hangup()
  await io.told('what changed in limits holds from the next start on')

  t.match(await (await post(burst)).json(), { alerts: 1 })
  await io.stop()
  const alertsIn = (name: string) => readFileSync(at(name), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
  t.match(alertsIn('old.ndjson'), [{ event: { action: 'open' }, 'kibana.alert.rule.rule_id': 'rule-1' }])
  t.match(alertsIn('alerts.ndjson'), [{ event: { action: 'close' } }, { event: { action: 'open' }, 'kibana.alert.rule.rule_id': 'rule-2' }])
})

const broken: [string, string, string, RegExp][] = [
  ['a rule', 'rule.toml', ruleToml({ query: 'process.name:(' }), /TRIPLINE_BAD_RULE/],
  ['a key', 'tripline.yaml', `${standard}zebra: 1\n`, /TRIPLINE_BAD_CONFIG .*tripline.yaml:4:1 zebra/]
]
for (const [name, file, content, message] of broken) {
  t.test(`SIGHUP with ${name} that is broken keeps the old rules, and says so`, async (t) => {
    const { dir, io, post } = await start(t)
    writeFileSync(join(dir, file), content)

    io.hangup()
    await io.told('the old rules stay')

    t.match(io.err(), message)
    t.match(await (await post(burst)).json(), { alerts: 1 })
  })
}

t.test('an address that is in use is a fault with its remedy', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo

  await t.rejects(start(t, { listen: `127.0.0.1:${port}` }), {
    name: 'Fault', code: 'TRIPLINE_CANNOT_LISTEN', reason: new RegExp(`^127.0.0.1:${port} is in use by another process .*--listen`)
  })
})

const unlistenable: [string, string][] = [['192.0.2.1:0', 'is not an address of this machine'], ['[fe80::1]:0', 'cannot be listened on: ']]
for (const [listen, reason] of unlistenable) {
  t.test(`that ${listen} ${reason} is told`, async (t) => {
    await t.rejects(start(t, { listen, config: 'insecure: true\n' }), { name: 'Fault', message: `TRIPLINE_CANNOT_LISTEN ${listen} ${reason}` })
  })
}

t.test('a rule that is broken stops the start', async (t) => {
  await t.rejects(start(t, { files: { 'rule.toml': ruleToml({ query: 'process.name:(' }) } }), { name: 'BadRule' })
})
