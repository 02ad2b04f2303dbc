import t from 'tap'
import type { FieldMap } from '../../src/core/fields.js'
import { merge, unfold } from '../../src/rules/test-fields.js'

const plain = (fields: FieldMap) => JSON.parse(JSON.stringify(fields)) as FieldMap

t.test('dotted names become nested ones, two spellings of one table become one', async (t) => {
  t.same(plain(unfold({ 'a.b.c': 1, a: { b: { d: 2 } }, e: [{ 'f.g': 3 }], 'a.h': null })), { a: { b: { c: 1, d: 2 }, h: null }, e: [{ 'f.g': 3 }] })
})

const merges: [string, FieldMap, FieldMap, FieldMap][] = [
  ['what is over counts', { a: 1, b: 2 }, { a: 3 }, { a: 3, b: 2 }],
  ['tables are merged', { a: { b: 1, c: 2 } }, { a: { b: 3 } }, { a: { b: 3, c: 2 } }],
  ['lists are replaced', { a: [1, 2] }, { a: [3] }, { a: [3] }],
  ['a table replaces a value', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ['a value replaces a table', { a: { b: 2 } }, { a: 1 }, { a: 1 }],
  ['null takes away', { a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: null } }, { b: { d: 2 } }]
]
for (const [title, under, over, expected] of merges) {
  t.test(title, async (t) => {
    t.same(plain(merge(under, over)), expected)
  })
}

t.test('hostile names are names like others', async (t) => {
  const hostile = JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor.prototype.x": 2 }') as FieldMap

  const fields = merge({}, unfold(hostile))

  t.same(Object.keys(fields), ['__proto__', 'constructor'])
  t.equal(Reflect.get({}, 'polluted'), undefined)
  t.equal(Reflect.get({}, 'x'), undefined)
})
