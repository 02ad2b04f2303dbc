import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'

import { encode } from '@msgpack/msgpack'
import fastify from 'fastify'
import t, { type Test } from 'tap'

import { tripline } from '../../src/plugin.js'
import { exchange, post, type RawAnswer } from '../fixtures/raw-http.js'

/** What each recorded request of Fluent Bit is answered: status, or records received, and how many of them match. */
const fluentBit: Record<string, [number | string, number?]> = {
  'body_key-headers_key': [1, 0],
  'default-format': [6, 3],
  gelf: ['415'],
  'json-basic-auth': [6, 3],
  'json-bearer-header': [6, 3],
  'json-date-key-collide': [6, 3],
  'json-dummy-one-record': [1, 0],
  'json-flat': [6, 3],
  'json-gzip-retry-1': [6, 3],
  'json-gzip-retry-2': [6, 3],
  'json-gzip': [6, 3],
  'json-headers-nodup': [6, 3],
  'json-headers': [6, 3],
  'json-nokeepalive': [6, 3],
  'json-oauth2-bearer': [6, 3],
  'json-otel-envelope': [1, 0],
  'json-put': [6, 3],
  'json-snappy': [6, 3],
  'json-unparsed-tail': [6, 3],
  'json-utf8-raw': [6, 3],
  'json-zstd': [6, 3],
  json: [6, 3],
  'json_lines-date-double': [6, 3],
  'json_lines-date-epoch': [6, 3],
  'json_lines-date-epoch_ms': [6, 3],
  'json_lines-date-iso8601': [6, 3],
  'json_lines-date-java_sql_timestamp': [6, 3],
  'json_lines-date-off': [6, 3],
  'json_lines-edge-utf8raw': [9, 0],
  'json_lines-edge': [9, 0],
  'json_lines-flat': [6, 3],
  'json_lines-gzip': [6, 3],
  'json_lines-snappy': [6, 3],
  'json_lines-zstd': [6, 3],
  json_lines: [6, 3],
  json_stream: [6, 3],
  'msgpack-edge': [9, 0],
  'msgpack-flat': [6, 3],
  'msgpack-gzip': [6, 3],
  'msgpack-otel-envelope': [1, 0],
  'msgpack-zstd': [6, 3],
  msgpack: [6, 3],
  'oauth2-token-request-post': ['415'],
  'oauth2-token-request': ['415'],
  'winevtlog-json': [4],
  'winevtlog-json_lines-gzip': [4]
}

/** The same of Vector. */
const vector: Record<string, [number | string, number?]> = {
  'auth-basic-in-uri': [1, 1],
  'auth-basic': [1, 1],
  'auth-bearer': [1, 1],
  'auth-custom': [1, 1],
  'burst-nslookup-gzip': [60, 60],
  'burst-nslookup-no-type': [60, 0],
  csv: ['415'],
  gelf: ['415'],
  'headers-static': [1, 1],
  'headers-templated': [2],
  'healthcheck-head-no-path': ['200'],
  'json-array-file-source-crlf': [3],
  'json-array-file-source': [3],
  'json-array-fluent-source': [1],
  'json-array-gzip': [3, 2],
  'json-array-http_server-source': [1],
  'json-array-metrics': [1, 0],
  'json-array-one': [1, 1],
  'json-array-only_fields': [3, 3],
  'json-array-pretty': [2, 1],
  'json-array-snappy': [3, 2],
  'json-array-splunk_hec-source': [1, 0],
  'json-array-timestamp-unix_ms': [3],
  'json-array-vector-namespace': [3],
  'json-array-windows_event_log': [4],
  'json-array-zlib': [3, 2],
  'json-array-zstd': [3, 2],
  'json-array': [3, 2],
  'json-bytes-framing': [2, 1],
  'json-character_delimited-pipe': [2, 1],
  'json-length_delimited': [3, 2],
  'json-payload-wrapper': [3, 2],
  'method-put': [1, 1],
  'native_json-comma': [2, 1],
  native_json: [3, 2],
  'ndjson-gzip': [3, 2],
  'ndjson-windows_event_log': [4],
  ndjson: [3, 2],
  'text-bytes-framing': [1, 0],
  'text-empty-messages': [3, 0],
  'text-json-lines-crlf': [3],
  'text-json-lines': [3],
  'text-lines': [3, 0],
  'text-multiline': [22, 0],
  'uri-query': [1, 1],
  'uri-templated': [2]
}

for (const [shipper, table] of Object.entries({ 'fluent-bit': fluentBit, vector })) {
  t.test(`every request of ${shipper} is answered as the table says`, async (t) => {
    for (const [name, [expected, matched]] of Object.entries(table)) {
      const app = await start(t)

      const answer = await exchange(app, recorded(`${shipper}/${name}`)) as RawAnswer

      t.ok(answer.bytes < 1024, `${name}: ${answer.bytes} bytes`)
      if (typeof expected === 'string') {
        t.equal(answer.status, Number(expected), name)
      } else {
        t.equal(answer.status, 200, name)
        t.match(JSON.parse(answer.body), { received: expected, rejected: 0, ...(matched !== undefined && { matched }) }, name)
      }
    }
  })
}

t.test('a burst trips the wire once, and the records are there for those who prefer them', async (t) => {
  const app = await start(t)
  const [line, ...rest] = recorded('vector/burst-nslookup-gzip').toString('latin1').split('\r\n')

  const answer = await exchange(app, Buffer.from([line, 'prefer: return=representation', ...rest].join('\r\n'), 'latin1')) as RawAnswer

  const { matched, alerts, records } = JSON.parse(answer.body)
  t.equal(matched, 60)
  t.equal(alerts, 1)
  t.match(records, [{ event: { action: 'open' }, process: { name: 'nslookup.exe' } }])
})

t.test('a failed try and its repeat count once', async (t) => {
  const app = await start(t)

  const first = await exchange(app, recorded('fluent-bit/json-gzip-retry-1')) as RawAnswer
  const second = await exchange(app, recorded('fluent-bit/json-gzip-retry-2')) as RawAnswer

  t.equal(first.body, second.body)
  t.match(app.tripline.stats(), { matched: 3, repeats: 1, rules: { [app.tripline.rules[0]?.id as string]: { counted: 3, duplicates: 0 } } })
})

t.test('the health check passes on exactly 200, with the credentials that Vector sends', async (t) => {
  const app = await start(t, { auth: { bearer: 'example-token-0123456789' } })
  const ask = async (name: string, path: string) => {
    const text = recorded(`vector/${name}`).toString('latin1').replace('/healthz', path)
    return (await exchange(app, Buffer.from(text, 'latin1')))?.status
  }

  t.equal(await ask('healthcheck-head-bearer', '/'), 200)
  t.equal(await ask('healthcheck-head', '/'), 401)
  t.equal(await ask('healthcheck-head', '/health'), 200)
})

t.test('credentials are those of the recorded requests, or the batch is not taken', async (t) => {
  const basic = (username: string, password: string) => ({ basic: { username, password } })
  const cases: [string, object, number][] = [
    ['vector/auth-bearer', { bearer: 'example-token-0123456789' }, 200],
    ['vector/auth-basic', { bearer: 'example-token-0123456789' }, 401],
    ['vector/auth-basic', basic('vector', 'example-password'), 200],
    ['vector/auth-basic-in-uri', basic('vector', 'p@ss'), 200],
    ['vector/json-array', basic('vector', 'p@ss'), 401],
    ['fluent-bit/json-bearer-header', { bearer: 'abc.def.ghi' }, 200],
    ['fluent-bit/json-basic-auth', basic('edge', 'p@ss:word'), 200],
    ['fluent-bit/json', { bearer: 'abc.def.ghi' }, 401]
  ]
  for (const [name, auth, status] of cases) {
    const answer = await exchange(await start(t, { auth }), recorded(name)) as RawAnswer

    t.equal(answer.status, status, name)
    t.ok(answer.bytes < 1024, `${answer.bytes} bytes`)
    if (status === 401) t.match(JSON.parse(answer.body), { code: 'TRIPLINE_UNAUTHORIZED', error: 'Unauthorized' })
  }
})

const good = JSON.stringify(nslookup('good'))
const mib = 1024 * 1024

/** Input that nobody should send. Where a record stands beside it, that one is `good` and must be counted. */
const bad: [string, () => { body: Buffer | string, headers?: Record<string, string> }, number, object][] = [
  ['a gzip that is cut', () => ({ body: gzipSync(good).subarray(0, 100), headers: { 'content-encoding': 'gzip' } }), 400, { code: 'TRIPLINE_BAD_ENCODING' }],
  ['a gigabyte of zeros in a megabyte of gzip', () => ({ body: bomb(), headers: { 'content-encoding': 'gzip' } }), 413, { code: 'TRIPLINE_BODY_TOO_LARGE' }],
  ['a zstd frame that claims two gigabytes', () => ({ body: Buffer.from('28b52ffda000000080', 'hex'), headers: { 'content-encoding': 'zstd' } }), 413, { code: 'TRIPLINE_BODY_TOO_LARGE' }],
  ['half an array', () => ({ body: `[${good},{"a":` }), 200, { received: 2, matched: 1, rejected: 1 }],
  ['NUL bytes between records', () => ({ body: `${good}\n\0\0\0\n{"a":"\\u0000"}` }), 200, { matched: 1 }],
  ['nothing but NUL bytes', () => ({ body: Buffer.alloc(1000) }), 415, { code: 'TRIPLINE_UNSUPPORTED_FORMAT' }],
  ['bytes that are no UTF-8', () => ({ body: Buffer.concat([Buffer.from(`[${good},{"a":"`), Buffer.from([0xc3, 0x28, 0xff, 0xfe]), Buffer.from('"}]')]) }), 200, { received: 2, matched: 1 }],
  ['one in the other, ten times', () => ({ body: '{"log":'.repeat(10) + good + '}'.repeat(10) }), 200, { received: 1 }],
  ['a record over a mebibyte', () => ({ body: `[{"a":"${'x'.repeat(mib)}"},${good}]` }), 200, { received: 2, matched: 1, rejected: 1 }],
  ['nothing but a record over a mebibyte', () => ({ body: `[{"a":"${'x'.repeat(mib)}"}]` }), 400, { code: 'TRIPLINE_UNREADABLE_BODY' }],
  ['keys that name prototypes', () => ({ body: `[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"host":{"__proto__":{"id":"a"}}},${good}]` }), 200, { received: 2, matched: 1 }],
  ['a number that is none', () => ({ body: `[{"a":1e999,"@timestamp":-1e999},${good}]` }), 200, { received: 2, matched: 1 }],
  ['a hundred thousand brackets', () => ({ body: `[{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},${good}]` }), 200, { received: 2, matched: 1 }],
  ['a hundred thousand brackets that never close', () => ({ body: '['.repeat(100_000) }), 400, { code: 'TRIPLINE_UNREADABLE_BODY' }],
  ['a hundred thousand objects in each other', () => ({ body: `[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)},${good}]` }), 200, { received: 2, matched: 1 }],
  ['an empty body', () => ({ body: '' }), 400, { code: 'TRIPLINE_EMPTY_BODY' }],
  ['a body of blanks', () => ({ body: ' \r\n\t '.repeat(1000) }), 400, { code: 'TRIPLINE_EMPTY_BODY' }],
  ['MessagePack that is cut', () => ({ body: Buffer.concat([encode([1772442900, nslookup('good')]), encode([1772442900, { a: 'b' }]).subarray(0, 6)]) }), 200, { received: 2, matched: 1, rejected: 1 }],
  ['MessagePack that claims four billion entries', () => ({ body: Buffer.concat([encode([1772442900, nslookup('good')]), Buffer.from('ddffffffff', 'hex')]) }), 200, { matched: 1, rejected: 1 }],
  ['times far from now', () => ({ body: JSON.stringify([{ ...nslookup('y9999'), '@timestamp': '9999-12-31T23:59:59.999Z' }, { ...nslookup('y1969'), '@timestamp': '1969-07-20T20:17:40Z' }, { ...nslookup('y0'), '@timestamp': '-000001-01-01T00:00:00Z' }, nslookup('good')]) }), 200, { received: 4, matched: 4 }],
  ['a group value of a megabyte', () => ({ body: JSON.stringify([{ ...nslookup('x'), host: { id: 'x'.repeat(1_000_000) } }, nslookup('good')]) }), 200, { received: 2, matched: 2 }],
  ['a host of a thousand identities', () => ({ body: JSON.stringify([{ ...nslookup('x'), host: { id: Array.from({ length: 5000 }, (_, i) => `h${i}`) } }, nslookup('good')]) }), 200, { received: 2, matched: 2 }],
  ['a Content-Encoding that nobody has', () => ({ body: good, headers: { 'content-encoding': 'br' } }), 415, { code: 'TRIPLINE_UNSUPPORTED_ENCODING' }],
  ['a Content-Type that lies', () => ({ body: good, headers: { 'content-type': 'image/png; =;;' } }), 200, { received: 1, matched: 1 }]
]

t.test('bad input costs nothing else', async (t) => {
  const app = await start(t)
  const before = await used()
  for (const [title, make, status, body] of bad) {
    t.test(title, async (t) => {
      const { body: sent, headers } = make()

      const answer = await post(app, sent, headers) as RawAnswer
      const next = await post(app, good) as RawAnswer

      t.equal(answer.status, status, answer.body)
      t.match(JSON.parse(answer.body), body, answer.body)
      t.ok(answer.bytes < 1024, `${answer.bytes} bytes`)
      t.match(answer.head, status === 200 ? /connection: keep-alive/ : /connection: close/)
      t.match(JSON.parse(next.body), { received: 1, matched: 1 }, 'the next batch is counted')
    })
  }

  t.test('and leaves no trace in memory', async (t) => {
    const more = await used() - before

    t.ok(more < 32 * mib, `${Math.round(more / mib)} MiB more`)
    t.match(app.tripline.stats(), { in_flight: 0 })
    t.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})

t.test('an upload without an end is cut off, and nobody else notices', async (t) => {
  const app = await start(t, { limits: { maxBody: 100_000 } })
  const chunk = Buffer.from(`2710\r\n${'x'.repeat(10_000)}\r\n`)

  const endless = exchange(app, 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n', ...Array.from({ length: 100 }, () => chunk))
  const other = await post(app, good) as RawAnswer

  t.equal(other.status, 200)
  const answer = await endless
  t.ok(answer === undefined || answer.status === 413, 'the answer, where it still got through')
})

async function start (t: Test, options: object = {}) {
  const app = fastify()
  t.teardown(() => app.close())
  app.register(tripline, { state: 'memory', outputs: {}, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

function recorded (name: string): Buffer {
  return readFileSync(new URL(`../fixtures/wire/${name}.http`, import.meta.url))
}

function nslookup (id: string): Record<string, unknown> {
  return {
    '@timestamp': '2026-03-02T09:15:00.123Z',
    host: { id: 'a' },
    event: { category: ['process'], type: ['start'], id },
    process: { name: 'nslookup.exe', args: ['nslookup.exe', '-q=TXT', 'x.example.net'] }
  }
}

/** Compresses a mebibyte of zeros over and over: members after each other are one stream. */
function bomb (): Buffer {
  const member = gzipSync(Buffer.alloc(64 * mib), { level: 9 })
  return Buffer.concat(Array.from({ length: 16 }, () => member))
}

/** Bytes of heap and buffers, after everything that nobody holds has been let go: buffers go a turn after their holders. */
async function used (): Promise<number> {
  setFlagsFromString('--expose-gc')
  for (let i = 0; i < 3; i++) {
    runInNewContext('gc')()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
