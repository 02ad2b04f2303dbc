import { encode } from '@msgpack/msgpack'
import t from 'tap'
import { Body } from '../../src/ingest/body.js'
import { frame } from '../../src/ingest/frame.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'

const maxRecord = 1000
const sieve = new Sieve()

const cases: [string, string | Uint8Array, string | undefined, string, string[]][] = [
  ['an array', ' [{"a":1},{"b":2}]', 'application/json; charset=utf-8', 'json', ['{"a":1}', '{"b":2}']],
  ['objects', '{"a":1}{"b":2}', undefined, 'json', ['{"a":1}', '{"b":2}']],
  ['half an object', '{"a":1', undefined, 'json', ['{"a":1']],
  ['a wrapped array', '{"events":[{"a":1},{"b":2}]}', undefined, 'json', ['{"a":1}', '{"b":2}']],
  ['lines of JSON', '{"a":1}\n{"b":2}\n', 'application/x-ndjson', 'json', ['{"a":1}', '{"b":2}']],
  ['lines of texts with JSON', '"{\\"a\\":1}"\n"{}"\n', undefined, 'json', ['"{\\"a\\":1}"', '"{}"']],
  ['words that say they are JSON', 'words', 'application/json', 'json', ['words']],
  ['lines of text', '\nsome\ntext\n', 'Text/Plain', 'text', ['', 'some', 'text']],
  ['lines of text that hold JSON', '{"a":1}\n{"b":2}\n', 'text/plain', 'text', ['{"a":1}', '{"b":2}']],
  ['a byte order mark', '\ufeff{"a":1}', undefined, 'json', ['{"a":1}']],
  ['a byte order mark before text', '\ufefftext', undefined, 'text', ['text']],
  ['MessagePack', encode({ a: 1 }), undefined, 'msgpack', ['\ufffd\ufffda\x01']],
  ['length-delimited', '\0\0\0\x07{"a":1}', undefined, 'json', ['{"a":1}']]
]
for (const [title, body, contentType, kind, records] of cases) {
  t.test(`${title} is framed as ${kind}`, async (t) => {
    const { frames } = frame(new Body([Buffer.from(body)]), { contentType, maxRecord, sieve })

    t.equal(frames.kind, kind)
    t.same(Array.from({ length: frames.length }, (_, i) => frames.bytes(i).toString()), records)
  })
}

t.test('it is no matter into how many parts a body is cut', async (t) => {
  for (const [title, body, contentType, kind, records] of cases) {
    const whole = Buffer.from(body)
    for (let cut = 1; cut < whole.length; cut++) {
      const { frames } = frame(new Body([whole.subarray(0, cut), whole.subarray(cut)]), { contentType, maxRecord, sieve })

      t.same([frames.kind, Array.from({ length: frames.length }, (_, i) => frames.bytes(i).toString())], [kind, records], `${title}, cut at ${cut}`)
    }
  }
})

t.test('a broken array is framed as far as it can be', async (t) => {
  for (const [body, records] of [['[{"a":1},{"b":]', 3], ['[{"a":1}] x', 2], ['["{}",{"a":1}]', 2], ['{"a":1}{"b":1}}', 3]] as const) {
    t.equal(frame(new Body([Buffer.from(body)]), { maxRecord, sieve }).frames.length, records, body)
  }
})

const refused: [string, string | Buffer, string | undefined, string][] = [
  ['nothing', '', undefined, 'TRIPLINE_EMPTY_BODY'],
  ['blanks', ' \r\n\t', undefined, 'TRIPLINE_EMPTY_BODY'],
  ['a byte order mark alone', '\ufeff', undefined, 'TRIPLINE_EMPTY_BODY'],
  ['a number', '123', undefined, 'TRIPLINE_UNREADABLE_BODY'],
  ['a text', '"x"', 'application/json', 'TRIPLINE_UNREADABLE_BODY'],
  ['UTF-16', Buffer.from('\ufeff[{}]', 'utf16le'), undefined, 'TRIPLINE_UNSUPPORTED_FORMAT'],
  ['UTF-16, the other way round', Buffer.from('\ufeff[{}]', 'utf16le').swap16(), undefined, 'TRIPLINE_UNSUPPORTED_FORMAT'],
  ['GELF lines', '{"version":"1.1", "_a":"b\\c"}\n{"version":"1.1", "_a":"b"}\n', undefined, 'TRIPLINE_UNSUPPORTED_FORMAT'],
  ['GELF with NUL', '{"short_message":"m","version":"1.1"}\0', undefined, 'TRIPLINE_UNSUPPORTED_FORMAT'],
  ['CSV', 'a,b,c\nd,e,f', undefined, 'TRIPLINE_UNSUPPORTED_FORMAT'],
  ['CSV that says it is JSON', 'a,b,c\nd,e,f', 'application/json', 'TRIPLINE_UNSUPPORTED_FORMAT']
]
for (const [title, body, contentType, code] of refused) {
  t.test(`${title}: refused with ${code}`, async (t) => {
    t.throws(() => { frame(new Body([Buffer.from(body)]), { contentType, maxRecord, sieve }) }, { name: 'Refusal', code })
  })
}
