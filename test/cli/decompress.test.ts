import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { decompress } from '../../src/cli/decompress.js'

const text = '{"a":1}\n'.repeat(5000)
/** `text` as `zstd -19` writes it: one frame. */
const zstd = Buffer.from('KLUv/QRohQAAQHsiYSI6MX0KAQA1nPrlAsOAuME=', 'base64')

async function read (parts: Buffer[]): Promise<string> {
  const inflated: Buffer[] = []
  for await (const chunk of decompress(Readable.from(parts))) inflated.push(chunk)
  return Buffer.concat(inflated).toString()
}

const bytesOf = (buffer: Buffer) => [...buffer].map((byte) => Buffer.of(byte))

const gzipped = gzipSync(text)
const cases: [string, Buffer[], string][] = [
  ['nothing', [], ''],
  ['an empty chunk', [Buffer.alloc(0)], ''],
  ['one byte', [Buffer.from('a')], 'a'],
  ['plain text in bytes', bytesOf(Buffer.from('abcdefgh')), 'abcdefgh'],
  ['gzip', [gzipped], text],
  ['gzip in bytes', bytesOf(gzipped), text],
  ['gzip twice', [gzipped, gzipped], text + text],
  ['zstd', [zstd], text],
  ['zstd in bytes', bytesOf(zstd), text],
  ['zstd twice', [zstd, zstd], text + text]
]
for (const [name, parts, expected] of cases) {
  t.test(`${name} is read`, async (t) => { t.ok(await read(parts) === expected) })
}

const broken: [string, Buffer[], RegExp][] = [
  ['gzip that is cut', [gzipped.subarray(0, 50)], /unexpected end of file/],
  ['gzip that is damaged', [Buffer.concat([gzipped.subarray(0, 12), Buffer.alloc(40, 7)])], /invalid/],
  ['zstd that is cut', [zstd.subarray(0, 20)], /unexpected EOF/],
  ['zstd that is damaged', [Buffer.concat([zstd.subarray(0, 6), Buffer.from([7, 0, 0]), Buffer.alloc(40)])], /invalid/]
]
for (const [name, parts, message] of broken) {
  t.test(`${name} throws`, async (t) => { await t.rejects(read(parts), { message }) })
}

t.test('a fault of the source is thrown', async (t) => {
  async function * source () {
    yield gzipped.subarray(0, 20)
    throw new Error('disk on fire')
  }

  await t.rejects(async () => { for await (const chunk of decompress(source())) t.ok(chunk) }, { message: 'disk on fire' })
})
