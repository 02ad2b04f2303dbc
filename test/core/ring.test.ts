import fc from 'fast-check'
import t from 'tap'
import { maxValues, Ring, type Hit, type RingOptions } from '../../src/core/ring.js'

t.test('the window is closed: hits exactly its length apart are in one', async (t) => {
  const ring = ringOf({ threshold: 2, window: 10 })

  t.equal(ring.add({ time: 0 }), undefined)
  t.equal(ring.add({ time: 11 }), undefined)
  t.same(ring.add({ time: 21 }), [{ time: 11 }, { time: 21 }])
  t.same([...ring], [{ time: 0 }], 'what met the condition is consumed, the rest stays')
})

t.test('a late hit completes the window that it falls in', async (t) => {
  const ring = ringOf({ threshold: 3, window: 10 })
  ring.add({ time: 0 })
  ring.add({ time: 100 })
  ring.add({ time: 10 })

  t.same(ring.add({ time: 5 }), [{ time: 0 }, { time: 5 }, { time: 10 }])
  t.same([...ring], [{ time: 100 }])
})

t.test('of two windows that a late hit completes the earlier one takes it', async (t) => {
  const ring = ringOf({ threshold: 2, window: 10 })
  ring.add({ time: 0 })
  ring.add({ time: 20 })

  t.same(ring.add({ time: 10 }), [{ time: 0 }, { time: 10 }])
})

t.test('hits of one time stand in order of arrival', async (t) => {
  const ring = ringOf({ threshold: 9, window: 10, cardinality: 9 })
  for (const value of ['a', 'b', 'c']) ring.add({ time: 1, value })

  t.same([...ring].map(({ value }) => value), ['a', 'b', 'c'])
  t.equal(ring.length, 3)
})

t.test('a distinct count is a condition beside the number', async (t) => {
  const ring = ringOf({ threshold: 2, window: 10, cardinality: 2 })

  t.equal(ring.add({ time: 0, value: 'a' }), undefined)
  t.equal(ring.add({ time: 1, value: 'a' }), undefined)
  t.equal(ring.add({ time: 2 }), undefined, 'no value adds nothing to it')
  t.equal(ring.add({ time: 12, value: 'b' }), undefined, 'a value outside of the window neither')
  t.same(ring.add({ time: 11, value: '__proto__' })?.map(({ time }) => time), [1, 2, 11])
})

t.test('a plain count keeps the newest hits that it has room for, and says when one had to go', async (t) => {
  const ring = ringOf({ threshold: 3, window: 1, capacity: 2 })
  for (const time of [0, 10, 20, 5]) ring.add({ time })

  t.same([...ring].map(({ time }) => time), [10, 20])
  t.equal(ring.approximate, true)
})

t.test('with a distinct count the newest hits of each value are kept, and it says when one had to go', async (t) => {
  const ring = ringOf({ threshold: 2, window: 100, cardinality: 2 })
  for (const time of [1, 2]) ring.add({ time, value: 'a' })
  t.equal(ring.approximate, false)

  ring.add({ time: 3, value: 'a' })

  t.same([...ring].map(({ time }) => time), [2, 3])
  t.equal(ring.approximate, true)
})

t.test('of more distinct values than it can hold, the one seen the longest ago goes whole', async (t) => {
  const ring = ringOf({ threshold: 5000, window: 1e9, cardinality: 5000 })
  ring.add({ time: 0 })
  for (let i = 0; i < maxValues; i++) for (const time of [i, i + 0.5]) ring.add({ time, value: `v${i}` })
  ring.add({ time: 5000, value: 'v0' })
  t.equal(ring.length, 2 * maxValues + 2)

  for (let i = 0; i < 10; i++) ring.add({ time: 1e6 + i, value: `new${i}` })

  const values = new Set([...ring].flatMap(({ value }) => value))
  t.equal(values.size, maxValues + 1, 'and hits without a value are none')
  t.notOk(values.has('v1') || values.has('v10'))
  t.ok(values.has('v0') && values.has('v11') && values.has('new9') && values.has(undefined))
  t.equal(ring.approximate, true)
})

t.test('each value of a hit counts', async (t) => {
  const ring = ringOf({ threshold: 2, window: 10, cardinality: 3 })

  t.equal(ring.add({ time: 0, value: ['a', 'b'] }), undefined)
  t.same(ring.add({ time: 1, value: ['b', 'c'] })?.map(({ time }) => time), [0, 1])
})

t.test('a hit of several values stays as long as one of them needs it', async (t) => {
  const ring = ringOf({ threshold: 2, window: 100, cardinality: 4 })
  ring.add({ time: 0, value: ['a', 'b'] })
  for (const time of [1, 2]) ring.add({ time, value: 'a' })
  t.equal(ring.length, 3)
  t.equal(ring.approximate, false)

  for (const time of [3, 4]) ring.add({ time, value: 'b' })

  t.same([...ring].map(({ time }) => time), [1, 2, 3, 4])
  t.equal(ring.approximate, true)
})

t.test('many values at once push out those seen the longest ago', async (t) => {
  const ring = ringOf({ threshold: 5000, window: 1e9, cardinality: 5000 })
  for (let i = 0; i < maxValues; i++) ring.add({ time: i, value: `v${i}` })

  ring.add({ time: 5000, value: ['x', 'y', 'z'] })

  t.equal(ring.length, maxValues - 2)
  t.equal([...ring][0]?.value, 'v3')
  ring.add({ time: 2, value: ['late', 'x'] })
  t.equal([...ring][0]?.value, 'v3', 'its own one, where that was')
})

t.test('a late hit costs no more than a walk through its ring', async (t) => {
  const count = 150
  const ring = ringOf({ threshold: count, window: 3_600_000, cardinality: count })
  const start = 10_000_000
  ring.add({ time: start - 3_605_000, value: 'old' })
  for (let i = 0; i < (count - 1) * count; i++) ring.add({ time: start + i, value: `v${i % (count - 1)}` })

  // One by one in the square of them, and all of them would take an hour.
  for (let i = 0; i < 200; i++) t.equal(ring.add({ time: start - 1 - i, value: 'v0' }), undefined)
})

t.test('it consumes, forgets and keeps what a plain array would, in any order', async (t) => {
  const letter = fc.constantFrom('a', 'b', 'c', 'd')
  const hit = fc.record({ time: fc.nat({ max: 30 }), value: fc.option(fc.oneof({ weight: 3, arbitrary: letter }, { weight: 1, arbitrary: fc.uniqueArray(letter, { minLength: 2, maxLength: 3 }) }), { nil: undefined }) })
  const step = fc.oneof(
    { weight: 12, arbitrary: hit.map((hit) => ({ hit })) },
    { weight: 1, arbitrary: fc.nat({ max: 30 }).map((before) => ({ before })) },
    { weight: 1, arbitrary: fc.nat({ max: 4 }).map((keep) => ({ keep })) },
    { weight: 1, arbitrary: fc.constant({ restart: true }) }
  )
  const options = fc.record({
    threshold: fc.integer({ min: 1, max: 5 }),
    window: fc.nat({ max: 12 }),
    capacity: fc.constant(1000),
    cardinality: fc.option(fc.nat({ max: 3 }), { nil: undefined })
  })
  const law = fc.property(options, fc.array(step, { maxLength: 60, size: 'max' }), (options, steps) => {
    const plain = new PlainRing(options)
    let ring = new Ring<Hit>(options)
    for (const step of steps) {
      if ('hit' in step && shown(ring.add(step.hit)) !== shown(plain.add(step.hit))) return false
      if ('before' in step) {
        ring.forgetBefore(step.before)
        plain.hits = plain.hits.filter(({ time }) => time >= step.before)
      }
      if ('keep' in step) {
        const condition = ({ time }: Hit): boolean => time % 5 !== step.keep
        ring.keep(condition)
        plain.hits = plain.hits.filter(condition)
      }
      if ('restart' in step) ring = new Ring(options, [...ring])
      if (shown([...ring]) !== shown(plain.hits) || ring.length !== plain.hits.length || ring.most() !== plain.most()) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 3000 }))
})

/** What a ring is to do, in as few words as possible. */
class PlainRing {
  hits: Hit[] = []

  constructor (readonly options: RingOptions) {}

  add (hit: Hit): Hit[] | undefined {
    const { threshold, cardinality } = this.options
    this.hits = [...this.hits, hit].sort((one, other) => one.time - other.time)
    const met = this.#windows().find((hits) => hits.length >= threshold && new Set(valuesOf(hits)).size >= (cardinality ?? 0))
    if (met !== undefined) {
      this.hits = this.hits.filter((hit) => !met.includes(hit))
    } else if (cardinality !== undefined) {
      const surplus = this.hits.filter((one, i) => keysOf(one).every((key) => this.hits.slice(i + 1).filter((other) => keysOf(other).includes(key)).length >= threshold))
      this.hits = this.hits.filter((hit) => !surplus.includes(hit))
    }
    return met
  }

  most (): number {
    return Math.max(0, ...this.#windows().map((hits) => hits.length))
  }

  /** The earliest first. */
  #windows (): Hit[][] {
    return this.hits.map(({ time: end }) => this.hits.filter(({ time }) => time <= end && time >= end - this.options.window))
  }
}

function ringOf (options: Pick<RingOptions, 'threshold' | 'window'> & Partial<RingOptions>): Ring<Hit> {
  return new Ring({ capacity: 1000, ...options })
}

function valuesOf (hits: Hit[]): string[] {
  return hits.flatMap(({ value }) => value ?? [])
}

function keysOf ({ value }: Hit): (string | undefined)[] {
  return [value].flat()
}

function shown (hits: Hit[] | undefined): string {
  return JSON.stringify(hits?.map(({ time, value }) => [time, value]) ?? null)
}
