import t from 'tap'
import { defaultLimits } from '../../src/core/limits.js'

t.test('the limits are those that the manual names', async (t) => {
  const [minute, kibibyte] = [60_000, 1024]

  t.same(defaultLimits, { maxGroups: 100_000, lateness: 60 * minute, maxSkew: 5 * minute, alert: 256 * kibibyte })
})
