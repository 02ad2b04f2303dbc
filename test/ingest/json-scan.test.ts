import fc from 'fast-check'
import t from 'tap'
import { endOfString, endOfValue, isBlank, skipBlanks } from '../../src/ingest/json-scan.js'

const cases: [string, number][] = [
  ['{}', 2],
  ['{"a":[1,{"b":2}]},{"c":3}', 17],
  ['[1,2] ', 5],
  ['{"a":"}]\\"}"}x', 13],
  ['{"a":"\\\\"}x', 10],
  ['"text",', 6],
  ['12.5e3,1', 6],
  ['true]', 4],
  ['null', 4],
  ['1 2', 1],
  [',', 0],
  ['{"a":1', -1],
  ['{"a":"', -1],
  ['{"a":"\\', -1],
  ['"open', -1]
]
for (const [text, end] of cases) {
  t.test(`${text} ends at ${end}`, async (t) => { t.equal(endOfValue(Buffer.from(text), 0), end) })
}

t.test('any JSON value ends where it ends, whatever follows it', async () => {
  fc.assert(fc.property(fc.json(), fc.constantFrom('', ',', '}', ']', ' 1', '\n{', '"'), (text, rest) => {
    const structured = /^[[{"]/.test(text)
    return endOfValue(Buffer.from(text + (structured ? rest : rest.replace(/^"/, ','))), 0) === Buffer.byteLength(text)
  }))
})

t.test('a hundred thousand brackets need no recursion', async (t) => {
  t.equal(endOfValue(Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 0), 200_000)
})

t.test('a string ends at its quote, not at an escaped one', async (t) => {
  t.equal(endOfString(Buffer.from('"a\\"b"c'), 0), 6)
})

t.test('blanks are what JSON allows between tokens', async (t) => {
  t.equal(skipBlanks(Buffer.from(' \t\r\n{'), 0), 4)
  t.equal(skipBlanks(Buffer.from('  '), 0), 2)
  t.notOk(isBlank(0))
})
