import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { FluentServer } from '@fluent-org/logger'
import fc from 'fast-check'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { readOptions } from '../../src/config.js'
import { createPipeline, type Pipeline } from '../../src/pipeline.js'
import { tripline } from '../../src/plugin.js'
import { createHttpPeer, reply, type PeerRequest } from '../fixtures/http-peer.js'
import { post } from '../fixtures/raw-http.js'
import { headerOf, readRequest } from '../wire.js'

const start = Date.UTC(2026, 2, 2, 9)

t.test('a shipper that sends until it is heard brings every event through, and alerts count once', async (t) => {
  const peer = await createHttpPeer(t, [reply(503, { 'retry-after': '2' }), reply(400, {}, 'mapping conflict'), reply(429), (response) => response.destroy(), reply(200)])
  const app = fastify()
  await app.register(tripline, { state: 'memory', outputs: { next: { type: 'http', uri: peer.uri, send: 'events' } } })
  t.teardown(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const body = JSON.stringify([{ other: 1 }, ...nslookups(15)])
  const send = () => post(app, body)

  const answers = []
  for (let i = 0; i < 6; i++) answers.push(await send())

  t.same(answers.map((answer) => answer?.status), [503, 400, 503, 503, 200, 200])
  t.match(answers[0]?.head, /\r\nretry-after: 2\r\n/)
  t.match(answers[0]?.body, /"TRIPLINE_DOWNSTREAM_AWAY".*output next: HTTP 503: send the batch again/)
  t.match(answers[1]?.body, /"TRIPLINE_DOWNSTREAM_REFUSED".*output next: HTTP 400: mapping conflict/)
  t.notMatch(answers[1]?.head, /retry-after/)
  for (const answer of answers.slice(4)) t.equal(answer?.body, '{"received":16,"matched":15,"alerts":1,"rejected":0}')
  t.match(app.tripline.stats(), { matched: 15, batches: 1, repeats: 1, quarantine: { records: 16 }, inline: [{ passed: 32, failures: 4 }] })
  const last = JSON.parse(peer.requests.at(-1)?.body.toString() as string) as { tripline?: { alerts: string[] } }[]
  t.equal(last[0]?.tripline, undefined)
  t.match(last.slice(1).map(({ tripline }) => tripline?.alerts.length), Array(15).fill(1))
})

/** JSON as nobody's serializer writes it: blanks, escapes, numbers, double names, other scripts. */
const blank = fc.stringMatching(/^[ \t]{0,2}$/)
const number = fc.constantFrom('1.0', '1e2', '-0', '0.10', '1E+2', '12345678901234567890', '-1.5e-7')
const text = fc.oneof(fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)), fc.constantFrom('"\\u0061"', '"\\/"', '"\\ud83d"', '"😀\\"}"', '"{[,"', '"\u2028"'))
const name = fc.oneof(text, fc.constantFrom('"a"', '"b.c"', '"__proto__"', '"\\u0061"'))
const { value } = fc.letrec<{ value: string, list: string, object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, number, text, fc.constantFrom('true', 'null'), tie('list'), tie('object')),
  list: fc.array(fc.tuple(blank, tie('value')), { maxLength: 3 }).map((items) => `[${items.map((item) => item.join('')).join(',')} ]`),
  object: fc.array(fc.tuple(blank, name, blank, tie('value'), blank), { maxLength: 3 }).map((members) =>
    `{${members.map(([before, name, between, value, after]) => `${before}${name}${between}:${between}${value}${after}`).join(',')}}`)
}))
const object = fc.array(fc.tuple(blank, name, blank, value), { minLength: 1, maxLength: 5 }).map((members) =>
  `{${members.map(([before, name, between, value]) => `${before}${name}${between}:${value}${before}`).join(',')}}`)

const framings: [string, (records: string[]) => string][] = [
  ['NDJSON', (records) => records.join('\n')],
  ['a JSON array', (records) => `[ ${records.join(' ,\n')}\n]`],
  ['objects one after the other', (records) => `${records.join('')}`]
]
for (const [title, frame] of framings) {
  t.test(`events in ${title} that nobody looks for pass byte for byte, and what matches gains its mark alone`, async (t) => {
    const peer = await createHttpPeer(t, [reply(200)])
    const pipeline = await open(t, { next: { type: 'http', uri: peer.uri, send: 'events' } })
    const [hit] = nslookups(1).map((event) => JSON.stringify(event)) as [string]

    await fc.assert(fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 5 }), async (records) => {
      const before = peer.requests.length

      await pipeline.take({ body: Buffer.from(frame([...records, hit])), contentType: 'application/json' })

      const body = bodiesOf(peer.requests.slice(before))
      t.equal(body.slice(0, body.lastIndexOf(hit.slice(0, -1))), `[${records.join(',')},`)
      t.match(body.slice(body.lastIndexOf(hit.slice(0, -1))), hit.slice(0, -1) + ',"tripline":{"rules":["')
    }), { numRuns: 60 })
  })
}

t.test('a large batch leaves in parts that keep its order, compressed if asked for', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)])
  const pipeline = await open(t, { next: { type: 'http', uri: peer.uri, send: 'events', format: 'ndjson', compression: 'gzip' } })
  const lines = Array.from({ length: 3_000 }, (_, i) => `{"i": ${i}.0, "pad":"${'x'.repeat(800)}"}`)

  await pipeline.take({ body: gzipSync(lines.join('\n')), contentEncoding: 'gzip' })

  const bodies = peer.requests.map(({ body }) => gunzipSync(body))
  t.ok(bodies.length >= 3)
  for (const body of bodies) t.ok(body.length <= 1024 * 1024)
  t.ok(Buffer.concat(bodies).toString() === lines.map((line) => `${line}\n`).join(''))
})

t.test('batches pass side by side: a slow one holds up itself alone', async (t) => {
  const held: (() => void)[] = []
  const peer = await createHttpPeer(t, [(response, { body }) => {
    if (body.includes('slow')) held.push(() => response.end())
    else response.end()
  }])
  const pipeline = await open(t, { next: { type: 'http', uri: peer.uri, send: 'events' } })
  let slow = false

  const first = pipeline.take({ body: Buffer.from('{"slow":1}') }).then(() => { slow = true })
  await Promise.all(Array.from({ length: 10 }, (_, i) => pipeline.take({ body: Buffer.from(`{"i":${i}}`) })))

  t.notOk(slow)
  while (held.length === 0) await new Promise(setImmediate)
  held[0]?.()
  await first
})

t.test('a process that stops breaks off what a dead downstream holds, and counts nothing of it', async (t) => {
  const peer = await createHttpPeer(t, [() => {}])
  const pipeline = await open(t, { next: { type: 'http', uri: peer.uri, send: 'events' } })

  const held = pipeline.take({ body: Buffer.from(JSON.stringify(nslookups(15))) })
  while (peer.requests.length === 0) await new Promise(setImmediate)
  await Promise.all([t.rejects(held, { status: 503, code: 'TRIPLINE_DOWNSTREAM_AWAY' }), pipeline.close()])

  t.match(pipeline.stats(), { matched: 0, in_flight: 0 })
})

t.test('a file gets all events and another the ones that match', async (t) => {
  const dir = t.testdir()
  const pipeline = await open(t, { all: { type: 'file', path: join(dir, 'all'), send: 'events' }, hits: { type: 'file', path: join(dir, 'hits'), send: 'matches' } })

  await pipeline.take({ body: Buffer.from(JSON.stringify([{ a: 1 }, ...nslookups(1), { b: 2 }], null, 1)) })

  const all = readFileSync(join(dir, 'all'), 'utf8').split('\n')
  t.same(all.map((line) => line === '' ? '' : Object.keys(JSON.parse(line) as object).includes('tripline')), [false, true, false, ''])
  t.equal(readFileSync(join(dir, 'hits'), 'utf8'), `${all[1]}\n`)
})

const recorded = ['fluent-bit', 'vector'].flatMap((shipper) =>
  readdirSync(new URL(`../fixtures/wire/${shipper}/`, import.meta.url)).filter((file) => file.endsWith('.http')).map((file) => `${shipper}/${file.slice(0, -5)}`))

t.test('whatever a shipper sends and Tripline reads, a reader of JSON and a Fluent server get', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)])
  const entries: unknown[] = []
  const server = new FluentServer({ listenOptions: { port: 0, host: '127.0.0.1' } })
  server.on('entry', (_tag, _time, record) => { entries.push(record) })
  await server.listen()
  t.teardown(() => server.close())
  const pipeline = await open(t, {
    json: { type: 'http', uri: peer.uri, send: 'events' },
    // A batch in which everything matches has no more to send than one in which nothing does.
    bit: { type: 'forward', port: server.port, send: 'matches' }
  })
  let read = 0

  for (const name of recorded) {
    const request = readRequest(name)
    const [before, entriesBefore] = [peer.requests.length, entries.length]
    const taken = await pipeline.take({ body: request.body, contentType: headerOf(request, 'content-type'), contentEncoding: headerOf(request, 'content-encoding') }).catch(() => undefined)
    if (taken === undefined) continue
    read++

    const records = peer.requests.slice(before).flatMap(({ body }) => JSON.parse(body.toString()) as { tripline?: object }[])
    t.equal(records.length, taken.received - taken.rejected, name)
    t.ok(records.every((record) => typeof record === 'object' && record !== null), name)
    t.equal(records.filter((record) => JSON.stringify(record).includes('"tripline":{"rules"')).length, taken.matched, name)
    t.equal(entries.length - entriesBefore, taken.matched, name)
  }
  t.ok(read > 60)
})

async function open (t: Test, outputs: Record<string, object>): Promise<Pipeline> {
  const line = () => {}
  const pipeline = await createPipeline(readOptions({ state: 'memory', outputs }), { log: { error: line, warn: line, info: line, debug: line }, clock: () => start })
  t.teardown(() => pipeline.close())
  return pipeline
}

function bodiesOf (requests: PeerRequest[]): string {
  return requests.map(({ body }) => body.toString()).join('')
}

function nslookups (count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    '@timestamp': new Date(start - 60_000 + i * 1000).toISOString(),
    host: { id: 'h1', name: 'h1' },
    event: { category: ['process'], type: ['start'], id: `e${i}` },
    process: { name: 'nslookup.exe', args: ['nslookup.exe', '-q=TXT', `x${i}.example.net`], command_line: `nslookup.exe -q=TXT x${i}.example.net` }
  }))
}
