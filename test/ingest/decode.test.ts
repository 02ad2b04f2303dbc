import { encode, ExtData } from '@msgpack/msgpack'
import t from 'tap'
import { decode } from '../../src/ingest/decode.js'
import type { Kind } from '../../src/ingest/frames.js'

const eventTime = new ExtData(0, Buffer.from([0x65, 0, 0, 0, 0x1d, 0xcd, 0x65, 0]))
const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)

const cases: [Kind, string, string | Uint8Array, unknown][] = [
  ['json', 'an object', '{"a":1}', { fields: { a: 1 } }],
  ['json', 'a text that holds an object', '"{\\"a\\":1}"', { fields: { a: 1 } }],
  ['json', 'a text that holds text', '"x"', { fields: { message: 'x' } }],
  ['json', 'a wrapped object', '{"log":{"a":1}}', { fields: { a: 1 } }],
  ['json', 'a number beyond all', '{"a":1e999}', { fields: { a: Infinity } }],
  ['json', 'broken UTF-8', Buffer.from('{"a":"caf\xe9"}', 'latin1'), { fields: { a: 'caf\ufffd' } }],
  ['json', 'half an object', '{"a":', 'the record is no valid JSON'],
  ['json', 'NUL bytes', '{"a":"\0"}', 'the record is no valid JSON'],
  ['json', 'a number', '1', 'the record is a number, not an object'],
  ['json', 'null', 'null', 'the record is null, not an object'],
  ['json', 'an array', '[1]', 'the record is an array, not an object'],
  ['json', 'deep nesting', deep, 'the record is nested deeper than 128 levels'],
  ['text', 'a line', 'some text', { fields: { message: 'some text' } }],
  ['text', 'an empty line', '', { fields: {} }],
  ['text', 'a line of JSON', ' {"a":1}', { fields: { a: 1 } }],
  ['text', 'a line in braces', '{some} text', { fields: { message: '{some} text' } }],
  ['text', 'a line of half an object', '{"a":', 'the record is no valid JSON'],
  ['text', 'a line of deep nesting', deep, 'the record is nested deeper than 128 levels'],
  ['text', 'a line with NUL bytes', 'a\0b', 'the line holds NUL bytes'],
  ['text', 'a line of a list', '[1]', { fields: { message: '[1]' } }],
  ['msgpack', 'a map', encode({ a: 1 }), { fields: { a: 1 } }],
  ['msgpack', 'seconds', encode([1_700_000_000, { a: 1 }]), { fields: { a: 1 }, time: 1_700_000_000_000 }],
  ['msgpack', 'seconds with a fraction', encode([1_700_000_000.25, { a: 1 }]), { fields: { a: 1 }, time: 1_700_000_000_250 }],
  ['msgpack', 'an EventTime', encode([eventTime, { a: 1 }]), { fields: { a: 1 }, time: 1_694_498_816_500 }],
  ['msgpack', 'an EventTime with metadata', encode([[eventTime, { m: 1 }], { a: 1 }]), { fields: { a: 1 }, time: 1_694_498_816_500 }],
  ['msgpack', 'no time', encode([null, { a: 1 }]), { fields: { a: 1 }, time: undefined }],
  ['msgpack', 'a time that is none', encode([NaN, { a: 1 }]), { fields: { a: 1 }, time: undefined }],
  ['msgpack', 'JSON in a log', encode([1, { log: '{"a":1}' }]), { fields: { a: 1 }, time: 1000 }],
  ['msgpack', 'an entry without a record', encode([1, null]), 'the entry is not [time, record]'],
  ['msgpack', 'an entry of three', encode([1, {}, {}]), 'the entry is not [time, record]'],
  ['msgpack', 'deep nesting', Buffer.concat([Buffer.alloc(1000, 0x91), Buffer.from([1])]), 'the record is nested deeper than 128 levels']
]
for (const [kind, title, bytes, decoded] of cases) {
  t.test(`${title} as ${kind}`, async (t) => { t.strictSame(decode(Buffer.from(bytes), kind), decoded) })
}

t.test('a __proto__ key pollutes nothing', async (t) => {
  const decoded = decode(Buffer.from('{"__proto__":{"polluted":1}}'), 'json')

  t.same(typeof decoded === 'object' && Object.keys(decoded.fields), ['__proto__'])
  t.notOk('polluted' in {})
})
