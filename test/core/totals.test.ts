import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { cut } from '../../src/core/facts.js'
import { maxValues } from '../../src/core/ring.js'
import { Totals, type TotalsState } from '../../src/core/totals.js'
import { countedEvent } from './counted-event.js'

t.test('it sums up how many events there were, and when', async (t) => {
  const totals = totalsOf([countedEvent(20), countedEvent(10, {}, { skew: 7 }), countedEvent(30)])

  t.same([totals.count, totals.first, totals.last, totals.skew], [3, 10, 30, 7])
  t.equal(totals.dns(), undefined, 'of the DNS nothing was asked')
})

t.test('a field that all events agree on is common', async (t) => {
  const totals = totalsOf([
    countedEvent(1, { host: { id: 'h1' }, user: { name: 'alice', id: 1 }, agent: { id: ['a', 'b'] } }),
    countedEvent(2, { host: { id: 'h1' }, user: { name: 'bob' }, agent: { id: 'a' } }),
    countedEvent(3, { host: { id: 'h1' }, user: { name: 'alice', id: '1' } })
  ])

  t.same(totals.common(), { 'host.id': 'h1' })
})

t.test('values are told with their numbers, the commonest ten and the rest', async (t) => {
  const names = Array.from({ length: 12 }, (_, i) => `user${i}`)
  const totals = totalsOf([...names, ...names.slice(5), '__proto__'].map((name, i) => countedEvent(i, { user: { name } })))

  const { 'user.name': values = {} } = totals.values()

  t.equal(Object.keys(values).length, 11)
  t.equal(values.user11, 2)
  t.equal(values.user0, 1)
  t.equal(values.other, 3)
  t.same(totals.values(), { 'user.name': values })
})

t.test('the evidence is the first 15 events by time and the last 5, in any order of arrival', async (t) => {
  const law = fc.property(fc.array(fc.nat({ max: 60 }), { maxLength: 60, size: 'max' }), (times) => {
    const totals = totalsOf(times.map((time, i) => countedEvent(time, { event: { id: i } })))

    const sorted = [...times].sort((one, other) => one - other)
    const expected = [...sorted.slice(0, 15), ...sorted.slice(15).slice(-5)]
    const ids = totals.evidence().map((fields) => Number(fields['event.id']))
    return ids.map((id) => times[id]).join() === expected.join() && new Set(ids).size === ids.length
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})

t.test('distinct values are counted exactly up to 1,024, and beyond it says so', async (t) => {
  const totals = totalsOf([countedEvent(0)])
  for (let i = 0; i < maxValues; i++) totals.add(countedEvent(i, {}, { value: String(i) }))
  totals.add(countedEvent(0, {}, { value: '7' }))
  t.same([totals.distinct, totals.approximate], [maxValues, false])

  totals.add(countedEvent(0, {}, { value: 'one more' }))

  t.same([totals.distinct, totals.approximate], [maxValues, true])
})

t.test('what was asked of the DNS is summed up', async (t) => {
  const totals = totalsOf(['a', 'b'].map((name, i) => countedEvent(i, { dns: { question: { name: `${name}.example.net`, type: 'TXT' } } })))

  t.match(totals.dns(), { names: ['a.example.net', 'b.example.net'], domains: { 'example.net': 2 }, types: { TXT: 2 } })
})

t.test('taken up from its state it goes on as if nothing had been, wherever the break', async (t) => {
  const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })
  const event = fc.record({
    time: fc.integer({ min: -50, max: 50 }),
    user: fc.constantFrom<unknown[]>('alice', 'bob', ['alice', 'bob'], Infinity, '\ud800', undefined),
    question: fc.option(fc.constantFrom('x.example.net', 'y.example.org'), { nil: undefined }),
    value,
    skew: fc.constantFrom(0, 0, 600_000)
  })
  const law = fc.property(fc.array(event, { maxLength: 40, size: 'max' }), fc.nat({ max: 40 }), (events, cut) => {
    const counted = events.map(({ time, user, question, value, skew }, i) => countedEvent(time, { event: { id: i }, user: { name: user }, dns: { question: { name: question } } }, { value, skew }))
    const whole = totalsOf(counted)

    const before = totalsOf(counted.slice(0, cut)).toState()
    const stored = JSON.stringify(before)
    const after = Totals.fromState(JSON.parse(stored) as TotalsState)
    const shared = Totals.fromState(before)
    for (const one of counted.slice(cut)) {
      after.add(one)
      shared.add(one)
    }

    return told(after) === told(whole) && told(shared) === told(whole) && JSON.stringify(after.toState()) === JSON.stringify(whole.toState()) &&
      JSON.stringify(before) === stored
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})

t.test('a state that was given stays as it is, whatever is counted afterwards', async (t) => {
  const totals = totalsOf([countedEvent(1, { user: { name: 'alice' } }, { value: 'a' })])
  const state = totals.toState()
  const stored = JSON.stringify(state)

  for (let i = 0; i < 30; i++) totals.add(countedEvent(i, { user: { name: 'bob' }, host: { id: 'h1' } }, { value: 'b' }))

  t.equal(JSON.stringify(state), stored)
})

t.test('texts that are not well-formed, and pieces of long ones, count like others', async (t) => {
  const name = fc.constantFrom('alice-of-accounting\ud800', 'alice-of-accounting\ufffd', 'bob', 'x'.repeat(300), 'x'.repeat(255) + '\ud83d\ude00')
  const law = fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
    const totals = totalsOf(names.map((name, i) => countedEvent(i, { user: { name }, dns: { question: { name: 'a.example.net', type: `${'T'.repeat(31)}\ud83d\ude00${name}` } } })))
    const told = names.map((name) => cut(name, 256))
    const counts: Record<string, number> = {}
    for (const one of told) counts[one] = (counts[one] ?? 0) + 1

    t.same(totals.values(), { 'user.name': counts })
    t.same(totals.common()['user.name'], new Set(told).size === 1 ? told[0] : undefined)
    t.same(Object.values((totals.dns() as { types: Record<string, number> }).types), [names.length])
  })
  fc.assert(law, { numRuns: 100 })
})

t.test('it keeps no long record alive by a piece of it', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed

  const all = Array.from({ length: 64 }, (_, i) => {
    const record = `${i} ${'x'.repeat(1_000_000)}`
    const piece = record.slice(0, 100)
    return totalsOf([countedEvent(1, { user: { name: piece }, host: { id: piece }, process: { name: piece } })])
  })
  collect()

  t.equal(all.length, 64)
  t.ok(process.memoryUsage().heapUsed - before < 20_000_000)
})

function totalsOf (events: Parameters<Totals['add']>[0][]): Totals {
  const totals = new Totals()
  for (const event of events) totals.add(event)
  return totals
}

function told (totals: Totals): string {
  const { count, first, last, skew, distinct, approximate } = totals
  return JSON.stringify([count, first, last, skew, distinct, approximate, totals.common(), totals.values(), totals.evidence(), totals.dns()])
}
