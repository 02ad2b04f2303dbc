import type { Rule } from '../../src/core/rule.js'

/** A rule for a test: any event, three by host.id within a minute, unless the test says otherwise. */
export function ruleOf (changes: Partial<Rule> = {}): Rule {
  return {
    id: 'rule',
    name: 'Rule',
    type: 'threshold',
    predicate: () => true,
    literals: [],
    groupBy: ['host.id'],
    threshold: 3,
    window: 60_000,
    interval: 300_000,
    maxSignals: 100,
    timestampOverrideFallbackDisabled: false,
    caseInsensitive: false,
    twins: true,
    hash: 'hash',
    source: { severity: 'medium', risk_score: 47, index: ['logs-*'] },
    ...changes
  }
}
