import fc from 'fast-check'
import t from 'tap'
import { Recent } from '../../src/core/recent.js'

t.test('a text is new once', async (t) => {
  const recent = new Recent(2)

  t.equal(recent.add('a'), true)
  t.equal(recent.add('a'), false)
  t.equal(recent.has('a'), true)
  t.equal(recent.has('b'), false)
})

t.test('beyond its capacity the oldest is forgotten, and one seen again is no newer', async (t) => {
  const recent = new Recent(2, ['a', 'b'])

  recent.add('a')
  recent.add('c')

  t.same([...recent], ['b', 'c'])
  t.equal(recent.add('a'), true)
})

t.test('it takes names of an object\'s own, and none', async (t) => {
  const recent = new Recent(20, ['__proto__', 'constructor', ''])

  t.same([...recent], ['__proto__', 'constructor', ''])
  t.same([...new Recent(0, ['a'])], [])
})

t.test('it remembers what a plain array would', async (t) => {
  const law = fc.property(fc.integer({ min: 0, max: 40 }), fc.array(fc.nat({ max: 60 }).map(String), { maxLength: 200, size: 'max' }), fc.nat({ max: 200 }), (capacity, texts, cut) => {
    let recent = new Recent(capacity)
    let plain: string[] = []
    for (const [i, text] of texts.entries()) {
      // A restart in between changes nothing.
      if (recent.size !== plain.length) return false
      if (i === cut) recent = new Recent(capacity, JSON.parse(JSON.stringify([...recent])) as string[])
      const isNew = !plain.includes(text)
      if (isNew) plain = capacity === 0 ? [] : [...plain, text].slice(-capacity)
      if (recent.add(text) !== isNew || recent.has(text) !== plain.includes(text)) return false
      if ([...recent].join() !== plain.join()) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})
