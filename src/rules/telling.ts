import { createHash } from 'node:crypto'
import { meant } from './field-reader.js'
import type { FieldReader } from './field-reader.js'
import { scheduleDefaults } from './schedule.js'
import { checkThreat } from './threat.js'

/** What a rule tells people: checked, as alerts copy it. Gives its id and name. */
export function readTelling (reader: FieldReader): { id: string, name: string } {
  const name = reader.text(['name'], { required: true }) ?? ''
  reader.text(['description'], { required: true })
  reader.text(['severity'], { required: true, choices: severities })
  reader.integer(['risk_score'], { least: 0, most: 100 })
  for (const field of ['note', 'setup', 'license', 'building_block_type', 'rule_name_override']) reader.text([field])
  for (const field of ['author', 'tags', 'references', 'false_positives']) reader.texts([field])
  reader.integer(['version'], { least: 0, fallback: 1 })
  reader.integer(['revision'], { least: 0, fallback: 0 })
  reader.flag(['enabled'])
  checkThreat(reader)
  checkMappings(reader)
  for (const field of Object.keys(reader.fields as object)) {
    if (!known.includes(field)) reader.warn([field], `is not known, and not looked at: ${meant(field, known)}`.replace(/: known here.*/, ''))
  }
  return { id: readId(reader, name), name }
}

/** The rule in the form of Elastic's API, with Elastic's defaults: what the alert tells of it. */
export function toSource (fields: Readonly<Record<string, unknown>>, { id }: { id: string }): Record<string, unknown> {
  const told = Object.entries(fields).filter(([name, value]) => value !== undefined && value !== null && !dropped.includes(name))
  return { ...defaults, ...Object.fromEntries(told), rule_id: id }
}

function readId (reader: FieldReader, name: string): string {
  const id = reader.text(['rule_id']) || reader.text(['id'])
  if (id !== undefined && id !== '') return id
  reader.warn([], 'has no rule_id: one is derived from its name, so a change of the name makes it another rule')
  const digest = createHash('sha256').update(name).digest('hex')
  return [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-')
}

/** A field's value may raise an alert's severity or risk score. */
function checkMappings (reader: FieldReader): void {
  for (const name of ['severity_mapping', 'risk_score_mapping']) {
    reader.list([name]).forEach((_, i) => {
      if (reader.table([name, i], ['field', 'operator', 'value', 'severity', 'risk_score']) === undefined) return
      reader.text([name, i, 'field'], { required: true })
      reader.text([name, i, 'operator'], { choices: ['equals'] })
      if (name === 'severity_mapping') reader.text([name, i, 'severity'], { required: true, choices: severities })
      else reader.integer([name, i, 'risk_score'], { least: 0, most: 100, fallback: 0 })
    })
  }
}

const severities = ['low', 'medium', 'high', 'critical']

/** What a run left behind, or what would shadow an object's own machinery. */
const dropped = ['execution_summary', 'deprecated', '__proto__']

const defaults: Record<string, unknown> = {
  language: 'kuery',
  query: '',
  index: [],
  filters: [],
  ...scheduleDefaults,
  enabled: true,
  immutable: false,
  version: 1,
  revision: 0,
  author: [],
  license: '',
  tags: [],
  references: [],
  false_positives: [],
  threat: [],
  exceptions_list: [],
  actions: [],
  severity_mapping: [],
  risk_score_mapping: []
}

const known = [
  ...Object.keys(defaults), ...dropped,
  'rule_name_override', 'id', 'rule_id', 'name', 'description', 'severity', 'risk_score', 'type', 'threshold', 'alert_suppression', 'note', 'setup',
  'building_block_type', 'throttle', 'timeline_id', 'timeline_title', 'timestamp_override', 'timestamp_override_fallback_disabled',
  'threat_mappings', 'response_actions', 'meta', 'investigation_fields', 'related_integrations', 'required_fields', 'namespace',
  'saved_id', 'data_view_id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'rule_source', 'outcome', 'output_index',
  'alias_target_id', 'alias_purpose', 'response', 'investigate', 'osquery'
]
