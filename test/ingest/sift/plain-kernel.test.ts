import fc from 'fast-check'
import t from 'tap'
import { endOfValue, skipBlanks } from '../../../src/ingest/json-scan.js'
import { createPlainKernel } from '../../../src/ingest/sift/plain-kernel.js'
import { crumbs, searchOnce, siftText, walkOver } from './kernels.js'

t.test('it finds every text, letters of either case being one', async (t) => {
  const words = ['nslookup.exe', 'nslookup', 'll', 'cmd.exe']
  const kernel = createPlainKernel(words.map((word, i) => siftText(word, i + 1)))

  fc.assert(fc.property(crumbs, (body) => {
    const bytes = Buffer.from(body).map((byte) => byte | 0x20)
    const expected = words.flatMap((word, i) => Array.from(bytes, (_, at): [number, number] => [at, i + 1])
      .filter(([at]) => Buffer.from(word).every((byte, j) => bytes[at + j] === (byte | 0x20))))

    t.same(searchOnce(kernel, body), expected.sort(([a, b], [c, d]) => a - c || b - d))
  }))
})

const hiding: [string, boolean][] = [
  ['\\u006e', true], ['\\u004E', true], ['\\\\u0023x', true], ['\\u005c', true], ['\\u002f', true],
  ['\\u0022', false], ['\\u0027', false], ['\\u002B', false], ['\\u003d', false], ['\\u003E', false], ['\\u0060', false],
  ['\\u0026', false], ['\\u0026#', true], ['\\u003c', false], ['\\u003C!', true], ['\\u003c?', true],
  ['\\u0019', false], ['\\u0080', false], ['\\u00e4', false], ['\\u4e2d', false], ['\\users', false], ['\\u00', false], ['\\u006', false], ['\\u00g0', false],
  ['\\U0041', false], ['|u0041', false], ['\u0006#', false], ['\u001c!', false], ['&#', true], ['&amp;', false], ['<!', true], ['<?', true], ['<?xml', false], ['<?XML', false], ['<?xm', true]
]
for (const [text, hides] of hiding) {
  t.test(`${text} ${hides ? 'may hide a text' : 'hides nothing'}`, async (t) => {
    const kernel = createPlainKernel(['\\u00', '&#', '<!', '<?'].map((text) => siftText(text, 0)))

    t.equal(searchOnce(kernel, text).length > 0, hides)
  })
}

t.test('a walk ends where the values end', async (t) => {
  const kernel = createPlainKernel([])

  fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.constantFrom('', '\n', ' '), (values, blank) => {
    const body = values.map((value) => JSON.stringify(value)).join(blank)
    const expected: number[] = []
    for (let at = 0; at < Buffer.byteLength(body); at = skipBlanks(Buffer.from(body), at)) expected.push(at = endOfValue(Buffer.from(body), at))

    t.same(walkOver(kernel, body, { base: 0 }), { ends: expected, outside: true })
  }))
})

const walks: [string, ReturnType<typeof walkOver>][] = [
  ['[{"a":"}"},[]]', { ends: [10, 13, 14], outside: true }],
  ['[{"a":"\\"}', { ends: [], outside: false }],
  ['[{"a":1}', { ends: [8], outside: false }],
  ['[{}]]', -1],
  ['[{}\\]', -1]
]
for (const [text, expected] of walks) {
  t.test(`a walk through ${text}`, async (t) => {
    t.same(walkOver(createPlainKernel([]), text, { base: 1 }), expected)
  })
}

t.test('too many hits are not told', async (t) => {
  const kernel = createPlainKernel([siftText('ab', 1)])

  t.equal(searchOnce(kernel, 'ab'.repeat(4096)).length, 4096)
  t.equal(searchOnce(kernel, 'ab'.repeat(4097)), 'too many')
})
