import t from 'tap'
import { Group, maxIdentities, type GroupState } from '../../src/core/group.js'
import { Twins } from '../../src/core/twins.js'
import { countedEvent, openAlertOf } from './counted-event.js'

const ring = { threshold: 3, window: 60_000, capacity: 100 }
const terms = [{ field: 'host.id', value: 'h1' }]
const noon = Date.UTC(2026, 2, 2, 12)

t.test('a new group has counted nothing', async (t) => {
  const group = new Group('h1', terms, ring, noon)

  t.same([group.hits, group.lastArrival, group.horizon, group.hasAlert, group.ring.length, group.ring.most()], [0, noon, -Infinity, false, 0, 0])
  t.equal(group.recent.capacity, maxIdentities)
})

t.test('its status tells how near it is, and when it was last seen', async (t) => {
  const group = new Group('h1', [...terms, { field: '__proto__', value: 'x' }], ring, noon)
  t.same(group.status(3).last_seen, '2026-03-02T12:00:00.000Z', 'of no event only the arrival is known')

  group.ring.add(countedEvent(noon - 70_000))
  group.ring.add(countedEvent(noon - 5000))
  group.horizon = noon - 5000
  t.same(Object.entries(group.status(3)), [
    ['terms', Object.fromEntries([['host.id', 'h1'], ['__proto__', 'x']])], ['count', 1], ['threshold', 3], ['last_seen', '2026-03-02T11:59:55.000Z']
  ])

  group.ring.add(countedEvent(noon + 1e9))
  t.equal(group.status(3).last_seen, new Date(noon + 1e9).toISOString(), 'an event ahead of its time is seen too')

  group.alert = openAlertOf([countedEvent(noon + 2e9)])
  t.ok(group.hasAlert)
  t.match(group.status(3), { alert: 'uuid', last_seen: new Date(noon + 2e9).toISOString() })
})

t.test('taken up from its state it is the same group', async (t) => {
  const group = new Group('h1', terms, ring, noon)
  const sysmon = { host: 'h1', pid: '1', provider: 'Sysmon', time: noon }
  group.hits = 7
  group.horizon = noon - 1000
  group.ring.add(countedEvent(noon, { host: { id: 'h1' } }, { identity: 'i1', counted: true }))
  group.ring.approximate = true
  group.recent.add('i1')
  group.twins = new Twins([sysmon])
  group.alert = openAlertOf([countedEvent(noon)], { sequence: 2, isLate: true })

  const state = JSON.parse(JSON.stringify(group.toState())) as GroupState
  const again = Group.fromState(state, ring)

  t.same(again.toState(), group.toState())
  t.same([again.key, again.terms, again.hits, again.lastArrival, again.horizon], ['h1', terms, 7, noon, noon - 1000])
  t.same([...again.ring], [...group.ring])
  t.equal(again.ring.approximate, true)
  t.equal(again.recent.add('i1'), false)
  t.equal(again.twins?.pairs({ ...sysmon, provider: 'Security' }), true)
  t.match(again.alert, { uuid: 'uuid', sequence: 2, isLate: true })
  t.same(again.status(3), group.status(3))
})

t.test('so is one that has neither an alert nor a horizon', async (t) => {
  const group = new Group('h1', terms, ring, noon)

  const again = Group.fromState(JSON.parse(JSON.stringify(group.toState())) as GroupState, ring)

  t.same(again.toState(), group.toState())
  t.equal(again.horizon, -Infinity)
  t.equal(again.twins, undefined)
  t.equal(again.alert, undefined)
})

t.test('a state that was given stays as it is, whatever is counted afterwards', async (t) => {
  const group = new Group('h1', terms, ring, noon)
  group.alert = openAlertOf([countedEvent(noon)])
  const state = group.toState()
  const stored = JSON.stringify(state)

  for (const one of [group, Group.fromState(state, ring)]) {
    one.ring.add(countedEvent(noon))
    one.recent.add('i2')
    one.twins = new Twins()
    one.alert?.totals.add(countedEvent(noon, { user: { name: 'bob' } }))
  }

  t.equal(JSON.stringify(state), stored)
})
