import fc from 'fast-check'
import t from 'tap'
import { createGlob } from '../../src/rules/glob.js'

const cases: [string, string, boolean][] = [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abcd', false],
  ['a*b*c', 'a-b-b-c', true],
  ['?', 'ä', true],
  ['?', '😀', true],
  ['?', '', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['**?', 'x', true],
  ['a\\*c', 'a*c', true],
  ['a\\*c', 'abc', false],
  ['C:\\\\Win*', 'C:\\Windows', true],
  ['\\?', '?', true],
  ['end\\', 'end\\', true],
  ['abc', 'ABC', false],
  ['a', 'ab', false]
]
for (const [pattern, text, expected] of cases) {
  t.test(`${pattern} ${expected ? 'fits' : 'does not fit'} ${JSON.stringify(text)}`, async (t) => {
    t.equal(createGlob(pattern)(text), expected)
  })
}

t.test('any case fits on demand', async (t) => {
  t.ok(createGlob('NS*.EXE', { caseInsensitive: true })('nslookup.exe'))
})

t.test('a pattern of many stars is no trap', async (t) => {
  t.notOk(createGlob('*a'.repeat(200) + 'b')('a'.repeat(20_000)))
})

t.test('decides as a regular expression does', async () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, text) => {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)

    return createGlob(pattern)(text) === expression.test(text)
  }))
})
