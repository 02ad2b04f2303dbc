import fc from 'fast-check'
import t from 'tap'
import { Ranks } from '../../src/core/ranks.js'

t.test('the first of the lowest rank is the one that came first', async (t) => {
  const ranks = new Ranks(3)
  t.equal(ranks.lowest(), undefined)

  ranks.push(5, 2)
  ranks.push(100, 1)
  ranks.push(7, 1)
  t.equal(ranks.lowest(), 100)
  t.same([5, 7, 100].map((number) => ranks.of(number)), [2, 1, 1])

  ranks.remove(100)
  t.equal(ranks.lowest(), 7)
  ranks.remove(7)
  ranks.remove(5)
  t.equal(ranks.lowest(), undefined)
})

t.test('whatever comes and goes, that is what a list for each rank would say', async (t) => {
  const step = fc.record({ number: fc.nat({ max: 40 }), rank: fc.nat({ max: 3 }) })
  const law = fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
    const ranks = new Ranks(4)
    const lists: number[][] = [[], [], [], []]
    for (const { number, rank } of steps) {
      const list = lists.find((list) => list.includes(number))
      if (list === undefined) {
        ranks.push(number, rank)
        lists[rank]?.push(number)
        if (ranks.of(number) !== rank) return false
      } else {
        ranks.remove(number)
        list.splice(list.indexOf(number), 1)
      }
      if (ranks.lowest() !== lists.find((list) => list.length > 0)?.[0]) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})
