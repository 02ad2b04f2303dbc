import t from 'tap'
import type { Event } from '../../src/core/event.js'
import type { Rule } from '../../src/core/rule.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'
import { passedEvents } from '../../src/inline/passed-event.js'
import { ruleOf } from '../core/rule-of.js'

t.test('the records stand in their order, the broken ones too, and those that match have a mark', async (t) => {
  const batch = readBatch(Buffer.from('{"a":1}\nnull\n{"b":2}\n{"c'), { maxRecord: 1000 })
  const [, second] = batch.records
  const matched = [{ record: second!, event: {} as Event, rules: [{ id: 'r1' }, { id: 'r2' }] as Rule[] }]

  const events = passedEvents(batch, { matched }, () => ['u1'])

  t.same(events.map(({ bytes }) => bytes.toString()), ['{"a":1}', 'null', '{"b":2}', '{"c'])
  t.same(events.map(({ number }) => number), [1, 2, 3, 4])
  t.same(events.map(({ mark }) => mark), [undefined, undefined, { rules: ['r1', 'r2'], alerts: ['u1'] }, undefined])
  t.same(events.map(({ record }) => record), [batch.records[0], undefined, second, undefined])
  t.match(events, [{ kind: 'json' }])
})

t.test('records that were passed over stand among the others', async (t) => {
  const sieve = new Sieve([{ ...ruleOf(), literals: [['hit']] }])
  const batch = readBatch(Buffer.from('{"a":1}\n{"a":"hit"}\n{"c\n{"b":2}'), { maxRecord: 1000, sieve, keepsAll: true })

  const events = passedEvents(batch, { matched: [] }, () => [])

  t.same(events.map(({ number, bytes, record }) => [number, bytes.toString(), record !== undefined]), [[1, '{"a":1}', false], [2, '{"a":"hit"}', true], [3, '{"c', false], [4, '{"b":2}', false]])
})

t.test('a batch that does not say how its bytes are read holds JSON', async (t) => {
  const events = passedEvents({ received: 1, records: [], rejected: [{ number: 1, reason: 'x', bytes: Buffer.from('{') }] }, { matched: [] }, () => [])

  t.match(events, [{ kind: 'json', number: 1 }])
})
