import type { Rule } from '../core/rule.js'
import { isTable } from './contents.js'
import { it } from './field-reader.js'
import type { FieldReader } from './field-reader.js'

export type Counting = Pick<Rule, 'groupBy' | 'threshold' | 'cardinality' | 'suppression'>

/** The most distinct values that the engine keeps per group. */
const maxCardinality = 1024

/** What a threshold rule counts, and how often is too often: `threshold` and `alert_suppression.duration`. */
export function readThreshold (reader: FieldReader): Counting {
  if (!isTable(reader.at(['threshold']))) reader.fault(['threshold'], `must be a table with field and value; ${it(reader.at(['threshold']))}`)
  else reader.table(['threshold'], ['field', 'value', 'cardinality'])
  const groupBy = readGroupBy(reader, ['threshold', 'field'])
  const threshold = isTable(reader.at(['threshold'])) ? reader.integer(['threshold', 'value'], { least: 1 }) : undefined
  reader.table(['alert_suppression'], ['duration'])
  if (reader.at(['alert_suppression']) !== undefined && reader.at(['alert_suppression', 'duration']) === undefined) {
    reader.fault(['alert_suppression'], 'must have a duration: { value = 1, unit = "h" }')
  }
  const duration = readSuppressionDuration(reader)
  return {
    groupBy,
    threshold: threshold ?? 1,
    cardinality: readCardinality(reader, groupBy),
    suppression: duration === undefined ? undefined : { duration }
  }
}

/** What alerts of a query rule are put together: `alert_suppression`, its duration the rule's interval by default. */
export function readGrouping (reader: FieldReader, { interval }: { interval: number }): Counting {
  if (reader.table(['alert_suppression'], ['group_by', 'duration', 'missing_fields_strategy']) === undefined) return { groupBy: [], threshold: 1 }
  const path = ['alert_suppression', 'group_by']
  const groupBy = readGroupBy(reader, path)
  if (groupBy.length === 0) reader.fault(path, 'must name 1 to 5 fields')
  const missing = reader.text(['alert_suppression', 'missing_fields_strategy'], { choices: ['suppress', 'doNotSuppress'] })
  return {
    groupBy,
    threshold: 1,
    suppression: { duration: readSuppressionDuration(reader) ?? interval, missingFields: missing === 'doNotSuppress' ? missing : 'suppress' }
  }
}

function readGroupBy (reader: FieldReader, path: string[]): string[] {
  const fields = reader.texts(path)
  if (fields.length > 5) reader.fault(path, `must name 5 fields at most; it names ${fields.length}`)
  const twice = fields.find((field, i) => fields.indexOf(field) !== i)
  if (twice !== undefined) reader.fault(path, `names ${twice} twice`)
  return fields
}

/** Elastic looks at the first condition alone. */
function readCardinality (reader: FieldReader, groupBy: string[]): Rule['cardinality'] {
  const path = ['threshold', 'cardinality']
  const conditions = reader.list(path)
  if (conditions.length === 0) return undefined
  if (conditions.length > 1) reader.warn(path, 'has more than one condition: only the first is applied, as in Elastic')
  const first = [...path, 0]
  if (!isTable(conditions[0])) {
    reader.fault(first, `must be a table with field and value; ${it(conditions[0])}`)
    return undefined
  }
  reader.table(first, ['field', 'value'])
  const field = reader.text([...first, 'field'], { required: true })
  const value = reader.integer([...first, 'value'], { least: 0 })
  if (field === undefined || value === undefined || value === 0) return undefined
  if (value > maxCardinality) {
    reader.fault([...first, 'value'], `must be ${maxCardinality} at most, as that many distinct values are kept per group; ${it(value)}`)
  }
  if (groupBy.includes(field)) {
    reader.fault([...first, 'field'], `is ${field}, which is a group field too: within a group it has one value only`)
  }
  return { field, value }
}

function readSuppressionDuration (reader: FieldReader): number | undefined {
  const path = ['alert_suppression', 'duration']
  if (reader.table(path, ['value', 'unit']) === undefined) return undefined
  const value = reader.integer([...path, 'value'], { least: 1 })
  const unit = reader.text([...path, 'unit'], { required: true, choices: Object.keys(units) })
  return value === undefined || unit === undefined ? undefined : value * (units[unit] as number)
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 }
