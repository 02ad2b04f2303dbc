import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { createMemoryStore } from '../../src/store/memory.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { testStoreContract } from './contract.js'

testStoreContract(t, { create: (_, options) => createMemoryStore(options), durable: false })

t.test('remembers only the latest records, by number and by bytes', async (t) => {
  const size = Buffer.byteLength(JSON.stringify(alertRecord('a')))
  const cases: [string, object, string[]][] = [
    ['by number', { maxLatest: 2 }, ['d', 'c']],
    ['by bytes', { maxLatestBytes: 3 * size }, ['d', 'c', 'b']],
    ['the newest always', { maxLatestBytes: 1 }, ['d']]
  ]
  for (const [name, options, expected] of cases) {
    const store = createMemoryStore(options)
    await store.open([])

    await store.commit({ steps: [], answers: [], alerts: ['a', 'b', 'c', 'd'].map((name) => alertRecord(name)) })

    t.same(store.latest(9).map((record) => record['kibana.alert.uuid']), expected, name)
  }
})

t.test('takes the time of a commit from the real clock unless told otherwise', async (t) => {
  const store = createMemoryStore()
  await store.open(['siem'])

  await store.commit({ steps: [], answers: [], alerts: [alertRecord('a')] })

  t.type(store.backlog('siem').oldest, 'number')
})

t.test('holds no record that every output has taken', async (t) => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc')
  const store = createMemoryStore({ maxLatest: 1 })
  await store.open(['siem'])
  const made: WeakRef<object>[] = []
  for (let i = 0; i < 100; i++) {
    const record = alertRecord(String(i))
    made.push(new WeakRef(record))
    await store.commit({ steps: [], answers: [], alerts: [record] })
  }

  const read = await store.read('siem', { records: 90, bytes: 1e9 })
  await store.acknowledge('siem', read.splice(0).at(-1)?.position as number)
  await setImmediate()
  collectGarbage()

  t.equal(made.filter((record) => record.deref() !== undefined).length, 10)
  t.equal(store.backlog('siem').records, 10)
})
