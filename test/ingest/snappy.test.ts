import fc from 'fast-check'
import snappy from 'snappyjs'
import t from 'tap'
import { inflateSnappy } from '../../src/ingest/snappy.js'
import { readRequest } from '../wire.js'

t.test('a block inflates to what it was made of', async () => {
  const body = fc.array(fc.uint8Array({ maxLength: 300 })).map((parts) => Buffer.concat([...parts, ...parts]))
  fc.assert(fc.property(body, (plain) => inflateSnappy(snappy.compress(plain), plain.length).equals(plain)))
})

t.test('large literals and far copies inflate', async (t) => {
  const noise = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i * 31) >> 5))
  const plain = Buffer.concat([noise, noise])

  t.same(inflateSnappy(snappy.compress(plain), 200_000), plain)
})

t.test('a copy with a 32-bit offset inflates', async (t) => {
  t.equal(inflateSnappy(Buffer.from([8, 0x0c, 0x61, 0x62, 0x63, 0x64, 0x0f, 4, 0, 0, 0]), 8).toString(), 'abcdabcd')
})

t.test('more than maxBody bytes are refused by the length alone', async (t) => {
  t.throws(() => { inflateSnappy(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), 1000) }, { code: 'ERR_BUFFER_TOO_LARGE' })
})

t.test('a block that is cut off anywhere is refused, not filled with zeros', async (t) => {
  const { body } = readRequest('fluent-bit/json-snappy')

  for (let size = 0; size < body.length; size += 7) t.throws(() => { inflateSnappy(body.subarray(0, size), 1_000_000) })
})

const broken: [string, number[]][] = [
  ['no length', [0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['more than its length', [2, 0x08, 0x61, 0x62, 0x63]],
  ['a literal whose length is cut off', [100, 0xf0]],
  ['a copy from before its start', [5, 0x00, 0x61, 0x01, 0x09]]
]
for (const [title, bytes] of broken) {
  t.test(`a block with ${title} is refused`, async (t) => {
    t.throws(() => { inflateSnappy(Buffer.from(bytes), 1000) })
  })
}
