import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import snappy from 'snappyjs'
import t from 'tap'
import { Body } from '../../src/ingest/body.js'
import { inflate, inflateBody } from '../../src/ingest/inflate.js'
import { zstdFrame } from '../fixtures/zstd-frame.js'

const text = '[{"a":1},{"b":"some text, some text, some text"}]'
const plain = Buffer.from(text)
const maxBody = 1000
const zstd = zstdFrame([plain])

const cases: [string, Buffer, string | undefined][] = [
  ['nothing', plain, undefined],
  ['an empty header', plain, ''],
  ['identity', plain, 'identity'],
  ['gzip', gzipSync(plain), 'gzip'],
  ['x-gzip in capitals', gzipSync(plain), 'X-GZIP'],
  ['gzip in several members', Buffer.concat([gzipSync(plain.subarray(0, 9)), gzipSync(plain.subarray(9))]), 'gzip'],
  ['deflate in zlib\'s format', deflateSync(plain), 'deflate'],
  ['raw deflate', deflateRawSync(plain), 'deflate'],
  ['zstd', zstd, 'zstd'],
  ['snappy', snappy.compress(plain), 'snappy'],
  ['two codings in a row', gzipSync(deflateSync(plain)), 'deflate, gzip'],
  ['gzip without a header', gzipSync(plain), undefined],
  ['zstd without a header', zstd, undefined],
  ['gzip under the name of another', gzipSync(plain), 'snappy'],
  ['zstd under the name of another', zstd, 'deflate'],
  ['one gzip more than the header says', gzipSync(gzipSync(plain)), 'gzip'],
  ['plain JSON under the name of gzip', plain, 'gzip'],
  ['plain JSON under the name of deflate', plain, 'deflate'],
  ['plain JSON under the name of zstd', plain, 'zstd'],
  ['plain JSON under the name of snappy', plain, 'snappy']
]
for (const [title, body, encoding] of cases) {
  t.test(`${title} is undone`, async (t) => {
    t.equal((await inflate(body, encoding, { maxBody })).toString(), text)
  })
}

const broken: [string, Buffer, string][] = [
  ['gzip that is cut off', gzipSync(plain).subarray(0, -12), 'gzip'],
  ['gzip with a wrong checksum', Buffer.concat([gzipSync(plain).subarray(0, -8), Buffer.alloc(8)]), 'gzip'],
  ['zlib that is cut off', deflateSync(plain).subarray(0, -12), 'deflate'],
  ['raw deflate that is cut off', deflateRawSync(plain).subarray(0, -12), 'deflate'],
  ['zstd that is cut off', zstd.subarray(0, -1), 'zstd'],
  ['snappy that is cut off', snappy.compress(plain).subarray(0, -1), 'snappy'],
  ['nothing under the name of gzip', Buffer.alloc(0), 'gzip'],
  ['text under the name of gzip', Buffer.from('hello world'), 'gzip']
]
for (const [title, body, encoding] of broken) {
  t.test(`${title} is refused with 400`, async (t) => {
    await t.rejects(inflate(body, encoding, { maxBody }), { status: 400, code: 'TRIPLINE_BAD_ENCODING', message: new RegExp(`no whole ${encoding} stream`) })
  })
}

const large = Buffer.alloc(2000, 0x20)
const tooLarge: [string, Buffer, string | undefined][] = [
  ['gzip', gzipSync(large), 'gzip'],
  ['deflate', deflateSync(large), 'deflate'],
  ['raw deflate', deflateRawSync(large), 'deflate'],
  ['zstd', zstdFrame([{ byte: 0x20, times: 2000 }]), 'zstd'],
  ['zstd by its header', zstdFrame([], { contentSize: 2 ** 31 }), 'zstd'],
  ['snappy', snappy.compress(large), 'snappy'],
  ['plain text', large, undefined],
  ['what is compressed twice', gzipSync(gzipSync(large)), 'gzip']
]
for (const [title, body, encoding] of tooLarge) {
  t.test(`more than maxBody bytes of ${title} are refused with 413 that names the limit`, async (t) => {
    await t.rejects(inflate(body, encoding, { maxBody }), { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE', message: /limits\.max_body \(1000 bytes\)/ })
  })
}

t.test('a gigabyte of zeros in a megabyte stops at the limit', async (t) => {
  const member = gzipSync(Buffer.alloc(16 * 1024 * 1024))
  const bomb = Buffer.concat(Array<Buffer>(64).fill(member))
  const before = process.memoryUsage().rss

  await t.rejects(inflate(bomb, 'gzip', { maxBody: 1024 * 1024 }), { code: 'TRIPLINE_BODY_TOO_LARGE' })
  t.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024)
})

for (const encoding of ['br', 'gzip, aes128gcm', 'gzip, gzip, gzip, gzip, gzip']) {
  t.test(`${encoding} is refused with 415`, async (t) => {
    await t.rejects(inflate(plain, encoding, { maxBody }), { status: 415, code: 'TRIPLINE_UNSUPPORTED_ENCODING', message: /gzip, deflate, zstd, snappy/ })
  })
}

t.test('a body in parts stays in parts unless it is compressed', async (t) => {
  const options = { maxBody, inTurn: (work: () => Promise<Buffer>) => work() }
  const parts = [plain.subarray(0, 3), plain.subarray(3)]
  const zipped = gzipSync(plain)

  const body = new Body(parts)
  t.equal(await inflateBody(body, 'identity', options), body)
  for (const encoding of ['gzip', undefined]) {
    t.same((await inflateBody(new Body([zipped.subarray(0, 2), zipped.subarray(2)]), encoding, options)).whole(), plain)
  }
  await t.rejects(inflateBody(new Body([Buffer.alloc(maxBody), Buffer.alloc(1)]), undefined, options), { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE' })
})
