import t from 'tap'
import type { OpenAlert } from '../../src/core/open-alert.js'
import { Signals, type SignalsState } from '../../src/core/signals.js'
import { countedEvent, openAlertOf } from './counted-event.js'

const [now, interval] = [1_000_000, 300]

t.test('so many alerts open in an interval, which begins with the first of them', async (t) => {
  const signals = new Signals({ maxSignals: 2, interval })

  const admitted = [now, now + 299, now + 299, now + 300, now + 301, now + 302].map((time) => signals.admit(time))

  t.same(admitted, [true, true, false, true, true, false])
  t.equal(signals.due(), Infinity, 'nothing waits')
})

t.test('the others wait for the next intervals, the largest count first, of equals the one that waits longest', async (t) => {
  const signals = new Signals({ maxSignals: 2, interval })
  signals.admit(now)
  const [small, large, equal, last] = [alertOf('small', 1), alertOf('large', 9), alertOf('equal', 9), alertOf('last', 1)]
  for (const alert of [small, large, equal, last]) t.equal(signals.hold(alert), undefined)

  t.equal(signals.due(), now + interval)
  t.ok(small.isHeld)
  t.equal(signals.admit(now + 1), false, 'nobody overtakes those that wait')
  const first = signals.release(now + interval)

  t.same(first, { alerts: [large, equal], surplus: undefined })
  t.notOk(large.isHeld)
  t.same(signals.held, [small, last])
  t.equal(signals.due(), now + 2 * interval)
  t.same(signals.release(now + 2 * interval).alerts, [small, last])
  t.equal(signals.due(), Infinity)
  t.equal(signals.admit(now + 2 * interval), false, 'the interval is full')
  t.equal(signals.admit(now + 3 * interval), true)
})

t.test('a clock that was set back does not make the next interval wait', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })
  t.equal(signals.resume(now), false, 'there is none yet')
  signals.admit(now)
  signals.hold(alertOf('held', 1))

  t.equal(signals.resume(now), false)
  t.equal(signals.resume(now - 1000), true)

  t.equal(signals.due(), now - 1000 + interval)
})

t.test('at most 1,000 wait: the one with the lowest count is summed up instead, of equals the youngest', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })
  signals.admit(now)
  for (let i = 0; i < 1000; i++) signals.hold(alertOf(`h${i}`, i === 500 ? 1 : 2))

  t.equal(signals.hold(alertOf('larger', 3))?.terms[0]?.value, 'h500')
  t.equal(signals.hold(alertOf('youngest', 2))?.terms[0]?.value, 'youngest')

  t.equal(signals.held.length, 1000)
  const { alerts, surplus } = signals.release(now + interval)
  t.same(alerts.map(({ terms }) => terms[0]?.value), ['larger'])
  t.same(surplus, { count: 2, sample: [[{ field: 'host.id', value: 'h500' }], [{ field: 'host.id', value: 'youngest' }]] })
})

t.test('of those that will not open there is a sample of ten, and each is told of once', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })
  signals.admit(now)
  for (let i = 0; i < 12; i++) signals.hold(alertOf(`h${i}`, 1))

  const surplus = signals.flush()

  t.equal(surplus?.count, 12)
  t.same(surplus?.sample.map((terms) => terms[0]?.value), Array.from({ length: 10 }, (_, i) => `h${i}`))
  t.same(signals.held, [])
  t.equal(signals.flush(), undefined)
})

t.test('one that gives up while it waits is told of with the next interval', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })
  signals.admit(now)
  const alert = alertOf('h1', 1)
  signals.hold(alert)

  signals.giveUp(alert)

  t.equal(signals.due(), now + interval)
  t.same(signals.release(now + interval), { alerts: [], surplus: { count: 1, sample: [alert.terms] } })
  t.equal(signals.due(), Infinity)
})

t.test('taken up from its state it goes on as if nothing had been', async (t) => {
  const signals = new Signals({ maxSignals: 2, interval })
  const restored = new Signals({ maxSignals: 2, interval })
  signals.admit(now)
  signals.giveUp(alertOf('gone', 1))
  const held = [alertOf('h1', 1), alertOf('h2', 2), alertOf('h3', 3)]
  for (const alert of held) signals.hold(alert)

  restored.restore(JSON.parse(JSON.stringify(signals.toState())) as SignalsState, held)

  t.equal(restored.due(), now + interval)
  t.same(restored.release(now + interval), { alerts: [held[2], held[1]], surplus: { count: 1, sample: [[{ field: 'host.id', value: 'gone' }]] } })
  t.same(restored.held, [held[0]])
  t.same(restored.admit(now + interval + 1), false)
})

t.test('before its first alert it has a state as well', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })

  signals.restore(JSON.parse(JSON.stringify(new Signals({ maxSignals: 1, interval }).toState())) as SignalsState, [])

  t.equal(signals.admit(-1e15), true)
  t.equal(signals.due(), Infinity)
})

t.test('a state that was given or taken stays as it is', async (t) => {
  const signals = new Signals({ maxSignals: 1, interval })
  signals.giveUp(alertOf('h1', 1))
  const state = signals.toState()
  signals.giveUp(alertOf('h2', 1))
  t.equal(state.surplus.count, 1)
  t.equal(state.surplus.sample.length, 1)

  signals.restore(state, [])
  signals.giveUp(alertOf('h3', 1))

  t.equal(state.surplus.count, 1)
  t.equal(state.surplus.sample.length, 1)
})

function alertOf (host: string, count: number): OpenAlert {
  const events = Array.from({ length: count }, (_, i) => countedEvent(i))
  return openAlertOf(events, { terms: [{ field: 'host.id', value: host }] })
}
