import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import t, { type Test } from 'tap'

import { readOptions } from '../src/config.js'
import { Body } from '../src/ingest/body.js'
import { createPipeline, type Incoming } from '../src/pipeline.js'
import { createMemoryStore } from '../src/store/memory.js'
import type { Effect, Store } from '../src/store/store.js'
import { createHttpPeer } from './fixtures/http-peer.js'

const start = Date.UTC(2026, 2, 2, 9)

t.test('a batch is inflated, read, counted, kept and answered', async (t) => {
  const { pipeline } = await open(t)

  const taken = await pipeline.take({ body: gzipSync(batchOf(15)), contentEncoding: 'gzip', tag: 'winlog', address: '10.0.0.7', userAgent: 'Vector/0.57.0 (x86_64)' })

  t.match(taken, { received: 15, matched: 15, alerts: 1, rejected: 0 })
  t.match(taken.records[0], { event: { action: 'open' }, tripline: { source: { tag: 'winlog', address: '10.0.0.7', shipper: 'Vector' } } })
  t.match(pipeline.latest(5), taken.records)
  t.match(pipeline.stats(), { batches: 1, refused: 0, received: 15, matched: 15, alerts: 1, rejected: 0, in_flight: 0 })
})

t.test('records that match nothing, or cannot be read, cost their neighbours nothing', async (t) => {
  const { pipeline, lines } = await open(t)
  const body = ['{"a":1}', '{"name":"cpu","gauge":{"value":1}}', '{"broken', JSON.stringify(nslookup(1))].join('\n')

  const taken = await pipeline.take({ body: Buffer.from(body) })

  t.same(taken, { received: 4, matched: 1, alerts: 0, rejected: 1, records: [] })
  t.match(pipeline.stats(), { quarantine: { records: 1 } })
  t.match(lines.map(([, message]) => message), ['records could not be read'])
})

t.test('records are counted by the shape they came in, once each', async (t) => {
  const { pipeline } = await open(t, { parseAll: true })
  const winlog = { EventID: 1, ProviderName: 'Microsoft-Windows-Sysmon', Computer: 'PC1' }
  const body = [JSON.stringify(nslookup(1)), JSON.stringify(winlog), '{"a":1}', '{"a":2}'].join('\n')

  await pipeline.take({ body: Buffer.from(body) })
  await pipeline.take({ body: Buffer.from(body) })

  t.match(pipeline.stats(), { batches: 1, repeats: 1, shapes: { ecs: 1, winevtlog: 1, other: 2 } })
})

t.test('a record that can satisfy no rule is received, but not decoded', async (t) => {
  const { pipeline } = await open(t)
  const body = [JSON.stringify(nslookup(1)), '{"a":1}', '{"a":tru}', '{"cut":', '{"b":"NSLOOKUP.EXE"}', '{"b":"NSLOOKUP.EXE -Q"}'].join('\n')

  const taken = await pipeline.take({ body: new Body([Buffer.from(body.slice(0, 40)), Buffer.from(body.slice(40))]) })

  t.match(taken, { received: 6, matched: 1, rejected: 1 })
  t.match(pipeline.stats(), { passed_over: 3, shapes: { ecs: 1, other: 1 } })
})

t.test('a batch is counted under the rules of the moment, whatever it was read under', async (t) => {
  const cases: [string, object][] = [['{"name":"a"}\n{"name":"hit"}', { received: 2, matched: 1, rejected: 0 }], [`{"name":"hit","deep":${'['.repeat(200)}${']'.repeat(200)}}`, { received: 1, matched: 0, rejected: 1 }]]
  for (const [body, expected] of cases) {
    const rules = [join(t.testdir({ 'hit.ndjson': JSON.stringify({ rule_id: 'hit', name: 'hit', description: 'd', type: 'query', language: 'kuery', query: 'name: hit', severity: 'low', risk_score: 1 }) }), 'hit.ndjson')]
    let passed = (_: ServerResponse) => {}
    const passing = new Promise<ServerResponse>((resolve) => { passed = resolve })
    const peer = await createHttpPeer(t, [passed])
    const options = { outputs: { next: { type: 'http', uri: peer.uri, send: 'events' } } }
    const { pipeline } = await open(t, options)

    const taking = pipeline.take({ body: Buffer.from(body) })
    const response = await passing
    await pipeline.reload(readOptions({ state: 'memory', ...options, rules }))
    response.end()

    t.match(await taking, expected)
  }
})

t.test('the memory of a body that is nobody else\'s is given back once it was taken', async (t) => {
  const lines = () => Buffer.from([...Array.from({ length: 15 }, (_, i) => JSON.stringify(nslookup(i))), '{"broken', ''].join('\n'))
  const peer = await createHttpPeer(t, [(response) => response.end()])
  const inline = { outputs: { next: { type: 'http', uri: peer.uri, send: 'events' } } }
  const cases: [string, Record<string, unknown>, Incoming, boolean][] = [
    ['taken', {}, { body: alone(lines()), isOwn: true }, true],
    ['in parts', {}, { body: new Body([alone(lines())]), isOwn: true }, true],
    ['somebody else\'s', {}, { body: alone(lines()) }, false],
    ['passed on', inline, { body: alone(lines()), isOwn: true }, false],
    ['refused', {}, { body: alone(Buffer.from('{"a":')), isOwn: true }, false],
    ['compressed', {}, { body: alone(gzipSync(lines())), isOwn: true }, false],
    ['said to be compressed', {}, { body: alone(lines()), contentEncoding: 'gzip', isOwn: true }, true]
  ]
  for (const [title, options, incoming, expected] of cases) {
    const { pipeline } = await open(t, options)
    const body = incoming.body instanceof Body ? incoming.body.parts[0] as Buffer : incoming.body

    const taken = await pipeline.take(incoming).catch(() => undefined)

    t.equal(body.length === 0, expected, title)
    if (taken === undefined) continue
    t.match(taken, { received: 16, matched: 15, alerts: 1, rejected: 1 }, title)
    t.match(taken.records[0], { tripline: { evidence: [{ 'process.command_line': 'nslookup.exe -q=TXT x0.example.net' }] } }, title)
    t.match(pipeline.stats(), { quarantine: { records: 1 } }, title)
  }
})

t.test('a batch sent again counts once, but its matches are told', async (t) => {
  const { pipeline } = await open(t)
  await pipeline.take({ body: batchOf(14) })

  const again = await pipeline.take({ body: batchOf(14) })

  t.match(again, { received: 14, matched: 14, alerts: 0 })
})

t.test('what cannot be read at all is refused, and counted', async (t) => {
  const { pipeline } = await open(t)
  const cases: [string, Incoming, object][] = [
    ['nothing', { body: Buffer.alloc(0) }, { status: 400, code: 'TRIPLINE_EMPTY_BODY' }],
    ['half an object', { body: Buffer.from('{"a":') }, { status: 400, code: 'TRIPLINE_UNREADABLE_BODY' }],
    ['no gzip', { body: Buffer.from([1, 2, 3]), contentEncoding: 'gzip' }, { status: 400, code: 'TRIPLINE_BAD_ENCODING' }],
    ['an unknown encoding', { body: Buffer.from('{}'), contentEncoding: 'br' }, { status: 415, code: 'TRIPLINE_UNSUPPORTED_ENCODING' }],
    ['too much', { body: gzipSync(Buffer.alloc(2_000_000, ' ')), contentEncoding: 'gzip' }, { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE' }]
  ]
  for (const [title, incoming, refusal] of cases) {
    t.match(await pipeline.take(incoming).catch((error) => error), refusal, title)
  }
  t.match(pipeline.stats(), { batches: 0, refused: 5, in_flight: 0, quarantine: { records: 1 } })
})

t.test('what nobody foresaw is refused for good: it would fail again each time', async (t) => {
  const { pipeline, lines } = await open(t)

  await t.rejects(pipeline.take({ body: undefined as unknown as Buffer }), { status: 400, code: 'TRIPLINE_UNREADABLE_BODY' })

  t.match(lines, [[{ err: TypeError }, /nobody foresaw/]])
})

t.test('alert records leave for the output once they are kept', async (t) => {
  const peer = await createHttpPeer(t, [(response) => response.end()])
  const { pipeline } = await open(t, { outputs: { siem: { type: 'http', uri: peer.uri } } })

  const { records } = await pipeline.take({ body: batchOf(15) })
  await pipeline.close()

  t.same(peer.requests.map(({ body }) => JSON.parse(body.toString())), [JSON.parse(JSON.stringify(records))])
})

t.test('an alert record that an output will never take is told in the log', async (t) => {
  const peer = await createHttpPeer(t, [(response) => response.writeHead(400).end()])
  const { pipeline, lines } = await open(t, { outputs: { siem: { type: 'http', uri: peer.uri } } })

  await pipeline.take({ body: batchOf(15) })
  await pipeline.close()

  t.ok(lines.some(([details, message]) => message === 'an alert record was refused' && 'record' in details))
  t.match(pipeline.stats(), { quarantine: { alerts: 1 } })
})

t.test('while an output that blocks is full, nothing is counted', async (t) => {
  let away = true
  const peer = await createHttpPeer(t, [(response) => response.writeHead(away ? 401 : 200).end()])
  const { pipeline } = await open(t, { limits: { outbox: 1_000 }, outputs: { siem: { type: 'http', uri: peer.uri, onFull: 'block' } } })
  await pipeline.take({ body: batchOf(15) })
  while (peer.requests.length === 0 || pipeline.ready().reasons.length < 2) await new Promise(setImmediate)

  await t.rejects(pipeline.take({ body: batchOf(15, 'b') }), { status: 503, code: 'TRIPLINE_OUTPUT_FULL', retryAfter: 5 })

  t.match(pipeline.stats(), { matched: 15 })
  t.match(pipeline.ready(), { ready: false, reasons: [/^output siem is full/, /^output siem: .*401/] })
  away = false
})

t.test('an output that is full holds nobody back: its oldest records wait in the quarantine, and leave when it is back', async (t) => {
  let away = true
  const peer = await createHttpPeer(t, [(response) => response.writeHead(away ? 503 : 200).end()])
  const { pipeline, time } = await open(t, { limits: { outbox: 1_000 }, outputs: { siem: { type: 'http', uri: peer.uri } } })

  await pipeline.take({ body: batchOf(15) })
  t.match(await pipeline.take({ body: batchOf(15, 'b') }), { alerts: 1 })
  time.now += 2_000
  await pipeline.tick()
  t.match(pipeline.ready(), { ready: true })
  t.match(pipeline.stats(), { outputs: [{ name: 'siem', quarantined: 2, waiting: 2, age: 0 }], quarantine: { entries: 2 } })
  away = false
  while ((pipeline.stats().quarantine as { entries: number }).entries > 0) await new Promise(setImmediate)

  t.match(pipeline.stats(), { outputs: [{ delivered: 2, drained: 2, waiting: 0 }] })
})

t.test('the age of the oldest record that waits is told', async (t) => {
  let away = true
  const peer = await createHttpPeer(t, [(response) => response.writeHead(away ? 401 : 200).end()])
  const { pipeline, time } = await open(t, { outputs: { siem: { type: 'http', uri: peer.uri } } })

  await pipeline.take({ body: batchOf(15) })
  time.now += 2_000

  t.match(pipeline.stats(), { outputs: [{ queued: { records: 1 }, age: 2_000 }] })
  away = false
})

t.test('unless the quarantine has them, unreadable records are asked for again', async (t) => {
  const dir = t.testdir()
  const { pipeline } = await open(t, { state: { dir } })
  writeFileSync(join(dir, 'quarantine'), 'in the way')

  await t.rejects(pipeline.take({ body: Buffer.from('{"a":1}\n{"broken') }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE' })
  await t.rejects(pipeline.take({ body: Buffer.from('{"broken') }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE' })
})

t.test('a quarantine that cannot be read stops the start, and lets go of the state', async (t) => {
  const dir = t.testdir({ quarantine: 'in the way' })

  await t.rejects(open(t, { state: { dir } }), { code: 'TRIPLINE_BAD_STATE' })
  rmSync(join(dir, 'quarantine'))

  await open(t, { state: { dir } })
})

t.test('a state that cannot be written refuses the batch, which counts when it comes again', async (t) => {
  const memory = createMemoryStore()
  let full = false
  const { pipeline } = await open(t, {}, { ...memory, commit: async (effect: Effect) => full ? Promise.reject(new Error('disk full')) : memory.commit(effect) })
  full = true
  await t.rejects(pipeline.take({ body: batchOf(15) }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE' })
  t.match(pipeline.ready(), { ready: false, reasons: [/the state cannot be written/] })

  full = false
  const taken = await pipeline.take({ body: batchOf(15) })

  t.match(taken, { matched: 15, alerts: 1 })
  t.same(pipeline.ready(), { ready: true, reasons: [] })
})

t.test('time alone closes an alert', async (t) => {
  const { pipeline, time } = await open(t)
  await pipeline.take({ body: batchOf(15) })

  time.now += 3_600_000
  await pipeline.tick()

  t.match(pipeline.latest(1), [{ event: { action: 'close' } }])
})

t.test('what time brought about is not the doing of the batch that came next', async (t) => {
  const { pipeline, time } = await open(t)
  await pipeline.take({ body: batchOf(15) })

  time.now += 3_600_000
  const taken = await pipeline.take({ body: Buffer.from('{"a":1}') })

  t.match(taken, { alerts: 0, records: [] })
  t.match(pipeline.latest(1), [{ event: { action: 'close' } }])
})

t.test('other rules are taken while it runs, or none of them', async (t) => {
  const { pipeline } = await open(t)
  await pipeline.take({ body: batchOf(15) })
  const folder = mkdtempSync(join(tmpdir(), 'tripline-'))
  writeFileSync(join(folder, 'broken.toml'), '[rule]\n')

  await t.rejects(pipeline.reload(readOptions({ rules: [{ path: folder }] })), { code: 'TRIPLINE_BAD_RULE' })
  t.equal(pipeline.detector.rules.length, 1)
  await pipeline.reload(readOptions({ rules: [{ path: 'builtin/nslookup-fast' }] }))

  t.same(pipeline.detector.rules.length, 1)
  t.match(pipeline.latest(1), [{ event: { action: 'close' }, tripline: { close_reason: 'rule_changed' } }])
})

t.test('files are opened anew where there are any', async (t) => {
  const peer = await createHttpPeer(t, [(response) => response.end()])
  const path = join(mkdtempSync(join(tmpdir(), 'tripline-')), 'alerts.ndjson')
  const { pipeline } = await open(t, { outputs: { siem: { type: 'http', uri: peer.uri }, disk: { type: 'file', path } } })

  pipeline.reopen()
})

t.test('what still comes while it stops is taken, until it is closed', async (t) => {
  const { pipeline } = await open(t)

  pipeline.stop()
  t.same(pipeline.ready(), { ready: false, reasons: ['stopping'] })
  t.match(await pipeline.take({ body: batchOf(1) }), { matched: 1 })
  await pipeline.close()

  await t.rejects(pipeline.take({ body: batchOf(1) }), { status: 503, code: 'TRIPLINE_STOPPING', retryAfter: 5 })
})

t.test('with a folder for the state, what was answered is there after the process has ended', async (t) => {
  const dir = t.testdir()
  const first = await open(t, { state: { dir } })
  await first.pipeline.take({ body: batchOf(8) })
  await first.pipeline.close()

  const { pipeline } = await open(t, { state: { dir } })
  const { alerts } = await pipeline.take({ body: batchOf(15) })

  t.equal(alerts, 1)
})

t.test('inline, a batch counts only when the downstream has taken it, and a repeat passes again', async (t) => {
  const answers = [503, 400, 200, 200]
  const peer = await createHttpPeer(t, [(response) => response.writeHead(answers.shift() as number, { 'retry-after': '7' }).end('no')])
  const { pipeline } = await open(t, { outputs: { next: { type: 'http', uri: peer.uri, send: 'events' } } })

  await t.rejects(pipeline.take({ body: batchOf(15) }), { status: 503, code: 'TRIPLINE_DOWNSTREAM_AWAY', retryAfter: 7 })
  t.match(pipeline.stats(), { matched: 0, quarantine: { records: 0 } })
  await t.rejects(pipeline.take({ body: batchOf(15) }), { status: 400, code: 'TRIPLINE_DOWNSTREAM_REFUSED', message: /next: HTTP 400: no/ })
  t.match(pipeline.stats(), { matched: 0, quarantine: { records: 15 } })
  t.match(Object.values(pipeline.stats().rules as object), [{ matched: 0 }])
  const { records } = await pipeline.take({ body: batchOf(15) })
  const again = await pipeline.take({ body: batchOf(15) })

  t.equal(records.length, 1)
  t.match(again, { matched: 15, alerts: 1, records: [] })
  t.match(pipeline.stats(), { batches: 1, repeats: 1, matched: 15, inline: [{ passed: 30, failures: 2 }] })
  const marks = peer.requests.map(({ body }) => (JSON.parse(body.toString()) as { tripline: object }[])[0]?.tripline)
  t.match(marks, [{ alerts: [] }, { alerts: [] }, { rules: [pipeline.detector.rules[0]?.id], alerts: [] }, { alerts: [records[0]?.['kibana.alert.uuid']] }])
})

t.test('inline, nothing passes that could not be counted afterwards', async (t) => {
  const memory = createMemoryStore()
  let full = false
  const peer = await createHttpPeer(t, [(response) => response.end()])
  const { pipeline, time } = await open(t, { outputs: { next: { type: 'http', uri: peer.uri, send: 'events' } } },
    { ...memory, commit: async (effect: Effect) => full ? Promise.reject(new Error('disk full')) : memory.commit(effect) })
  full = true
  for (let i = 0; i < 3; i++) await t.rejects(pipeline.take({ body: batchOf(15) }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE' })
  t.equal(peer.requests.length, 1)

  full = false
  time.now += 1000
  await pipeline.tick()

  t.match(await pipeline.take({ body: batchOf(15) }), { alerts: 1 })
})

t.test('inline, a downstream that refuses our credentials is told of in ready, and alerts go their own way', async (t) => {
  const peer = await createHttpPeer(t, [(response, { url }) => response.writeHead(url === '/next' ? 401 : 200).end()])
  const { pipeline } = await open(t, { outputs: { next: { type: 'http', uri: peer.uri.replace('alerts', 'next'), send: 'matches' }, siem: { type: 'http', uri: peer.uri } } })

  await t.rejects(pipeline.take({ body: batchOf(1) }), { status: 401, code: 'TRIPLINE_DOWNSTREAM_REFUSED' })

  t.same(pipeline.ready(), { ready: true, reasons: ['output next: HTTP 401'] })
  t.match(pipeline.stats(), { outputs: [{ name: 'siem' }], inline: [{ name: 'next', send: 'matches' }] })
})

async function open (t: Test, options: Record<string, unknown> = {}, store?: Store) {
  const time = { now: start }
  const lines: [object, string][] = []
  const line = (details: object, message: string) => { lines.push([details, message]) }
  const config = readOptions({ state: 'memory', outputs: {}, limits: { maxBody: 1_000_000 }, ...options })
  const pipeline = await createPipeline(config, { log: { error: line, warn: line, info: () => {}, debug: () => {} }, clock: () => time.now, store })
  t.teardown(() => pipeline.close())
  return { pipeline, time, lines }
}

function batchOf (count: number, host = 'a'): Buffer {
  return Buffer.from(JSON.stringify(Array.from({ length: count }, (_, i) => nslookup(i, host))))
}

function nslookup (number: number, host = 'a'): object {
  return {
    '@timestamp': new Date(start - 60_000 + number * 1000).toISOString(),
    host: { id: host, name: host },
    event: { category: ['process'], type: ['start'], id: `${host}${number}` },
    process: { name: 'nslookup.exe', args: ['nslookup.exe', '-q=TXT', `x${number}.example.net`], command_line: `nslookup.exe -q=TXT x${number}.example.net` }
  }
}

/** With a buffer of their own, as the bytes of a request have. */
function alone (bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
