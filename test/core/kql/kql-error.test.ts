import t from 'tap'
import { KqlError, placeOf } from '../../../src/core/kql/kql-error.js'

t.test('a place counts lines and columns from 1', async (t) => {
  t.same(placeOf('a\nbc', 0), { offset: 0, line: 1, column: 1 })
  t.same(placeOf('a\nbc', 3), { offset: 3, line: 2, column: 2 })
  t.same(placeOf('', 0), { offset: 0, line: 1, column: 1 })
})

t.test('an error says what was expected and shows the line', async (t) => {
  const error = new KqlError('expected a value after ":"', 'event.code:1\n  and process.name:', 32)

  t.match(error, { name: 'KqlError', offset: 32, line: 2, column: 20 })
  t.equal(error.message, 'expected a value after ":" in  and process.name:')
})

t.test('an error shows no more of a long query than the place needs', async (t) => {
  t.equal(new KqlError('expected x', 'a'.repeat(500), 250).message.length, 'expected x in  '.length + 80)
  t.equal(new KqlError('expected x', 'a:b\n\n', 4).message, 'expected x in  a:b', 'a blank line tells nothing')
})
