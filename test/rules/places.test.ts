import t from 'tap'
import { createPlaces, showPath } from '../../src/rules/places.js'

const text = 'one\ntwo\r\n\nfour'
const cases: [number, number, number][] = [
  [0, 1, 1], [2, 1, 3], [3, 1, 4], [4, 2, 1], [7, 2, 4], [9, 3, 1], [10, 4, 1], [14, 4, 5], [99, 4, 5]
]
for (const [offset, line, column] of cases) {
  t.test(`offset ${offset} is line ${line}, column ${column}`, async (t) => {
    t.same(createPlaces('a.toml', text)(offset), { file: 'a.toml', line, column })
  })
}

t.test('a path is shown as people write it', async (t) => {
  t.equal(showPath(['threshold', 'cardinality', 0, 'field']), 'threshold.cardinality[0].field')
  t.equal(showPath([]), '')
})

t.test('a text without a line has a place too', async (t) => {
  t.same(createPlaces('a', '')(0), { file: 'a', line: 1, column: 1 })
})
