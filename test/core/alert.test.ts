import t from 'tap'
import { alertRecord, showTerms, surplusRecord, type AlertRecord } from '../../src/core/alert.js'
import { factsOf, readFields } from '../../src/core/facts.js'
import { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import { OpenAlert } from '../../src/core/open-alert.js'
import type { Rule } from '../../src/core/rule.js'
import { Totals } from '../../src/core/totals.js'
import { ruleOf } from './rule-of.js'

const start = Date.UTC(2026, 2, 2)
const options = { action: 'open' as const, now: start + 5000, window: 60_000, limit: 262_144 }

t.test('an open record has all of Elastic\'s fields and explains itself', async (t) => {
  const alert = openAlert([starts(0, 'a.t.example.net'), starts(1, 'b.t.example.net')])

  const record = alertRecord(ruleOf({ name: 'Burst' }), alert, options)

  t.match(record, {
    '@timestamp': '2026-03-02T00:00:05.000Z',
    message: 'opened medium alert Burst on host.id h1: 2 events in 1s (threshold 3 in 1m), all with process.name nslookup.exe, user.name alice',
    event: { kind: 'signal', action: 'open' },
    'kibana.alert.uuid': 'uuid',
    'kibana.alert.status': 'active',
    'kibana.alert.start': '2026-03-02T00:00:00.000Z',
    'kibana.alert.original_time': '2026-03-02T00:00:01.000Z',
    'kibana.alert.severity': 'medium',
    'kibana.alert.risk_score': 47,
    'kibana.alert.ancestors': [{ id: 'e0', type: 'event', index: 'logs-*', depth: 0 }],
    'kibana.alert.threshold_result': { terms: [{ field: 'host.id', value: 'h1' }], count: 2, from: '2026-03-02T00:00:00.000Z' },
    'kibana.alert.rule.rule_id': 'rule',
    'kibana.alert.rule.name': 'Burst',
    rule: { id: 'rule', name: 'Burst' },
    host: { id: 'h1', name: 'ws1' },
    user: { name: 'alice' },
    tripline: {
      rule_hash: 'hash',
      sequence: 1,
      record_id: 'uuid:1',
      first_seen: '2026-03-02T00:00:00.000Z',
      last_seen: '2026-03-02T00:00:01.000Z',
      span_ms: 1000,
      threshold: 3,
      window_ms: 60_000,
      late: false,
      approximate: false,
      skew_ms: 0,
      time_to_detect_ms: 41,
      close_reason: null,
      source: { tag: 'winevtlog' },
      values: { 'user.name': { alice: 2 } },
      evidence: [{ 'process.command_line': 'nslookup -q=txt a.t.example.net' }, { 'event.id': 'e1' }],
      dns: { names: ['a.t.example.net', 'b.t.example.net'], unique_names: 2 }
    }
  })
  t.notOk('kibana.alert.end' in record)
  t.notOk('derived' in record.tripline)
})

t.test('a close record says when and why, and has recovered', async (t) => {
  const record = alertRecord(ruleOf(), openAlert([starts(0)]), { ...options, action: 'close', closeReason: 'quiet' })

  t.match(record, { 'kibana.alert.status': 'recovered', 'kibana.alert.end': '2026-03-02T00:00:05.000Z', tripline: { close_reason: 'quiet' } })
})

t.test('a field on which the events disagree is in no record, but the group field is', async (t) => {
  const record = alertRecord(ruleOf(), openAlert([starts(0), { ...starts(1), user: { name: 'bob' }, host: { id: 'H1', name: 'ws1' } }]), options)

  t.equal(record.user, undefined)
  t.strictSame(record.host, { id: 'h1', name: 'ws1' })
})

t.test('values of a group field are not told once more', async (t) => {
  const rule = ruleOf({ groupBy: ['user.name'] })

  const record = alertRecord(rule, openAlert([starts(0)], { terms: [{ field: 'user.name', value: 'alice' }] }), options)

  t.notOk('user.name' in (record.tripline.values as object))
})

t.test('what only some rules have is only in their records', async (t) => {
  const cardinal = alertRecord(ruleOf({ cardinality: { field: 'dns.question.name', value: 2 } }), openAlert([starts(0)]), options)
  const suppressed = alertRecord(ruleOf({ suppression: { duration: 1 } }), openAlert([starts(0)]), options)
  const query = alertRecord(ruleOf({ type: 'query', source: { severity: 'low', risk_score: 21 } }), openAlert([{}]), options)

  t.match(cardinal['kibana.alert.threshold_result'], { cardinality: [{ field: 'dns.question.name', value: 0 }] })
  t.match(suppressed, { 'kibana.alert.instance.id': 'uuid', 'kibana.alert.suppression.docs_count': 0, 'kibana.alert.suppression.terms': [{ value: 'h1' }] })
  t.notOk('kibana.alert.threshold_result' in query)
  t.match(query, { 'kibana.alert.rule.rule_type_id': 'siem.queryRule', 'kibana.alert.ancestors': [{ id: 'uuid', index: '' }] })
  t.notOk('dns' in query.tripline)
})

t.test('a derived group field is marked', async (t) => {
  const record = alertRecord(ruleOf(), openAlert([starts(0)], { derived: ['host.id'] }), options)

  t.strictSame(record.tripline.derived, ['host.id'])
})

t.test('a group field that is in the way of another stands under its dotted name', async (t) => {
  const terms = [{ field: 'host', value: 'ws1' }, { field: 'host.id', value: 'h1' }, { field: 'labels.team', value: 'blue' }]

  const record = alertRecord(ruleOf({ groupBy: ['host', 'host.id', 'labels.team'] }), openAlert([{}], { terms }), options)

  t.match(record, { host: 'ws1', 'host.id': 'h1', labels: { team: 'blue' } })
})

t.test('a record for what max_signals gives up names the number and a sample of groups', async (t) => {
  const rule: Rule = ruleOf({ name: 'Burst', maxSignals: 1 })

  const record = surplusRecord(rule, { count: 12, sample: [[{ field: 'host.id', value: 'h1' }], [{ field: 'host.id', value: 'h2' }]] }, { now: start, limit: 262_144 })

  t.match(record, {
    event: { kind: 'signal', action: 'open' },
    message: '12 more groups crossed the threshold of Burst than max_signals 1 lets open or wait, among them: host.id h1; host.id h2',
    tripline: { surplus: { groups: 12 }, record_id: `${record['kibana.alert.uuid']}:1`, sequence: 1 }
  })
})

t.test('a group is called by its fields and values', async (t) => {
  t.equal(showTerms([{ field: 'a', value: '1' }, { field: 'b', value: '2' }]), 'a 1, b 2')
})

t.test('a record is never larger than its limit', async (t) => {
  const long = 'x'.repeat(4096)
  const events = Array.from({ length: 20 }, (_, i) => ({ ...starts(i), process: { command_line: long, name: 'nslookup.exe' } }))

  const record: AlertRecord = alertRecord(ruleOf(), openAlert(events), { ...options, limit: 10_000 })

  t.ok(JSON.stringify(record).length <= 10_000)
  t.equal(record.tripline.truncated, true)
})

function starts (i: number, name?: string): FieldMap {
  return {
    '@timestamp': start + i * 1000,
    event: { id: `e${i}` },
    host: { id: 'h1', name: 'ws1' },
    user: { name: 'alice' },
    process: { name: 'nslookup.exe', ...name !== undefined && { command_line: `nslookup -q=txt ${name}` } }
  }
}

function openAlert (records: FieldMap[], changes: Partial<OpenAlert> = {}): OpenAlert {
  const totals = new Totals()
  for (const record of records) {
    const event = new Event(record, { arrival: start })
    totals.add({ time: event.time(), skew: 0, facts: factsOf(readFields(event), event.time()) })
  }
  const alert = new OpenAlert({
    uuid: 'uuid',
    terms: [{ field: 'host.id', value: 'h1' }],
    totals,
    origin: { tag: 'winevtlog' },
    derived: [],
    timeToDetect: 41,
    suppressedUntil: 0,
    startedAt: start,
    ...changes
  })
  alert.sequence = 1
  return alert
}
