import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { quarantine } from '../../src/cli/quarantine.js'
import { readOptions } from '../../src/config.js'
import { createPipeline } from '../../src/pipeline.js'
import { attach } from '../../src/plugin.js'
import { createDiskFolder } from '../../src/quarantine/folder.js'
import { quarantinePath } from '../../src/quarantine/quarantine.js'
import { readWaiting } from '../../src/quarantine/segments.js'
import { testIo } from '../fixtures/cli-io.js'
import { createHttpPeer } from '../fixtures/http-peer.js'

const start = Date.UTC(2026, 2, 2, 9)

t.test('a downstream that is away, refuses one record, and comes back gets all others once, whatever the limit and however often we start', async (t) => {
  const dir = t.testdir()
  let away = true
  const taken: { tripline: { record_id: string }, host: { id: string } }[] = []
  const peer = await createHttpPeer(t, [(response, { body }) => {
    const records = JSON.parse(body.toString()) as typeof taken
    if (away) response.writeHead(503).end()
    else if (records.some(({ host }) => host.id === 'h3')) response.writeHead(400).end('not this one')
    else {
      taken.push(...records)
      response.end()
    }
  }])
  const options = { state: { dir }, limits: { outbox: 10_000 }, outputs: { siem: { type: 'http', uri: peer.uri } } }

  const first = await open(t, options)
  for (let i = 0; i < 10; i++) await first.take({ body: batchOf(`h${i}`) })
  while (outputOf(first).waiting === 0) await new Promise(setImmediate)
  await first.stop()
  const second = await open(t, options)
  for (let i = 10; i < 20; i++) t.match(await second.take({ body: batchOf(`h${i}`) }), { alerts: 1 }, 'nobody is held back')
  t.ok(second.ready().ready)
  t.match(outputOf(second), { queued: { bytes: Number }, age: Number })
  away = false
  while (outputOf(second).waiting + outputOf(second).queued.records > 0) await new Promise(setImmediate)
  await second.close()

  t.same(taken.map(({ host }) => host.id).sort(), Array.from({ length: 20 }, (_, i) => `h${i}`).filter((id) => id !== 'h3').sort())
  t.match(await entriesOf(dir), [{ kind: 'delivery', output: 'siem', reason: /HTTP 400: not this one/, record: { host: { id: 'h3' } } }])
  t.equal((await entriesOf(dir)).length, 1)
})

t.test('what cannot be read is in a file before the batch is answered, and a line that was cut off harms nothing', async (t) => {
  const dir = t.testdir()
  const body = Buffer.from('{"a":1}\n{"broken')
  const first = await open(t, { state: { dir }, outputs: {} })
  t.match(await first.take({ body, tag: 'winlog', address: '10.0.0.7', userAgent: 'Fluent-Bit' }), { received: 2, rejected: 1 })
  await first.take({ body })
  t.equal((await entriesOf(dir)).length, 1)
  const [file] = readdirSync(quarantinePath(dir))
  appendFileSync(join(quarantinePath(dir), file!), '{"id":"half')
  await first.close()

  const second = await open(t, { state: { dir }, outputs: {} })
  await t.rejects(second.take({ body: Buffer.from('{"broken') }), { code: 'TRIPLINE_UNREADABLE_BODY' })

  t.match(await entriesOf(dir), [
    { kind: 'record', text: '{"broken', tag: 'winlog', address: '10.0.0.7', shipper: 'Fluent-Bit', number: 2, reason: String, time: '2026-03-02T09:00:00.000Z' },
    { kind: 'record', number: 1 }
  ])
})

t.test('while the quarantine cannot be written a batch with rejected records is asked for again, and counts once', async (t) => {
  const dir = t.testdir()
  const pipeline = await open(t, { state: { dir }, outputs: {} })
  const body = Buffer.concat([batchOf('h1', '\n'), Buffer.from('\n{"broken')])
  writeFileSync(quarantinePath(dir), 'in the way')

  await t.rejects(pipeline.take({ body }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE', retryAfter: 5 })
  t.match(await pipeline.take({ body: batchOf('h2') }), { alerts: 1 }, 'a batch without rejected records does not need it')
  rmSync(quarantinePath(dir))
  t.match(await pipeline.take({ body }), { received: 16, matched: 15, alerts: 1, rejected: 1 })

  t.equal(pipeline.latest(9).length, 2)
  t.equal((await entriesOf(dir)).length, 1)
})

t.test('in memory the same holds as long as the process runs', async (t) => {
  let away = true
  let taken = 0
  const peer = await createHttpPeer(t, [(response, { body }) => {
    if (!away) taken += JSON.parse(body.toString()).length
    response.writeHead(away ? 503 : 200).end()
  }])
  const pipeline = await open(t, { state: 'memory', limits: { outbox: 5_000 }, outputs: { siem: { type: 'http', uri: peer.uri } } })

  for (let i = 0; i < 10; i++) await pipeline.take({ body: batchOf(`h${i}`) })
  while (outputOf(pipeline).waiting === 0) await new Promise(setImmediate)
  away = false
  while (outputOf(pipeline).waiting + outputOf(pipeline).queued.records > 0) await new Promise(setImmediate)

  t.equal(taken, 10)
})

t.test('the command works on the quarantine of a sink that runs: what it sent does not leave twice', async (t) => {
  const dir = t.testdir()
  let away = true
  const peer = await createHttpPeer(t, [(response, { body }) => {
    // The sink has another one in hand, so this one alone comes from the command.
    const isAlone = JSON.parse(String(body)).every(({ host }: { host: { id: string } }) => host.id === 'h3')
    response.writeHead(away && !isAlone ? 503 : 200).end()
  }])
  const outputs = { siem: { type: 'http', uri: peer.uri } }
  const config = { ...readOptions({ state: { dir }, limits: { outbox: 1, maxRecord: 10_000 }, outputs }), listen: { host: '127.0.0.1', port: 0 } }
  const app = fastify()
  t.teardown(() => app.close())
  await attach(app, { config })
  const port = Number(new URL(await app.listen(config.listen)).port)
  const post = (body: Buffer) => app.inject({ method: 'POST', url: '/', body })
  const long = Buffer.from(`{"a":"${'x'.repeat(10_000)}"}\n{"a":1}`)
  const saved = join(dir, 'tripline.yaml')
  writeFileSync(saved, `state: { dir: . }\nlisten: 127.0.0.1:${port}\noutputs: { siem: { type: http, uri: "${peer.uri}" } }\n`)

  await post(long)
  for (const host of ['h1', 'h2', 'h3']) await post(batchOf(host))
  while ((await entriesOf(dir)).length < 4) await new Promise(setImmediate)
  const io = testIo()
  const list = await entriesOf(dir) as { id: string, record?: { host: { id: string } } }[]
  await quarantine(readArguments(['quarantine', 'retry', list.find(({ record }) => record?.host.id === 'h3')!.id, '-c', saved]), io)
  away = false
  const sent = peer.requests.length
  while ((await entriesOf(dir)).length > 1) await new Promise(setImmediate)
  const code = await quarantine(readArguments(['quarantine', 'retry', '--all', '-c', saved]), io)

  t.equal(code, 1, 'a record that is longer than the sink takes stays')
  t.match(io.err(), /sent to the output siem\nretried 1: 1 done[^]*did not take it: HTTP 400/)
  const taken = peer.requests.slice(sent).flatMap(({ body }) => JSON.parse(String(body))).map(({ host }) => host.id)
  t.same([...new Set(taken)].sort(), ['h1', 'h2'], 'h3 was there before')
})

async function open (t: Test, options: Record<string, unknown>) {
  const log = { error () {}, warn () {}, info () {}, debug () {} }
  const pipeline = await createPipeline(readOptions(options), { log, clock: () => start })
  let closed: Promise<void> | undefined
  const close = () => { closed ??= pipeline.close(); return closed }
  t.teardown(close)
  return { ...pipeline, close, stop: close }
}

function outputOf (pipeline: { stats (): Record<string, unknown> }) {
  return (pipeline.stats().outputs as { waiting: number, queued: { records: number } }[])[0]!
}

async function entriesOf (dir: string) {
  const found: object[] = []
  for await (const entry of readWaiting(createDiskFolder(quarantinePath(dir)))) found.push(entry)
  return found
}

function batchOf (host: string, delimiter = ','): Buffer {
  const events = Array.from({ length: 15 }, (_, i) => JSON.stringify({
    '@timestamp': new Date(start - 60_000 + i * 1000).toISOString(),
    host: { id: host, name: host },
    event: { category: ['process'], type: ['start'], id: `${host}-${i}` },
    process: { name: 'nslookup.exe', args: ['nslookup.exe', '-q=TXT', `x${i}.example.net`] }
  }))
  return Buffer.from(delimiter === ',' ? `[${events.join(',')}]` : events.join(delimiter))
}
