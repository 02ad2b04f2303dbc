import t from 'tap'
import { isDeeper, maxDepth, readJson } from '../../src/ingest/json-read.js'

const cases: [string, unknown, number, boolean][] = [
  ['a number', 1, 0, false],
  ['null', null, 0, false],
  ['an empty object', {}, 0, true],
  ['an empty object', {}, 1, false],
  ['an array in an object', { a: [1] }, 1, true],
  ['an array in an object', { a: [1] }, 2, false],
  ['an object in an array', [1, {}], 1, true],
  ['null in an object', { a: null }, 1, false]
]
for (const [title, value, depth, is] of cases) {
  t.test(`${title} is ${is ? '' : 'not '}nested more than ${depth} times`, async (t) => { t.equal(isDeeper(value, depth), is) })
}

t.test('JSON is read, anything else and what is nested too deep is undefined', async (t) => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

  t.same(readJson('{"a":1}'), { a: 1 })
  t.equal(readJson('{a:1}'), undefined)
  t.ok(readJson(nested(maxDepth)))
  t.equal(readJson(nested(maxDepth + 1)), undefined)
  t.equal(readJson(nested(100_000)), undefined)
})
