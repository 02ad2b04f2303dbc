import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Batch } from '../../src/ingest/batch.js'
import { inflate } from '../../src/ingest/inflate.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { Refusal } from '../../src/errors.js'
import type { FieldMap } from '../../src/core/fields.js'
import { headerOf, readRequest } from '../wire.js'

/** Requests that hold no records, or ones that are refused or counted in another way than the README's table says. */
const special = new Set([
  'fluent-bit/gelf', 'fluent-bit/oauth2-token-request', 'fluent-bit/oauth2-token-request-post',
  'vector/gelf', 'vector/csv', 'vector/text-multiline', 'vector/text-bytes-framing',
  'vector/healthcheck-head', 'vector/healthcheck-head-bearer', 'vector/healthcheck-head-no-path'
])

for (const { name, input, records } of [...readFluentBitTable(), ...readVectorTable()]) {
  if (special.has(name)) continue
  t.test(`${name} holds ${records} records, the first and the last as they were`, async (t) => {
    const batch = await readWire(name)

    t.equal(batch.received, records)
    t.equal(batch.records.length, records)
    t.same(batch.rejected, [])
    const expected = expectedOf(name, input)
    if (expected === undefined) return
    t.match(batch.records[0]?.fields, expected[0] as FieldMap)
    t.match(batch.records.at(-1)?.fields, expected[records - 1] as FieldMap)
  })
}

t.test('MessagePack brings the shipper\'s time', async (t) => {
  const { records } = await readWire('fluent-bit/msgpack')

  t.same(records.map(({ time }) => time), Array(6).fill(1795490221577))
})

t.test('text takes a message with line breaks apart, because nothing in it says where the next one starts', async (t) => {
  const { records, received } = await readWire('vector/text-multiline')

  t.equal(received, 22)
  t.same(records[0]?.fields, { message: 'A new process has been created.' })
  t.same(records[1]?.fields, {})
  t.match(records.at(-1)?.fields, { message: /Process Command Line:\tnslookup {2}-querytype=TXT/ })
})

t.test('an event without a message is a record without fields', async (t) => {
  const { records } = await readWire('vector/text-empty-messages')

  t.same(records.map(({ fields }) => Object.keys(fields)), [[], [], ['message']])
})

t.test('text without framing is one record that holds all messages', async (t) => {
  const { records, received } = await readWire('vector/text-bytes-framing')

  t.equal(received, 1)
  t.match(records[0]?.fields, { message: /0000\.c2\.example\.net"2026.*0001\.c2\.example\.net"$/ })
})

const refused: [string, number, string, RegExp][] = [
  ['fluent-bit/gelf', 415, 'TRIPLINE_UNSUPPORTED_FORMAT', /GELF.*`format json_lines`/],
  ['fluent-bit/oauth2-token-request', 415, 'TRIPLINE_UNSUPPORTED_FORMAT', /form/],
  ['vector/gelf', 415, 'TRIPLINE_UNSUPPORTED_FORMAT', /GELF.*`encoding\.codec: json`/],
  ['vector/csv', 415, 'TRIPLINE_UNSUPPORTED_FORMAT', /CSV.*`encoding\.codec: json`/],
  ['vector/healthcheck-head', 400, 'TRIPLINE_EMPTY_BODY', /no body/]
]
for (const [name, status, code, message] of refused) {
  t.test(`${name} is refused with ${status} and what mends it`, async (t) => {
    const refusal = await readWire(name).catch((error: unknown) => error)

    t.ok(refusal instanceof Refusal)
    t.match(refusal, { status, code, message })
  })
}

async function readWire (name: string): Promise<Batch> {
  const request = readRequest(name)
  const body = await inflate(request.body, headerOf(request, 'content-encoding'), { maxBody: 1024 * 1024 })
  return readBatch(body, { contentType: headerOf(request, 'content-type'), maxRecord: 65536 })
}

interface Row {
  name: string
  input: string
  records: number
}

function readFluentBitTable (): Row[] {
  const rows = readText('fluent-bit/README.md').matchAll(/^\| ([\w-]+)\.http \| ([^|]*) \|.*\| (\d+) \| \d+ \|$/gm)
  return Array.from(rows, ([, name, input = '', records]) => ({ name: `fluent-bit/${name}`, input, records: Number(records) }))
}

function readVectorTable (): Row[] {
  const rows = readText('vector/README.md').matchAll(/^\| `([\w-]+)\.http` \| (\d+) \|/gm)
  return Array.from(rows, ([, name, records]) => ({ name: `vector/${name}`, input: '', records: Number(records) }))
}

/** What the shipper read, where that is known; the rest is held by its count. */
function expectedOf (name: string, input: string): FieldMap[] | undefined {
  if (/^(nested|flat)/.test(input) && !name.includes('body_key')) return readLines(`fluent-bit/input-procs-${input.split(/\W/, 1)[0]}.ndjson`)
  if (input.startsWith('winevtlog-samples')) return readLines('fluent-bit/winevtlog-samples.ndjson')
  if (/windows_event_log$/.test(name)) return readLines('vector/windows_event_log-samples.ndjson')
  if (/file-source|namespace|unix_ms|only_fields|text-json/.test(name)) return parseLines(readRequest('vector/text-json-lines').body.toString())
  const plain = /^vector\/(json-array(-one|-pretty|-gzip|-zlib|-zstd|-snappy)?|ndjson(-gzip)?|native_json(-comma)?|auth.*|json-(bytes|char|length|payload).*)$/
  return plain.test(name) ? JSON.parse(readRequest('vector/json-array').body.toString()) as FieldMap[] : undefined
}

function readLines (path: string): FieldMap[] {
  return parseLines(readText(path))
}

function parseLines (text: string): FieldMap[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as FieldMap)
}

function readText (path: string): string {
  return readFileSync(new URL(`../fixtures/wire/${path}`, import.meta.url), 'utf8')
}
