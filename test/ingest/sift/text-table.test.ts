import t from 'tap'
import { writeTables } from '../../../src/ingest/sift/text-table.js'
import { siftText } from './kernels.js'

t.test('a text is looked up by its rarest letters', async (t) => {
  const { entries } = writeTables([siftText('system32 qjkzqzj.exe', 7)])

  const grams = [1, 2, 3, 4].map((i) => Buffer.from(entries.subarray(16 * i, 16 * i + 4)).toString())
  t.same(grams, ['qjkz', 'jkzq', 'kzqz', 'zqzj'])
})

t.test('texts of the same letters share their place, and short ones one of eight sets', async (t) => {
  const { head, entries } = writeTables([siftText('qjkzqjk.exe', 1), siftText('qjkzqjk.com', 2), siftText('ab', 3), siftText('cd', 4)])

  t.equal(head.subarray(64, 16448).reduce((sum, byte) => sum + byte, 0), 4)
  t.equal(entries.length, 16 * (1 + 4 + 4 + 1 + 1) + 11 + 11 + 2 + 2)
})

t.test('too many are refused', async (t) => {
  t.throws(() => writeTables(Array.from({ length: 16_384 }, (_, i) => siftText(`text ${i}`.padEnd(8), 1))), RangeError)
})
