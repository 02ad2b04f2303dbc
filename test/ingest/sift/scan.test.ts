import fc from 'fast-check'
import t from 'tap'
import { Body } from '../../../src/ingest/body.js'
import { createPlainKernel } from '../../../src/ingest/sift/plain-kernel.js'
import { numberRange, scan } from '../../../src/ingest/sift/scan.js'
import { createWasmKernel } from '../../../src/ingest/sift/wasm-kernel.js'
import { siftText } from './kernels.js'

const texts = [siftText('nslookup.exe', 1), siftText('qq', 2), siftText('x'.repeat(48), 3)]
const kernel = createWasmKernel(texts)
const stride = 65_472

t.test('texts are found wherever they stand, across windows and parts', async (t) => {
  const places = [0, 1, 100, stride - 20, stride - 1, stride, 65_500, 65_530, 65_536, 65_590, 2 * stride + 60, 200_000 - 48]
  for (const text of ['NSLookup.exe', 'qq', 'X'.repeat(48)]) {
    for (const place of places) {
      const whole = Buffer.alloc(200_000, ' ')
      whole.write(text, place)
      const cut = Math.min(place + 3, whole.length)

      const { hits } = scan(kernel, new Body([whole.subarray(0, cut), whole.subarray(cut)]), { searches: true })

      t.ok(hits.length >= 1 && hits.every((hit) => Math.floor(hit / numberRange) === place), `${text} at ${place}`)
    }
  }
})

t.test('hits come in their order', async (t) => {
  const { hits, outline } = scan(kernel, new Body([Buffer.from('qq nslookup.exe qq')]), { searches: true })

  t.same([...hits], [2, 3 * numberRange + 1, 16 * numberRange + 2])
  t.equal(outline, undefined)
})

t.test('nothing is asked, nothing is looked at', async (t) => {
  t.same(scan(kernel, new Body([Buffer.from('qq')]), { searches: false }), { hits: new Float64Array(), blind: [] })
})

t.test('where there are too many hits, it says that it is blind', async (t) => {
  const body = new Body([Buffer.alloc(stride + 64, ' '), Buffer.from('qq'.repeat(5000)), Buffer.alloc(100_000, ' ')])

  t.same(scan(kernel, body, { searches: true }).blind, [{ from: stride, to: 2 * stride + 64 }])
})

t.test('a walk is the same whatever the windows and the parts', async (t) => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.nat(70_000), fc.jsonValue()), { minLength: 1, maxLength: 6, size: 'max' }), fc.nat(200_000), (records, cut) => {
    const text = '\ufeff [' + records.map(([key, length, value]) => JSON.stringify({ [key]: 'y'.repeat(length), value })).join(',') + ']'
    const whole = Buffer.from(text)
    const body = new Body([whole.subarray(0, cut), whole.subarray(cut)])
    const walk = { from: 4, base: 1, maxEnds: 100 }

    const [fast, plain] = [kernel, createPlainKernel(texts)].map((kernel) => scan(kernel, body, { searches: true, walk }))

    t.equal(fast?.outline?.ends.length, records.length + 1)
    t.same(fast, plain)
  }), { numRuns: 30 })
})

t.test('an outline tells where one object plainly follows another', async (t) => {
  const outlineOf = (text: string) => scan(kernel, new Body([Buffer.from(text)]), { searches: false, walk: { from: 0, base: 1, maxEnds: 10 } }).outline

  t.same(outlineOf('[{},{"a":[{}]},{} ,{}, {},[],{}]'), { ends: [3, 14, 17, 21, 25, 28, 31, 32], plain: [true, true, false, false, false, false, false, false] })
})

t.test('what stands before a walk is no matter to it', async (t) => {
  for (const front of ['"\\', '"'.repeat(70_001), '{'.repeat(131_000)]) {
    t.same(scan(kernel, new Body([Buffer.from(`${front}{"a":1}`)]), { searches: false, walk: { from: front.length, base: 0, maxEnds: 10 } }).outline?.ends, [front.length + 7])
  }
})

const bad: [string, string][] = [['is cut off', '{"a":[1'], ['is cut off in a text', '{"a":"b'], ['closes too much', '{}}'], ['has an escape outside of a text', '{\\}'], ['ends too often', '{}{}{}{}']]
for (const [title, text] of bad) {
  t.test(`a walk that ${title} tells nothing`, async (t) => {
    t.equal(scan(kernel, new Body([Buffer.from(text)]), { searches: false, walk: { from: 0, base: 0, maxEnds: 3 } }).outline, undefined)
  })
}
