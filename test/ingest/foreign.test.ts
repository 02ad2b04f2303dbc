import t from 'tap'
import { refuseForeign, refuseGelf } from '../../src/ingest/foreign.js'

const gelf: [string, string, RegExp][] = [
  ['Fluent Bit\'s GELF', '{"version":"1.1", "host":"h", "short_message":"m"}', /GELF.*in Fluent Bit's output set `format json_lines`/],
  ['Fluent Bit\'s GELF that is no JSON', '{"version":"1.1", "_args":"C:\\Windows, -q"}', /GELF.*in Fluent Bit's output set `format json_lines`/],
  ['Vector\'s GELF', '{"_id":1,"host":"h","short_message":"m","version":"1.1"}', /GELF.*in Vector's sink set `encoding\.codec: json`/],
  ['GELF with nothing but own fields', '{"_id":1,"version":"1.1"}', /GELF/]
]
for (const [title, text, message] of gelf) {
  t.test(`${title} is refused`, async (t) => {
    t.throws(() => { refuseGelf(Buffer.from(text)) }, { status: 415, code: 'TRIPLINE_UNSUPPORTED_FORMAT', message })
  })
}

const noGelf = ['{"a":1}', '{"version":"1.1","a":1}', '{"agent":{"version":"1.1"},"short_message":"m"}', '{"version":"1.1","short_message":', '"version":"1.1"', 'null']
for (const text of noGelf) {
  t.test(`${text} is no GELF`, async (t) => {
    t.doesNotThrow(() => { refuseGelf(Buffer.from(text)) })
  })
}

const foreign: [string, string, string, RegExp][] = [
  ['CSV', 'a,"b ""x"", y",c\nd,e,f\n', '', /CSV.*Vector.*`encoding\.codec: json`.*`format json_lines`/],
  ['one line of CSV', '2026-08-20T14:03:11Z,host,1,C:\\nslookup.exe', '', /CSV/],
  ['CSV by its label', 'a\nb', 'text/csv', /CSV/],
  ['CEF', 'CEF:0|Vendor|Product|1.0|100|name|5|src=1.2.3.4', '', /CEF/],
  ['CEF behind a syslog header', '<134>Aug 20 14:03:11 host CEF:0|Vendor|Product|1|1|n|5|', '', /CEF/],
  ['CEF by its label', 'x', 'text/cef', /CEF/],
  ['logfmt', 'level=info msg="a \\"b\\" c" n= host=x\nlevel=warn msg=no', '', /logfmt/],
  ['logfmt by its label', 'x', 'application/logfmt', /logfmt/],
  ['protobuf', '\n\x05abcde\x12\x03abc\x18\x01', '', /binary \(protobuf, Avro/],
  ['protobuf by its label', 'x', 'application/x-protobuf', /protobuf/],
  ['Avro by its label', 'x', 'avro/binary', /Avro/],
  ['a web form', 'grant_type=client_credentials&scope=a', 'application/x-www-form-urlencoded', /web form/],
  ['a web form in parts', '--x\r\nContent-Disposition: form-data', 'multipart/form-data', /web form/],
  ['binary that curl labels a form', '\x01\x02\x03', 'application/x-www-form-urlencoded', /binary/]
]
for (const [title, text, label, message] of foreign) {
  t.test(`${title} is refused`, async (t) => {
    t.throws(() => { refuseForeign(Buffer.from(text), label) }, { status: 415, code: 'TRIPLINE_UNSUPPORTED_FORMAT', message })
  })
}

const text: [string, string, string][] = [
  ['prose', 'Hello, world, this, is, prose\nand, more, of, it', ''],
  ['lines of unlike shape', 'a,b,c\nd,e\n', ''],
  ['one assignment among words', 'level=info and words', ''],
  ['a lone assignment', 'level=info', ''],
  ['CSV that says it is text', 'a,b,c\nd,e,f', 'text/plain'],
  ['control characters that say they are text', '\x01\x02\x03', 'text/plain'],
  ['text that curl labels a form', 'hello a=b', 'application/x-www-form-urlencoded'],
  ['colours of a terminal', '\x1b[31mred\x1b[0m text', '']
]
for (const [title, body, label] of text) {
  t.test(`${title} is text`, async (t) => {
    t.doesNotThrow(() => { refuseForeign(Buffer.from(body), label) })
  })
}

t.test('a long hostile line is looked at quickly', async (t) => {
  const started = performance.now()

  for (const line of ['a=b '.repeat(20_000), 'a="' + '\\"'.repeat(30_000), '"' + '""'.repeat(30_000), 'a='.repeat(30_000)]) {
    t.doesNotThrow(() => { refuseForeign(Buffer.from(line.slice(0, 4000) + '\t!'), '') })
  }
  t.ok(performance.now() - started < 2000)
})
