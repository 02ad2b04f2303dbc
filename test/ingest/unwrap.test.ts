import t from 'tap'
import { isObject, readCarried, unwrap } from '../../src/ingest/unwrap.js'

const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['a plain record', { a: 1 }, { a: 1 }],
  ['a record without fields', {}, {}],
  ['a log', { log: { a: 1 } }, { a: 1 }],
  ['a metric', { metric: { name: 'x' } }, { name: 'x' }],
  ['a trace', { trace: { id: 'x' } }, { id: 'x' }],
  ['a log in a log', { log: { log: { a: 1 } } }, { log: { a: 1 } }],
  ['a log with another field beside it', { log: { level: 'x' }, a: 1 }, { log: { level: 'x' }, a: 1 }],
  ['an object under another name', { event: { code: 1 } }, { event: { code: 1 } }],
  ['JSON in a message', { message: '{"a":1}', host: 'h', file: 'f' }, { host: 'h', file: 'f', a: 1 }],
  ['JSON in a log', { date: 5, log: '{"a":1}' }, { date: 5, a: 1 }],
  ['JSON in a message with a CR', { message: '{"a":1}\r' }, { a: 1 }],
  ['JSON in a message behind blanks', { message: ' {"a":1}' }, { a: 1 }],
  ['JSON whose fields are there already', { message: '{"host":{"name":"inner"}}', host: 'outer' }, { host: { name: 'inner' } }],
  ['JSON with a message of its own', { message: '{"message":"inner"}' }, { message: 'inner' }],
  ['text in a message', { message: 'text', host: 'h' }, { message: 'text', host: 'h' }],
  ['braces in a message', { message: '{text}' }, { message: '{text}' }],
  ['a list in a message', { message: '[{"a":1}]' }, { message: '[{"a":1}]' }],
  ['text in a message, JSON in a log', { message: 'text', log: '{"a":1}' }, { message: 'text', a: 1 }],
  ['JSON in the message of an event', { message: '{"host":"forged"}', process: { name: 'x' } }, { message: '{"host":"forged"}', process: { name: 'x' } }]
]
for (const [title, record, unwrapped] of cases) {
  t.test(`${title} is taken for what it is`, async (t) => { t.strictSame(unwrap(record), unwrapped) })
}

t.test('a __proto__ inside is a field like any other', async (t) => {
  const record = unwrap({ message: '{"__proto__":{"polluted":1}}', host: 'h' })

  t.same(Object.keys(record), ['host', '__proto__'])
  t.notOk('polluted' in record)
})

t.test('a text carries an object or nothing', async (t) => {
  t.same(readCarried('\n{"a":1}\n'), { a: 1 })
  t.equal(readCarried('{"a":'), undefined)
  t.equal(readCarried(''), undefined)
})

t.test('an object is neither null nor an array', async (t) => {
  t.same([{}, [], null, 'x'].map(isObject), [true, false, false, false])
})
