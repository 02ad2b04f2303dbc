import fc from 'fast-check'
import t from 'tap'
import { checkValue } from '../../src/ingest/json-check.js'

const wrong: [string, number][] = [
  ['{"a":tru}', 5],
  ['{"a":01}', 5],
  ['{"a":1.}', 5],
  ['{a:1}', 1],
  ['{"a" 1}', 5],
  ['{"a":1 "b":2}', 7],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['[1}', 2],
  ['{"a":"b\nc"}', 7],
  ['{"a":"\\x"}', 7],
  ['{"a":"\\u12g4"}', 10],
  ['{"a":"x},{"b":1}', 11],
  ['{"a":\0}', 5],
  ['{1:2}', 1]
]
for (const [text, position] of wrong) {
  t.test(`${JSON.stringify(text)} is wrong at ${position}`, async (t) => {
    t.equal(checkValue(Buffer.from(text), 0, text.length), ~position)
  })
}

for (const text of ['{', '{"a', '{"a":', '{"a":1', '{"a":"\\', '{"a":"\\u12', '{"a":[tr', '[1,', '{"a":"\\u']) {
  t.test(`${text} ends too soon`, async (t) => {
    t.equal(checkValue(Buffer.from(text), 0, text.length), ~text.length)
  })
}

t.test('looks no further than it is told', async (t) => {
  t.equal(checkValue(Buffer.from('{"a":1}'), 0, 4), ~4)
})

t.test('what JSON.parse takes ends where it ends, and what it does not take has no end', async () => {
  const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', '\\', 'x', '\n')).map(([text, at, put]) => {
    const cut = at % (text.length + 1)
    return text.slice(0, cut) + put + text.slice(cut + 1)
  })
  fc.assert(fc.property(fc.oneof(fc.json(), broken), (inner) => {
    const text = `{"in":${inner}}`
    const bytes = Buffer.from(text)
    const end = checkValue(bytes, 0, bytes.length)
    return isJson(text) ? end === bytes.length : end < bytes.length
  }), { numRuns: 500 })
})

t.test('a hundred thousand brackets need no recursion', async (t) => {
  t.equal(checkValue(Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 0, 200_000), 200_000)
  t.equal(checkValue(Buffer.from('['.repeat(100_001)), 0, 100_001), ~100_000)
})

function isJson (text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
