import t from 'tap'

import { InFlight } from '../../src/pipeline/in-flight.js'

t.test('all requests share one limit', async (t) => {
  const inFlight = new InFlight(100)
  const first = inFlight.hold()
  const second = inFlight.hold()

  t.equal(first.grow(60), true)
  t.equal(second.grow(40), true)
  t.equal(second.grow(1), false, 'one byte over')

  t.equal(inFlight.bytes, 100, 'a refused byte is not counted')
})

t.test('a request that is alone is let through, however large', async (t) => {
  const inFlight = new InFlight(100)
  const only = inFlight.hold()

  t.equal(only.grow(60), true)
  t.equal(only.grow(60), true)
  t.equal(inFlight.hold().grow(1), false, 'but nobody beside it')
})

t.test('what is released is free for others, once', async (t) => {
  const inFlight = new InFlight(100)
  const first = inFlight.hold()
  const second = inFlight.hold()
  first.grow(60)
  second.grow(30)

  first.release()
  first.release()

  t.equal(inFlight.bytes, 30)
  t.equal(second.grow(70), true)
})

t.test('what is there already counts, even over the limit', async (t) => {
  const inFlight = new InFlight(100)
  const inflated = inFlight.hold()

  inflated.add(200)

  t.equal(inFlight.bytes, 200)
  t.equal(inFlight.hold().grow(1), false)
  inflated.release()
  t.equal(inFlight.bytes, 0)
})
