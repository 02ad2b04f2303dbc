import t from 'tap'
import { answerLifetime } from '../../src/store/store.js'

t.test('an answer is remembered longer than the longest wait before Fluent Bit sends a chunk again', async (t) => {
  t.ok(answerLifetime > 2000 * 1000)
})
