import t from 'tap'
import { firstOf, isMap, setOwn, text } from '../../../src/core/ecs/windows-event.js'

t.test('a value has text if it is text, a number or a boolean', async (t) => {
  const cases: [value: unknown, expected: string | undefined][] = [
    [' a ', 'a'], ['', undefined], [' ', undefined], [4688, '4688'], [0, '0'], [2n ** 63n, '9223372036854775808'], [true, 'true'], [null, undefined], [undefined, undefined], [{}, undefined], [['a'], undefined]
  ]
  for (const [value, expected] of cases) t.equal(text(value), expected)
})

t.test('the first field that has text is taken', async (t) => {
  t.equal(firstOf({ a: '', b: 7, c: 'x' }, ['z', 'a', 'b', 'c']), '7')
  t.equal(firstOf({}, ['a']), undefined)
})

t.test('lists, bytes and null are no maps', async (t) => {
  t.same([{}, { a: 1 }, [], null, Buffer.from('a'), 'a'].map(isMap), [true, true, false, false, false, false])
})

t.test('a name from outside becomes a field, whatever it is', async (t) => {
  const record = {}

  for (const name of ['a', '__proto__', 'constructor']) setOwn(record, name, name)

  t.equal(JSON.stringify(record), '{"a":"a","__proto__":"__proto__","constructor":"constructor"}')
})
