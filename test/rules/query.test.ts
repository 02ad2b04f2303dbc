import t from 'tap'
import { Fields } from '../../src/core/fields.js'
import { FieldReader } from '../../src/rules/field-reader.js'
import type { Path } from '../../src/rules/places.js'
import { combine, compileConditions, compileQuery } from '../../src/rules/query.js'
import { showPath } from '../../src/rules/places.js'

function readerOf (): FieldReader {
  return new FieldReader({}, (path: Path, inside?: number) => ({ file: showPath(path), line: inside }), 'rule')
}
const event = new Fields({ a: ['B', 'BCDE'] }, 0)

t.test('a query is ready to run', async (t) => {
  const reader = readerOf()

  const query = compileQuery(reader, ['query'], 'a: bcde', { caseInsensitive: true })

  t.equal(query?.text, 'a: bcde')
  t.ok(query?.predicate(event))
  t.same(query?.literals, [['bcde']])
  t.same(reader.faults, [])
})

t.test('a query that cannot be read is a fault at its character', async (t) => {
  const reader = readerOf()

  t.equal(compileQuery(reader, ['query'], 'a: b and c:', { caseInsensitive: false }), undefined)

  t.match(reader.faults, [{ place: { file: 'query' }, reason: /^rule: query cannot be read: / }])
  t.type(reader.faults[0]?.place.line, 'number')
})

t.test('a query from elsewhere is a fault at the rule, and says where it is from', async (t) => {
  const reader = readerOf()

  compileQuery(reader, [], 'a: (', { caseInsensitive: false, called: 'exceptions of the config' })

  t.match(reader.faults, [{ place: { file: '', line: undefined }, reason: /^rule: exceptions of the config: cannot be read/ }])
})

t.test('what is probably not meant is a warning', async (t) => {
  const reader = readerOf()

  compileQuery(reader, ['query'], 'process.pid: many', { caseInsensitive: false })

  t.match(reader.warnings, [{ place: { file: 'query' }, text: /never met/ }])
})

t.test('conditions are compiled one by one; what can never be met is a warning, what cannot be applied a fault', async (t) => {
  const reader = readerOf()
  const deep = Array.from({ length: 5000 }).reduce<object>((of) => ({ is: 'not', of }), { is: 'exists', field: 'a' })

  const predicates = compileConditions(reader, ['filters'], [
    { is: 'phrase', field: 'process.pid', value: 'many' }, { is: 'phrase', field: 'a', value: 'B' }, deep as never
  ], { caseInsensitive: false })

  t.same(predicates.map((predicate) => predicate(event)), [false, true])
  t.match(reader.warnings, [{ place: { file: 'filters' }, text: /filters this comparison is never met/ }])
  t.match(reader.faults, [{ place: { file: 'filters' }, reason: /filters cannot be applied/ }])
})

const yes = () => true
const no = () => false
t.test('all of the one and none of the other', async (t) => {
  t.equal(combine([yes], []), yes, 'a lone query costs no more')
  t.ok(combine([], [])(event))
  t.ok(combine([yes, yes], [no])(event))
  t.notOk(combine([yes, no], [])(event))
  t.notOk(combine([yes], [no, yes])(event))
})
