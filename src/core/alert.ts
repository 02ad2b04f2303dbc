import { commonFields } from './facts.js'
import type { Scalar } from './fields.js'
import { fit } from './fit.js'
import { uuidOf } from './identity.js'
import type { OpenAlert, Term } from './open-alert.js'
import { reasonFor } from './reason.js'
import type { Rule } from './rule.js'
import { alertOverrides, ecsOfRule, kibanaOfRule } from './rule-fields.js'
import type { Surplus } from './signals.js'
import { showTime } from './time.js'
import { version } from './version.js'

export type Action = 'open' | 'update' | 'close'

/** Why an alert closed. */
export type CloseReason = 'gap' | 'quiet' | 'max_duration' | 'rule_changed' | 'evicted'

/** One record of an alert: DESIGN section 2.4. Dotted `kibana.alert.*` keys beside nested ECS. */
export interface AlertRecord {
  '@timestamp': string
  message: string
  event: { kind: 'signal', action: Action }
  'kibana.alert.uuid': string
  'kibana.alert.status': 'active' | 'recovered'
  tripline: { record_id: string, sequence: number, [name: string]: unknown }
  [field: string]: unknown
}

export interface RecordOptions {
  action: Action
  now: number
  /** The look-back that was counted in, ms; 0 for a query rule. */
  window: number
  closeReason?: CloseReason
  /** The largest record, bytes of JSON. */
  limit: number
}

/** Makes the alert's next record; its sequence number is the alert's own, already counted up. */
export function alertRecord (rule: Rule, alert: OpenAlert, { action, now, window, closeReason, limit }: RecordOptions): AlertRecord {
  const { totals, terms, uuid, sequence } = alert
  const common = { ...totals.common(), ...Object.fromEntries(terms.map(({ field, value }) => [field, value])) }
  const overrides = alertOverrides(rule, common)
  const reason = reasonFor(rule, alert, { action, closeReason, severity: overrides.severity })
  const record: AlertRecord = {
    '@timestamp': showTime(now),
    message: reason,
    event: { kind: 'signal', action },
    'kibana.alert.uuid': uuid,
    'kibana.alert.status': action === 'close' ? 'recovered' : 'active',
    'kibana.alert.workflow_status': 'open',
    'kibana.alert.workflow_tags': [],
    'kibana.alert.workflow_assignee_ids': [],
    'kibana.alert.start': showTime(alert.startedAt),
    ...action === 'close' && { 'kibana.alert.end': showTime(now) },
    'kibana.alert.last_detected': showTime(now),
    'kibana.alert.intended_timestamp': showTime(now),
    'kibana.alert.original_time': showTime(totals.last),
    'kibana.alert.reason': reason,
    'kibana.alert.severity': overrides.severity,
    'kibana.alert.risk_score': overrides.riskScore,
    'kibana.alert.depth': 1,
    'kibana.alert.ancestors': [{ id: String(totals.evidence()[0]?.['event.id'] ?? uuid), type: 'event', index: indicesOf(rule), depth: 0 }],
    ...rule.type === 'threshold' && { 'kibana.alert.threshold_result': thresholdResult(rule, alert) },
    ...rule.suppression !== undefined && suppressionOf(alert),
    ...kibanaOfRule(rule, overrides.name, { id: `${uuid}:${sequence}`, now }),
    'kibana.space_ids': ['default'],
    'kibana.version': version,
    ...ecsOfRule(rule, overrides.name),
    tripline: triplineOf(rule, alert, { window, closeReason })
  }
  for (const field of commonFields) if (common[field] !== undefined) setField(record, field, common[field])
  for (const { field, value } of terms) setField(record, field, value)
  return fit(record, limit)
}

/** The one record that stands for alerts beyond what `max_signals` holds back: their number and a sample. */
export function surplusRecord (rule: Rule, { count, sample }: Surplus, { now, limit }: { now: number, limit: number }): AlertRecord {
  const uuid = uuidOf(['surplus', rule.id, String(now)])
  const { severity, riskScore, name } = alertOverrides(rule, {})
  const shown = sample.map((terms) => showTerms(terms)).join('; ')
  const reason = `${count} more groups crossed the threshold of ${rule.name} than max_signals ${rule.maxSignals} lets open or wait, among them: ${shown}`
  return fit({
    '@timestamp': showTime(now),
    message: reason,
    event: { kind: 'signal', action: 'open' },
    'kibana.alert.uuid': uuid,
    'kibana.alert.status': 'active',
    'kibana.alert.workflow_status': 'open',
    'kibana.alert.start': showTime(now),
    'kibana.alert.reason': reason,
    'kibana.alert.severity': severity,
    'kibana.alert.risk_score': riskScore,
    ...kibanaOfRule(rule, name, { id: uuid, now }),
    'kibana.space_ids': ['default'],
    'kibana.version': version,
    ...ecsOfRule(rule, name),
    tripline: {
      version, rule_hash: rule.hash, sequence: 1, record_id: `${uuid}:1`, surplus: { groups: count, sample }
    }
  }, limit)
}

/** `field value, field value`; what a group is called in a sentence. */
export function showTerms (terms: readonly Term[]): string {
  return terms.map(({ field, value }) => `${field} ${value}`).join(', ')
}

function thresholdResult ({ cardinality }: Rule, { terms, totals }: OpenAlert): object {
  return {
    terms,
    count: totals.count,
    from: showTime(totals.first),
    ...cardinality !== undefined && { cardinality: [{ field: cardinality.field, value: totals.distinct }] }
  }
}

function suppressionOf ({ uuid, terms, totals, crossings }: OpenAlert): object {
  return {
    'kibana.alert.instance.id': uuid,
    'kibana.alert.suppression.terms': terms,
    'kibana.alert.suppression.start': showTime(totals.first),
    'kibana.alert.suppression.end': showTime(totals.last),
    'kibana.alert.suppression.docs_count': crossings - 1
  }
}

function triplineOf (rule: Rule, alert: OpenAlert, { window, closeReason }: Pick<RecordOptions, 'window' | 'closeReason'>): AlertRecord['tripline'] {
  const { totals } = alert
  const groupBy = new Set(rule.groupBy)
  const values = Object.entries(totals.values()).filter(([field]) => !groupBy.has(field))
  const dns = totals.dns()
  return {
    version,
    rule_hash: rule.hash,
    sequence: alert.sequence,
    record_id: `${alert.uuid}:${alert.sequence}`,
    first_seen: showTime(totals.first),
    last_seen: showTime(totals.last),
    span_ms: totals.last - totals.first,
    threshold: rule.threshold,
    window_ms: window,
    crossings: alert.crossings,
    late: alert.isLate,
    approximate: alert.isApproximate || totals.approximate,
    skew_ms: totals.skew,
    time_to_detect_ms: alert.timeToDetect,
    close_reason: closeReason ?? null,
    ...alert.derived.length > 0 && { derived: alert.derived },
    source: alert.origin,
    values: Object.fromEntries(values),
    evidence: totals.evidence(),
    ...dns !== undefined && { dns }
  }
}

function indicesOf ({ source }: Rule): string {
  return Array.isArray(source.index) ? source.index.join(',') : ''
}

/** Sets a nested field; where a value is in the way (`host` as text), under its dotted name. */
function setField (record: Record<string, unknown>, field: string, value: Scalar): void {
  const parts = field.split('.')
  let object = record
  for (const part of parts.slice(0, -1)) {
    const next = Object.hasOwn(object, part) ? object[part] : object[part] = {}
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      record[field] = value
      return
    }
    object = next as Record<string, unknown>
  }
  object[parts.at(-1) as string] = value
}
