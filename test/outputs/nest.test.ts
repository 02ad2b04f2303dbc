import t from 'tap'
import fc from 'fast-check'
import type { FieldMap } from '../../src/core/fields.js'
import { nest } from '../../src/outputs/nest.js'

const cases: [string, FieldMap, unknown][] = [
  ['a dotted key becomes objects',
    { 'kibana.alert.uuid': 'x', 'kibana.alert.rule.name': 'y', host: { 'os.type': 'windows' }, message: 'm' },
    { kibana: { alert: { uuid: 'x', rule: { name: 'y' } } }, host: { os: { type: 'windows' } }, message: 'm' }],
  ['dotted and nested spellings meet in one object',
    { 'host.name': 'a', host: { id: 1, 'os.type': 'b' }, 'host.os': { version: 2 } },
    { host: { name: 'a', id: 1, os: { type: 'b', version: 2 } } }],
  ['objects in lists are nested too, lists in lists as well',
    { evidence: [{ 'process.pid': 1 }, [{ 'process.pid': 2 }], 3, null] },
    { evidence: [{ process: { pid: 1 } }, [{ process: { pid: 2 } }], 3, null] }],
  ['a key below a value stays dotted beside it',
    { 'kibana.alert.rule.name': 1, 'kibana.alert.rule': 'v', 'kibana.alert.rule.name.long': 2 },
    { kibana: { alert: { rule: 'v', 'rule.name': 1, 'rule.name.long': 2 } } }],
  ['two values of one key become a list, equal ones stay one',
    { a: { b: 1, c: 2, d: [3] }, 'a.b': 4, 'a.c': 2, 'a.d': 5 },
    { a: { b: [1, 4], c: 2, d: [3, 5] } }],
  ['an object and a value of one key become a list',
    { a: { b: { c: 1 } }, 'a.b': 4 },
    { a: { b: [{ c: 1 }, 4] } }],
  ['keys that are data are left alone',
    { tripline: { values: { 'process.name': { 'cmd.exe': 2 } }, dns: { domains: { 'example.net': 3 } } }, 'kibana.alert.rule.parameters': { filters: [{ term: { 'host.name': 'a' } }] } },
    { tripline: { values: { 'process.name': { 'cmd.exe': 2 } }, dns: { domains: { 'example.net': 3 } } }, kibana: { alert: { rule: { parameters: { filters: [{ term: { 'host.name': 'a' } }] } } } } }],
  ['a key below keys that are data stays dotted',
    { tripline: { dns: { domains: { 'a.b': 1 } } }, 'tripline.dns.names': ['x'], 'tripline.dns': 7 },
    { tripline: { dns: [{ domains: { 'a.b': 1 } }, 7], 'dns.names': ['x'] } }],
  ['a key with an empty part is left alone',
    { 'a..b': 1, '.c': 2, 'd.': 3, '': 4 },
    { 'a..b': 1, '.c': 2, 'd.': 3, '': 4 }]
]
for (const [title, record, expected] of cases) {
  t.test(title, async (t) => {
    const before = JSON.stringify(record)

    t.same(JSON.parse(JSON.stringify(nest(record))), expected)
    t.equal(JSON.stringify(record), before, 'the record itself is left as it is')
  })
}

t.test('__proto__ is a key like any other', async (t) => {
  const nested = nest(JSON.parse('{"__proto__.polluted": 1, "a": {"__proto__": {"b": 2}}}'))

  t.equal(JSON.stringify(nested), '{"a":{"__proto__":{"b":2}},"__proto__":{"polluted":1}}')
  t.equal(({} as FieldMap).polluted, undefined)
})

t.test('neither a long key nor a deep object makes it so deep that it cannot be written', async (t) => {
  const long = 'a.'.repeat(50_000) + 'a'
  const deep = JSON.parse('{"a.b":'.repeat(100) + '1' + '}'.repeat(100))

  const nested = nest({ [long]: 1, deep })

  t.ok(depthOf(nested) <= 200)
  t.same(leaves(nested), leaves({ [long]: 1, deep }))
})

t.test('no value is lost, whatever keys collide, and the order of the keys does not matter', async (t) => {
  const key = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
  const { record } = fc.letrec<{ record: FieldMap, value: unknown }>((tie) => ({
    record: fc.dictionary(key, tie('value'), { maxKeys: 5 }) as fc.Arbitrary<FieldMap>,
    value: fc.oneof({ maxDepth: 3 }, fc.integer(), tie('record'))
  }))
  fc.assert(fc.property(record, (record) => {
    t.equal(leaves(nest(record)).join(), leaves(record).join())
    const turned = Object.fromEntries(Object.entries(record).reverse())
    t.same(nest(turned), nest(record))
  }), { numRuns: 300 })
})

/** `path=value` of every distinct value, sorted. */
function leaves (value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`]
  const found = Object.entries(value).flatMap(([key, item]) => leaves(item, Array.isArray(value) ? path : path === '' ? key : `${path}.${key}`))
  return [...new Set(found)].sort()
}

function depthOf (value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
}
