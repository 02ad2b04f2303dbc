import { encode, ExtData } from '@msgpack/msgpack'
import fc from 'fast-check'
import t from 'tap'
import { readPacked } from '../../src/ingest/msgpack-read.js'

t.test('any JSON value reads back equal', async () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const read = readPacked(Buffer.from(encode(value)), 128)
    return JSON.stringify(read) === JSON.stringify(value)
  }))
})

const values: [string, unknown][] = [
  ['small and large numbers', [0, 127, 128, 300, 70_000, 2 ** 40, -1, -100, -1000, -70_000, -(2 ** 40), 1.5]],
  ['long texts', ['x'.repeat(100), 'x'.repeat(1000), 'x'.repeat(70_000)]],
  ['many elements', [Array(20).fill(1), Array(70_000).fill(2)]],
  ['many keys', Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]))],
  ['very many keys', Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]))],
  ['the words', [null, true, false]]
]
for (const [title, value] of values) {
  t.test(`${title} read back equal`, async (t) => { t.same(readPacked(Buffer.from(encode(value)), 8), value) })
}

const cases: [string, number[], unknown][] = [
  ['a 32-bit float', [0xca, 0x3f, 0xc0, 0, 0], 1.5],
  ['an unsigned 64-bit integer', [0xcf, 0, 0, 0, 1, 0, 0, 0, 0], 2 ** 32],
  ['the byte that is no type', [0xc1], null],
  ['bin as text', [0xc4, 2, 0x61, 0x62], 'ab'],
  ['broken UTF-8', [0xa5, 0x61, 0xe9, 0x62, 0x63, 0x64], 'a\ufffdbcd'],
  ['a number for a key', [0x81, 5, 1], { 5: 1 }],
  ['an array for a key', [0x81, 0x91, 5, 1], { '[5]': 1 }],
  ['Fluent Bit\'s EventTime', [0xd7, 0, 0x65, 0, 0, 0, 0x1d, 0xcd, 0x65, 0], '2023-09-12T06:06:56.500Z'],
  ['a 32-bit timestamp', [0xd6, 0xff, 0x65, 0, 0, 0], '2023-09-12T06:06:56.000Z'],
  ['a 64-bit timestamp', [0xd7, 0xff, 0x77, 0x35, 0x94, 0, 0x65, 0, 0, 0], '2023-09-12T06:06:56.500Z'],
  ['a 96-bit timestamp', [0xc7, 12, 0xff, 0x1d, 0xcd, 0x65, 0, 0, 0, 0, 0, 0x65, 0, 0, 0], '2023-09-12T06:06:56.500Z'],
  ['a timestamp that no date can hold', [0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0], null],
  ['an unknown extension', [...encode(new ExtData(7, Buffer.alloc(300)))], null]
]
for (const [title, bytes, value] of cases) {
  t.test(`${title} is read`, async (t) => { t.same(readPacked(Buffer.from(bytes), 8), value) })
}

t.test('a __proto__ key is a key like any other', async (t) => {
  const read = readPacked(Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x78, 1]), 8) as object

  t.same(Object.keys(read), ['__proto__'])
  t.equal(Object.getPrototypeOf(read), Object.prototype)
  t.notOk('x' in read)
})

for (const [title, header] of [['arrays', [0x91]], ['maps', [0x81, 0xa1, 0x61]]] as const) {
  t.test(`${title} nested deeper than maxDepth throw`, async (t) => {
    const nested = (depth: number): Buffer => Buffer.from([...Array<readonly number[]>(depth).fill(header).flat(), 1])

    t.doesNotThrow(() => { readPacked(nested(8), 8) })
    t.throws(() => { readPacked(nested(9), 8) }, RangeError)
  })
}
