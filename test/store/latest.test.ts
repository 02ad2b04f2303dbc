import t from 'tap'
import { Latest, latestDefaults } from '../../src/store/latest.js'
import { alertRecord } from '../fixtures/alert-record.js'

t.test('it knows the newest, newest first, as many as it was told to', async (t) => {
  const latest = new Latest({ maxLatest: 2, maxLatestBytes: 100 })
  for (const name of ['a', 'b', 'c']) latest.add(alertRecord(name), 10)

  t.same(latest.newest(5), [alertRecord('c'), alertRecord('b')])
  t.same(latest.newest(1), [alertRecord('c')])
})

t.test('it keeps within its bytes, but for one that is larger by itself', async (t) => {
  const latest = new Latest({ maxLatest: 9, maxLatestBytes: 100 })
  latest.add(alertRecord('a'), 60)
  latest.add(alertRecord('b'), 60)
  t.same(latest.newest(5), [alertRecord('b')])

  latest.add(alertRecord('c'), 1000)

  t.same(latest.newest(5), [alertRecord('c')])
  t.equal(latestDefaults.maxLatest, 256)
})
