import t, { type Test } from 'tap'
import fc from 'fast-check'
import type { AlertRecord } from '../../src/core/alert.js'
import { createDelivery, type DeliveryOptions } from '../../src/outputs/delivery.js'
import { SendFailed, type Output } from '../../src/outputs/output.js'
import { createMemoryStore } from '../../src/store/memory.js'
import type { Delivery, Store } from '../../src/store/store.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { createManualTimer } from '../fixtures/manual-timer.js'

type Send = (names: string[], signal: AbortSignal) => Promise<void> | void

interface Given extends Partial<Omit<DeliveryOptions, 'store'>> {
  limit?: Output['limit']
  /** Alerts that wait before the loop begins. */
  waiting?: AlertRecord[]
  /** What the loop sees of the store. */
  seen?: (store: Store) => Store
}

/** A store, an output that does what `send` says, and the loop between them. */
async function given (t: Test, send: Send, { limit = { records: 100, bytes: 1e6 }, waiting = [], seen = (store) => store, ...options }: Given = {}) {
  const alarms = createManualTimer()
  const store = createMemoryStore({ clock: () => 1000 })
  await store.open(['siem'])
  await store.commit({ steps: [], answers: [], alerts: waiting })
  const sent: string[][] = []
  const bodies: string[][] = []
  const quarantine: [string, string][] = []
  const lines: [string, object, string][] = []
  const line = (level: string) => (details: object, message: string) => { lines.push([level, details, message]) }
  let closed = 0
  const output: Output = {
    name: 'siem',
    type: 'http',
    limit,
    async send (deliveries, signal) {
      const names = namesOf(deliveries)
      sent.push(names)
      bodies.push(deliveries.map((delivery) => delivery.json))
      await send(names, signal)
    },
    async close () { closed++ }
  }
  const loop = createDelivery({
    output,
    store: seen(store),
    onQuarantine: (delivery, reason) => { quarantine.push([namesOf([delivery])[0] as string, reason]) },
    log: { error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug') },
    clock: () => 5000,
    random: () => 0.5,
    timer: alarms.timer,
    ...options
  })
  t.teardown(() => loop.close())
  const commit = async (...names: string[]) => {
    await store.commit({ steps: [], answers: [], alerts: names.map((name) => alertRecord(name)) })
    loop.wake()
  }
  return { loop, store, alarms, sent, bodies, quarantine, lines, commit, closed: () => closed }
}

function namesOf (deliveries: readonly Delivery[]): string[] {
  return deliveries.map((delivery) => delivery.record['kibana.alert.uuid'])
}

/** A `send` that does one thing after the other, and then succeeds. */
function inTurn (...results: (Error | undefined)[]): Send {
  return () => {
    const result = results.shift()
    if (result !== undefined) throw result
  }
}

const idle = { state: 'idle', retrying: 0, queued: { records: 0, bytes: 0, oldest: undefined }, fault: false, lastError: undefined, since: undefined }

t.test('brings what was committed to the output, in order, and acknowledges it', async (t) => {
  const { loop, sent, commit } = await given(t, () => {}, { limit: { records: 2, bytes: 1e6 } })

  await commit('a', 'b', 'c')
  t.ok(await loop.flush(1000))
  await commit('d')
  t.ok(await loop.flush(1000))
  t.ok(await loop.flush(1000), 'with nothing to do')

  t.same(sent, [['a', 'b'], ['c'], ['d']])
  t.match(loop.status(), { name: 'siem', type: 'http', delivered: 4, quarantined: 0, retries: 0, ...idle })
})

t.test('begins with what waits in the store', async (t) => {
  const { loop, sent } = await given(t, () => {}, { waiting: [alertRecord('a')] })

  await loop.flush(1000)

  t.same(sent, [['a']])
})

t.test('tells that it is sending, and how much waits', async (t) => {
  const begun = deferred()
  const answer = deferred()
  const { loop, commit } = await given(t, () => {
    begun.resolve()
    return answer.promise
  })

  await commit('a')
  await begun.promise
  t.match(loop.status(), { state: 'sending', delivered: 0, queued: { records: 1, oldest: 1000 } })
  answer.resolve()
  await loop.flush(1000)

  t.match(loop.status(), { delivered: 1, ...idle })
})

t.test('what comes while it sends, or while it reads the store, is not overlooked', async (t) => {
  let reads = 0
  const { sent, commit } = await given(t, async (names) => { if (names[0] === 'a') await commit('b') }, {
    seen: (store) => ({
      ...store,
      async read (name, limit) {
        const read = await store.read(name, limit)
        if (reads++ === 0) await commit('a')
        return read
      }
    })
  })

  while (sent.length < 2) await new Promise(setImmediate)

  t.same(sent, [['a'], ['b']])
})

t.test('sends only the actions that the output wants, and passes the others', async (t) => {
  const { loop, store, sent } = await given(t, () => {}, { config: { actions: ['open', 'close'], nested: false } })
  const record = (name: string, action: string) => alertRecord(name, { event: { kind: 'signal', action } })

  await store.commit({ steps: [], answers: [], alerts: [record('a', 'open'), record('b', 'update'), record('c', 'close'), record('d', 'update')] })
  t.ok(await loop.flush(1000))
  await store.commit({ steps: [], answers: [], alerts: [record('e', 'update')] })
  t.ok(await loop.flush(1000))

  t.same(sent, [['a', 'c']])
  t.match(loop.status(), { delivered: 2, ...idle })
})

t.test('nests the keys where asked to, and keeps the limit of the output even so', async (t) => {
  const waiting = ['a', 'b'].map((name) => alertRecord(name, { 'u.v.w.x.y.z': 1, '1.2.3.4.5.6': 2 }))
  const bytes = 2 * Buffer.byteLength(JSON.stringify(waiting[0]))
  const { loop, bodies } = await given(t, () => {}, { config: { actions: ['open'], nested: true }, limit: { records: 10, bytes }, waiting })

  t.ok(await loop.flush(1000))

  const uuids = bodies.map((batch) => batch.map((json) => JSON.parse(json).kibana.alert.uuid))
  t.same(uuids, [['a'], ['b']], 'nested, they are too long for one batch')
})

t.test('tries again for ever, after a part of a time that doubles up to 30 s', async (t) => {
  const failures = Array.from({ length: 10 }, () => new SendFailed('retry', 'HTTP 503'))
  const { loop, alarms, sent, commit, lines } = await given(t, inTurn(...failures))

  await commit('a')
  const delays: number[] = []
  for (let i = 0; i < 10; i++) delays.push(await alarms.fire())
  await loop.flush(1000)

  t.same(delays, [125, 250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  t.equal(sent.length, 11)
  t.match(loop.status(), { delivered: 1, retries: 10, ...idle })
  t.match(lines, [
    ['warn', { output: 'siem', kind: 'retry', tries: 1, delay: 125 }, 'the output does not work: HTTP 503'],
    ['info', { output: 'siem', tries: 10 }, 'the output works again']
  ])
  t.equal(lines.length, 2)
})

t.test('tells what is wrong and since when; a new commit does not shorten the wait', async (t) => {
  const { loop, alarms, sent, commit } = await given(t, inTurn(new SendFailed('output', 'HTTP 401'), new Error('broken')))

  await commit('a')
  await alarms.hasSet(1)
  t.match(loop.status(), { state: 'retrying', retrying: 1, retries: 1, lastError: 'HTTP 401', since: 5000, fault: true, queued: { records: 1 } })
  await commit('b')
  t.same(sent, [['a']])
  await alarms.fire()
  await alarms.hasSet(2)
  t.match(loop.status(), { state: 'retrying', retrying: 2, lastError: 'broken', fault: false })
  await alarms.fire()
  await loop.flush(1000)

  t.same(sent, [['a'], ['a'], ['a'], ['b']])
})

t.test('waits as long as the downstream asks, but an hour at most', async (t) => {
  const asked = [60_000, 0, 86_400_000].map((after) => new SendFailed('retry', 'HTTP 429', after))
  const { loop, alarms, commit } = await given(t, inTurn(...asked))

  await commit('a')
  const delays = [await alarms.fire(), await alarms.fire(), await alarms.fire()]
  await loop.flush(1000)

  t.same(delays, [60_000, 250, 3_600_000])
})

t.test('halves a refused batch until the record is found that cannot be taken', async (t) => {
  const { loop, sent, quarantine, commit, lines } = await given(t, (names) => {
    if (names.includes('d')) throw new SendFailed('refused', 'HTTP 400: mapping')
  })

  await commit('a', 'b', 'c', 'd', 'e')
  await loop.flush(1000)

  t.same(sent, [['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c'], ['d', 'e'], ['d'], ['e']])
  t.same(quarantine, [['d', 'HTTP 400: mapping']])
  t.match(loop.status(), { delivered: 4, quarantined: 1, ...idle })
  t.match(lines, [['warn', { output: 'siem', record: 'd:1', reason: 'HTTP 400: mapping' }, /quarantine/]])
})

t.test('keeps a refused record until the quarantine has it', async (t) => {
  let full = true
  const { loop, alarms, store, commit } = await given(t, () => { throw new SendFailed('refused', 'HTTP 400') }, {
    async onQuarantine () {
      if (full) throw new Error('no space left on device')
    }
  })

  await commit('a')
  await alarms.hasSet(1)
  t.match(loop.status(), { state: 'retrying', lastError: 'no space left on device', quarantined: 0 })
  full = false
  await alarms.fire()
  await loop.flush(1000)

  t.match(loop.status(), { quarantined: 1, delivered: 0, ...idle })
  t.equal(store.backlog('siem').records, 0)
})

t.test('a store that cannot be read or acknowledged is tried again, and nothing is sent twice for that', async (t) => {
  const failures = ['read', 'acknowledge']
  const failing = (name: string) => {
    if (failures[0] === name) throw new Error(`cannot ${failures.shift()}`)
  }
  const { loop, alarms, sent } = await given(t, () => {}, {
    waiting: [alertRecord('a')],
    seen: (store) => ({
      ...store,
      async read (name, limit) {
        failing('read')
        return store.read(name, limit)
      },
      async acknowledge (name, position) {
        failing('acknowledge')
        return store.acknowledge(name, position)
      }
    })
  })

  await alarms.hasSet(1)
  t.match(loop.status(), { lastError: 'cannot read' })
  await alarms.fire()
  await alarms.hasSet(2)
  t.match(loop.status(), { lastError: 'cannot acknowledge' })
  await alarms.fire()
  await loop.flush(1000)

  t.same(sent, [['a']])
})

t.test('flush tries at once instead of waiting on', async (t) => {
  const { loop, alarms, sent, commit } = await given(t, inTurn(new SendFailed('retry', 'HTTP 503', 60_000)))
  await commit('a')
  await alarms.hasSet(1)

  t.ok(await loop.flush(1000))

  t.same(sent, [['a'], ['a']])
  t.same(alarms.delays(), [], 'no timer is left')
})

t.test('flush ends in time, and says that something is left', async (t) => {
  const { loop, alarms, commit } = await given(t, () => new Promise(() => {}))
  await commit('a')

  const flushed = loop.flush(1000)
  t.equal(await alarms.fire(), 1000)

  t.notOk(await flushed)
})

t.test('flush waits for what was committed without a word, too', async (t) => {
  let read = () => {}
  const { loop, sent, store } = await given(t, () => {}, {
    seen: (store) => ({
      ...store,
      async read (name, limit) {
        const found = await store.read(name, limit)
        read()
        return found
      }
    })
  })
  const flushed = new Promise((resolve) => {
    read = async () => {
      read = () => {}
      await store.commit({ steps: [], answers: [], alerts: [alertRecord('a')] })
      resolve(loop.flush(1000))
    }
  })
  loop.wake()

  t.equal(await flushed, true)
  t.same(sent, [['a']])
})

t.test('closing breaks off what is being sent, which stays in the store, and closes the output once', async (t) => {
  let reason: unknown
  const begun = deferred()
  const { loop, store, alarms, commit, closed } = await given(t, (_, signal) => new Promise<void>(() => {
    signal.addEventListener('abort', () => { reason = signal.reason })
    begun.resolve()
  }))
  await commit('a')
  await begun.promise
  const flushed = loop.flush(1000)

  await Promise.all([loop.close(), loop.close()])

  t.match(reason, { message: 'stopping' })
  t.equal(closed(), 1)
  t.equal(store.backlog('siem').records, 1)
  t.notOk(await flushed)
  t.notOk(await loop.flush(1000))
  t.same(alarms.delays(), [], 'no timer is left')
})

t.test('closing while it waits to try again ends the wait, and nothing is tried again', async (t) => {
  const { loop, alarms, sent, commit } = await given(t, () => { throw new SendFailed('retry', 'HTTP 503') })
  await commit('a')
  await alarms.hasSet(1)

  await loop.close()

  t.same(sent, [['a']])
  t.same(alarms.delays(), [], 'no timer is left')
})

t.test('what was sent is acknowledged even while closing, and nothing more is sent', async (t) => {
  const { loop, store, sent, commit } = await given(t, () => {}, {
    limit: { records: 1, bytes: 1e6 },
    seen: (store) => ({
      ...store,
      async acknowledge (name, position) {
        loop.close()
        return store.acknowledge(name, position)
      }
    })
  })

  await commit('a', 'b')
  while (store.backlog('siem').records === 2) await new Promise(setImmediate)
  await loop.close()

  t.same(sent, [['a']])
  t.equal(store.backlog('siem').records, 1)
})

t.test('closing in the middle of a refused batch leaves the rest in the store', async (t) => {
  const { loop, store, sent, commit } = await given(t, (names) => {
    if (names.length > 1) throw new SendFailed('refused', 'HTTP 413')
  }, {
    seen: (store) => ({
      ...store,
      async acknowledge (name, position) {
        loop.close()
        return store.acknowledge(name, position)
      }
    })
  })

  await commit('a', 'b')
  while (store.backlog('siem').records === 2) await new Promise(setImmediate)
  await loop.close()

  t.same(sent, [['a', 'b'], ['a']])
  t.equal(store.backlog('siem').records, 1)
})

t.test('a store that fails while closing is not asked again', async (t) => {
  const { loop, alarms } = await given(t, () => {}, {
    waiting: [alertRecord('a')],
    seen: (store) => ({
      ...store,
      async acknowledge () {
        loop.close()
        throw new Error('closed')
      }
    })
  })
  while (loop.status().delivered === 0) await new Promise(setImmediate)

  await loop.close()

  t.same(alarms.delays(), [])
})

t.test('closing before it began, or while it reads, sends nothing', async (t) => {
  const { loop, sent } = await given(t, () => {}, {
    seen: (store) => ({
      ...store,
      async read (name, limit) {
        loop.close()
        return store.read(name, limit)
      }
    })
  })
  await loop.close()
  t.same(sent, [])

  const store = createMemoryStore()
  await store.open(['early'])
  await store.commit({ steps: [], answers: [], alerts: [alertRecord('a')] })
  const output: Output = { name: 'early', type: 'http', limit: { records: 1, bytes: 1 }, send: async () => { sent.push(['early']) }, close: async () => {} }
  const early = createDelivery({ output, store, onQuarantine: () => {}, log: console })
  await early.close()

  t.same(sent, [])
})

t.test('a record that cannot be prepared is a trouble to be seen, and ends nothing', async (t) => {
  let broken = true
  const { loop, alarms, sent } = await given(t, () => {}, {
    config: { actions: ['open'], nested: false },
    seen: (store) => ({
      ...store,
      async read (name, limit) {
        const read = await store.read(name, limit)
        return read.map((delivery) => ({
          ...delivery,
          get record () {
            if (broken) throw new Error('unreadable')
            return delivery.record
          }
        }))
      }
    }),
    waiting: [alertRecord('a')]
  })
  await alarms.hasSet(1)
  t.match(loop.status(), { state: 'retrying', lastError: 'unreadable' })

  broken = false
  await alarms.fire()
  await loop.flush(1000)

  t.same(sent, [['a']])
  t.match(loop.status(), { ...idle, delivered: 1 })
})

t.test('whatever fails on the way, each record is delivered or in the quarantine, once and in order', async (t) => {
  const step = fc.constantFrom('ok', 'ok', 'retry', 'output', 'broken')
  const run = fc.record({
    steps: fc.array(step, { maxLength: 30 }),
    total: fc.integer({ min: 1, max: 30 }),
    bad: fc.uniqueArray(fc.integer({ min: 0, max: 29 }).map(String), { maxLength: 5 }),
    records: fc.integer({ min: 1, max: 8 })
  })
  await fc.assert(fc.asyncProperty(run, async ({ steps, total, bad, records }) => {
    const taken: string[] = []
    const { loop, commit, quarantine } = await given(t, (names) => {
      const step = steps.shift() ?? 'ok'
      if (step === 'broken') throw new Error('broken')
      if (step !== 'ok') throw new SendFailed(step as 'retry' | 'output', step)
      if (names.some((name) => bad.includes(name))) throw new SendFailed('refused', 'HTTP 400')
      taken.push(...names)
    }, {
      limit: { records, bytes: 1e6 },
      timer (run) {
        const immediate = setImmediate(run)
        return () => clearImmediate(immediate)
      }
    })
    const all = Array.from({ length: total }, (_, i) => String(i))

    for (const name of all) await commit(name)
    while (loop.status().queued.records > 0) await new Promise(setImmediate)
    await loop.close()

    t.same(taken, all.filter((name) => !bad.includes(name)))
    t.same(quarantine.map(([name]) => name), all.filter((name) => bad.includes(name)))
  }), { numRuns: 50 })
})

function deferred () {
  let resolve = () => {}
  const promise = new Promise<void>((_resolve) => { resolve = _resolve })
  return { promise, resolve }
}
