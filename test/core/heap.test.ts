import fc from 'fast-check'
import t from 'tap'
import { Heap } from '../../src/core/heap.js'

t.test('the first is at hand, and taking it leaves the next', async (t) => {
  const heap = new Heap<number>((one, other) => one < other)
  heap.push(2)
  heap.push(1)
  heap.push(3)

  t.equal(heap.first, 1)
  t.same([heap.pop(), heap.pop(), heap.pop()], [1, 2, 3])
})

t.test('an empty heap has nothing', async (t) => {
  const heap = new Heap<number>((one, other) => one < other)

  t.equal(heap.first, undefined)
  t.equal(heap.pop(), undefined)
  heap.push(1)
  heap.pop()
  t.equal(heap.first, undefined)
  t.equal(heap.pop(), undefined)
})

t.test('it gives what a sorted list would, pushes and pops mixed', async (t) => {
  const steps = fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 50 }), fc.constant('pop' as const)), { maxLength: 120, size: 'max' })
  const law = fc.property(steps, (steps) => {
    const heap = new Heap<number>((one, other) => one < other)
    const sorted: number[] = []
    for (const step of steps) {
      if (step === 'pop') {
        if (heap.pop() !== sorted.shift()) return false
      } else {
        heap.push(step)
        sorted.push(step)
        sorted.sort((one, other) => one - other)
      }
      if (heap.first !== sorted[0]) return false
    }
    return sorted.every((item) => heap.pop() === item)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})
