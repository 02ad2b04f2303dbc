import t from 'tap'

import type { AlertRecord } from '../../src/core/alert.js'
import type { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import type { Rule } from '../../src/core/rule.js'
import { detectBatch, matchBatch } from '../../src/pipeline/detect-batch.js'

const rule = { id: 'r1' } as Rule
const arrival = Date.UTC(2026, 2, 2, 9)
const origin = { tag: 'winlog' }
const none = { find: () => undefined }

t.test('what matches is pushed, with its arrival, its time and where it came from', async (t) => {
  const pushed: object[] = []
  const batch = batchOf([{ a: 1 }, { hit: 1 }, { hit: 2 }])

  const detected = detectBatch(detector((event, at, rules) => {
    pushed.push({ hit: event.values('hit'), at, rules, origin: event.origin, time: event.time() })
    return [{ message: 'opened' } as AlertRecord]
  }), batch, { origin, arrival, repeats: none, log: logTo([]) })

  t.same(pushed, [1, 2].map((hit) => ({ hit: [hit], at: arrival, rules: [rule], origin, time: arrival - 1000 })))
  t.match(detected, { answer: { received: 3, matched: 2, alerts: 2, rejected: 0 }, records: [{ message: 'opened' }, { message: 'opened' }], unreadable: [], idle: false })
})

t.test('what was due is kept with the batch, but is not its doing', async (t) => {
  const detected = detectBatch(detector(() => [], [{ message: 'closed' } as AlertRecord]), batchOf([{ a: 1 }]), { origin, arrival, repeats: none, log: logTo([]) })

  t.match(detected, { alerts: [{ message: 'closed' }], records: [], answer: { matched: 0, alerts: 0 }, idle: true, step: { now: arrival, events: [] } })
  t.equal(detected.digest, undefined)
})

t.test('each record is counted by its shape, whether it matches or not', async (t) => {
  const batch = batchOf([{ a: 1 }, { hit: 1 }, { process: { name: 'x' } }])

  t.same([...detectBatch(detector(() => []), batch, { origin, arrival, repeats: none, log: logTo([]) }).shapes], [['other', 2], ['ecs', 1]])
})

t.test('a record that cannot be evaluated or counted is set aside, and its neighbours count', async (t) => {
  const lines: object[] = []
  const batch = { ...batchOf([{ hit: 1 }, { hit: 2 }, { hit: 3 }, { hit: 'odd' }]), received: 5, rejected: [{ number: 5, reason: 'not JSON', bytes: Buffer.from('{') }] }

  const detected = detectBatch(detector((event) => {
    if (event.values('hit')[0] === 2) throw new TypeError('x is undefined')
    return []
  }), batch, { origin, arrival, repeats: none, log: logTo(lines) })

  t.match(detected, {
    answer: { received: 5, matched: 3, rejected: 3 },
    unreadable: [{ number: 5 }, { number: 4, reason: 'it could not be evaluated' }, { number: 2, reason: 'it could not be counted' }]
  })
  t.same(detected.step?.events.map(({ fields }) => fields), [{ hit: 1 }, { hit: 3 }], 'what threw is not done again')
  t.equal(batch.rejected.length, 1, 'the batch itself stays as it was')
  t.match(lines, [{ err: { message: 'odd' } }, { err: { message: 'x is undefined' }, origin }])
})

t.test('a batch that came before is answered as then, and counts nothing', async (t) => {
  const batch = batchOf([{ hit: 1 }, { a: 1 }])
  const safe = Promise.resolve()
  const asked: string[] = []
  const repeats = {
    find (digest: string) {
      asked.push(digest)
      return { answer: { received: 9, matched: 1, alerts: 1, rejected: 9 }, safe }
    }
  }

  const detected = detectBatch(detector(() => { throw new Error('not to be counted') }), batch, { origin, arrival, repeats, log: logTo([]) })

  t.match(detected, { isRepeat: true, idle: true, after: safe, alerts: [], records: [], answer: { received: 2, matched: 1, alerts: 1, rejected: 0 } })
  t.match(asked, [/^[\w-]{43}$/])
})

t.test('what it counts can be done again from its step', async (t) => {
  const detected = detectBatch(detector(() => []), batchOf([{ a: 1 }, { hit: 1 }]), { origin, arrival, repeats: none, log: logTo([]) })

  t.same(detected.step, { now: arrival, origin, events: [{ fields: { hit: 1 }, time: arrival - 1000, rules: ['r1'] }] })
  t.match(detected.digest, /./)
})

t.test('records that were matched a moment ago are not looked at again, but arrive when they are counted', async (t) => {
  const arrivals: number[] = []
  const batch = batchOf([{ hit: 1 }, { hit: 'odd' }, { a: 1 }])
  const counting = detector((event) => {
    arrivals.push(event.arrival)
    return []
  })
  const matches = matchBatch(counting, batch, { origin, arrival: arrival - 5, log: logTo([]) })
  t.match(matches, { matched: [{ record: batch.records[0], rules: [rule] }], unreadable: [{ number: 2 }], rules: [rule] })
  const detected = detectBatch({ ...counting, match: () => { throw new Error('asked again') } }, batch, { origin, arrival, repeats: none, log: logTo([]), matches })

  t.match(detected, { answer: { received: 3, matched: 1, rejected: 1 } })
  t.same(arrivals, [arrival])
})

t.test('when the rules have changed since, they are', async (t) => {
  const batch = batchOf([{ hit: 1 }])
  const counting = detector(() => [])

  for (const rules of [[], [{ id: 'r1' } as Rule]]) {
    const detected = detectBatch(counting, batch, { origin, arrival, repeats: none, log: logTo([]), matches: { matched: [], unreadable: [], shapes: new Map(), rules } })

    t.match(detected, { answer: { matched: 1 } })
  }
})

function detector (push: (event: Event, arrival: number, rules?: readonly Rule[]) => AlertRecord[], due: AlertRecord[] = []) {
  return {
    rules: [rule],
    advance: () => due,
    match (event: Event) {
      if (event.values('hit')[0] === 'odd') throw new Error('odd')
      return event.values('hit').length > 0 ? [rule] : []
    },
    push: (event: Event | FieldMap, at: number, rules?: readonly Rule[]) => push(event as Event, at, rules)
  }
}

function batchOf (records: FieldMap[]) {
  return { received: records.length, records: records.map((fields, i) => ({ number: i + 1, fields, bytes: Buffer.from(JSON.stringify(fields)), time: arrival - 1000 })), rejected: [] }
}

function logTo (lines: object[]) {
  const line = (details: object) => { lines.push(details) }
  return { error: line, warn: line, info: line, debug: line }
}
