import t from 'tap'
import { createDetector } from '../../src/core/detector.js'
import { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import { ruleOf } from './rule-of.js'

const minute = 60_000

t.test('it counts plain records and events alike, each in the rules whose query it meets', async (t) => {
  const bob = ruleOf({ id: 'bob', predicate: (event) => event.values('user.name').includes('bob'), threshold: 2 })
  const detector = createDetector([ruleOf({ id: 'any', threshold: 2 }), bob])

  t.strictSame(detector.push(recordOf(0, { user: { name: 'bob' } }), 0), [])
  const records = detector.push(new Event(recordOf(1, { user: { name: 'bob' } }), { arrival: 1 }), 1)
  detector.push(recordOf(2, { user: { name: 'alice' } }), 2)

  t.strictSame(records.map((record) => record['kibana.alert.rule.rule_id']), ['any', 'bob'])
  t.match(detector.stats(), { any: { matched: 3 }, bob: { matched: 2 } })
})

t.test('whoever has matched an event already may say so', async (t) => {
  const rules = [ruleOf({ id: 'one', threshold: 1 }), ruleOf({ id: 'two', threshold: 1 })]
  const detector = createDetector(rules)
  const event = new Event(recordOf(0), { arrival: 0 })

  t.strictSame(detector.match(event), rules)
  t.equal(detector.push(event, 0, rules.slice(1)).length, 1)
  t.match(detector.stats(), { one: { matched: 0 }, two: { matched: 1 } })
})

t.test('timers go off in their order, whatever the rule, each record made at its own time', async (t) => {
  const detector = createDetector([ruleOf({ id: 'slow', threshold: 1, window: 2 * minute }), ruleOf({ id: 'fast', threshold: 1, window: minute })])
  t.equal(detector.pending(), undefined)
  detector.push(recordOf(0), 0)

  t.equal(detector.pending(), minute + 1)
  const records = detector.advance(10 * minute)

  t.strictSame(records.map((record) => [record['kibana.alert.rule.rule_id'], Date.parse(record['@timestamp'])]), [['fast', minute + 1], ['slow', 2 * minute + 1]])
  t.equal(detector.pending(), undefined)
})

t.test('the timer of an alert that a gap has closed does not go off', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push(recordOf(0), 0)
  detector.push(recordOf(2 * minute), 1)

  t.strictSame(detector.advance(minute + 1), [])
  t.strictSame(detector.advance(minute + 2).map(({ event }) => event.action), ['close'])
})

t.test('an event lets the timers before its arrival go off first', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push(recordOf(0), 0)

  const records = detector.push(recordOf(10 * minute), 10 * minute)

  t.strictSame(records.map(({ event }) => event.action), ['close', 'open'])
})

t.test('a sweep forgets expired groups', async (t) => {
  const detector = createDetector([ruleOf()], { lateness: 0 })
  detector.push(recordOf(0), 0)

  detector.sweep(minute + 1)

  t.equal(detector.stats().rule?.groups, 0)
})

t.test('it names the groups of a rule nearest to its threshold, and none of a rule that it does not know', async (t) => {
  const detector = createDetector([ruleOf()])
  detector.push(recordOf(0), 0)

  t.match(detector.groups('rule'), [{ terms: { 'host.id': 'h1' }, count: 1 }])
  t.strictSame(detector.groups('other'), [])
})

t.test('an unchanged rule keeps its groups when rules are replaced, a changed or removed one closes its alerts', async (t) => {
  const rules = ['same', 'changed', 'gone'].map((id) => ruleOf({ id, threshold: 2 }))
  const detector = createDetector(rules)
  detector.push(recordOf(0), 0)
  detector.push(recordOf(1), 1)
  detector.changes()

  const records = detector.replaceRules([ruleOf({ id: 'changed', threshold: 2, hash: 'other' }), ruleOf({ id: 'same', name: 'New name', threshold: 2 })], 2)

  t.strictSame(records.map((record) => [record['kibana.alert.rule.rule_id'], record.tripline.close_reason]), [['changed', 'rule_changed'], ['gone', 'rule_changed']])
  t.strictSame(detector.rules.map(({ id, name }) => [id, name]), [['changed', 'Rule'], ['same', 'New name']])
  t.match(detector.groups('same'), [{ alert: /./ }])
  t.strictSame(detector.groups('changed'), [])
  const changes = detector.changes()
  t.equal(changes.get('group\ngone\nh1'), null)
  t.equal(changes.get('rule\ngone'), null)
  t.match(changes.get('rules'), [{ id: 'changed', hash: 'other' }, { id: 'same', name: 'New name' }])
})

t.test('changes tell each group once', async (t) => {
  const detector = createDetector([ruleOf()])
  detector.push(recordOf(0), 0)

  t.strictSame([...detector.changes().keys()], ['rules', 'group\nrule\nh1'])
  t.strictSame([...detector.changes().keys()], [])
})

t.test('a detector loaded from another\'s changes goes on where it was, once it is told what matches', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 2, maxSignals: 1 })])
  detector.push(recordOf(0), 0)
  detector.push(recordOf(1), 1)

  const copy = createDetector([])
  copy.load(detector.changes())

  t.equal(copy.pending(), detector.pending())
  t.strictSame(copy.push(recordOf(2), 2), [])
  t.strictSame(copy.push(recordOf(3), 3, copy.rules), [])
  t.match(copy.stats().rule, { matched: 1, duplicates: 0 })
  t.strictSame(copy.changes().has('rules'), false)
})

t.test('when it resumes after a stop the timers of silence begin anew', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push(recordOf(0), 0)
  const copy = createDetector([])
  copy.load(detector.changes())

  copy.resume(5 * minute)

  t.strictSame(copy.advance(6 * minute), [])
  t.strictSame(copy.advance(6 * minute + 1).map(({ event }) => event.action), ['close'])
})

t.test('what it loads of a rule that is gone or changed closes when the rules of now come', async (t) => {
  const detector = createDetector([ruleOf({ id: 'gone', threshold: 1 }), ruleOf({ id: 'changed', threshold: 1 })])
  detector.push(recordOf(0), 0)

  const copy = createDetector([])
  copy.load([...detector.changes(), ['group\nunknown\nh1', {}]])
  const records = copy.replaceRules([ruleOf({ id: 'changed', threshold: 1, hash: 'other' })], 1)

  t.strictSame(records.map((record) => [record['kibana.alert.rule.rule_id'], record.event.action, record.tripline.sequence]), [['gone', 'close', 2], ['changed', 'close', 2]])
  const changes = copy.changes()
  for (const key of ['group\ngone\nh1', 'rule\ngone', 'group\nchanged\nh1']) t.equal(changes.get(key), null)
})

t.test('without a state there is nothing to load', async (t) => {
  const detector = createDetector([ruleOf()])

  detector.load([])

  t.strictSame(detector.rules, [])
})

t.test('it tells the open alerts of the rules that were matched, and of no others', async (t) => {
  const rules = [ruleOf({ id: 'one', threshold: 1 }), ruleOf({ id: 'two', threshold: 1 }), ruleOf({ id: 'three', threshold: 9 })]
  const detector = createDetector(rules)
  const [one, two] = detector.push(recordOf(0), 0).map((record) => record['kibana.alert.uuid'])
  const event = new Event(recordOf(1), { arrival: 1 })

  t.strictSame(detector.openAlerts(event, rules), [one, two])
  t.strictSame(detector.openAlerts(event, rules.slice(1)), [two])
  t.match(detector.stats(), { one: { matched: 1 } }, 'nothing was counted')
})

function recordOf (time: number, more: FieldMap = {}): FieldMap {
  return { '@timestamp': new Date(time).toISOString(), host: { id: 'h1' }, event: { id: String(time), provider: 'p' }, ...more }
}

t.test('when it resumed is told once, and a copy goes on from then', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push({ host: { id: 'a' } }, 0)
  const states = detector.changes()
  detector.resume(30_000)

  const changes = detector.changes()
  const copy = createDetector([])
  copy.load([...states, ...changes])

  t.strictSame([...changes], [['resumed', 30_000]])
  t.equal(copy.pending(), 90_001)
  t.equal(detector.changes().size, 0)
})
