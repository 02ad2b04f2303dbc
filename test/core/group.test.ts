import t from 'tap'
import { Group, maxIdentities, type GroupState } from '../../src/core/group.js'
import type { Packed } from '../../src/core/groups.js'
import { SharedTexts } from '../../src/core/shared-texts.js'
import { countedEvent, openAlertOf, waitingEvent } from './counted-event.js'

const options = { ring: { threshold: 3, window: 60_000, capacity: 100 }, groupBy: ['host.id'], shared: new SharedTexts() }
const terms = [{ field: 'host.id', value: 'h1' }]
const noon = Date.UTC(2026, 2, 2, 12)

t.test('a new group has counted nothing', async (t) => {
  const group = new Group('h1', options, noon)

  t.same([group.hits, group.lastArrival, group.horizon, group.hasAlert, group.ring.length, group.ring.most()], [0, noon, -Infinity, false, 0, 0])
  t.equal(group.recent.capacity, maxIdentities)
})

t.test('its status tells how near it is, and when it was last seen', async (t) => {
  const group = new Group('[["host.id","h1"],["__proto__","x"]]', { ...options, groupBy: ['host.id', '__proto__'] }, noon)
  t.same(group.status(3).last_seen, '2026-03-02T12:00:00.000Z', 'of no event only the arrival is known')

  group.ring.add(waitingEvent(noon - 70_000))
  group.ring.add(waitingEvent(noon - 5000))
  group.horizon = noon - 5000
  t.same(Object.entries(group.status(3)), [
    ['terms', Object.fromEntries([['host.id', 'h1'], ['__proto__', 'x']])], ['count', 1], ['threshold', 3], ['last_seen', '2026-03-02T11:59:55.000Z']
  ])

  group.ring.add(waitingEvent(noon + 1e9))
  t.equal(group.status(3).last_seen, new Date(noon + 1e9).toISOString(), 'an event ahead of its time is seen too')

  group.alert = openAlertOf([countedEvent(noon + 2e9)])
  t.ok(group.hasAlert)
  t.match(group.status(3), { alert: 'uuid', last_seen: new Date(noon + 2e9).toISOString() })
})

t.test('taken up from its state it is the same group', async (t) => {
  const group = new Group('h1', options, noon)
  const sysmon = { host: 'h1', pid: '1', provider: 'Sysmon', time: noon }
  group.hits = 7
  group.horizon = noon - 1000
  group.ring.add(waitingEvent(noon, { host: { id: 'h1' } }, { identity: 'i1', value: ['v', 'w'] }))
  group.ring.add(waitingEvent(noon + 1, {}, { value: 'v', skew: 5, packed: undefined }))
  group.ring.approximate = true
  group.recent.add('i1')
  group.twins.pairs(sysmon)
  group.twins.pairs({ ...sysmon, pid: '2', until: noon + 999, line: 'l', program: 'p' })
  group.alert = openAlertOf([countedEvent(noon)], { sequence: 2, isLate: true })

  const state = JSON.parse(JSON.stringify(group.toState())) as GroupState
  const again = Group.fromState(state, options)

  t.same(again.toState(), group.toState())
  t.same([again.key, again.terms, again.hits, again.lastArrival, again.horizon], ['h1', terms, 7, noon, noon - 1000])
  t.match([...again.ring], [{ time: noon, skew: 0, value: ['v', 'w'], identity: 'i1', packed: { own: String, shared: String } }, { time: noon + 1, skew: 5, value: 'v', packed: undefined }])
  t.equal(again.ring.approximate, true)
  t.equal(again.recent.add('i1'), false)
  t.equal(again.twins.pairs({ ...sysmon, provider: 'Security' }), true)
  t.match(again.alert, { uuid: 'uuid', sequence: 2, isLate: true })
  t.same(again.status(3), group.status(3))
})

t.test('so is one that has neither an alert nor a horizon', async (t) => {
  const group = new Group('h1', options, noon)

  const again = Group.fromState(JSON.parse(JSON.stringify(group.toState())) as GroupState, options)

  t.same(again.toState(), group.toState())
  t.equal(again.horizon, -Infinity)
  t.equal(again.twins.size, 0)
  t.equal(again.alert, undefined)
})

t.test('a state that was given stays as it is, whatever is counted afterwards', async (t) => {
  const group = new Group('h1', options, noon)
  group.alert = openAlertOf([countedEvent(noon)])
  const state = group.toState()
  const stored = JSON.stringify(state)

  for (const one of [group, Group.fromState(state, options)]) {
    one.ring.add(waitingEvent(noon))
    one.recent.add('i2')
    one.twins.pairs({ host: 'h1', pid: '1', provider: 'Sysmon', time: noon })
    one.alert?.totals.add(countedEvent(noon, { user: { name: 'bob' } }))
  }

  t.equal(JSON.stringify(state), stored)
})

t.test('packed and unpacked it is the same group, and small', async (t) => {
  const group = new Group('h1', options, noon)
  group.horizon = noon
  for (let i = 0; i < 3; i++) {
    const packed = group.pack()

    t.same(Group.unpack('h1', packed as Packed, options).toState(), { ...group.toState(), hits: 0, lastArrival: -Infinity })
    t.ok((packed as Packed).text.length < 100 + i * 100)
    group.ring.add(waitingEvent(noon + 70_000 * i, { host: { id: 'h1' } }, { identity: `i${i}` }))
    group.recent.add(`i${i}`)
  }
})

t.test('what has an alert, or much of anything, is not packed', async (t) => {
  const changes: ((group: Group, i: number) => unknown)[] = [
    (group, i) => group.ring.add(waitingEvent(noon + 70_000 * i)),
    (group, i) => group.recent.add(String(i)),
    (group, i) => group.twins.pairs({ host: 'h1', pid: String(i), provider: 'Sysmon', time: noon })
  ]
  for (const change of changes) {
    const group = new Group('h1', options, noon)
    for (let i = 0; i < 4; i++) change(group, i)
    t.ok(group.pack())

    change(group, 4)

    t.equal(group.pack(), undefined)
  }
  const group = new Group('h1', options, noon)
  group.alert = openAlertOf([countedEvent(noon)])
  t.equal(group.pack(), undefined)
})
