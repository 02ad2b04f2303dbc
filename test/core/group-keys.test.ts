import t from 'tap'
import { groupKeys, shortValue, termsOf } from '../../src/core/group-keys.js'
import { eventOf } from './event-of.js'

t.test('an event counts in the group of each combination of its values', async (t) => {
  const event = eventOf({ host: { id: ['h1', 'h2'] }, user: { name: 'alice', id: [7, '7', 8] }, flag: [true, 'true'] })
  const cases: [title: string, fields: string[], terms: unknown[]][] = [
    ['one value', ['user.name'], [['alice']]],
    ['a list', ['host.id'], [['h1'], ['h2']]],
    ['several fields', ['host.id', 'user.name'], [['h1', 'alice'], ['h2', 'alice']]],
    ['a number and its text are one', ['user.id'], [['7'], ['8']]],
    ['a boolean and its text as well', ['flag'], [['true']]],
    ['no field, so one group for all', [], [[]]],
    ['a field without a value, so none', ['user.name', 'nothing'], []]
  ]
  for (const [title, fields, terms] of cases) {
    const keys = groupKeys(event, fields).map((key) => termsOf(key, fields))

    t.same(keys.map((terms) => terms.map(({ value }) => value)), terms, title)
    t.same(keys.map((terms) => terms.map(({ field }) => field)), terms.map(() => fields), title)
  }
})

t.test('the key of one field is its value', async (t) => {
  t.same(groupKeys(eventOf({ host: { id: ['h1', '__proto__'] } }), ['host.id']), ['h1', '__proto__'])
})

t.test('no two combinations share a key', async (t) => {
  const values = ['a', 'a,b', '"', '\\', '', 'a"],["y","b']
  const events = values.flatMap((x) => values.map((y) => eventOf({ x, y })))

  t.equal(new Set(events.flatMap((event) => groupKeys(event, ['x', 'y']))).size, 36)
})

t.test('events without a field are a group of their own where they are to be', async (t) => {
  const keysOf = (fields: object): string[] => groupKeys(eventOf({ ...fields }), ['x', 'y'], true)

  t.equal(new Set([{}, { x: '1' }, { y: '1' }, { x: '1', y: '1' }].flatMap(keysOf)).size, 4)
  t.same(groupKeys(eventOf(), ['x'], true).map((key) => termsOf(key, ['x'])), [[]])
  t.same(groupKeys(eventOf({ y: '1' }), ['x', 'y'], true).map((key) => termsOf(key, ['x', 'y'])), [[{ field: 'y', value: '1' }]])
})

t.test('no text looks like no value, and each is the term that it was', async (t) => {
  const values = ['', '\u0000', '\u0000\u0000', '\u0000a', 'a', '[]']
  const events = [eventOf(), ...values.map((x) => eventOf({ x }))]
  const keys = events.flatMap((event) => groupKeys(event, ['x'], true))

  t.equal(new Set(keys).size, 7)
  t.same(keys.map((key) => termsOf(key, ['x']).map(({ value }) => value)), [[], ...values.map((value) => [value])])
})

t.test('an event counts in 1,000 groups at most, and costs no more to find them', async (t) => {
  const list = Array.from({ length: 50_000 }, (_, i) => i)
  const event = eventOf({ a: list, b: list, c: list, d: ['x', 'y'] })

  t.equal(groupKeys(event, ['a']).length, 1000)
  const keys = groupKeys(event, ['d', 'a', 'b', 'c'])

  t.equal(new Set(keys).size, 1000)
  t.same(termsOf(keys[1] as string, ['d', 'a', 'b', 'c']).map(({ value }) => value), ['x', '0', '0', '1'])
})

t.test('a long value is its beginning and its hash, so that two of them stay two', async (t) => {
  const [one, other] = ['x'.repeat(100_000) + '1', 'x'.repeat(100_000) + '2']

  t.equal(shortValue('x'.repeat(1024)), 'x'.repeat(1024))
  t.equal(shortValue(one).length, 1023)
  t.ok(shortValue(one).startsWith('x'.repeat(1004)))
  t.not(shortValue(one), shortValue(other))
  t.equal(groupKeys(eventOf({ a: one }), ['a'])[0], shortValue(one))
})

t.test('half of a surrogate pair is replaced, since no store could tell its key from another', async (t) => {
  t.equal(shortValue('a\ud800b'), 'a\ufffdb')
  t.equal(shortValue('a😀b'), 'a😀b')
  t.equal(shortValue('x'.repeat(1003) + '😀' + 'x'.repeat(100)).slice(1000, 1007), 'xxx...' + shortValue('x'.repeat(1003) + '😀' + 'x'.repeat(100))[1006])
})
