import t from 'tap'

import type { AlertRecord } from '../src/core/alert.js'
import type { Event } from '../src/core/event.js'
import type { FieldMap } from '../src/core/fields.js'
import type { Rule } from '../src/core/rule.js'
import { detectBatch } from '../src/detect-batch.js'

const rule = { id: 'r1' } as Rule
const arrival = Date.UTC(2026, 2, 2, 9)
const origin = { tag: 'winlog' }

t.test('what matches is pushed, with its arrival, its time and where it came from', async (t) => {
  const pushed: object[] = []
  const batch = batchOf([{ a: 1 }, { hit: 1 }, { hit: 2 }])

  const detected = detectBatch(detector((event, at, rules) => {
    pushed.push({ hit: event.values('hit'), at, rules, origin: event.origin, time: event.time() })
    return [{ message: 'opened' } as AlertRecord]
  }), batch, { origin, arrival, log: logTo([]) })

  t.same(pushed, [1, 2].map((hit) => ({ hit: [hit], at: arrival, rules: [rule], origin, time: arrival - 1000 })))
  t.match(detected, { received: 3, matched: 2, records: [{ message: 'opened' }, { message: 'opened' }], unreadable: [], idle: false })
})

t.test('what was due is kept with the batch, but is not its doing', async (t) => {
  const detected = detectBatch(detector(() => [], [{ message: 'closed' } as AlertRecord]), batchOf([{ a: 1 }]), { origin, arrival, log: logTo([]) })

  t.match(detected, { alerts: [{ message: 'closed' }], records: [], matched: 0, idle: true })
})

t.test('a record that cannot be evaluated is set aside, and its neighbours count', async (t) => {
  const lines: object[] = []
  const batch = { ...batchOf([{ hit: 1 }, { hit: 2 }, { hit: 3 }]), received: 4, rejected: [{ number: 4, reason: 'not JSON', bytes: Buffer.from('{') }] }

  const detected = detectBatch(detector((event) => {
    if (event.values('hit')[0] === 2) throw new TypeError('x is undefined')
    return []
  }), batch, { origin, arrival, log: logTo(lines) })

  t.match(detected, { received: 4, matched: 3, unreadable: [{ number: 4 }, { number: 2, reason: 'it could not be evaluated' }] })
  t.equal(batch.rejected.length, 1, 'the batch itself stays as it was')
  t.match(lines, [{ err: { message: 'x is undefined' }, origin }])
})

function detector (push: (event: Event, arrival: number, rules?: readonly Rule[]) => AlertRecord[], due: AlertRecord[] = []) {
  return {
    advance: () => due,
    match: (event: Event) => event.values('hit').length > 0 ? [rule] : [],
    push: (event: Event | FieldMap, at: number, rules?: readonly Rule[]) => push(event as Event, at, rules)
  }
}

function batchOf (records: FieldMap[]) {
  return { received: records.length, records: records.map((fields) => ({ fields, bytes: Buffer.from(JSON.stringify(fields)), time: arrival - 1000 })), rejected: [] }
}

function logTo (lines: object[]) {
  const line = (details: object) => { lines.push(details) }
  return { error: line, warn: line, info: line, debug: line }
}
