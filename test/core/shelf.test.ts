import fc from 'fast-check'
import t from 'tap'
import { Shelf } from '../../src/core/shelf.js'

t.test('a text stays under its number until another takes its place, or it is removed', async (t) => {
  const shelf = new Shelf()
  shelf.put(0, 'a')
  shelf.put(70_000, '\u00ff'.repeat(300))
  shelf.put(0, '')

  t.equal(shelf.get(0), '')
  t.equal(shelf.get(70_000), '\u00ff'.repeat(300))
  t.equal(shelf.get(1), undefined)

  shelf.remove(0)
  shelf.remove(1)
  t.equal(shelf.get(0), undefined)
  t.equal(shelf.get(70_000)?.length, 300)
})

t.test('whatever is put and removed, the rest stays, and it takes a third more than that at the most, and 256 KiB', async (t) => {
  const length = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 900 }) }, { weight: 1, arbitrary: fc.integer({ min: 5000, max: 200_000 }) })
  const step = fc.record({ from: fc.nat({ max: 2000 }), count: fc.nat({ max: 2000 }), every: fc.integer({ min: 1, max: 4 }), length: fc.option(length, { nil: undefined }) })
  const law = fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
    const [shelf, plain] = [new Shelf(), new Map<number, string>()]
    let content = 0
    for (const [i, { from, count, every, length }] of steps.entries()) {
      for (let number = from; number < from + (length ?? 0 > 900 ? count % 30 : count); number += every) {
        content -= plain.has(number) ? 8 + (plain.get(number) as string).length : 0
        plain.delete(number)
        if (length === undefined) {
          shelf.remove(number)
        } else {
          const text = `${i} ${number} `.padEnd(length, 'x')
          shelf.put(number, text)
          plain.set(number, text)
          content += 8 + text.length
        }
        if (shelf.size > content * 4 / 3 + 262_144) return false
      }
    }
    return Array.from({ length: 4100 }, (_, number) => shelf.get(number) === plain.get(number)).every(Boolean)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 200 }))
})

t.test('what has gone makes room, though something is left in each chunk', async (t) => {
  const shelf = new Shelf()
  for (let i = 0; i < 10_000; i++) shelf.put(i, `${i}`.padEnd(400))
  t.ok(shelf.size > 4_000_000 && shelf.size < 4_200_000)
  for (let i = 0; i < 10_000; i++) if (i % 10 !== 0) shelf.remove(i)

  t.ok(shelf.size < 410_000 * 4 / 3 + 262_144)
  t.ok(Array.from({ length: 1000 }, (_, i) => shelf.get(i * 10)?.trimEnd() === `${i * 10}`).every(Boolean))
})

t.test('when all is gone it takes next to nothing', async (t) => {
  const shelf = new Shelf()
  for (let i = 0; i < 5000; i++) shelf.put(i, 'x'.repeat(i))
  t.ok(shelf.size > 12_000_000)
  for (let i = 0; i < 5000; i++) shelf.remove(i)

  t.ok(shelf.size <= 65_536)
  shelf.put(3, 'again')
  t.equal(shelf.get(3), 'again')

  for (let i = 0; i < 1000; i++) {
    shelf.put(3, 'x'.repeat(400))
    shelf.remove(3)
  }
  t.ok(shelf.size <= 65_536)
})
