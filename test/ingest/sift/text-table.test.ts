import t from 'tap'
import { writeTables } from '../../../src/ingest/sift/text-table.js'
import { siftText } from './kernels.js'

t.test('a text is looked up by its rarest letters', async (t) => {
  const { entries } = writeTables([siftText('system32 qjkzqzj.exe', 7), siftText('cmd.exe', 8)])

  const grams = [1, 2, 3, 4].map((i) => Buffer.from(entries.subarray(16 * i, 16 * i + 4)).toString())
  t.same(grams, ['qjkz', 'jkzq', 'kzqz', 'zqzj'])
})

t.test('texts of the same letters share their place, and short ones one of eight sets', async (t) => {
  const { head, entries } = writeTables([siftText('qjkzqjk.exe', 1), siftText('qjkzqjk.com', 2), siftText('ab', 3), siftText('cd', 4), siftText('net.exe', 5)])

  t.equal(head.subarray(64, 16448).reduce((sum, byte) => sum + byte, 0), 8)
  t.equal(entries.length, 16 * (1 + 4 + 4 + 4 + 1 + 1) + 11 + 11 + 7 + 2 + 2)
})

t.test('too many are refused', async (t) => {
  t.throws(() => writeTables(Array.from({ length: 16_384 }, (_, i) => siftText(`text ${i}`.padEnd(8), 1))), RangeError)
})

const strides: [string[], 4 | 8, boolean][] = [
  [['nslookup.exe'], 8, false], [['nslookup.exe', 'rundll32.exe'], 8, false], [['nslookup.exe', 'whoami.exe'], 4, false], [['nslookup.exe', 'w.exe'], 8, true], [[], 8, false]
]
for (const [texts, stride, hasShorts] of strides) {
  t.test(`of ${texts.join(' and ') || 'nothing'} each ${stride}th place is looked up${hasShorts ? ', and each for short ones' : ''}`, async (t) => {
    t.match(writeTables([...texts.map((text, i) => siftText(text, i + 1)), siftText('&#', 0)]), { stride, hasShorts })
  })
}

t.test('of very many texts each fourth place is looked up', async (t) => {
  t.match(writeTables(Array.from({ length: 8192 }, (_, i) => siftText(`program-${i}.exe`, i))), { stride: 4 })
})
