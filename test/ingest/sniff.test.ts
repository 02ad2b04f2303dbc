import { encode } from '@msgpack/msgpack'
import t from 'tap'
import { findWrapped, sniff, sniffHead, type Format } from '../../src/ingest/sniff.js'

const packed = Buffer.from(encode([5, { a: 1 }])).toString('latin1')

const cases: [string, string, string, Format][] = [
  ['an array of objects', '[{"a":1}]', '', 'array'],
  ['an array of texts', '["a"]', '', 'array'],
  ['an empty array', '[ ]', '', 'array'],
  ['an array of numbers', '[1,2]', '', 'array'],
  ['half an array', '[{"a":', '', 'array'],
  ['an opening bracket', '[', '', 'array'],
  ['a broken array that says it is JSON', '[2026-08', 'application/json', 'array'],
  ['a time in brackets', '[2026-08-20 14:03] text', '', 'text lines'],
  ['an array that says it is text', '[{"a":1}]\n', 'text/plain', 'array'],
  ['a long array of numbers', '[' + '1,'.repeat(70_000), '', 'array'],
  ['a long array that says it is text', '[' + '1,'.repeat(70_000), 'text/plain', 'array'],
  ['half a list that says it is text', '[1,', 'text/plain', 'text lines'],
  ['brackets in text', '["quoted"] text', 'text/plain', 'text lines'],
  ['one object', '{"a":1}', '', 'objects'],
  ['one pretty object', '{\n  "a": 1\n}\n', '', 'objects'],
  ['pretty objects', '{\n"a":1\n}\n{\n"b":2\n}', '', 'objects'],
  ['a pretty object that says it is text', '{\n"a":1\n}\n', 'text/plain', 'objects'],
  ['half an object', '{"a":', '', 'objects'],
  ['half a pretty object', '{\n"a":{\n', '', 'objects'],
  ['half an object that says it is text', '{"a":', 'text/plain', 'text lines'],
  ['objects with nothing between', '{"a":1}{"b":2}', '', 'objects'],
  ['objects with a comma', '{"a":1},{"b":2},', '', 'objects'],
  ['one object with a comma', '{"a":1},', '', 'objects'],
  ['objects with two pipes', '{"a":1}||{"b":2}', '', 'objects'],
  ['objects with a comma and a LF', '{"a":1},\n{"b":2}', '', 'objects'],
  ['lines of objects', '{"a":1}\n{"b":2}', '', 'json lines'],
  ['lines of objects with CRLF', '{"a":1}\r\n{"b":2}', '', 'json lines'],
  ['an object and a line of text', '{"a":1}\ntext', '', 'json lines'],
  ['an object and rubbish', '{"a":1} rubbish', '', 'json lines'],
  ['lines of objects that say they are text', '{"a":1}\n{"b":2}', 'text/plain', 'text lines'],
  ['lines with a broken first one', '{"a":\n{"b":2}\n', '', 'json lines'],
  ['lines with an open quote in the first one', '{"a":"x}\n{"b":"2"}\n', '', 'json lines'],
  ['lines of texts that hold objects', '"{\\"a\\":1}"\n"{}"', '', 'json lines'],
  ['a wrapped array', '{"source":"vector","events":[{"a":1}]}', '', 'wrapped'],
  ['half a wrapped array', '{"source":"vector","events":[{"a":1},{"a"', '', 'wrapped'],
  ['MessagePack', packed, '', 'msgpack'],
  ['half of MessagePack', packed.slice(0, 4), '', 'msgpack'],
  ['MessagePack with a 16-bit array', '\xdc\0\x01\x80', '', 'msgpack'],
  ['half of it, labelled', '\xdc\0\x02\x80', 'application/msgpack', 'msgpack'],
  ['text that starts like it', '\xdc\x90 \xdc\x91', '', 'text lines'],
  ['length-delimited', '\0\0\0\x07{"a":1}', '', 'lengths'],
  ['a number', '123', '', 'scalar'],
  ['a text', '"x"\n', 'application/json', 'scalar'],
  ['null', 'null', '', 'scalar'],
  ['a number that says it is text', '123', 'text/plain', 'text lines'],
  ['a quote in text', '"x" text', '', 'text lines'],
  ['an open quote', '"x', '', 'text lines'],
  ['words', 'some text', '', 'text lines'],
  ['words that say they are JSON', 'some text', 'application/x-ndjson', 'json lines'],
  ['a text that is no JSON', '"\\x"', '', 'text lines'],
  ['very long digits', '1'.repeat(70_000), '', 'text lines']
]
for (const [title, body, label, format] of cases) {
  t.test(`${title}: ${format}`, async (t) => { t.equal(sniff(Buffer.from(body, 'latin1'), 0, label), format) })
}

t.test('what the head tells is what the whole tells', async (t) => {
  let told = 0
  const rests = ['', ' ', '\n', '{"z":1}', ',{"z":1}]', '\n{"z":1}\n', ']', 'x', '\n\nsome text\n']
  for (const label of ['', 'application/json', 'text/plain', 'application/x-ndjson']) {
    for (const [, body] of cases) {
      for (const rest of rests) {
        const whole = Buffer.from(body + rest, 'latin1')
        for (let end = 1; end < whole.length; end++) {
          const format = sniffHead(whole.subarray(0, end), 0, label)
          if (format === undefined) continue
          told++
          if (format !== sniff(whole, 0, label)) t.fail(`${whole.subarray(0, end)} of ${whole}, as ${label}: ${format}, not ${sniff(whole, 0, label)}`)
        }
      }
    }
  }
  t.ok(told > 1000)
})

const heads: [string, string, Format | undefined][] = [
  ['MessagePack', '\x92\x92', 'msgpack'], ['an array', '[{"a":', 'array'], ['an array of texts', '["{', 'array'], ['an array of something', '[1', undefined],
  ['objects', '{"a":1}{', 'objects'], ['objects with commas', '{"a":1},{', 'objects'], ['lines', '{"a":1}\n{', 'json lines'], ['one object', '{"a":1}\n', undefined],
  ['half a separator', '{"a":1},', undefined], ['half an object', '{"a":', undefined], ['an object over lines', '{"a":\n1}\n{', undefined], ['words', 'words', undefined]
]
for (const [title, head, format] of heads) {
  t.test(`${title} at the beginning of a body: ${format ?? 'not told'}`, async (t) => { t.equal(sniffHead(Buffer.from(head, 'latin1'), 0, ''), format) })
}

const wrapped: [string, string, { start: number, end: number } | undefined][] = [
  ['an array beside single values', '{"a":"x", "b":1 ,"c" : [ {"d":1} ] ,"e":null}', { start: 23, end: 34 }],
  ['an array alone', '{"events":[{}]}', { start: 10, end: 14 }],
  ['an array that is cut off', '{"events":[{}', { start: 10, end: 13 }],
  ['an array and a name that is cut off', '{"events":[{}],"x', { start: 10, end: 14 }],
  ['an array and a value that is cut off', '{"events":[{}],"x":"y', { start: 10, end: 14 }],
  ['a list of numbers', '{"events":[1]}', undefined],
  ['two lists', '{"a":[{}],"b":[{}]}', undefined],
  ['an object beside it', '{"host":{"name":"h"},"l":[{}]}', undefined],
  ['a time beside it', '{"@timestamp":"x","l":[{}]}', undefined],
  ['a message beside it', '{"l":[{}],"Message":"x"}', undefined],
  ['a hundred values', `{"a":[{}]${',"b":1'.repeat(99)}}`, undefined],
  ['no value', '{"a":', undefined],
  ['nothing', '{}', undefined]
]
for (const [title, body, found] of wrapped) {
  t.test(`a wrapper is told by its array: ${title}`, async (t) => { t.same(findWrapped(Buffer.from(body), 0), found) })
}
