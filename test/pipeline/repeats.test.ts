import t from 'tap'
import { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import { ruleOf } from '../core/rule-of.js'
import { digestOf, Repeats } from '../../src/pipeline/repeats.js'

const answer = { received: 2, matched: 1, alerts: 0, rejected: 0 }
const hour = 3_600_000
const safe = Promise.resolve()

t.test('a batch is known for an hour', async (t) => {
  const repeats = new Repeats()
  repeats.add('d', answer, { now: 0, safe })

  t.same(repeats.find('d', hour), { answer, time: 0, safe })
  t.equal(repeats.find('d', hour + 1), undefined)
  t.equal(repeats.find('other', 0), undefined)
})

t.test('answers that a store kept are known and safe', async (t) => {
  const repeats = new Repeats([['d', answer, 5]])

  t.match(repeats.find('d', 5), { answer })
  await t.resolves(repeats.find('d', 5)?.safe as Promise<unknown>)
})

t.test('those of an hour ago are forgotten, and beyond 200,000 the oldest', async (t) => {
  const repeats = new Repeats()
  repeats.add('old', answer, { now: 0, safe })
  repeats.add('new', answer, { now: hour + 1, safe })
  t.equal(repeats.find('old', 0), undefined)

  for (let i = 0; i < 200_000; i++) repeats.add(String(i), answer, { now: hour + 1, safe })

  t.equal(repeats.find('new', hour + 1), undefined)
  t.ok(repeats.find('0', hour + 1))
})

t.test('a digest is that of the bytes and their borders', async (t) => {
  const digest = digestOf([matched({ '@timestamp': 1 }, 'ab'), matched({ '@timestamp': 1 }, 'c')])

  t.match(digest, /^[\w-]{43}$/)
  t.equal(digestOf([matched({ '@timestamp': 1 }, 'ab'), matched({ '@timestamp': 1 }, 'c')]), digest)
  t.not(digestOf([matched({ '@timestamp': 1 }, 'a'), matched({ '@timestamp': 1 }, 'bc')]), digest)
})

t.test('the same batch under other rules is another', async (t) => {
  const digests = [[ruleOf()], [ruleOf({ id: 'other' })], [ruleOf({ hash: 'other' })], [ruleOf(), ruleOf({ id: 'more' })]]
    .map((rules) => digestOf([matched({ '@timestamp': 1 }, 'x', rules)]))

  t.equal(new Set(digests).size, 4)
})

t.test('a batch with a record that has neither time nor id has none', async (t) => {
  const cases: [FieldMap, boolean][] = [
    [{ '@timestamp': '2026-03-02T09:00:00Z' }, true], [{ date: 1772442900.5 }, true], [{ event: { id: 'a' } }, true],
    [{ winlog: { record_id: 7 } }, true], [{ process: { entity_id: '{1}' } }, true], [{ a: 1 }, false]
  ]
  for (const [fields, expected] of cases) t.equal(digestOf([matched({ '@timestamp': 1 }, 'x'), matched(fields, 'y')]) !== undefined, expected)
  t.equal(digestOf([]), undefined)
})

function matched (fields: FieldMap, bytes: string, rules = [ruleOf()]) {
  return { event: new Event(fields, { arrival: 0 }), record: { number: 1, fields, bytes: Buffer.from(bytes) }, rules }
}
