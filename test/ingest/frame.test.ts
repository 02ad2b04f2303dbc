import { encode } from '@msgpack/msgpack'
import t from 'tap'
import { frame } from '../../src/ingest/frame.js'

const maxRecord = 1000

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
    const frames = frame(Buffer.from(body), { contentType, maxRecord })

    t.equal(frames.kind, kind)
    t.same(Array.from({ length: frames.length }, (_, i) => frames.bytes(i).toString()), records)
  })
}

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
    t.throws(() => { frame(Buffer.from(body), { contentType, maxRecord }) }, { name: 'Refusal', code })
  })
}
