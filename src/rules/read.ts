import { createHash } from 'node:crypto'
import type { RuleEntry } from '../config.js'
import type { SharedConditions } from '../core/kql/kql.js'
import type { Rule } from '../core/rule.js'
import type { BadRule } from '../errors.js'
import { ruleTypes } from './contents.js'
import type { Note, RawRule } from './contents.js'
import { readGrouping, readThreshold } from './counting.js'
import { readExceptions } from './exceptions.js'
import type { ExceptionLists } from './exceptions.js'
import { FieldReader } from './field-reader.js'
import { readFilters } from './filters.js'
import { readOwn } from './own.js'
import type { Own } from './own.js'
import { combine, compileConditions, compileQuery } from './query.js'
import type { Query } from './query.js'
import { readSchedule } from './schedule.js'
import { readTelling, toSource } from './telling.js'

export interface ReadOptions {
  /** The exception lists of all files read together. */
  lists?: ExceptionLists
  /** What the config says beside the path; it stands above the rule's own `[tripline]` table, exceptions add up. */
  entry?: Omit<RuleEntry, 'path'>
  /** Exception items that expired before this moment, ms since 1970, are left out. */
  now?: number
  /** Conditions of rules that are read together. */
  shared?: SharedConditions
}

export interface ReadRule {
  /** Undefined when there is a fault. */
  rule?: Rule
  faults: BadRule[]
  warnings: Note[]
}

/** Why a rule is left out although nothing is wrong with it; undefined when it counts. */
export function reasonToSkip ({ fields }: RawRule): string | undefined {
  if (fields['deprecated'] === true) return 'is deprecated'
  return fields['enabled'] === false ? 'is disabled (enabled: false)' : undefined
}

/** `rule "DNS tunnel"`, for messages. */
export function labelOf ({ fields }: RawRule): string {
  const name = [fields['name'], fields['rule_id']].find((value) => typeof value === 'string' && value !== '')
  return name === undefined ? 'rule' : `rule ${JSON.stringify(String(name).slice(0, 100))}`
}

/** Checks every field of a rule and makes it ready to run, or says all that is wrong with it. Never throws. */
export function readRule (raw: RawRule, { lists = new Map(), entry = {}, now, shared }: ReadOptions = {}): ReadRule {
  const reader = new FieldReader(raw.fields, raw.locate, labelOf(raw))
  const { faults, warnings } = reader
  const type = readType(reader)
  if (type === undefined) return { faults, warnings }

  const { id, name } = readTelling(reader)
  const schedule = readSchedule(reader)
  const counting = type === 'threshold' ? readThreshold(reader) : readGrouping(reader, schedule)
  const own = readOwn(raw, reader, entry)
  const options = { ...own, shared }
  const query = readQuery(reader, type, options)
  const filters = readFilters(reader)
  const exceptions = readExceptions(reader, lists, { now })
  const without = readOwnExceptions(reader, options, entry)
  const predicate = combine(
    [...query === undefined ? [] : [query.predicate], ...compileConditions(reader, ['filters'], filters, options)],
    [...compileConditions(reader, ['exceptions_list'], exceptions, options), ...without.map((part) => part.predicate)]
  )
  if (query === undefined || faults.length > 0) return { faults, warnings }

  const { caseInsensitive, identity, twins } = own
  const { groupBy, threshold, cardinality } = counting
  const { window, timestampOverride, timestampOverrideFallbackDisabled } = schedule
  // In this order, for ever: another order is another hash, and every open alert would close as changed.
  const hash = shortHash([
    type, query.text, caseInsensitive, filters, exceptions, without.map(({ text }) => text), groupBy, threshold, cardinality,
    window, timestampOverride, timestampOverrideFallbackDisabled, identity, twins
  ])
  const source = toSource(raw.fields, { id })
  const rule = { id, name, type, predicate, literals: query.literals, ...counting, ...schedule, caseInsensitive, identity, twins, hash, source }
  return { rule, faults, warnings }
}

function readType (reader: FieldReader): Rule['type'] | undefined {
  const type = reader.text(['type'], { required: true, choices: ruleTypes })
  if (type === 'threshold' || type === 'query' || type === undefined) return type
  reader.fault(['type'], `is ${type}, which Tripline does not run: ${refusals[type]}`)
  return undefined
}

const refusals: Record<string, string> = {
  saved_query: 'its query is kept in Kibana, so export it as a query rule',
  eql: 'say it in KQL as a threshold or query rule, if one event at a time is enough',
  esql: 'say it in KQL as a threshold or query rule, if counting is enough',
  new_terms: 'it needs the history of every term, which a stream does not have',
  threat_match: 'it needs an index of indicators, so match them further down the pipeline',
  machine_learning: 'it needs the anomaly jobs of Elasticsearch'
}

function readQuery (reader: FieldReader, type: Rule['type'], { caseInsensitive, shared }: Own & Pick<ReadOptions, 'shared'>): Query | undefined {
  const language = reader.text(['language'])
  if (language !== undefined && language !== 'kuery') {
    reader.fault(['language'], `must be kuery; ${language} is not run by Tripline: say the query in KQL`)
    return undefined
  }
  if (reader.text(['saved_id'])) {
    reader.fault(['saved_id'], 'names a query that is kept in Kibana: put the query itself into the rule')
  }
  if (reader.text(['data_view_id']) && reader.texts(['index']).length === 0) {
    reader.fault(['data_view_id'], 'names a data view, which is kept in Kibana and may hold fields of its own: give the rule an index instead')
  }
  const text = reader.text(['query'])
  if (text === undefined && reader.at(['query']) !== undefined) return undefined
  if (text === undefined && type === 'threshold') {
    reader.fault(['query'], 'is missing: write *:* to count every event')
    return undefined
  }
  if (text === undefined || text.trim() === '') reader.warn(['query'], 'is empty: every event meets it')
  return compileQuery(reader, ['query'], text ?? '', { caseInsensitive, shared })
}

function readOwnExceptions (reader: FieldReader, { exceptions, caseInsensitive, shared }: Own & Pick<ReadOptions, 'shared'>, entry: Omit<RuleEntry, 'path'>): Query[] {
  return [
    exceptions === undefined ? undefined : compileQuery(reader, ['tripline', 'exceptions'], exceptions, { caseInsensitive, shared }),
    entry.exceptions === undefined ? undefined : compileQuery(reader, [], entry.exceptions, { caseInsensitive, shared, called: 'exceptions of the config' })
  ].filter((query) => query !== undefined)
}

function shortHash (meaning: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16)
}
