import type { AlertRecord } from './alert.js'

/**
 * Makes a record no larger than `limit` bytes of JSON. What explains the least goes first: the rule's parameters and
 * guide, then names and evidence, then values and common fields; `tripline.truncated` says so. What identifies the
 * alert stays, so a limit too small even for that is exceeded.
 */
export function fit (record: AlertRecord, limit: number): AlertRecord {
  if (size(record) <= limit) return record
  const { tripline, ...fields } = record
  let fitted: AlertRecord = { ...fields, tripline: { ...tripline, truncated: true } } as AlertRecord
  for (const step of steps) {
    fitted = step(fitted)
    if (size(fitted) <= limit) break
  }
  return fitted
}

type Step = (record: AlertRecord) => AlertRecord

const steps: Step[] = [
  without('kibana.alert.rule.parameters'),
  without('kibana.alert.rule.note', 'kibana.alert.rule.false_positives', 'kibana.alert.rule.references'),
  within('evidence', (evidence) => Array.isArray(evidence) ? [...evidence.slice(0, 3), ...evidence.slice(3).slice(-2)] : evidence),
  within('dns', (dns) => isMap(dns) && Array.isArray(dns.names) ? { ...dns, names: dns.names.slice(0, 10) } : dns),
  within('evidence', () => []),
  within('values', () => ({})),
  within('surplus', (surplus) => isMap(surplus) ? { ...surplus, sample: [] } : surplus),
  (record) => Object.fromEntries(Object.entries(record).filter(([name]) => kept.test(name))) as AlertRecord
]

const kept = /^(?:@timestamp|message|event|tripline|kibana\.alert\.(?!rule\.)|kibana\.alert\.rule\.(?:rule_id|uuid|name|type)$)/

function size (record: AlertRecord): number {
  return Buffer.byteLength(JSON.stringify(record))
}

function without (...names: string[]): Step {
  return (record) => Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name))) as AlertRecord
}

function within (name: string, change: (value: unknown) => unknown): Step {
  return (record) => record.tripline[name] === undefined ? record : { ...record, tripline: { ...record.tripline, [name]: change(record.tripline[name]) } }
}

function isMap (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
