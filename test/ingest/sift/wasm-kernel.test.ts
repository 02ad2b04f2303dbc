import fc from 'fast-check'
import t from 'tap'
import { createPlainKernel } from '../../../src/ingest/sift/plain-kernel.js'
import { createWasmKernel } from '../../../src/ingest/sift/wasm-kernel.js'
import { crumbs, nearlyJson, searchOnce, siftText, walkOver } from './kernels.js'

const hiding = ['\\u00', '&#', '<!', '<?'].map((text) => siftText(text, 0))
const words = ['nslookup.exe', 'lookup.exe \\u0', 'powershell.exe', 'nslookup', 'slookup.e', 'cmd.exe', 'powershell', 'lookup.exe', 'ab', 'w.exe', 'l_p', 'll']
// By the shortest text the kernel decides how it looks.
const wanted = fc.constantFrom(2, 7, 11).chain((minLength) => fc.uniqueArray(fc.oneof(
  fc.constantFrom(...words.filter((word) => word.length >= minLength)),
  fc.string({ minLength, maxLength: 48, unit: 'grapheme-ascii' })
), { maxLength: 40, size: 'max' }))

t.test('it finds what the plain kernel finds', async (t) => {
  fc.assert(fc.property(wanted, fc.array(crumbs, { minLength: 1, maxLength: 5 }), (wanted, bodies) => {
    const texts = [...hiding, ...wanted.map((word, i) => siftText(word, i + 1))]
    const kernels = [createWasmKernel(texts), createPlainKernel(texts)] as const

    for (const body of bodies) t.same(searchOnce(kernels[0], body), searchOnce(kernels[1], body))
  }), { numRuns: 600 })
})

t.test('it finds a text wherever it stands', async (t) => {
  const texts = ['nslookup.exe', 'abcdefg', 'ab', 'abc', 'x'.repeat(48)]
  const kernel = createWasmKernel(texts.map((text, i) => siftText(text, i + 1)))
  for (const [i, text] of texts.entries()) {
    for (let at = 0; at < 140; at++) {
      const found = searchOnce(kernel, ' '.repeat(at) + text)
      t.ok(found !== 'too many' && found.some(([position, number]) => position === at && number === i + 1), `${text} at ${at}`)
    }
  }
})

t.test('it finds what hides a text wherever it stands, whether or not there are short texts', async (t) => {
  for (const others of [[siftText('nslookup.exe', 1)], [siftText('zq', 1)]]) {
    const kernel = createWasmKernel([...hiding, ...others])
    for (const text of ['\\u006e', '\\u003c!', '&#', '<!', '<?x']) {
      for (let at = 0; at < 140; at++) t.same(searchOnce(kernel, ' '.repeat(at) + text), [[at, 0]], `${text} at ${at}`)
    }
  }
})

t.test('a text that is cut off is not there', async (t) => {
  const kernel = createWasmKernel([siftText('nslookup.exe', 1), siftText('ab', 2)])
  searchOnce(kernel, 'nslookup.exe')

  t.same(searchOnce(kernel, 'nslookup.ex'), [])
  t.same(searchOnce(kernel, 'a'), [])
})

t.test('too many hits are not told', async (t) => {
  const texts = [siftText('ab', 1)]
  for (const kernel of [createWasmKernel(texts), createPlainKernel(texts)]) {
    t.equal(searchOnce(kernel, 'ab'.repeat(4096)).length, 4096)
    t.equal(searchOnce(kernel, 'ab'.repeat(4097)), 'too many')
  }
})

t.test('it walks as the plain kernel walks, whatever the windows', async (t) => {
  const kernels = [createWasmKernel([]), createPlainKernel([])] as const

  fc.assert(fc.property(nearlyJson, fc.constantFrom(0, 1), fc.constantFrom(64, 128, 65536), (text, base, step) => {
    t.same(walkOver(kernels[0], text, { base, step }), walkOver(kernels[1], text, { base }))
  }), { numRuns: 2000 })
})

t.test('a thousand texts are found as one is', async (t) => {
  const texts = Array.from({ length: 1000 }, (_, i) => siftText(`tool-${i * 7919}.exe`, i + 1))
  const kernel = createWasmKernel(texts)

  t.same(searchOnce(kernel, `say TOOL-${999 * 7919}.exe`), [[4, 1000]])
})
