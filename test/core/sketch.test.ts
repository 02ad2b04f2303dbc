import fc from 'fast-check'
import t from 'tap'
import { Sketch } from '../../src/core/sketch.js'

t.test('it knows how many hits a key had, and nothing of others', async (t) => {
  const sketch = new Sketch(1000)

  sketch.raise('a', 3)
  sketch.raise('a', 2)
  sketch.raise('', 1)

  t.equal(sketch.estimate('a'), 3)
  t.equal(sketch.estimate(''), 1)
  t.equal(sketch.estimate('b'), 0)
})

t.test('a count stops at 255', async (t) => {
  const sketch = new Sketch(1)
  sketch.raise('a', 1000)

  t.equal(sketch.estimate('a'), 255)
})

t.test('a key is forgotten at the second turn after it was last raised', async (t) => {
  const sketch = new Sketch(1)
  const told: number[] = []
  for (const hits of [3, 0, 4, 0, 0, 0]) {
    sketch.raise('a', hits)
    told.push(sketch.estimate('a'))
    sketch.turn()
  }

  t.same(told, [3, 3, 4, 4, 0, 0])
})

t.test('a key is remembered while as many others come as a generation tells apart, and not for ever', async (t) => {
  const sketch = new Sketch(100)
  for (let i = 0; i < sketch.keys; i++) sketch.raise(`before-${i}`, 1)
  sketch.raise('a', 20)
  for (let i = 0; i < sketch.keys; i++) {
    sketch.raise(`host-${i}`, 1)
    // Raised to what it knows already it does not count again.
    sketch.raise(`host-${i}`, 1)
  }
  t.equal(sketch.estimate('a'), 20)

  for (let i = 0; i < 2 * sketch.keys; i++) sketch.raise(`later-${i}`, 1)

  t.ok(sketch.estimate('a') < 2)
})

t.test('within a generation it never estimates too low, however full it is', async (t) => {
  const seen = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 300 })), { maxLength: 500, size: 'max' })
  const law = fc.property(seen, (seen) => {
    const sketch = new Sketch(1)
    const most = new Map<string, number>()
    for (const [key, hits] of seen) {
      sketch.raise(key, hits)
      most.set(key, Math.max(most.get(key) ?? 0, Math.min(255, hits)))
    }
    return [...most].every(([key, hits]) => sketch.estimate(key) >= hits)
  })
  t.doesNotThrow(() => fc.assert(law))
})

t.test('of as many keys as two generations hold, few are estimated too high', async (t) => {
  const sketch = new Sketch(100)
  for (let i = 0; i < 2 * sketch.keys; i++) sketch.raise(`host-${i}`, 1)

  const wrong = Array.from({ length: 10_000 }, (_, i) => sketch.estimate(`unknown-${i}`)).filter((hits) => hits > 0)

  t.ok(wrong.length < 1000, `${wrong.length} of 10,000`)
})

t.test('it grows with the groups, up to 16 MiB a generation', async (t) => {
  t.same([1, 16, 100_000, 10_000_000].map((groups) => new Sketch(groups).keys), [585, 585, 2_396_745, 2_396_745])
})
