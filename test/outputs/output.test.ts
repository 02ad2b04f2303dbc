import t from 'tap'
import { SendFailed } from '../../src/outputs/output.js'

t.test('a failed send says what to do, how long to wait, and why', async (t) => {
  const cause = new Error('ECONNREFUSED')

  t.match(new SendFailed('retry', 'away', 2000, { cause }), { name: 'SendFailed', kind: 'retry', message: 'away', retryAfter: 2000, cause })
  t.equal(new SendFailed('refused', 'no').retryAfter, undefined)
})
