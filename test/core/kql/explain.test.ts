import t from 'tap'
import { explain } from '../../../src/core/kql/explain.js'

t.test('what is wrong is said with its remedy', async (t) => {
  const cases: [text: string, at: number, expected: RegExp][] = [
    ['not(a:1)', 3, /a blank after "not"/],
    ['a:1 and(b:2)', 7, /a blank after "and"/],
    ['(a:1)and b:2', 5, /a blank on both sides/],
    ['a:1 or )', 4, /something after the operator/],
    ['a:1 and ', 4, /something after the operator/],
    ['a:can not b', 6, /quote a value that holds the word/],
    ['a:b)', 3, /no "\("/],
    ['a:b}', 3, /no "\{"/],
    ['a {', 2, /":" before "\{"/],
    ['a:b:c', 3, /quote a value that holds ":"/],
    ['a:b\\c', 3, /for a backslash/],
    ['a:b<c', 3, /"<" or ">"/],
    ['"a" "b"', 4, /before the quoted value/],
    ['"a" b', 4, /"and", "or" or the end of the query/]
  ]
  for (const [text, at, expected] of cases) t.match(explain(text, at), expected, text)
})
