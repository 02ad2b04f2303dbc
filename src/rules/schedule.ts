import type { Rule } from '../core/rule.js'
import { readDateMath, readDuration } from './date-math.js'
import { it } from './field-reader.js'
import type { FieldReader } from './field-reader.js'

/** Elastic's defaults of the fields that say when and how often. */
export const scheduleDefaults = { from: 'now-6m', to: 'now', interval: '5m', max_signals: 100 }

export type Schedule = Pick<Rule, 'window' | 'interval' | 'maxSignals' | 'timestampOverride' | 'timestampOverrideFallbackDisabled'>

/** The rule's window (`to - from`), interval and time field, in milliseconds. */
export function readSchedule (reader: FieldReader): Schedule {
  const from = readMoment(reader, 'from')
  const to = readMoment(reader, 'to')
  const window = from === undefined || to === undefined ? undefined : to - from
  if (window !== undefined && window <= 0) reader.fault(['from'], 'must be before to: the window is empty')
  const override = reader.text(['timestamp_override'])
  return {
    window: window ?? 0,
    interval: readInterval(reader),
    maxSignals: reader.integer(['max_signals'], { least: 1, fallback: scheduleDefaults.max_signals }) ?? 0,
    timestampOverride: override === '' ? undefined : override,
    timestampOverrideFallbackDisabled: reader.flag(['timestamp_override_fallback_disabled']) ?? false
  }
}

function readMoment (reader: FieldReader, name: 'from' | 'to'): number | undefined {
  const text = reader.text([name]) ?? scheduleDefaults[name]
  const offset = readDateMath(text)
  if (offset === undefined) reader.fault([name], `must be date math of whole units, such as now-9m (s, m, h, d, w; no rounding, no dates); ${it(text)}`)
  return offset
}

function readInterval (reader: FieldReader): number {
  const text = reader.text(['interval']) ?? scheduleDefaults.interval
  const interval = readDuration(text) ?? 0
  if (interval === 0) reader.fault(['interval'], `must be a whole number above 0 and s, m, h or d, such as 5m; ${it(text)}`)
  return interval
}
