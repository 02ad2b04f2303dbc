import t from 'tap'
import { alertId, OpenAlert } from '../../src/core/open-alert.js'
import { Totals } from '../../src/core/totals.js'
import { ruleOf } from './rule-of.js'

const minute = 60_000
const hour = 60 * minute

t.test('its close is due after a window of silence and a millisecond', async (t) => {
  const alert = openAlert()
  alert.recordedCount = 1

  t.equal(alert.due(ruleOf(), minute), minute + 1)
  t.equal(alert.closeReason(ruleOf(), minute, minute), undefined)
  t.equal(alert.closeReason(ruleOf(), minute, minute + 1), 'quiet')
})

t.test('suppression keeps it open, however silent it is', async (t) => {
  const rule = ruleOf({ suppression: { duration: hour } })
  const alert = openAlert()
  alert.recordedCount = 1

  t.equal(alert.due(rule, minute), hour)
  t.equal(alert.closeReason(rule, minute, hour - 1), undefined)
  t.equal(alert.closeReason(rule, minute, hour), 'quiet')
})

t.test('it ends after a day, or with a suppression that is longer', async (t) => {
  const alert = openAlert()
  alert.lastArrival = 24 * hour
  alert.recordedCount = 1

  t.equal(alert.due(ruleOf(), minute), 24 * hour)
  t.equal(alert.closeReason(ruleOf(), minute, 24 * hour), 'max_duration')
  const longer = ruleOf({ suppression: { duration: 48 * hour } })
  t.equal(alert.closeReason(longer, minute, 24 * hour), undefined)
})

t.test('a further crossing is due at the interval, growth without one after an hour', async (t) => {
  const alert = openAlert()
  alert.recordedAt = 0
  alert.lastArrival = 10 * hour

  t.equal(alert.due(ruleOf({ interval: 5 * minute }), minute), hour)
  alert.updateIsDue = true
  t.equal(alert.due(ruleOf({ interval: 5 * minute }), minute), 5 * minute)
})

t.test('while it is held nothing is due and no gap ends it', async (t) => {
  const alert = openAlert()
  alert.isHeld = true

  t.equal(alert.due(ruleOf(), minute), Infinity)
  t.notOk(alert.isPast(10 * hour, minute))
})

t.test('an event more than a window after its last one is past it, unless suppression lasts', async (t) => {
  t.notOk(openAlert().isPast(minute, minute))
  t.ok(openAlert().isPast(minute + 1, minute))
  t.notOk(openAlert({ suppressedUntil: hour }).isPast(hour, minute))
  t.ok(openAlert({ suppressedUntil: hour }).isPast(hour + 1, minute))
})

t.test('it comes back from its state as it was', async (t) => {
  const alert = openAlert()
  const recorded = Object.assign(openAlert(), { recordedAt: 5, sequence: 2, isLate: true, order: 7 })

  for (const one of [alert, recorded]) {
    const back = OpenAlert.fromState(JSON.parse(JSON.stringify(one.toState())))
    t.strictSame(back.toState(), one.toState())
    t.equal(back.recordedAt, one.recordedAt)
    t.equal(back.totals.count, 1)
  }
})

t.test('its id is that of rule, group and earliest event, and has the form of a UUID', async (t) => {
  const id = alertId(ruleOf(), 'h1', { time: 1, identity: 'a' })

  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(alertId(ruleOf({ name: 'Other' }), 'h1', { time: 2, identity: 'a' }), id)
  const others = [
    alertId(ruleOf({ id: 'other' }), 'h1', { time: 1, identity: 'a' }), alertId(ruleOf(), 'h2', { time: 1, identity: 'a' }),
    alertId(ruleOf(), 'h1', { time: 1, identity: 'b' }), alertId(ruleOf(), 'h1', { time: 1 }), alertId(ruleOf(), 'h1', { time: 2 })
  ]
  t.equal(new Set([id, ...others]).size, 6)
})

function openAlert (changes: Partial<OpenAlert> = {}): OpenAlert {
  const totals = new Totals()
  totals.add({ time: 0, skew: 0, facts: { common: {}, values: {}, evidence: {} } })
  return new OpenAlert({
    uuid: 'uuid', terms: [], totals, origin: {}, derived: [], timeToDetect: 0, suppressedUntil: 0, startedAt: 0, ...changes
  })
}
