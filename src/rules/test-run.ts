import { isDeepStrictEqual } from 'node:util'
import type { AlertRecord } from '../core/alert.js'
import { createDetector } from '../core/detector.js'
import type { Rule } from '../core/rule.js'
import type { Place } from '../errors.js'
import { showDuration } from '../config/units.js'
import { isTable } from './contents.js'
import type { ExpectedAlert, RuleTest } from './test-file.js'

/** In what an alert differs from what a test expects. */
export interface Difference {
  place: Place
  text: string
}

/**
 * Runs one test: pushes its events in the order of their arrival, then lets time pass until nothing is pending, and
 * compares the records, in order, with the expected ones. An empty list: the test is met.
 */
export function runTest (test: RuleTest, rules: readonly Rule[]): Difference[] {
  const records = recordsOf(test, rules).filter(({ event }) => test.only.includes(event.action))
  const differences = test.alerts.flatMap((expected, i) => compare(expected, records[i], { start: test.start, which: `alert ${i + 1}` }))
  const extra = records.slice(test.alerts.length).map((record) => ({ place: test.place, text: `not expected: ${summary(record, test.start)}` }))
  return [...differences, ...extra]
}

function recordsOf ({ events }: RuleTest, rules: readonly Rule[]): AlertRecord[] {
  const detector = createDetector(rules)
  const records = [...events].sort((one, other) => one.arrival - other.arrival).flatMap(({ record, arrival }) => detector.push(record, arrival))
  for (let due = detector.pending(); due !== undefined; due = detector.pending()) records.push(...detector.advance(due))
  return records
}

function compare (expected: ExpectedAlert, record: AlertRecord | undefined, { start, which }: { start: number, which: string }): Difference[] {
  const { place } = expected
  if (record === undefined) return [{ place, text: `${which} did not come` }]
  const wanted: [string, unknown, unknown][] = expected.fields.map(([name, value]) => [name, value, valueAt(record, shortNames.get(name) ?? name)])
  if (expected.action !== undefined) wanted.unshift(['action', expected.action, record.event.action])
  if (expected.at !== undefined) wanted.unshift(['at', showOffset(expected.at - start), showOffset(Date.parse(record['@timestamp']) - start)])
  return wanted.filter(([, value, actual]) => !isDeepStrictEqual(actual, value))
    .map(([name, value, actual]) => ({ place, text: `${which}: ${name} is ${show(actual)}, expected ${show(value)}` }))
}

/** Names that a test may use for an alert's longer ones. */
const shortNames = new Map([
  ['count', 'kibana.alert.threshold_result.count'],
  ['rule', 'kibana.alert.rule.rule_id'],
  ['severity', 'kibana.alert.severity']
])

/** An alert's value, whether its name is dotted, nested, or some of each. */
function valueAt (value: unknown, name: string): unknown {
  if (!isTable(value)) return undefined
  if (Object.hasOwn(value, name)) return value[name]
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const head = name.slice(0, dot)
    const found = Object.hasOwn(value, head) ? valueAt(value[head], name.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function summary (record: AlertRecord, start: number): string {
  return `${record.event.action} at ${showOffset(Date.parse(record['@timestamp']) - start)}, ${record.message}`
}

function showOffset (offset: number): string {
  return offset < 0 ? `-${showDuration(-offset)}` : showDuration(offset)
}

function show (value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value)
}
