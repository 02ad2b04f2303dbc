import fc from 'fast-check'
import t from 'tap'
import { Sketch } from '../../src/core/sketch.js'

t.test('it knows how often a key was seen, and nothing of others', async (t) => {
  const sketch = new Sketch(1000)

  sketch.add('a', 3)
  sketch.add('a', 2)
  sketch.add('', 1)

  t.equal(sketch.estimate('a'), 5)
  t.equal(sketch.estimate(''), 1)
  t.equal(sketch.estimate('b'), 0)
})

t.test('a count stops at 255, and age halves it down to nothing', async (t) => {
  const sketch = new Sketch(1)
  sketch.add('a', 1000)
  sketch.add('a', 1)

  const counts = Array.from({ length: 9 }, () => {
    const count = sketch.estimate('a')
    sketch.age()
    return count
  })

  t.same(counts, [255, 127, 63, 31, 15, 7, 3, 1, 0])
})

t.test('it never estimates too low, however full it is', async (t) => {
  const seen = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 20 })), { maxLength: 300, size: 'max' })
  const law = fc.property(seen, (seen) => {
    const sketch = new Sketch(4)
    const counts = new Map<string, number>()
    for (const [key, count] of seen) {
      sketch.add(key, count)
      counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return [...counts].every(([key, count]) => sketch.estimate(key) >= Math.min(255, count))
  })
  t.doesNotThrow(() => fc.assert(law))
})

t.test('of as many keys as it was made for, hardly one is estimated too high', async (t) => {
  const sketch = new Sketch(10_000)
  for (let i = 0; i < 10_000; i++) sketch.add(`host-${i}`, 1 + i % 3)

  const wrong = Array.from({ length: 10_000 }, (_, i) => sketch.estimate(`host-${i}`) - (1 + i % 3)).filter((error) => error !== 0)

  t.ok(wrong.length < 100, `${wrong.length} of 10,000`)
})
