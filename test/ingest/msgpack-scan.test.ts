import { encode, ExtData } from '@msgpack/msgpack'
import fc from 'fast-check'
import t from 'tap'
import { endOfPacked } from '../../src/ingest/msgpack-scan.js'

const cases: [string, unknown][] = [
  ['a map of 20', Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]))],
  ['a map of 70,000', Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]))],
  ['an array of 20', Array(20).fill(null)],
  ['an array of 70,000', Array(70_000).fill(false)],
  ['long texts', ['x'.repeat(100), 'x'.repeat(1000), 'x'.repeat(70_000)]],
  ['bytes', [Buffer.alloc(10), Buffer.alloc(1000), Buffer.alloc(70_000)]],
  ['extensions', [1, 2, 4, 8, 16, 3, 300, 70_000].map((size) => new ExtData(5, Buffer.alloc(size)))],
  ['numbers', [0, 127, 128, 300, 70_000, 2 ** 40, -1, -100, -1000, -70_000, -(2 ** 40), 1.5, true, null]]
]
for (const [title, value] of cases) {
  t.test(`${title}: ends where it ends, and is cut off anywhere before`, async (t) => {
    const bytes = Buffer.from(encode(value))

    t.equal(endOfPacked(Buffer.concat([bytes, Buffer.from([1, 2])]), 0), bytes.length)
    for (const size of [bytes.length - 1, 2, 1]) t.equal(endOfPacked(bytes.subarray(0, size), 0), ~size)
  })
}

t.test('any value ends where it ends', async () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const bytes = Buffer.from(encode(value))
    return endOfPacked(bytes, 0) === bytes.length
  }))
})

t.test('a 32-bit float is four bytes', async (t) => {
  t.equal(endOfPacked(Buffer.from([0xca, 0, 0, 0, 0, 1]), 0), 5)
})

t.test('the one byte that is no type is named', async (t) => {
  t.equal(endOfPacked(Buffer.from([0x92, 0x01, 0xc1]), 0), ~2)
})

t.test('a header that claims four billion elements costs nothing', async (t) => {
  t.equal(endOfPacked(Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff, 1]), 0), ~6)
})

t.test('a hundred thousand arrays need no recursion', async (t) => {
  t.equal(endOfPacked(Buffer.alloc(100_001, 0x91).fill(1, 100_000), 0), 100_001)
})
