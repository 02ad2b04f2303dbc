import type { Scalar } from './fields.js'
import { uuidOf } from './identity.js'
import type { Rule } from './rule.js'
import { showTime } from './time.js'

/** What the rule's overrides (`severity_mapping`, `risk_score_mapping`, `rule_name_override`) make of an alert. */
export interface Overrides { name: string, severity: string, riskScore: number }

/** Reads the overrides from the fields that all counted events share, the group fields first of all. */
export function alertOverrides ({ source, name }: Rule, common: Readonly<Record<string, Scalar>>): Overrides {
  const severities = mappings(source.severity_mapping).filter(({ field, value }) => {
    const found = valueOf(common, field)
    return found !== undefined && String(found) === String(value)
  })
  const severity = severities.map((mapping) => String(mapping.severity)).sort((one, other) => order.indexOf(other) - order.indexOf(one))[0]
  return {
    name: nameOf(valueOf(common, source.rule_name_override)) ?? name,
    severity: severity ?? String(source.severity),
    riskScore: riskScoreOf(source, common) ?? Number(source.risk_score)
  }
}

/** `kibana.alert.rule.*`, as alert-document's table 5.1 lists it for Elastic's own alerts. */
export function kibanaOfRule ({ source, type, id }: Rule, name: string, record: { id: string, now: number }): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    uuid: id,
    rule_id: id,
    ...Object.fromEntries(copied.map((key) => [key, source[key]])),
    name,
    indices: source.index,
    type,
    rule_type_id: type === 'threshold' ? 'siem.thresholdRule' : 'siem.queryRule',
    category: type === 'threshold' ? 'Threshold Rule' : 'Custom Query Rule',
    producer: 'siem',
    consumer: 'siem',
    'execution.uuid': uuidOf(['execution', record.id]),
    'execution.timestamp': showTime(record.now),
    'execution.type': 'scheduled',
    parameters: source
  }
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(present.map(([key, value]) => [`kibana.alert.rule.${key}`, value]))
}

/** ECS `rule.*` and `threat.*`: what the rule is and which technique it looks for. */
export function ecsOfRule ({ source, id }: Rule, name: string): Record<string, unknown> {
  const threats = mappings(source.threat)
  const tactics = threats.map(({ tactic }) => tactic)
  const techniques = threats.flatMap(({ technique }) => mappings(technique))
  const subtechniques = techniques.flatMap(({ subtechnique }) => mappings(subtechnique))
  return {
    rule: present({
      id,
      uuid: id,
      name,
      description: source.description,
      author: source.author,
      license: source.license,
      version: source.version === undefined ? undefined : String(source.version),
      ruleset: 'tripline',
      reference: Array.isArray(source.references) ? source.references[0] : undefined
    }),
    ...threats.length > 0 && {
      threat: present({
        framework: threats[0]?.framework,
        tactic: columns(tactics),
        technique: techniques.length === 0
          ? undefined
          : { ...columns(techniques), ...subtechniques.length > 0 && { subtechnique: columns(subtechniques) } }
      })
    }
  }
}

const order = ['low', 'medium', 'high', 'critical']

const copied = [
  'description', 'author', 'license', 'tags', 'references', 'false_positives', 'note', 'setup', 'threat', 'version', 'revision', 'from', 'to',
  'interval', 'max_signals', 'timestamp_override', 'enabled', 'immutable', 'created_at', 'created_by', 'updated_at', 'updated_by', 'actions',
  'exceptions_list', 'severity', 'risk_score', 'severity_mapping', 'risk_score_mapping', 'rule_name_override', 'timeline_id',
  'timeline_title', 'namespace', 'meta', 'building_block_type', 'throttle'
]

/** Own keys only: a mapping may name any field, `constructor` too. */
function valueOf (common: Readonly<Record<string, Scalar>>, field: unknown): Scalar | undefined {
  return Object.hasOwn(common, String(field)) ? common[String(field)] : undefined
}

function nameOf (value: Scalar | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : String(value)
}

function riskScoreOf (source: Rule['source'], common: Readonly<Record<string, Scalar>>): number | undefined {
  for (const { field, value, risk_score: score } of mappings(source.risk_score_mapping)) {
    const found = valueOf(common, field)
    if (found === undefined) continue
    if (value !== undefined && value !== '' && String(value) !== String(found)) continue
    const risk = Number(String(score ?? found).trim() || NaN)
    if (risk >= 0 && risk <= 100) return risk
  }
  return undefined
}

function mappings (list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null) : []
}

/** ECS keeps ids, names and references of several tactics as parallel lists; a technique of two tactics is named once. */
function columns (items: unknown[]): object {
  const rows = [...new Map(mappings(items).map((row) => [JSON.stringify([row.id, row.name, row.reference]), row])).values()]
  return present(Object.fromEntries(['id', 'name', 'reference'].map((key) => {
    const values = rows.map((row) => row[key]).filter((value) => value !== undefined)
    return [key, values.length > 0 ? values : undefined]
  })))
}

function present (fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null))
}
