import type { Test } from 'tap'
import fc from 'fast-check'
import type { AlertRecord } from '../../src/core/alert.js'
import type { Answer, Store } from '../../src/store/store.js'
import { alertRecord } from '../fixtures/alert-record.js'

export interface Subject {
  /** Every call of one test gets the same place: a durable store finds there what the one before it left. */
  create: (t: Test, options: { clock: () => number }) => Store
  durable: boolean
}

/** What every implementation of `Store` promises. */
export function testStoreContract (t: Test, { create, durable }: Subject): void {
  const everything = { records: 1000, bytes: 1e9 }
  const clock = () => 5000
  const answer: Answer = { received: 3, matched: 2, alerts: 1, rejected: 0 }

  t.test('gives what was committed to every output, in order, with growing positions', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem', 'disk'])

    await store.commit({ steps: [], answers: [], alerts: [alertRecord('a'), alertRecord('b')] })
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('c')] })

    for (const output of ['siem', 'disk']) {
      const read = await store.read(output, everything)
      t.same(read.map((delivery) => delivery.record), ['a', 'b', 'c'].map((name) => alertRecord(name)))
      t.same(read.map((delivery) => JSON.parse(delivery.json)), ['a', 'b', 'c'].map((name) => alertRecord(name)))
      const [first, second, third] = read.map((delivery) => delivery.position)
      t.same([second, third], [first as number + 1, first as number + 2])
    }
    await store.close()
  })

  t.test('a cursor belongs to one output alone', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem', 'disk'])
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('a'), alertRecord('b')] })
    const [first] = await store.read('siem', everything)

    await store.acknowledge('siem', first?.position as number)

    t.same(names(await store.read('siem', everything)), ['b'])
    t.same(names(await store.read('disk', everything)), ['a', 'b'])
    await store.close()
  })

  t.test('an acknowledgement that comes twice or late moves nothing back', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])
    await store.commit({ steps: [], answers: [], alerts: ['a', 'b', 'c'].map((name) => alertRecord(name)) })
    const [first, second] = await store.read('siem', everything)

    await store.acknowledge('siem', second?.position as number)
    await store.acknowledge('siem', first?.position as number)
    await store.acknowledge('siem', second?.position as number)

    t.same(names(await store.read('siem', everything)), ['c'])
    await store.close()
  })

  t.test('an acknowledgement beyond the end does not pass what comes later', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('a')] })

    await store.acknowledge('siem', 1e9)
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('b')] })

    t.same(names(await store.read('siem', everything)), ['b'])
    await store.close()
  })

  t.test('reads at most so many records or bytes, but at least one', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])
    await store.commit({ steps: [], answers: [], alerts: ['a', 'b', 'c'].map((name) => alertRecord(name)) })
    const size = Buffer.byteLength(JSON.stringify(alertRecord('a')))

    t.same(names(await store.read('siem', { records: 2, bytes: 1e9 })), ['a', 'b'])
    t.same(names(await store.read('siem', { records: 9, bytes: 2 * size })), ['a', 'b'])
    t.same(names(await store.read('siem', { records: 9, bytes: 2 * size - 1 })), ['a'])
    t.same(names(await store.read('siem', { records: 9, bytes: 1 })), ['a'])
    await store.close()
  })

  t.test('tells how many records and bytes wait for an output, and since when', async (t) => {
    let now = 1000
    const store = create(t, { clock: () => now })
    await store.open(['siem', 'disk'])
    const umlaut = alertRecord('ä')
    const size = Buffer.byteLength(JSON.stringify(umlaut))
    t.same(store.backlog('siem'), { records: 0, bytes: 0, oldest: undefined })

    await store.commit({ steps: [], answers: [], alerts: [umlaut] })
    now = 2000
    await store.commit({ steps: [], answers: [], alerts: [umlaut, umlaut] })
    t.same(store.backlog('siem'), { records: 3, bytes: 3 * size, oldest: 1000 })

    const [first] = await store.read('siem', everything)
    await store.acknowledge('siem', first?.position as number)
    t.same(store.backlog('siem'), { records: 2, bytes: 2 * size, oldest: 2000 })
    t.same(store.backlog('disk'), { records: 3, bytes: 3 * size, oldest: 1000 })
    await store.close()
  })

  t.test('an output that comes later begins with the next record, one that goes is forgotten', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('a')] })

    await store.open(['siem', 'disk'])
    await store.commit({ steps: [], answers: [], alerts: [alertRecord('b')] })

    t.same(names(await store.read('siem', everything)), ['a', 'b'])
    t.same(names(await store.read('disk', everything)), ['b'])
    await store.open(['disk'])
    await store.open(['siem', 'disk'])
    t.same(names(await store.read('siem', everything)), [])
    t.same(names(await store.read('disk', everything)), ['b'])
    await store.close()
  })

  t.test('an output that it was not opened for is a mistake of the caller', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])

    await t.rejects(store.read('desk', everything), /desk/)
    await t.rejects(store.acknowledge('desk', 1), /desk/)
    t.throws(() => store.backlog('desk'), /desk/)
    await store.close()
  })

  t.test('a commit that cannot be taken changes nothing', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem'])
    const circle: AlertRecord = alertRecord('circle')
    circle.self = circle

    await t.rejects(store.commit({ steps: [1], states: new Map([['x', 1]]), answers: [], alerts: [alertRecord('a'), circle] }))

    t.same(await keptBy(store, ['siem']), { states: {}, steps: [], answers: [] })
    t.same(await store.read('siem', everything), [])
    t.same(store.latest(9), [])
    await store.close()
  })

  t.test('tells the latest records, newest first, whoever has acknowledged them', async (t) => {
    const store = create(t, { clock })
    await store.open([])

    await store.commit({ steps: [], answers: [], alerts: ['a', 'b', 'c'].map((name) => alertRecord(name)) })

    t.same(store.latest(2).map(nameOf), ['c', 'b'])
    t.same(store.latest(9).map(nameOf), ['c', 'b', 'a'])
    t.same(store.latest(0), [])
    await store.close()
  })

  t.test('any order of commits, reads and acknowledgements gives each output every record once, in order', async (t) => {
    const step = fc.oneof(
      fc.record({ alerts: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ output: fc.constantFrom('siem', 'disk'), records: fc.integer({ min: 1, max: 4 }) })
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = create(t, { clock })
      // Naming no output first forgets what an earlier run left for them.
      await store.open([])
      await store.open(['siem', 'disk'])
      let made = 0
      const seen: Record<string, string[]> = { siem: [], disk: [] }
      const take = async (output: string, records: number) => {
        const read = await store.read(output, { records, bytes: 1e9 })
        seen[output]?.push(...names(read))
        if (read.length > 0) await store.acknowledge(output, read.at(-1)?.position as number)
      }

      for (const step of steps) {
        if ('alerts' in step) await store.commit({ steps: [], answers: [], alerts: Array.from({ length: step.alerts }, () => alertRecord(String(made++))) })
        else await take(step.output, step.records)
      }
      const waiting = { siem: store.backlog('siem').records, disk: store.backlog('disk').records }
      for (const output of ['siem', 'disk'] as const) {
        const before = seen[output]?.length as number
        await take(output, 1000)
        t.equal(seen[output]?.length, before + waiting[output])
      }
      await store.close()

      const all = Array.from({ length: made }, (_, i) => String(i))
      t.same(seen, { siem: all, disk: all })
    }), { numRuns: durable ? 10 : 100 })
  })

  t.test(durable ? 'what was committed is there for the next process' : 'nothing outlives it', async (t) => {
    const store = create(t, { clock })
    await store.open(['siem', 'disk'])
    await store.commit({ steps: ['step'], states: new Map([['x', { times: [1] }]]), alerts: [alertRecord('a'), alertRecord('b')], answers: [['digest', answer]] })
    const [first] = await store.read('siem', everything)
    await store.acknowledge('siem', first?.position as number)
    await store.close()

    const next = create(t, { clock: () => 9000 })
    const kept = await keptBy(next, ['siem', 'disk'])

    t.same(kept, durable
      ? { states: { x: { times: [1] } }, steps: ['step'], answers: [['digest', answer, 5000]] }
      : { states: {}, steps: [], answers: [] })
    t.same(names(await next.read('siem', everything)), durable ? ['b'] : [])
    t.same(names(await next.read('disk', everything)), durable ? ['a', 'b'] : [])
    t.equal(next.backlog('disk').oldest, durable ? 5000 : undefined)
    await next.close()
  })
}

function names (read: { record: AlertRecord }[]): string[] {
  return read.map((delivery) => nameOf(delivery.record))
}

function nameOf (record: AlertRecord): string {
  return record['kibana.alert.uuid']
}

/** What the store has kept, as plain data. */
export async function keptBy (store: Store, outputs: readonly string[] = []): Promise<{ states: object, steps: unknown[], answers: unknown[] }> {
  const { states, steps, answers } = await store.open(outputs)
  return { states: Object.fromEntries(states), steps: [...steps], answers: [...answers] }
}
