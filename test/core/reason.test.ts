import t from 'tap'
import { reasonFor, showDuration, type ReasonOptions } from '../../src/core/reason.js'
import type { Rule } from '../../src/core/rule.js'
import type { OpenAlert } from '../../src/core/open-alert.js'
import { countedEvent, openAlertOf } from './counted-event.js'
import { ruleOf } from './rule-of.js'

const nslookup = { process: { name: 'nslookup.exe', parent: { name: ['cmd.exe', 'powershell.exe'] } }, user: { name: 'alice' } }
const three = [0, 30_000, 214_000].map((time) => countedEvent(time, nslookup))

t.test('the sentence says what happened, where, how often, how fast and by whom', async (t) => {
  const cases: [rule: Partial<Rule>, alert: OpenAlert, options: Partial<ReasonOptions>, sentence: string][] = [
    [{}, openAlertOf(three), {},
      'opened medium alert Rule on host.id h1: 3 events in 3m 34s (threshold 3 in 1m), all with process.name nslookup.exe, user.name alice'],
    [{}, openAlertOf(three, { terms: [] }), { action: 'update', severity: 'high' },
      'updated high alert Rule: 3 events in 3m 34s (threshold 3 in 1m), all with process.name nslookup.exe, user.name alice'],
    [{ window: 540_000 }, openAlertOf([countedEvent(0)], { terms: [{ field: 'a', value: '1' }, { field: 'b', value: '2' }] }), {},
      'opened medium alert Rule on a 1, b 2: 1 event (threshold 3 in 9m)'],
    [{ cardinality: { field: 'dns.question.name', value: 2 } }, openAlertOf([countedEvent(0, {}, { value: 'x' }), countedEvent(0, {}, { value: 'y' })]), {},
      'opened medium alert Rule on host.id h1: 2 events with 2 values of dns.question.name in 0ms (threshold 3 and 2 values in 1m)'],
    [{ type: 'query' }, openAlertOf([countedEvent(0, { user: { name: 'bob' } })], { terms: [] }), {},
      'opened medium alert Rule: 1 event, all with user.name bob'],
    [{}, openAlertOf([countedEvent(0)], { isLate: true }), {},
      'opened medium alert Rule on host.id h1: 1 event (threshold 3 in 1m), others came too late to count']
  ]
  for (const [rule, alert, options, sentence] of cases) {
    t.equal(reasonFor(ruleOf(rule), alert, { action: 'open', severity: 'medium', ...options }), sentence)
  }
})

t.test('the last sentence says why it is the last', async (t) => {
  const cases = [
    ['gap', 'closed: the next match came more than a window later'],
    ['quiet', 'closed: no match for a window'],
    ['max_duration', 'closed: open for the longest time an alert may be'],
    ['rule_changed', 'closed: the rule was changed or removed'],
    ['evicted', 'closed: its group had to make room for others']
  ] as const
  for (const [closeReason, end] of cases) {
    t.equal(
      reasonFor(ruleOf(), openAlertOf([countedEvent(0)]), { action: 'close', closeReason, severity: 'low' }),
      `closed low alert Rule on host.id h1: 1 event (threshold 3 in 1m); ${end}`
    )
  }
})

t.test('a duration is shown in the units that it has', async (t) => {
  const cases: [ms: number, shown: string][] = [
    [0, '0ms'], [999, '999ms'], [1000, '1s'], [1999, '1s'], [59_999, '59s'], [60_000, '1m'], [214_000, '3m 34s'],
    [3_600_000, '1h'], [3_601_000, '1h 1s'], [86_400_000, '1d'], [90_061_000, '1d 1h 1m 1s'], [100 * 86_400_000, '100d']
  ]
  for (const [ms, shown] of cases) t.equal(showDuration(ms), shown)
})
