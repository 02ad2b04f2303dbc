import t from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import { defaultLimits, type DetectorLimits } from '../../src/core/limits.js'
import type { Rule } from '../../src/core/rule.js'
import { Tracker } from '../../src/core/tracker.js'
import { ruleOf } from './rule-of.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

t.test('a crossing opens, further ones update at the interval, silence closes', async (t) => {
  const tracker = trackerOf({ interval: 5 * minute })

  t.strictSame(send(tracker, [0, 1, 2, 3, 4, 5, 6]), ['open 3'])
  const [close] = fire(tracker)
  t.equal(show(close as AlertRecord), 'close 7 quiet')
  t.equal(close?.['@timestamp'], new Date(minute + 7).toISOString())
  t.equal(tracker.due(), Infinity)
  t.match(tracker.stats, { matched: 7, counted: 7, opened: 1, updated: 0, closed: 1, groups: 1 })
})

t.test('a crossing before the interval is over is told at its end', async (t) => {
  const tracker = trackerOf({ interval: 10 * second })
  send(tracker, [0, 1, 2, 3, 4, 5])

  const [update] = fire(tracker)

  t.equal(show(update as AlertRecord), 'update 6')
  t.equal(update?.['@timestamp'], new Date(10 * second + 2).toISOString())
})

t.test('a crossing after the interval updates at once', async (t) => {
  const tracker = trackerOf({ interval: 10 })

  t.strictSame(send(tracker, [0, 1, 2, 3, 4, 20]), ['open 3', 'update 6'])
})

t.test('an event more than a window after the last one closes the alert and starts afresh', async (t) => {
  const tracker = trackerOf({ identity: [] })

  t.strictSame(send(tracker, [0, 1, 2, minute + 2], 2), ['open 3'])
  t.strictSame(send(tracker, [2 * minute + 3], 2), ['close 4 gap'])
  t.strictSame(send(tracker, [2 * minute + 4, 2 * minute + 5], 2), ['open 3'])
})

t.test('a further crossing counts the events that were there before the first and that no alert had', async (t) => {
  const tracker = trackerOf({ identity: [], interval: 0 })

  t.strictSame(send(tracker, [0, 59, 100, 110].map((time) => time * second)), ['open 3'])
  t.strictSame(send(tracker, [10 * second, 20 * second], 120 * second), ['update 6'])
})

t.test('an event without a value in the group field is not counted, but told of', async (t) => {
  const tracker = trackerOf()

  tracker.push(eventOf({ time: 0, host: [] }), 0)

  t.match(tracker.stats, { matched: 1, counted: 0, ungrouped: 1, groups: 0 })
})

t.test('the same event twice counts once', async (t) => {
  const tracker = trackerOf({ identity: ['event.id'] })

  for (const id of ['a', 'a', 'b']) tracker.push(eventOf({ time: 0, id }), 0)

  t.match(tracker.stats, { counted: 2, duplicates: 1, opened: 0 })
})

t.test('the Sysmon and the Security record of one start count once, unless the rule says otherwise', async (t) => {
  const start = { event: { category: 'process', type: 'start' }, process: { pid: 1, command_line: 'nslookup' } }
  const [sysmon, security] = ['Sysmon', 'Security'].map((provider) => ({ ...start, event: { ...start.event, provider } }))

  for (const [twins, counted] of [[true, 1], [false, 2]] as const) {
    const tracker = trackerOf({ twins, identity: [] })
    for (const record of [sysmon, security]) tracker.push(eventOf({ time: 0, record }), 0)
    t.equal(tracker.stats.counted, counted)
  }
})

t.test('an event too late does not count, but an open alert tells of it', async (t) => {
  const tracker = trackerOf({ identity: [] }, { lateness: minute })

  send(tracker, [10 * minute, 10 * minute, 10 * minute])
  tracker.push(eventOf({ time: 8 * minute }), 10 * minute)
  tracker.push(eventOf({ time: 8 * minute - 1 }), 10 * minute)
  const [close] = fire(tracker)

  t.match(tracker.stats, { counted: 4, late: 1 })
  t.match(close?.tripline, { late: true })
  t.doesNotThrow(() => send(tracker, [8 * minute - 1], 11 * minute))
  t.equal(tracker.stats.late, 2)
})

t.test('an event far ahead of its arrival counts and does not make others late', async (t) => {
  const tracker = trackerOf({ identity: [] }, { lateness: 0, maxSkew: 0 })

  const records = [hour, hour, hour].map((time) => tracker.push(eventOf({ time }), 0)).flat()
  tracker.push(eventOf({ time: 0 }), 0)

  t.match(records[0]?.tripline, { skew_ms: hour })
  t.match(tracker.stats, { skewed: 3, counted: 4, late: 0 })
})

t.test('so many events ahead of their arrival that the oldest had to be forgotten make the next alert approximate', async (t) => {
  for (const [ahead, approximate] of [[4, false], [30, true]] as const) {
    const tracker = trackerOf({ identity: [], threshold: 2 }, { lateness: minute, maxSkew: 0 })
    for (let i = 1; i <= ahead; i++) tracker.push(eventOf({ time: 2 * i * minute }), 0)

    const [open] = [hour, hour].flatMap((time) => tracker.push(eventOf({ time: 2 * time }), 0))

    t.match(open?.tripline, { approximate })
  }
})

t.test('without such events nothing has to be forgotten that might have counted', async (t) => {
  const tracker = trackerOf({ identity: [], threshold: 2, interval: 0 }, { lateness: 5 * minute, maxSkew: 0 })

  for (let i = 0; i < 50; i++) tracker.push(eventOf({ time: i * (minute + 1) }), i * (minute + 1))
  const records = [7, 6, 5, 4, 3, 2, 1, 0].flatMap((back) => tracker.push(eventOf({ time: (49 - back) * (minute + 1) }), 49 * (minute + 1)))

  t.ok(records.length > 0)
  t.ok(records.every(({ tripline }) => tripline.approximate === false))
})

t.test('a query rule opens once for each event, and the same event twice opens once', async (t) => {
  const tracker = trackerOf({ type: 'query', threshold: 1, groupBy: [] })

  const records = ['a', 'b', 'a'].flatMap((id) => tracker.push(eventOf({ time: 0, id, record: { event: { provider: 'p', id } } }), 0))

  t.strictSame(records.map(({ event, tripline }) => [event.action, tripline.sequence]), [['open', 1], ['open', 1]])
  t.equal(new Set(records.map((record) => record['kibana.alert.uuid'])).size, 2)
  t.equal(tracker.due(), Infinity)
})

t.test('equal events of a query rule that nothing tells apart are two alerts', async (t) => {
  const tracker = trackerOf({ type: 'query', threshold: 1, groupBy: [], identity: [] })

  const records = [0, 0].flatMap((time) => tracker.push(eventOf({ time }), 0))

  t.equal(new Set(records.map((record) => record['kibana.alert.uuid'])).size, 2)
})

t.test('a query rule groups by its suppression; without the field an event stands alone or with its like', async (t) => {
  for (const [missingFields, opens] of [['suppress', 1], ['doNotSuppress', 2]] as const) {
    const tracker = trackerOf({ type: 'query', threshold: 1, identity: [], suppression: { duration: hour, missingFields } })

    const records = [0, 1].flatMap((time) => tracker.push(eventOf({ time, host: [] }), time))

    t.equal(records.filter(({ event }) => event.action === 'open').length, opens)
    t.equal(tracker.stats.ungrouped, 0)
  }
})

t.test('each value of a list counts as a distinct one, a number and its text as the same', async (t) => {
  const push = (question: unknown) => trackerOf({ threshold: 1, cardinality: { field: 'question', value: 3 } }).push(eventOf({ time: 0, record: { question } }), 0)

  t.match(push(['a', 'b', 'c'])[0]?.['kibana.alert.threshold_result'], { count: 1, cardinality: [{ field: 'question', value: 3 }] })
  t.same(push(['a', 'b']), [])
  t.same(push([1, '1', 'b']), [])
  t.same(push([1, '1']), [])
  t.same(push([]), [])
})

t.test('a threshold rule does not count an event without its field, with a suppression or without one', async (t) => {
  for (const suppression of [undefined, { duration: hour }]) {
    const tracker = trackerOf({ threshold: 2, identity: [], ...suppression && { suppression } })

    const records = [0, 1, 2].flatMap((time) => tracker.push(eventOf({ time, host: [] }), time))

    t.same(records, [])
    t.match(tracker.stats, { matched: 3, ungrouped: 3, counted: 0 })
  }
})

t.test('an event without the suppression field would count in the alert of its like', async (t) => {
  const tracker = trackerOf({ type: 'query', threshold: 1, identity: [], suppression: { duration: hour, missingFields: 'suppress' } })
  const [open] = tracker.push(eventOf({ time: 0, host: [] }), 0)

  t.strictSame(tracker.openAlerts(eventOf({ time: 1, host: [] })), [open?.['kibana.alert.uuid']])
  t.strictSame(tracker.openAlerts(eventOf({ time: 1 })), [])
})

t.test('what max_signals holds back opens in the next interval, with what it has counted by then', async (t) => {
  const tracker = trackerOf({ maxSignals: 1, threshold: 2, interval: 10 * second, identity: [] })

  const now = ['h1', 'h1', 'h2', 'h2'].flatMap((host) => tracker.push(eventOf({ time: 0, host }), 0))
  const more = [1, 2, 3].flatMap((time) => tracker.push(eventOf({ time, host: 'h2' }), time))

  t.strictSame(now.map(show), ['open 2'])
  t.strictSame(more, [])
  t.equal(tracker.stats.held, 1)
  t.equal(tracker.due(), 10 * second)
  t.strictSame(tracker.fire(10 * second).map(show), ['open 5'])
  t.equal(tracker.stats.held, 0)
})

t.test('of those that would have to wait behind a thousand only their number is told, and their groups start afresh', async (t) => {
  const tracker = trackerOf({ maxSignals: 1, threshold: 1, interval: 10 * second, identity: [] })

  for (let i = 0; i < 1002; i++) tracker.push(eventOf({ time: 0, host: `h${i}` }), 0)
  const records = fire(tracker)

  t.match(records.at(-1), { tripline: { surplus: { groups: 1, sample: [[{ value: 'h1001' }]] } } })
  t.equal(tracker.nearest(2000).filter(({ alert }) => alert !== undefined).length, 1001)
})

t.test('of a single event beyond all bounds only the number is told', async (t) => {
  const tracker = trackerOf({ type: 'query', maxSignals: 1, threshold: 1, groupBy: [], identity: [] })

  for (let i = 0; i < 1002; i++) tracker.push(eventOf({ time: i }), 0)

  t.match(fire(tracker).at(-1), { tripline: { surplus: { groups: 1 } } })
})

t.test('a group that has to make room closes its alert and is counted', async (t) => {
  const tracker = trackerOf({ threshold: 1, identity: [] }, { maxGroups: 1 })

  const records = ['h1', 'h2'].flatMap((host) => tracker.push(eventOf({ time: 0, host }), 0))

  t.strictSame(records.map(show), ['open 1', 'open 1', 'close 1 evicted'])
  t.match(tracker.stats, { evicted: 1, groups: 1 })
})

t.test('an alert that is held when its group has to make room is summed up', async (t) => {
  const tracker = trackerOf({ threshold: 1, maxSignals: 1, interval: 10 * second, identity: [] }, { maxGroups: 2 })

  const records = ['h1', 'h2', 'h3', 'h4'].flatMap((host) => tracker.push(eventOf({ time: 0, host }), 0))
  const later = fire(tracker)

  t.strictSame(records.map(show), ['open 1', 'close 1 evicted'])
  t.strictSame(later.slice(0, 1).map(show), ['open 1'])
  t.match(later.at(-1), { tripline: { surplus: { groups: 1 } } })
})

t.test('a newcomer that all others outrank does not displace them', async (t) => {
  const tracker = trackerOf({ identity: [] }, { maxGroups: 1 })

  for (const host of ['h1', 'h1', 'h2']) tracker.push(eventOf({ time: 0, host }), 0)

  t.strictSame(tracker.nearest(5).map(({ terms, count }) => [terms['host.id'], count]), [['h1', 2]])
  t.match(tracker.stats, { evicted: 1, counted: 3 })
})

t.test('a group is forgotten a window and the lateness after its last match', async (t) => {
  const tracker = trackerOf({}, { lateness: minute })
  send(tracker, [0])

  tracker.sweep(2 * minute)
  t.equal(tracker.stats.groups, 1)
  tracker.changes()
  tracker.sweep(2 * minute + 1)

  t.equal(tracker.stats.groups, 0)
  t.strictSame([...tracker.changes().groups], [['h1', null]])
})

t.test('the nearest groups are those with an alert, then those with the most events in a window', async (t) => {
  const tracker = trackerOf({ identity: [] })
  for (const host of ['h0', 'h1', 'h2', 'h2', 'h3', 'h3', 'h3', 'h4']) tracker.push(eventOf({ time: 0, host }), 0)
  for (const time of [0, minute + 1]) tracker.push(eventOf({ time, host: 'h5' }), 0)

  const nearest = tracker.nearest(3)

  t.strictSame(nearest.map(({ terms }) => terms['host.id']), ['h3', 'h2', 'h0'])
  t.ok(nearest[0]?.alert)
  t.strictSame(nearest[1], { terms: { 'host.id': 'h2' }, count: 2, threshold: 3, last_seen: '1970-01-01T00:00:00.000Z' })
})

t.test('when the rule ends its alerts close, and those that wait are summed up', async (t) => {
  const tracker = trackerOf({ threshold: 1, maxSignals: 1, identity: [] })
  for (const host of ['h1', 'h2']) tracker.push(eventOf({ time: 0, host }), 0)

  const records = tracker.end(1)

  t.equal(show(records[0] as AlertRecord), 'close 1 rule_changed')
  t.match(records[1], { tripline: { surplus: { groups: 1 } } })
  t.strictSame([...tracker.changes().groups], [['h1', null], ['h2', null]])
})

t.test('its changes, given to another tracker, make it go on as the first would have', async (t) => {
  const rule = { identity: ['event.id'], maxSignals: 1, threshold: 2, interval: 10 * second }
  const tracker = trackerOf(rule)
  for (const [host, id] of [['h1', 'a'], ['h1', 'b'], ['h2', 'c'], ['h2', 'd'], ['h3', 'e']] as const) tracker.push(eventOf({ time: 0, host, id }), 0)

  const copy = trackerOf(rule)
  const changes = tracker.changes()
  copy.load([...changes.groups.values()].flatMap((group) => group ?? []), changes.rule)
  t.strictSame(tracker.changes(), { groups: new Map(), rule: undefined })

  for (const one of [tracker, copy]) {
    t.strictSame(one.push(eventOf({ time: 1, host: 'h3', id: 'e' }), 1), [], 'an identity is remembered')
    t.strictSame(one.fire(10 * second).map(show), ['open 2'])
    t.strictSame(one.push(eventOf({ time: 1, host: 'h3', id: 'f' }), 10 * second), [], 'the interval goes on')
    t.equal(one.stats.held, 1)
  }
})

t.test('when it resumes, silence counts from then, for groups and for alerts', async (t) => {
  const tracker = trackerOf({ identity: [] }, { lateness: 0 })
  send(tracker, [0, 0, 0])
  tracker.push(eventOf({ time: 0, host: 'h2' }), 0)

  tracker.resume(minute)
  tracker.sweep(2 * minute)

  t.equal(tracker.stats.groups, 2)
  t.strictSame(fire(tracker).map((record) => record['@timestamp']), [new Date(2 * minute + 1).toISOString()])
})

t.test('a copy resumed where the first did, though its groups were written before', async (t) => {
  const tracker = trackerOf({ identity: [] })
  send(tracker, [0, 0, 0])
  tracker.push(eventOf({ time: 0, host: 'h2' }), 0)
  const { groups, rule } = tracker.changes()
  tracker.resume(minute)

  const copy = trackerOf({ identity: [] })
  copy.load([...groups.values()].flatMap((group) => group ?? []), rule, minute)

  t.equal(copy.due(), 2 * minute + 1)
  t.strictSame(tracker.changes().groups, new Map(), 'nothing has to be written anew')
})

t.test('resumed by a clock that was set back, nothing waits for what it said before', async (t) => {
  const tracker = trackerOf({ identity: [], maxSignals: 1, interval: 10 * second })
  send(tracker, [0, 0, 0], hour)
  for (let i = 0; i < 3; i++) tracker.push(eventOf({ time: 0, host: 'h2' }), hour)
  tracker.changes()

  tracker.resume(0)

  t.strictSame([...tracker.changes().groups.keys()].length, 2)
  t.strictSame(tracker.fire(tracker.due()).map(show), ['open 3'])
  t.equal(tracker.due(), minute + 1)
})

t.test('single events that wait come back too, and groups alone when there is no more', async (t) => {
  const rule: Partial<Rule> = { type: 'query', threshold: 1, groupBy: [], maxSignals: 1, interval: 10 * second, identity: [] }
  const tracker = trackerOf(rule)
  for (const time of [0, 1]) tracker.push(eventOf({ time }), 0)

  const copy = trackerOf(rule)
  copy.load([], tracker.changes().rule)

  t.strictSame(copy.fire(copy.due()).map(show), ['open'])
  t.doesNotThrow(() => trackerOf(rule).load([], undefined))
})

t.test('fields to investigate are told with their values', async (t) => {
  const tracker = trackerOf({ threshold: 1, cardinality: { field: 'question', value: 1 }, source: { severity: 'low', risk_score: 1, investigation_fields: { field_names: ['labels.team'] } } })

  const [record] = tracker.push(eventOf({ time: 0, record: { question: 'a', labels: { team: 'blue' } } }), 0)

  t.match(record?.tripline.values, { question: { a: 1 }, 'labels.team': { blue: 1 } })
})

t.test('an event knows the open alert that it would count in, and changes nothing by asking', async (t) => {
  const tracker = trackerOf({ threshold: 1 })
  t.strictSame(tracker.openAlerts(eventOf({ time: 0 })), [])
  const [open] = tracker.push(eventOf({ time: 0 }), 0)
  tracker.changes()

  t.strictSame(tracker.openAlerts(eventOf({ time: 1 })), [open?.['kibana.alert.uuid']])
  t.strictSame(tracker.openAlerts(eventOf({ time: 1, host: 'h2' })), [], 'of another host')
  t.strictSame(tracker.openAlerts(eventOf({ time: 1, host: ['h2', 'h1'] })).length, 1, 'of one of its hosts')
  t.strictSame(tracker.openAlerts(eventOf({ time: minute + 1 })), [], 'beyond a gap, where another alert begins')
  t.strictSame(tracker.changes().groups.size, 0)
})

t.test('an alert whose close is due is told no more, nor is one that is held', async (t) => {
  const quiet = trackerOf({ threshold: 1 })
  quiet.push(eventOf({ time: 0 }), 0)
  const held = trackerOf({ threshold: 1, maxSignals: 1, identity: [] })
  held.push(eventOf({ time: 0, host: 'h2' }), 0)
  held.push(eventOf({ time: 0 }), 0)
  t.equal(held.stats.held, 1)

  t.strictSame(quiet.openAlerts(new Event({ '@timestamp': new Date(1).toISOString(), host: { id: 'h1' } }, { arrival: 2 * minute })), [])
  t.strictSame(held.openAlerts(eventOf({ time: 1 })), [])
})

function trackerOf (rule: Partial<Rule> = {}, limits: Partial<DetectorLimits> = {}): Tracker {
  return new Tracker(ruleOf(rule), { ...defaultLimits, ...limits })
}

interface Made { time: number, host?: string | string[], id?: string, record?: FieldMap }

function eventOf ({ time, host = 'h1', id, record = {} }: Made): Event {
  return new Event({ '@timestamp': new Date(time).toISOString(), host: { id: host }, ...id !== undefined && { event: { id } }, ...record }, { arrival: time })
}

/** Lets time pass until there is a record. */
function fire (tracker: Tracker): AlertRecord[] {
  let records: AlertRecord[] = []
  while (records.length === 0 && tracker.due() < Infinity) records = tracker.fire(tracker.due())
  return records
}

/** Each arrives when it happens, or at `arrival`. */
function send (tracker: Tracker, times: number[], arrival?: number): string[] {
  return times.flatMap((time) => tracker.push(eventOf({ time }), arrival ?? time)).map(show)
}

function show (record: AlertRecord): string {
  const result = record['kibana.alert.threshold_result'] as { count: number } | undefined
  return [record.event.action, result?.count, record.tripline.close_reason].filter((part) => part !== undefined && part !== null).join(' ')
}
