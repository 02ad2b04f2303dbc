import t from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import { fit } from '../../src/core/fit.js'
import { alertRecord } from '../fixtures/alert-record.js'

const evidence = Array.from({ length: 20 }, (_, i) => ({ 'event.id': `e${i}`, 'process.command_line': 'x'.repeat(100) }))
const names = Array.from({ length: 100 }, (_, i) => `name-${i}.example.net`)
const full = alertRecord('h1', {
  host: { id: 'h1' },
  threat: { framework: 'MITRE ATT&CK' },
  'kibana.alert.rule.name': 'Rule',
  'kibana.alert.rule.rule_id': 'rule',
  'kibana.alert.rule.parameters': { query: 'q'.repeat(1000) },
  'kibana.alert.rule.note': 'n'.repeat(1000),
  'kibana.alert.rule.references': ['https://example.com'],
  'kibana.alert.threshold_result': { count: 20 },
  tripline: { record_id: 'h1:1', sequence: 1, evidence, dns: { names, unique_names: 100 }, values: { 'user.name': { alice: 20 } } }
})

t.test('a record within the limit is left as it is', async (t) => {
  t.equal(fit(full, size(full)), full)
})

t.test('what explains the least goes first, and only as much as has to', async (t) => {
  const steps: [title: string, gone: (record: AlertRecord) => unknown][] = [
    ['the rule\'s parameters', (record) => record['kibana.alert.rule.parameters'] === undefined],
    ['its guide', (record) => record['kibana.alert.rule.note'] === undefined && record['kibana.alert.rule.references'] === undefined],
    ['most of the evidence', ({ tripline }) => ids(tripline.evidence).join() === 'e0,e1,e2,e18,e19'],
    ['most of the names', ({ tripline }) => (tripline.dns as { names: string[] }).names.length === 10],
    ['all evidence', ({ tripline }) => ids(tripline.evidence).length === 0],
    ['the values', ({ tripline }) => Object.keys(tripline.values as object).length === 0],
    ['the common fields', ({ host, threat }) => host === undefined && threat === undefined]
  ]
  let limit = size(full)
  for (const [i, [title, gone]] of steps.entries()) {
    const fitted = fit(full, limit - 1)

    t.ok(size(fitted) < limit || title === 'the common fields', `${title}: ${size(fitted)} bytes`)
    t.ok(gone(fitted), title)
    for (const [later, goes] of steps.slice(i + 1)) t.notOk(goes(fitted), `${later} not yet`)
    t.equal(fitted.tripline.truncated, true)
    limit = size(fitted)
  }
})

t.test('what identifies the alert stays, even beyond the limit', async (t) => {
  const fitted = fit(full, 1)

  t.same(Object.keys(fitted).sort(), [
    '@timestamp', 'event', 'kibana.alert.rule.name', 'kibana.alert.rule.rule_id', 'kibana.alert.status', 'kibana.alert.threshold_result', 'kibana.alert.uuid', 'message', 'tripline'
  ])
  t.match(fitted.tripline, { record_id: 'h1:1', sequence: 1 })
})

t.test('bytes count, not characters', async (t) => {
  const record = alertRecord('h1', { 'kibana.alert.rule.note': 'ä'.repeat(1000) })

  t.equal(fit(record, size(record) - 1)['kibana.alert.rule.note'], undefined)
})

t.test('a summary of alerts that did not open loses its sample', async (t) => {
  const record = alertRecord('h1', { tripline: { record_id: 'h1:1', sequence: 1, surplus: { groups: 7, sample: ['s'.repeat(1000)] } } })

  t.same(fit(record, 500).tripline.surplus, { groups: 7, sample: [] })
})

t.test('parts of another shape are no obstacle', async (t) => {
  const record = alertRecord('h1', { tripline: { record_id: 'h1:1', sequence: 1, evidence: 'e', dns: { names: 'n' }, surplus: null } })
  const other = alertRecord('h1', { tripline: { record_id: 'h1:1', sequence: 1, dns: null, surplus: 's' } })

  t.match(fit(record, 1).tripline, { evidence: [], dns: { names: 'n' }, surplus: null })
  t.match(fit(other, 1).tripline, { dns: null, surplus: 's' })
})

t.test('the record that it was given stays whole', async (t) => {
  const before = JSON.stringify(full)

  fit(full, 1)

  t.equal(JSON.stringify(full), before)
})

function size (record: AlertRecord): number {
  return Buffer.byteLength(JSON.stringify(record))
}

function ids (evidence: unknown): string[] {
  return (evidence as { 'event.id': string }[]).map((fields) => fields['event.id'])
}
