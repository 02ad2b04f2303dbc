import t from 'tap'
import { SharedTexts } from '../../src/core/shared-texts.js'

t.test('equal texts are given as the one that came first', async (t) => {
  const shared = new SharedTexts()
  const texts = ['windows', 'linux', 'windows', '']

  t.same(texts.map((text) => shared.share(text)), texts)
  t.equal(shared.size, 3)
})

t.test('a flood of others does not make it forget a text that comes in between', async (t) => {
  const shared = new SharedTexts(10_000)
  let [most, forgotten] = [0, false]
  for (let i = 0; i < 10_000; i++) {
    if (i % 50 === 0) shared.share('in use')
    shared.share(`invented ${i}`)
    forgotten ||= !shared.has('in use')
    most = Math.max(most, shared.size)
  }

  t.notOk(forgotten)
  t.ok(most < 2 * 10_000 / 80, 'and it does not grow')
})

t.test('a text that has not come for long is forgotten', async (t) => {
  const shared = new SharedTexts(1000)
  shared.share('x')
  for (let i = 0; i < 100; i++) shared.share(`other ${i}`)

  t.notOk(shared.has('x'))
})
