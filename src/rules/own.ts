import type { RuleEntry } from '../config.js'
import type { RawRule } from './contents.js'
import { FieldReader, it } from './field-reader.js'

/** What Tripline alone knows of a rule: its `[tripline]` table and the config entry that names it, as one. */
export interface Own {
  caseInsensitive: boolean
  identity: string[] | undefined
  twins: boolean
  /** KQL of the rule's table. */
  exceptions: string | undefined
}

/**
 * Reads the `[tripline]` table: `case_insensitive`, `exceptions` (KQL), `identity` (fields, or "none"), `twins`. The
 * config's word stands above the table's. Faults go to `rule`.
 */
export function readOwn (raw: RawRule, rule: FieldReader, entry: Omit<RuleEntry, 'path'>): Own {
  const reader = new FieldReader({ tripline: raw.own }, raw.locate, rule.label)
  reader.table(['tripline'], names)
  const own = {
    caseInsensitive: entry.caseInsensitive ?? reader.flag(['tripline', 'case_insensitive']) ?? false,
    identity: entry.identity ?? readIdentity(reader),
    twins: entry.twins ?? reader.flag(['tripline', 'twins']) ?? true,
    exceptions: reader.text(['tripline', 'exceptions'])
  }
  rule.faults.push(...reader.faults)
  return own
}

const names = ['case_insensitive', 'exceptions', 'identity', 'twins']

function readIdentity (reader: FieldReader): string[] | undefined {
  const path = ['tripline', 'identity']
  const value = reader.at(path)
  if (value === undefined) return undefined
  if (value === 'none') return []
  if (Array.isArray(value) && value.length > 0) return reader.texts(path)
  reader.fault(path, `must be a list of fields, or "none"; ${it(value)}`)
  return undefined
}
