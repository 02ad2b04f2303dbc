import t from 'tap'
import { isBlank, readLiteral, skipBlanks, skipNot, skipOperator } from '../../../src/core/kql/literal.js'

t.test('an unquoted literal is read up to where the grammar ends it', async (t) => {
  const cases: [source: string, literal: object | undefined, next: number][] = [
    ['cmd.exe', { type: 'text', text: 'cmd.exe', quoted: false, start: 0, end: 7 }, 7],
    ['a b  c \t', { text: 'a b  c', end: 6 }, 8],
    ['a and b', { text: 'a' }, 1],
    ['a \n OR\tb', { text: 'a' }, 1],
    ['a and', { text: 'a and' }, 5],
    ['or b', { text: 'or b' }, 4],
    ['cannot x', { text: 'can' }, 3],
    ['not', { text: 'not' }, 3],
    ['not x', undefined, 0],
    ['a:b', { text: 'a' }, 1],
    ['a)', { text: 'a' }, 1],
    ['', undefined, 0],
    ['\u3000', { text: '', end: 0 }, 1],
    ['a\\:\\(\\)\\<\\>\\"\\*\\{\\}\\\\', { text: 'a:()<>"*{}\\' }, 21],
    ['a\\tb\\rc\\nd', { text: 'a\tb\rc\nd' }, 10],
    ['\\u0041\\u00e9', { text: 'Aé' }, 12],
    ['a \\and b \\OR \\Not c', { text: 'a and b OR Not c' }, 19],
    ['a\\u12', { text: 'a' }, 1],
    ['a\\q', { text: 'a' }, 1],
    ['a\\', { text: 'a' }, 1],
    ['\\not', { text: 'ot' }, 4],
    ['true', { text: 'true', quoted: false }, 4],
    ['null', { type: 'null' }, 4],
    ['Null', { type: 'text', text: 'Null' }, 4],
    ['*', { type: 'pattern', pieces: ['', ''] }, 1],
    [' a * b ', { type: 'pattern', pieces: ['a ', ' b'] }, 7],
    ['a*\\*b**', { type: 'pattern', pieces: ['a', '*b', '', ''] }, 7]
  ]
  for (const [source, literal, next] of cases) {
    const read = readLiteral(source, 0)
    if (literal === undefined) t.equal(read, undefined, source)
    else t.match(read, { literal, next }, source)
  }
})

t.test('a quoted literal is read up to its closing quote', async (t) => {
  const cases: [source: string, text: string | undefined][] = [
    ['"a and b:(*)"', 'a and b:(*)'],
    ['" a "', ' a '],
    ['""', ''],
    ['"a\\"b\\\\"', 'a"b\\'],
    ['"a\\tb\\rc\\n\nd"', 'a\tb\rc\n\nd'],
    ['"\\u0041\\u004"', 'A\\u004'],
    ['"C:\\Windows\\and"', 'C:\\Windows\\and'],
    ['"null"', 'null'],
    ['"a', undefined],
    ['"a\\"', undefined],
    ['"a\\', undefined]
  ]
  for (const [source, text] of cases) {
    const read = readLiteral(source, 0)
    if (text === undefined) t.equal(read, undefined, source)
    else t.match(read, { literal: { type: 'text', text, quoted: true, start: 0, end: source.length }, next: source.length }, source)
  }
})

t.test('a literal in the middle of a query knows its place', async (t) => {
  t.same(readLiteral('a: b  )', 3), { literal: { type: 'text', text: 'b', quoted: false, start: 3, end: 4 }, next: 6 })
})

t.test('operators need blanks around them, not needs one behind it', async (t) => {
  t.equal(skipOperator(' and b', 0, 'and'), 5)
  t.equal(skipOperator(' \u00a0oR\n\tb', 0, 'or'), 6)
  t.equal(skipOperator('and b', 0, 'and'), undefined)
  t.equal(skipOperator(' and(b)', 0, 'and'), undefined)
  t.equal(skipOperator(' and', 0, 'and'), undefined)
  t.equal(skipNot('NOT b', 0), 4)
  t.equal(skipNot('not', 0), undefined)
  t.equal(skipNot('not(b)', 0), undefined)
  t.equal(skipBlanks('  ', 0), 2)
  t.equal(isBlank('\u3000'), false)
})

t.test('a long run of blanks takes linear time', async (t) => {
  const source = 'a' + ' '.repeat(500_000) + 'b'

  t.equal(readLiteral(source, 0)?.next, source.length)
})
