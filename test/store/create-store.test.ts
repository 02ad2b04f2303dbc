import t from 'tap'
import { createStore } from '../../src/store/create-store.js'

t.test('the state is in memory or in a folder, as the config says', async (t) => {
  const clock = () => 0

  t.equal(createStore('memory', { clock }).durable, false)
  t.equal(createStore({ dir: 'somewhere' }, { clock }).durable, true)
})
