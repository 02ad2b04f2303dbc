import fc from 'fast-check'
import t from 'tap'
import { Tally } from '../../../src/core/enrich/tally.js'

t.test('counts each value', async (t) => {
  const tally = tallyOf(['TXT', 'A', 'TXT'])

  t.same(tally.top(10), { TXT: 2, A: 1 })
  t.same(tally.entries(), [['TXT', 2], ['A', 1]])
})

t.test('is empty until something was counted', async (t) => {
  t.equal(new Tally().empty, true)
  t.same(new Tally().top(10), {})
  t.equal(tallyOf(['A']).empty, false)
})

t.test('shows the largest and sums the rest up', async (t) => {
  const tally = tallyOf(['a', 'b', 'b', 'c', 'c', 'c', 'd'])

  t.same(tally.top(2), { c: 3, b: 2, other: 2 })
})

t.test('counts no more than 200 distinct values by themselves', async (t) => {
  const tally = tallyOf(Array.from({ length: 250 }, (_, i) => `v${i}`))
  tally.add('v0')

  t.equal(tally.entries().length, 200)
  t.equal(tally.other, 50)
  t.same(tally.top(1), { v0: 2, other: 249 })
})

t.test('a value called other is not lost to the rest', async (t) => {
  const tally = new Tally()
  for (const value of ['other', 'other', 'other', 'a', 'a', 'b']) tally.add(value)

  t.same(tally.top(2), { other: 4, a: 2 })
  t.same(tally.top(3), { other: 3, a: 2, b: 1 })
})

t.test('takes the names of object properties for values like any other', async (t) => {
  const tally = tallyOf(['__proto__', 'constructor', '__proto__'])

  t.equal(JSON.stringify(tally.top(10)), '{"__proto__":2,"constructor":1}')
})

t.test('goes on from its entries as if it had never stopped', async (t) => {
  const values = fc.array(fc.integer({ min: 0, max: 300 }).map(String), { maxLength: 500 })

  fc.assert(fc.property(values, values, (before, after) => {
    const whole = tallyOf([...before, ...after])
    const first = tallyOf(before)
    const second = new Tally(first.entries(), first.other)
    for (const value of after) second.add(value)

    t.same(second.top(10), whole.top(10))
  }), { numRuns: 30 })
})

function tallyOf (values: string[]): Tally {
  const tally = new Tally()
  for (const value of values) tally.add(value)
  return tally
}
