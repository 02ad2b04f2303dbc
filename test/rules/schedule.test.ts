import t from 'tap'
import { FieldReader } from '../../src/rules/field-reader.js'
import { readSchedule } from '../../src/rules/schedule.js'

const defaults = { window: 360_000, interval: 300_000, maxSignals: 100, timestampOverride: undefined, timestampOverrideFallbackDisabled: false }
const cases: [string, object, object][] = [
  ['Elastic\'s defaults', {}, {}],
  ['from alone', { from: 'now-9m' }, { window: 540_000 }],
  ['from and to', { from: 'now-70m', to: 'now-10m' }, { window: 3_600_000 }],
  ['an interval', { interval: '1h' }, { interval: 3_600_000 }],
  ['max_signals', { max_signals: 5 }, { maxSignals: 5 }],
  ['an override', { timestamp_override: 'event.ingested', timestamp_override_fallback_disabled: true },
    { timestampOverride: 'event.ingested', timestampOverrideFallbackDisabled: true }],
  ['an empty override', { timestamp_override: '' }, {}]
]
for (const [title, fields, expected] of cases) {
  t.test(`takes ${title}`, async (t) => {
    const reader = new FieldReader(fields, () => ({}), 'rule')

    t.same(readSchedule(reader), { ...defaults, ...expected })

    t.same(reader.faults, [])
  })
}

const faults: [object, string][] = [
  [{ from: 'now-9m/m' }, 'from must be date math of whole units, such as now-9m (s, m, h, d, w; no rounding, no dates); it is "now-9m/m"'],
  [{ from: 'now' }, 'from must be before to: the window is empty'],
  [{ to: 'tomorrow' }, 'to must be date math of whole units, such as now-9m (s, m, h, d, w; no rounding, no dates); it is "tomorrow"'],
  [{ interval: '0m' }, 'interval must be a whole number above 0 and s, m, h or d, such as 5m; it is "0m"'],
  [{ interval: 'often' }, 'interval must be a whole number above 0 and s, m, h or d, such as 5m; it is "often"'],
  [{ max_signals: 0 }, 'max_signals must be a whole number of 1 or more; it is 0'],
  [{ timestamp_override: 5 }, 'timestamp_override must be a text; it is 5'],
  [{ timestamp_override_fallback_disabled: 'no' }, 'timestamp_override_fallback_disabled must be true or false; it is "no"']
]
for (const [fields, fault] of faults) {
  t.test(`refuses ${JSON.stringify(fields)}`, async (t) => {
    const reader = new FieldReader(fields, () => ({}), 'rule')

    readSchedule(reader)

    t.same(reader.faults.map(({ reason }) => reason), [`rule: ${fault}`])
  })
}
