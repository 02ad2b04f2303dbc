import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { FieldNames, Fields, firstText, parentField } from '../../src/core/fields.js'
import type { FieldMap } from '../../src/core/fields.js'

t.test('a field has the same values however it is spelt', async (t) => {
  const cases: [title: string, record: FieldMap, name: string, values: unknown[]][] = [
    ['nested', { a: { b: 1 } }, 'a.b', [1]],
    ['dotted', { 'a.b': 1 }, 'a.b', [1]],
    ['a dotted key that holds an object', { 'a.b': { c: 1 } }, 'a.b.c', [1]],
    ['an object that holds a dotted key', { a: { 'b.c': 1 } }, 'a.b.c', [1]],
    ['all at once, united', { a: { b: { c: 1 }, 'b.c': 2 }, 'a.b': { c: 3 }, 'a.b.c': 4 }, 'a.b.c', [1, 2, 3, 4]],
    ['duplicates collapse', { a: { b: ['x', 'y', 'x'] }, 'a.b': 'y' }, 'a.b', ['x', 'y']],
    ['a number and its text differ', { a: [1, '1', true, 'true'] }, 'a', [1, '1', true, 'true']],
    ['arrays in arrays', { a: [[['x']], [], 'y'] }, 'a', ['x', 'y']],
    ['arrays of objects', { a: [{ b: 1, c: 2 }, [{ b: 3 }]] }, 'a.b', [1, 3]],
    ['null is no value', { a: null, 'a.b': [null, undefined] }, 'a.b', []],
    ['an object has no value of its own', { a: { b: 1 } }, 'a', []],
    ['a value has no fields', { a: 'text' }, 'a.length', []],
    ['false, 0 and the empty text are values', { a: [false, 0, ''] }, 'a', [false, 0, '']],
    ['a 64-bit integer is its text', { a: 18446744073709551615n }, 'a', ['18446744073709551615']],
    ['bytes are no value', { a: new Uint8Array([1]) }, 'a', []],
    ['bytes have no fields', { a: new Uint8Array([1]) }, 'a.0', []],
    ['an empty name', { '': 1, a: { '': 2 } }, 'a.', [2]],
    ['an inherited key is absent', {}, 'constructor', []],
    ['the prototype is absent', {}, '__proto__.constructor.name', []],
    ['keys named like the prototype are data', JSON.parse('{"__proto__":{"constructor":"x"}}'), '__proto__.constructor', ['x']]
  ]
  for (const [title, record, name, values] of cases) {
    t.same(new Fields(record, 0).values(name), values, title)
  }
})

t.test('the objects at a path are sources of their own', async (t) => {
  const fields = new Fields({ items: [{ a: 1 }, [{ a: 2, 'b.c': 3 }], 'text', null], 'items.a': 4 }, 7)

  const objects = fields.objects('items')

  t.same(objects.map((object) => object.values('a')), [[1], [2]])
  t.same(objects.map((object) => object.values('b.c')), [[], [3]])
  t.same(objects.map((object) => object.arrival), [7, 7])
  t.same(fields.objects('items.a'), [])
  t.same(fields.objects('nothing'), [])
})

t.test('names are those of the fields that have a value', async (t) => {
  const fields = new Fields({ a: { b: [{ c: 1 }, { d: [null] }], 'e.f': '' }, g: {}, h: null, i: new Uint8Array(3), 'a.b.c': 2 }, 0)

  t.same(fields.names(), ['a.b.c', 'a.e.f'])
  t.same(new Fields({ 'a.b': 0, a: [{ b: 1 }] }, 0).values('a.b'), [1, 0])
  const dotted = new Fields({ 'a.b': 0, a: [{ b: 1 }] }, 0)
  dotted.names()
  t.same(dotted.values('a.b'), [1, 0], 'in the same order')
  t.same(fields.values('a.b.c'), [1, 2], 'and their values are the same after names were asked for')
  t.same(fields.values('a.b.d'), [])
})

t.test('the first value is given as text, a multi-field its parent\'s', async (t) => {
  const fields = new Fields({ a: { n: [7, 8], b: false, e: '', text: 'own' } }, 0)

  t.equal(firstText(fields, 'a.n'), '7')
  t.equal(firstText(fields, 'a.b'), 'false')
  t.equal(firstText(fields, 'a.e'), '')
  t.equal(firstText(fields, 'a.n.keyword'), '7')
  t.equal(firstText(fields, 'a.text'), 'own')
  t.equal(firstText(fields, 'a.x'), undefined)
  t.equal(firstText(fields, 'a.x.text'), undefined)
  t.equal(parentField('a.caseless'), 'a')
  t.equal(parentField('a.b'), undefined)
  t.equal(parentField('.text'), undefined)
})

t.test('hostile records cost no more than their size', async (t) => {
  const depth = 100_000
  const deepArray = JSON.parse('{"a":' + '['.repeat(depth) + '1' + ']'.repeat(depth) + '}')
  const deepObject = JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))
  const wide = Object.fromEntries(Array.from({ length: 12_000 }, (_, i) => ['k' + i, i]))
  const longName = 'x'.repeat(2_000)

  t.same(new Fields(deepArray, 0).values('a'), [])
  t.same(new Fields(deepArray, 0).values('a.b'), [])
  t.same(new Fields(deepArray, 0).objects('a'), [])
  t.same(new Fields(deepArray, 0).names(), [])
  t.same(new Fields(deepObject, 0).values(Array(200).fill('a').join('.')), [])
  t.same(new Fields(deepObject, 0).values('a'), [])
  t.same(new Fields(deepObject, 0).names(), [])
  t.equal(new Fields(wide, 0).names().length, 10_000)
  t.same(new Fields({ [longName]: 1, a: 2 }, 0).names(), ['a'])
  t.same(new Fields({ [longName]: 1 }, 0).values(longName), [1])
})

t.test('names asked for in thousands are forgotten, not kept', async (t) => {
  const fields = new Fields({ a: { b: 1 } }, 0)
  for (let i = 0; i < 10_000; i++) fields.values('a.x' + i)

  t.same(fields.values('a.b'), [1])
})

t.test('every leaf of a record is found under the name of its path', async (t) => {
  fc.assert(fc.property(record, (record) => {
    const leaves = leavesOf(record)
    const walked = new Fields(record, 0)
    const indexed = new Fields(record, 0)

    assert.deepEqual(new Set(indexed.names()), new Set(leaves.keys()))
    for (const [name, values] of leaves) {
      assert.deepEqual(new Set(walked.values(name)), values)
      assert.deepEqual(indexed.values(name), walked.values(name), 'in one order')
    }
  }))
  t.pass()
})

t.test('fields that are gathered have the same values, in the same order', async (t) => {
  const name = fc.array(fc.constantFrom('a', 'b', 'c', '', '__proto__', 'constructor'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))

  fc.assert(fc.property(record, fc.array(name, { maxLength: 12, size: 'max' }), fc.array(name), fc.boolean(), (record, names, others, isIndexed) => {
    const plain = new Fields(record, 0)
    const gathered = new Fields(record, 0)
    const wanted = new FieldNames(names)
    gathered.gather(wanted)
    gathered.gather(wanted)
    if (isIndexed) gathered.names()

    for (const name of [...names, ...others]) assert.deepEqual(gathered.values(name), plain.values(name), name)
    assert.deepEqual(gathered.names(), plain.names())
  }), { numRuns: 2000 })
  t.pass()
})

t.test('to gather costs no more than the record\'s size, however deep it is', async (t) => {
  const depth = 100_000
  const long = Array(200).fill('a').join('.')
  const names = new FieldNames(['a', 'a.b', long])
  for (const text of ['{"a":' + '['.repeat(depth) + '{"b":1}' + ']'.repeat(depth) + '}', '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)]) {
    const fields = new Fields(JSON.parse(text), 0)
    fields.gather(names)

    t.same(['a', 'a.b', long].map((name) => fields.values(name)), [[], [], []])
  }
  const fields = new Fields({ a: [[{ b: 1 }], { 'b.c': 2 }], 'a.b': [1, 3] }, 0)
  fields.gather(names)
  t.same(fields.values('a.b'), [1, 3])
})

const { record } = fc.letrec<{ record: FieldMap, value: unknown }>((tie) => ({
  record: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', '', '__proto__', 'constructor'), tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  value: fc.oneof({ maxDepth: 4 }, fc.integer({ max: 9, min: 0 }), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), tie('record'))
}))

function leavesOf (value: unknown, name?: string, leaves = new Map<string, Set<unknown>>()): Map<string, Set<unknown>> {
  if (Array.isArray(value)) value.forEach((item) => leavesOf(item, name, leaves))
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) leavesOf(child, name === undefined ? key : `${name}.${key}`, leaves)
  } else if (value !== null && name !== undefined) leaves.set(name, (leaves.get(name) ?? new Set()).add(value))
  return leaves
}
