import fc from 'fast-check'
import t from 'tap'
import { KqlError } from '../../../src/core/kql/kql-error.js'
import type { Value } from '../../../src/core/kql/literal.js'
import { parse } from '../../../src/core/kql/parse.js'
import type { Query } from '../../../src/core/kql/parse.js'

t.test('a query reads as the tree that its operators make', async (t) => {
  const cases: [text: string, shown: string][] = [
    ['', 'all'],
    [' \n', 'all'],
    ['a:1', '"a": "1"'],
    [' a : 1 ', '"a": "1"'],
    ['a:1 or b:2 and c:3', '("a": "1" or ("b": "2" and "c": "3"))'],
    ['(a:1 or b:2) and c:3', '(("a": "1" or "b": "2") and "c": "3")'],
    ['a:1 or b:2 or c:3', '("a": "1" or "b": "2" or "c": "3")'],
    ['not a:1 and b:2', '(not "a": "1" and "b": "2")'],
    ['not (not a:1)', 'not not "a": "1"'],
    ['( ( a:1 ) )', '"a": "1"'],
    ['a:(x or y and not z)', '("a": "x" or ("a": "y" and not "a": "z"))'],
    ['a:((x or y) and z)', '(("a": "x" or "a": "y") and "a": "z")'],
    ['a:(x y)', '"a": "x y"'],
    ['"a b":"c d"', '"a b": "c d"'],
    ['a*:b*c', 'a*: b*c'],
    ['a: or b', '"a": "or b"'],
    ['x', '"x"'],
    ['"x" ', '"x"'],
    ['x or *', '("x" or *)'],
    ['not:x', '"not": "x"'],
    ['null:x', '"null": "x"'],
    ['a:"null"', '"a": "null"'],
    ['a:true', '"a": "true"'],
    ['a < 1', '"a" < "1"'],
    ['a<=1', '"a" <= "1"'],
    ['a* >"1"', 'a* > "1"'],
    ['a >= 1', '"a" >= "1"'],
    ['a:{ b:1 and c:{d:2} }', '"a": { ("b": "1" and "c": { "d": "2" }) }'],
    ['a : { b }', '"a": { "b" }']
  ]
  for (const [text, shown] of cases) t.equal(show(parse(text).ast), shown, text)
})

t.test('a literal carries its place', async (t) => {
  t.same(parse('a.b : "x"').ast, {
    type: 'is',
    field: { type: 'text', text: 'a.b', quoted: false, start: 0, end: 3 },
    value: { type: 'text', text: 'x', quoted: true, start: 6, end: 9 }
  })
})

t.test('an error says what was expected, and where', async (t) => {
  const cases: [text: string, offset: number, message: RegExp][] = [
    ['process.name:', 13, /^expected a value after ":" in {2}process\.name:$/],
    [':x', 0, /a field name before ":"/],
    ['a >', 3, /a value after ">"/],
    ['a < b*', 4, /without "\*" after "<"/],
    ['a:null', 2, /other than null/],
    ['null', 0, /other than null/],
    ['a > null', 4, /other than null/],
    ['a:(x or null)', 8, /other than null/],
    ['not not a', 4, /one "not" only/],
    ['a:(not not x)', 7, /one "not" only/],
    ['not )', 4, /something after "not"/],
    ['a:1 and ', 8, /something after "and"/],
    ['a:(x or )', 8, /something after "or"/],
    ['a:()', 3, /a value after "\("/],
    ['()', 1, /a query after "\("/],
    ['a:{}', 3, /a query after "\{"/],
    ['a*:{b:1}', 0, /a path without "\*"/],
    ['(a:1', 0, /"\)" for the "\("/],
    ['a:{b:1', 2, /"\}" for the "\{"/],
    ['a:(b:1)', 4, /quote a value that holds ":"/],
    ['a:"x', 2, /a closing quote/],
    ['a:1)', 3, /no "\("/],
    [')', 0, /a query/],
    ['a:1\nand b:', 10, /in {2}and b:$/],
    ['('.repeat(101) + 'a' + ')'.repeat(101), 100, /at most 100 levels/],
    ['('.repeat(1_000_000), 100, /at most 100 levels/]
  ]
  for (const [text, offset, message] of cases) {
    t.throws(() => parse(text), { name: 'KqlError', offset, message }, text.slice(0, 20))
  }
})

t.test('parentheses side by side are not deep', async (t) => {
  const { ast } = parse(Array(300).fill('(a:1)').join(' and '))

  t.equal(ast.type === 'and' && ast.children.length, 300)
})

t.test('what is allowed but probably not meant is a warning with its place', async (t) => {
  t.match(parse('a:1\nor b:x? or c:(y or "z?")').warnings, [{ offset: 9, line: 2, column: 6 }])
  t.match(parse('a:1 or b:x or').warnings, [{ message: /operator word/ }])
})

const name = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('or', 'not x', 'null', 'a and b', '"', '\\n', 'é\n'))
const text = name.map((text): Value => ({ type: 'text', text, quoted: true, start: 0, end: 0 }))
const pattern = fc.tuple(name, name).map((pieces): Value => ({ type: 'pattern', pieces: [pieces[0].trimStart(), pieces[1].trimEnd()], start: 0, end: 0 }))
const value = fc.oneof(text, pattern)
const trees = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof({ maxDepth: 3 },
    fc.record({ type: fc.constant('is' as const), field: fc.option(value, { nil: undefined }), value }),
    fc.record({ type: fc.constant('range' as const), field: value, operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const), value: text }) as fc.Arbitrary<Query>,
    fc.record({ type: fc.constantFrom('and' as const, 'or' as const), children: fc.array(tie('query'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ type: fc.constant('not' as const), child: tie('query') }),
    fc.record({ type: fc.constant('nested' as const), path: text, child: tie('query') }) as fc.Arbitrary<Query>)
}))

t.test('a tree that is written and read again is the same', async (t) => {
  fc.assert(fc.property(trees.query, (query) => {
    const written = write(query)
    return show(parse(written).ast) === show(query)
  }), { numRuns: 500 })
  t.pass()
})

t.test('no text makes the parser throw anything but a KqlError', async (t) => {
  const token = fc.constantFrom('a', ' ', 'and', 'or', 'not', '(', ')', ':', '{', '}', '"', '*', '\\', '<', '>', '<=', 'null', '\\u00', '\n', '?')
  const texts = fc.oneof(fc.string(), fc.array(token, { maxLength: 20 }).map((tokens) => tokens.join('')))
  fc.assert(fc.property(texts, (text) => {
    try {
      parse(text)
    } catch (error) {
      return error instanceof KqlError && error.offset <= text.length && error.line >= 1 && error.column >= 1
    }
    return true
  }), { numRuns: 5_000 })
  t.pass()
})

function show (query: Query): string {
  switch (query.type) {
    case 'all': return 'all'
    case 'not': return `not ${show(query.child)}`
    case 'is': return query.field === undefined ? showValue(query.value) : `${showValue(query.field)}: ${showValue(query.value)}`
    case 'range': return `${showValue(query.field)} ${query.operator} ${showValue(query.value)}`
    case 'nested': return `${showValue(query.path)}: { ${show(query.child)} }`
    default: return `(${query.children.map(show).join(` ${query.type} `)})`
  }
}

function showValue (value: Value): string {
  return value.type === 'pattern' ? value.pieces.join('*') : JSON.stringify(value.text)
}

// KQL again: every part in parentheses, patterns with every character escaped.
function write (query: Query): string {
  switch (query.type) {
    case 'all': return ''
    case 'not': return `not (${write(query.child)})`
    case 'is': return query.field === undefined ? writeValue(query.value) : `${writeValue(query.field)}: ${writeValue(query.value)}`
    case 'range': return `${writeValue(query.field)} ${query.operator} ${writeValue(query.value)}`
    case 'nested': return `${writeValue(query.path)}: { ${write(query.child)} }`
    default: return query.children.map((child) => `(${write(child)})`).join(` ${query.type} `)
  }
}

function writeValue (value: Value): string {
  if (value.type === 'text') return `"${value.text.replaceAll(/["\\]/g, '\\$&')}"`
  return value.pieces.map((piece) => piece.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)).join('*')
}
