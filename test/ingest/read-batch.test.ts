import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import t from 'tap'
import { Refusal } from '../../src/errors.js'
import { Body } from '../../src/ingest/body.js'
import { readBatch, UnreadableBody } from '../../src/ingest/read-batch.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'
import { ruleOf } from '../core/rule-of.js'

const maxRecord = 10_000

t.test('records and the ones that cannot be read stand side by side, numbered as they came', async (t) => {
  const body = Buffer.from('{"a":1}\n{"b":\n3\n{"c":3}\n')

  const batch = readBatch(body, { maxRecord })

  t.equal(batch.received, 4)
  t.same(batch.records.map(({ fields }) => fields), [{ a: 1 }, { c: 3 }])
  t.same(batch.rejected.map(({ number, reason, bytes }) => [number, reason, bytes.toString()]), [
    [2, 'the record is cut off: the body ends before it does', '{"b":'],
    [3, 'the record is a number, not an object', '3']
  ])
})

t.test('the bytes of a record are a slice of the body', async (t) => {
  const body = Buffer.from('[{"a":1},{"b":2}]')

  const { records } = readBatch(body, { maxRecord })

  t.equal(records[1]?.bytes.buffer, body.buffer)
  t.equal(records[1]?.bytes.toString(), '{"b":2}')
})

t.test('an empty array is a batch without records', async (t) => {
  t.same(readBatch(Buffer.from('[]'), { maxRecord }), { received: 0, records: [], rejected: [], kind: 'json' })
})

t.test('MessagePack brings a time', async (t) => {
  const { records } = readBatch(Buffer.from(encode([5, { a: 1 }])), { contentType: 'application/msgpack', maxRecord })

  t.equal(records[0]?.time, 5000)
})

t.test('a body of which nothing can be read is refused, and what it held is at hand', async (t) => {
  const error = thrownBy(() => readBatch(Buffer.from('[1,2]'), { maxRecord }))

  t.ok(error instanceof UnreadableBody)
  t.match(error, { status: 400, code: 'TRIPLINE_UNREADABLE_BODY', message: /none of 2 records can be read; the first one: the record is a number/ })
  t.equal((error as UnreadableBody).batch.rejected.length, 2)
})

const kept: [string, string, string[], number][] = [
  ['a quote that is not closed', '[{"a":1},{"b":"x},{"c":3},{"d":"4"}]', ['a', 'c', 'd'], 1],
  ['a word that is none', '[{"a":1},{"b":tru},{"c":3}]', ['a', 'c'], 1],
  ['two open quotes', '[{"a":1},{"b":"x},{"c":3},{"d":"y},{"e":5}]', ['a', 'c', 'e'], 2],
  ['NUL bytes', '[{"a":1},{"b":"\0"},{"c":3}]', ['a', 'c'], 1],
  ['a hole of NUL bytes', '{"a":1}\n\0\0\0\0\n{"c":3}\n', ['a', 'c'], 1],
  ['half an array', '[{"a":1},{"b":[{"x":1},{"y":', ['a'], 1],
  ['a scalar', '[{"a":1},5,{"c":3}]', ['a', 'c'], 1],
  ['a record that is too large', `[{"a":1},{"b":"${'x'.repeat(20_000)}"},{"c":3}]`, ['a', 'c'], 1],
  ['deep nesting', `[{"a":1},{"b":${'['.repeat(4000)}${']'.repeat(4000)}},{"c":3}]`, ['a', 'c'], 1],
  ['two objects on a line', '{"a":1}\n{"b":2}{"c":3}\n', ['a', 'b', 'c'], 0],
  ['a broken first line', '{"a":"x}\n{"b":2}\n{"c":3}\n', ['b', 'c'], 1],
  ['rubbish between objects', '{"a":1}{"b":2}??{"c":3}', ['a', 'b', 'c'], 1]
]
for (const [title, body, names, rejected] of kept) {
  t.test(`${title} costs its neighbours nothing`, async (t) => {
    const batch = readBatch(Buffer.from(body), { maxRecord })

    t.same(batch.records.map(({ fields }) => Object.keys(fields)[0]), names)
    t.equal(batch.rejected.length, rejected)
    t.equal(batch.received, names.length + rejected)
  })
}

t.test('a hundred thousand brackets or a log in a log in a log hang nothing', async (t) => {
  const brackets = '['.repeat(100_000)
  const logs = '{"log":'.repeat(10) + '{"a":1}' + '}'.repeat(10)

  t.ok(thrownBy(() => readBatch(Buffer.from(brackets), { maxRecord: 1_000_000 })) instanceof UnreadableBody)
  t.same(Object.keys(readBatch(Buffer.from(logs), { maxRecord }).records[0]?.fields ?? {}), ['log'])
})

/** Text that imitates the borders of every format. */
const hostile = fc.oneof(fc.string(), fc.constantFrom('},{', '}{', '}\n{', '"},{"', '\\', '\\"', '[{', '}]', '\r\n', '\0', '|', '\u2028', '😀', '\\u0022', '}},'))
const name = fc.oneof(hostile, fc.constantFrom('a', 'b')).filter((name) => !/^(\d|(log|message|version|__proto__)$)/.test(name))
const fields = fc.dictionary(name, fc.oneof(hostile, fc.jsonValue(), fc.dictionary(hostile, hostile)))
// A record with nothing but a list of objects could as well be a wrapper.
const records = fc.array(fields.map((fields) => ({ time: 1, ...fields })), { minLength: 1, maxLength: 6 })

const formats: [string, string, (records: unknown[]) => string | Uint8Array][] = [
  ['an array', 'application/json', (records) => JSON.stringify(records)],
  ['a pretty array', 'application/json', (records) => JSON.stringify(records, null, 2)],
  ['NDJSON', 'application/x-ndjson', (records) => records.map((record) => JSON.stringify(record) + '\n').join('')],
  ['NDJSON without a last LF', '', (records) => records.map((record) => JSON.stringify(record)).join('\n')],
  ['NDJSON with CRLF', 'application/json', (records) => records.map((record) => JSON.stringify(record) + '\r\n').join('')],
  ['objects without a separator', 'application/json', (records) => records.map((record) => JSON.stringify(record)).join('')],
  ['pretty objects', '', (records) => records.map((record) => JSON.stringify(record, null, 1)).join('\n')],
  ...['|', ',', '\0', '\x1e', ';'].map((separator): [string, string, (records: unknown[]) => string] => [`objects with ${JSON.stringify(separator)}`, '', (records) => records.map((record) => JSON.stringify(record) + separator).join('')]),
  ['an array of texts', 'application/json', (records) => JSON.stringify(records.map((record) => JSON.stringify(record)))],
  ['native JSON', '', (records) => records.map((log) => JSON.stringify({ log }) + '\n').join('')],
  ['a wrapped array', '', (records) => JSON.stringify({ source: 'vector', events: records })],
  ['length-delimited', '', (records) => Buffer.concat(records.map(delimited))],
  ['MessagePack', 'application/msgpack', (records) => Buffer.concat(records.map((record) => encode([[5, {}], record])))],
  ['bare MessagePack', '', (records) => Buffer.concat(records.map((record) => encode(record)))],
  ['an array of MessagePack', '', (records) => encode(records)]
]
for (const [title, contentType, write] of formats) {
  t.test(`any records read back equal from ${title}`, async () => {
    fc.assert(fc.property(records, (records) => {
      const batch = readBatch(Buffer.from(write(records)), { contentType, maxRecord: 1_000_000 })
      return batch.rejected.length === 0 && JSON.stringify(batch.records.map(({ fields }) => fields)) === JSON.stringify(records)
    }), { numRuns: 150 })
  })

  t.test(`a body cut anywhere gives its whole records and at most one fault, from ${title}`, async () => {
    fc.assert(fc.property(records, fc.nat(), (records, at) => {
      const whole = Buffer.from(write(records))
      const batch = tryBatch(whole.subarray(0, at % whole.length), contentType)
      const read = batch?.records.map(({ fields }) => JSON.stringify(fields)) ?? []
      return (batch?.rejected.length ?? 0) <= 1 && read.every((text, i) => text === JSON.stringify(records[i]))
    }), { numRuns: 150 })
  })
}

t.test('garbage throws nothing but a Refusal', async () => {
  const piece = fc.oneof(hostile.map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('[', '{"a":', '{"a":1}', ']', '}', '"', ',', '\n', '\x92', '\xd7\0', '\xc1', '\xdd').map((text) => Buffer.from(text, 'latin1')))
  const label = fc.constantFrom(undefined, 'application/json', 'text/plain', 'application/msgpack', 'x')
  fc.assert(fc.property(fc.array(piece), label, (pieces, contentType) => {
    const batch = tryBatch(Buffer.concat(pieces), contentType)
    return batch === undefined || batch.received === batch.records.length + batch.rejected.length
  }), { numRuns: 2000 })
})

t.test('what can satisfy no rule is counted, and not decoded unless it is plainly no record', async (t) => {
  const sieve = new Sieve([{ ...ruleOf(), literals: [['nslookup.exe']] }])
  const body = Buffer.from('{"a":tru}\n{"a":"nslookup.exe"}\n{"cut":\n"{}"\n"x\n{"b":1}\n')

  const batch = readBatch(body, { maxRecord, sieve, keepsAll: true })

  t.match(batch, { received: 6, records: [{ number: 2, fields: { a: 'nslookup.exe' }, rules: [{ id: ruleOf().id }] }], rejected: [{ number: 3 }, { number: 5 }] })
  t.same(batch.passed?.map(({ number, bytes }) => [number, bytes.toString()]), [[1, '{"a":tru}'], [4, '"{}"'], [6, '{"b":1}']])
  t.equal(readBatch(body, { maxRecord, sieve }).passed, undefined)
})

t.test('text and MessagePack that can satisfy no rule are passed over as well', async (t) => {
  const sieve = new Sieve([{ ...ruleOf(), literals: [['nslookup.exe']] }])

  t.match(readBatch(new Body([Buffer.from('some te'), Buffer.from('xt\nmore text\n')]), { contentType: 'text/plain', maxRecord, sieve }), { received: 2, records: [] })
  t.match(readBatch(Buffer.concat([encode({ a: 'b' }), encode({ a: 'nslookup.exe' })]), { maxRecord, sieve }), { received: 2, records: [{ number: 2 }] })
})

t.test('neighbours that a broken record swallowed are found if one of them could match', async (t) => {
  const sieve = new Sieve([{ ...ruleOf(), literals: [['nslookup.exe']] }])
  const body = Buffer.from('[{"a":"b},{"c":"nslookup.exe"},{"d":"e}]')

  t.match(readBatch(body, { maxRecord, sieve }).records, [{ fields: { c: 'nslookup.exe' }, rules: [{ id: ruleOf().id }] }])
})

t.test('only if all records are known to be unreadable, the body is', async (t) => {
  const sieve = new Sieve([{ ...ruleOf(), literals: [['nslookup.exe']] }])

  t.match(readBatch(Buffer.from('{"a":\n{"b":2}\n'), { maxRecord, sieve }), { received: 2, rejected: [{ number: 1 }] })
  t.ok(thrownBy(() => readBatch(Buffer.from('{"a":\n{"b":\n'), { maxRecord, sieve })) instanceof UnreadableBody)
})

/** The batch, also of a body that is refused; undefined if it held none. Throws what is no Refusal. */
function tryBatch (body: Buffer, contentType?: string): ReturnType<typeof readBatch> | undefined {
  try {
    return readBatch(body, { contentType, maxRecord: 1_000_000 })
  } catch (error) {
    if (error instanceof UnreadableBody) return error.batch
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function thrownBy (act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}

function delimited (record: unknown): Buffer {
  const bytes = Buffer.from(JSON.stringify(record))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
