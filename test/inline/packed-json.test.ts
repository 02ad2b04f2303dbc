import { encode, ExtData } from '@msgpack/msgpack'
import fc from 'fast-check'
import t from 'tap'
import { entryToJson } from '../../src/inline/packed-json.js'

const pack = (value: unknown) => Buffer.from(encode(value))
const eventTime = (seconds: number, nanoseconds: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(seconds, 0)
  bytes.writeUInt32BE(nanoseconds, 4)
  return new ExtData(0, bytes)
}

t.test('a record says as JSON what it said as MessagePack', async (t) => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
    t.same(JSON.parse(entryToJson({ record: pack(record) }, 128) as string), JSON.parse(JSON.stringify(record)))
  }))
})

const values: [string, Buffer, string][] = [
  ['a large integer', Buffer.from('cfffffffffffffffff', 'hex'), '18446744073709551615'],
  ['a small integer', Buffer.from('d38000000000000000', 'hex'), '-9223372036854775808'],
  ['what is no number', Buffer.from('cb7ff8000000000000', 'hex'), 'null'],
  ['bytes', pack(Buffer.from('abc')), '"abc"'],
  ['a time', pack(eventTime(5, 0)), '"1970-01-01T00:00:05.000Z"'],
  ['another extension', pack(new ExtData(9, Buffer.from([1]))), 'null']
]
for (const [title, value, text] of values) {
  t.test(`${title} becomes ${text}`, async (t) => {
    t.equal(entryToJson({ record: Buffer.concat([Buffer.from([0x81]), pack('a'), value]) }, 128), `{"a":${text}}`)
  })
}

t.test('names that are no text become text, and __proto__ is a name like any other', async (t) => {
  const record = Buffer.concat([Buffer.from([0x84]), pack(5), pack(1), pack([1]), pack(2), pack('__proto__'), pack(3), pack('a'), pack(4)])

  t.equal(entryToJson({ record }, 128), '{"5":1,"[1]":2,"__proto__":3,"a":4}')
})

const times: [string, Buffer, string][] = [
  ['an EventTime', pack(eventTime(1_772_442_000, 12_345)), '{"date":1772442000.000012345,"a":1}'],
  ['an EventTime of the long header', Buffer.from('c708000000000500000006', 'hex'), '{"date":5.000000006,"a":1}'],
  ['whole seconds', pack(5), '{"date":5,"a":1}'],
  ['a fraction', pack(5.25), '{"date":5.25,"a":1}'],
  ['what is no time', pack('noon'), '{"a":1}']
]
for (const [title, time, text] of times) {
  t.test(`the time leads the record: ${title}`, async (t) => {
    t.equal(entryToJson({ record: pack({ a: 1 }), time }, 128), text)
  })
}

t.test('a record with a date keeps it, and one without fields has the date alone', async (t) => {
  t.equal(entryToJson({ record: pack({ date: 'x' }), time: pack(5) }, 128), '{"date":"x"}')
  t.equal(entryToJson({ record: pack({}), time: pack(5) }, 128), '{"date":5}')
})

t.test('what is nested too deep is not written', async (t) => {
  t.equal(entryToJson({ record: pack({ a: [[1]] }) }, 3), '{"a":[[1]]}')
  t.equal(entryToJson({ record: pack({ a: [[1]] }) }, 2), undefined)
})
