import t from 'tap'
import { folded, Numbers } from '../../../src/ingest/sift/numbers.js'

t.test('equal texts have one number, letters of either case being one', async (t) => {
  const numbers = new Numbers()

  t.same([numbers.of(['cmd.exe', 'w.exe']), numbers.of(['CMD.exe']), numbers.of([])], [[1, 2], [1], []])
  t.same(numbers.texts().map(({ bytes, number }) => [String(bytes), number]), [['cmd.exe', 1], ['w.exe', 2]])
})

t.test('a text of one byte has none', async (t) => {
  const numbers = new Numbers()

  t.equal(numbers.of(['cmd.exe', 'x']), undefined)
  t.same(numbers.texts(), [])
})

t.test('of too many the last ones have none', async (t) => {
  const numbers = new Numbers()

  t.equal(numbers.of(Array.from({ length: 8192 }, (_, i) => `text ${i}`))?.at(-1), 8192)
  t.equal(numbers.of(['one more']), undefined)
})

t.test('a long text is known by its beginning', async (t) => {
  t.equal(String(folded('X'.repeat(60))), 'x'.repeat(48))
})
