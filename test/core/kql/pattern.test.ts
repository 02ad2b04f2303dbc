import fc from 'fast-check'
import t from 'tap'
import { compilePattern, isAny } from '../../../src/core/kql/pattern.js'

t.test('a star stands for any run of characters, and a pattern for the whole text', async (t) => {
  const cases: [pattern: string, text: string, fits: boolean][] = [
    ['a*', 'abc', true], ['a*', 'ba', false], ['*c', 'abc', true], ['*c', 'cb', false],
    ['*b*', 'abc', true], ['*b*', 'ac', false], ['a*c', 'ac', true], ['a*c', 'abd', false], ['aba*aba', 'ababa', false],
    ['a*b*c', 'a.b.c', true], ['a*b*c', 'acb', false], ['*b*c', 'bc', true], ['a*b*', 'ab', true], ['*a*a*', 'a', false],
    ['a*bc*c', 'abc', false], ['*', '', true], ['**', 'x\ny', true], ['a**', 'a', true], ['a?*', 'ab', false]
  ]
  for (const [pattern, text, fits] of cases) t.equal(compilePattern(pattern.split('*'))(text), fits, `${pattern} ${text}`)
})

t.test('patterns agree with the regular expression of the same meaning', async (t) => {
  const text = (max: number) => fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: max })
  fc.assert(fc.property(text(6), text(10), (source, other) => {
    const pattern = source + '*'
    const expression = new RegExp(`^${pattern.replaceAll('*', '[^]*')}$`)

    return compilePattern(pattern.split('*'))(other) === expression.test(other)
  }), { numRuns: 2_000 })
  t.pass()
})

t.test('only stars alone fit every text', async (t) => {
  t.equal(isAny(['', '', '']), true)
  t.equal(isAny(['', 'a']), false)
})

t.test('many stars over a long text take linear time', async (t) => {
  t.equal(compilePattern(Array(200).fill('a'))('a'.repeat(1_000_000) + 'b'), false)
})
