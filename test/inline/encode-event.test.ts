import { decode, encode, ExtData } from '@msgpack/msgpack'
import fc from 'fast-check'
import t from 'tap'
import { readBatch } from '../../src/ingest/read-batch.js'
import { encodeEvent } from '../../src/inline/encode-event.js'
import { passedEvents, type PassedEvent } from '../../src/inline/passed-event.js'
import type { Encoding } from '../../src/outputs/output.js'

const arrival = Date.UTC(2026, 2, 2, 9)
const passage = { arrival, origin: {} }
const mark = { rules: ['r1'], alerts: [] }
const told = '"tripline":{"rules":["r1"],"alerts":[]}'
const pack = (value: unknown) => Buffer.from(encode(value))
const eventTime = (seconds: number) => new ExtData(0, Buffer.from([0, 0, 0, seconds, 0, 0, 0, 0]))

const json: [string, string | Buffer, string, Encoding, string | undefined][] = [
  ['an object', '[{"a": 1.0 ,"b":1e2}]', 'application/json', 'json', '{"a": 1.0 ,"b":1e2}'],
  ['an object on a line of its own', '[{"a":\n1.0,\r\n"b":"\\n"}]', 'application/json', 'line', '{"a": 1.0,\r "b":"\\n"}'],
  ['line feeds where they do no harm', '[{"a":\n1}]', 'application/json', 'json', '{"a":\n1}'],
  ['an object in a text', '["{\\"a\\": 1.0}\\n"]', 'application/json', 'json', '{"a": 1.0}'],
  ['a text', '["hello"]', 'application/json', 'json', '{"message":"hello"}'],
  ['a line of JSON', ' {"a": 1.0} \r\nx\n', 'text/plain', 'line', '{"a": 1.0}'],
  ['a line of text', 'say "hi"\n', 'text/plain', 'line', '{"message":"say \\"hi\\""}'],
  ['a line that begins as JSON does', '{not} json\n', 'text/plain', 'line', '{"message":"{not} json"}'],
  ['a line of text that begins with an object', '{ "a":1} and more\n', 'text/plain', 'line', '{"message":"{ \\"a\\":1} and more"}'],
  ['an empty line', '\nx\n', 'text/plain', 'line', '{}'],
  ['a MessagePack entry', pack([eventTime(5), { a: 1.5 }]), 'application/msgpack', 'line', '{"date":5.000000000,"a":1.5}'],
  ['a MessagePack record', pack({ a: 'b\n' }), 'application/msgpack', 'line', '{"a":"b\\n"}']
]
for (const [title, body, contentType, encoding, text] of json) {
  t.test(`as JSON, ${title} is ${JSON.stringify(text)}`, async (t) => {
    const [event] = eventsOf(body, contentType)

    t.equal(encodeEvent(event!, encoding, passage)?.toString(), text)
  })
}

t.test('what matches gets its mark, in whatever form it came', async (t) => {
  for (const [body, contentType, text] of [
    ['[{"a": 1.0}]', 'application/json', `{"a": 1.0,${told}}`],
    ['["hello"]', 'application/json', `{"message":"hello",${told}}`],
    ['hello', 'text/plain', `{"message":"hello",${told}}`],
    [pack({ a: 1 }), 'application/msgpack', `{"a":1,${told}}`]
  ] as const) {
    const [event] = eventsOf(body, contentType)

    t.equal(encodeEvent({ ...event!, mark }, 'json', passage)?.toString(), text)
  }
})

const unread: [string, string | Buffer, string, Encoding, boolean][] = [
  ['a record that is too large', `[{},{"a":"${'x'.repeat(200)}"}]`, '', 'json', true],
  ['a record that is nested too deep', `[{},{"a":${'['.repeat(200)}${']'.repeat(200)}}]`, '', 'line', true],
  ['a record that is nested too deep, for a reader of JSON', `[{},{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}]`, '', 'msgpack', false],
  ['half a record', '{}\n{"a":', '', 'json', false],
  ['half a record, for a reader of MessagePack', '{}\n{"a":', '', 'msgpack', false],
  ['what is no object', '[{},5]', '', 'json', false],
  ['a text that is too large', `[{},"${'x'.repeat(200)}"]`, '', 'json', true],
  ['a text that is broken', '{}\n"\\x"', '', 'json', false],
  ['a line of text that is broken JSON', 'x\n{"a":', 'text/plain', 'json', true],
  ['a MessagePack record that is too large', Buffer.concat([pack({}), pack({ a: 'x'.repeat(200) })]), '', 'msgpack', true],
  ['a MessagePack record that is cut off', Buffer.concat([pack({}), pack({ a: 'x' }).subarray(0, 3)]), '', 'msgpack', false],
  ['a MessagePack record that is cut off, as JSON', Buffer.concat([pack({}), pack({ a: 'x' }).subarray(0, 3)]), '', 'json', false],
  ['a MessagePack record that is nested too deep, as JSON', Buffer.concat([pack({}), Buffer.from('81a161', 'hex'), Buffer.alloc(150, 0x91), pack(1)]), '', 'json', false]
]
for (const [title, body, contentType, encoding, passes] of unread) {
  t.test(`${title} cannot be read, and ${passes ? 'passes' : 'would spoil its neighbours'}`, async (t) => {
    const [, event] = eventsOf(body, contentType)
    t.equal(event?.record, undefined)

    const encoded = encodeEvent(event!, encoding, passage)

    t.equal(encoded !== undefined, passes)
  })
}

const packed: [string, string | Buffer, unknown, Buffer][] = [
  ['an entry of Fluent Bit loses its metadata', pack([[eventTime(5), { m: 1 }], { a: 1 }]), undefined, pack([eventTime(5), { a: 1 }])],
  ['whole seconds stay', pack([5, { a: 1 }]), undefined, pack([5, { a: 1 }])],
  ['more whole seconds stay', pack([1_772_442_000, { a: 1 }]), undefined, pack([1_772_442_000, { a: 1 }])],
  ['an EventTime of the long header stays', Buffer.concat([Buffer.from('92c7080000000005', 'hex'), Buffer.from('00000000', 'hex'), pack({ a: 1 })]), undefined, Buffer.concat([Buffer.from('92c708000000000500000000', 'hex'), pack({ a: 1 })])],
  ['a fraction becomes an EventTime', pack([5.5, { a: 1 }]), undefined, pack([new ExtData(0, Buffer.from('000000051dcd6500', 'hex')), { a: 1 }])],
  ['a record alone gets its own time', pack({ '@timestamp': '1970-01-01T00:00:05Z' }), undefined, pack([eventTime(5), { '@timestamp': '1970-01-01T00:00:05Z' }])],
  ['what matches gets its mark', pack([5, { a: 1 }]), mark, pack([5, { a: 1, tripline: mark }])],
  ['JSON becomes an entry', '{"a":1.0,"@timestamp":"1970-01-01T00:00:05Z"}', undefined, pack([eventTime(5), { a: 1, '@timestamp': '1970-01-01T00:00:05Z' }])],
  ['JSON that matches becomes an entry with a mark', '{"a":1,"@timestamp":"1970-01-01T00:00:05Z"}', mark, pack([eventTime(5), { a: 1, '@timestamp': '1970-01-01T00:00:05Z', tripline: mark }])]
]
for (const [title, body, given, entry] of packed) {
  t.test(`as an entry, ${title}`, async (t) => {
    const [event] = eventsOf(body)

    t.same(encodeEvent({ ...event!, mark: given as PassedEvent['mark'] }, 'msgpack', passage), entry)
  })
}

t.test('an entry without any time has that of its arrival, read or not', async (t) => {
  for (const event of eventsOf(`[{"a":1},{"a":"${'x'.repeat(200)}"}]`)) {
    const [time] = decode(encodeEvent(event, 'msgpack', passage) as Buffer) as [ExtData]

    t.equal(Buffer.from(time.data as Uint8Array).readUInt32BE(0) * 1000, arrival)
  }
})

t.test('nor does an event pass any worse that cannot be evaluated', async (t) => {
  const [event] = eventsOf(pack({ a: 1 }))
  const fields = Object.defineProperty({}, '@timestamp', { enumerable: true, get () { throw new TypeError('odd') } })

  const [time] = decode(encodeEvent({ ...event!, record: { ...event!.record!, fields } }, 'msgpack', passage) as Buffer) as [ExtData]

  t.equal(Buffer.from(time.data as Uint8Array).readUInt32BE(0) * 1000, arrival)
})

t.test('an event that nobody has decoded leaves as it would otherwise', async (t) => {
  const bodies = [
    '{"@timestamp":"2026-03-02T09:00:00Z","a":1}\n{"a" :\r 2}', JSON.stringify(['{"@timestamp":1772442000}', 'text', { a: 1 }]), '{"a":tru}\n{"b":2}', 'some text\n{"a":1}\n\n',
    pack({ '@timestamp': '2026-03-02T09:00:00Z' }), pack([5, { a: 1 }]), pack(['2026-03-02T09:00:00Z', { '@timestamp': '2026-03-02T09:00:00Z' }])
  ]
  for (const body of bodies) {
    for (const encoding of ['json', 'line', 'msgpack'] as const) {
      for (const event of eventsOf(body)) t.same(encodeEvent({ ...event, record: undefined }, encoding, passage), encodeEvent(event, encoding, passage))
    }
  }
})

t.test('whatever JSON an event is, it leaves as it came', async (t) => {
  const objects = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 })), { minLength: 1 })
  fc.assert(fc.property(objects, (records) => {
    const events = eventsOf(JSON.stringify(records), 'application/json', 100_000)

    t.same(events.map((event) => encodeEvent(event, 'line', passage)?.toString()), records.map((record) => JSON.stringify(record)))
  }))
})

function eventsOf (body: string | Buffer, contentType = '', maxRecord = 150): PassedEvent[] {
  const deep = body.includes('[[[[')
  return passedEvents(readBatch(Buffer.from(body as string), { contentType, maxRecord: deep ? 1_000_000 : maxRecord }), { matched: [] }, () => [])
}
