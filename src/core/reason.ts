import type { Action, CloseReason } from './alert.js'
import type { OpenAlert } from './open-alert.js'
import type { Rule } from './rule.js'

export interface ReasonOptions {
  action: Action
  closeReason?: CloseReason
  severity: string
}

/** The sentence that says why an alert is there: how many of what, where, in what time, by whom. */
export function reasonFor (rule: Rule, alert: OpenAlert, { action, closeReason, severity }: ReasonOptions): string {
  const { totals, terms } = alert
  const on = terms.length > 0 ? ` on ${terms.map(({ field, value }) => `${field} ${value}`).join(', ')}` : ''
  const lead = `${verbs[action]} ${severity} alert ${rule.name}${on}: `
  if (rule.type === 'query') return lead + events(totals.count) + tail(alert, closeReason)
  const span = totals.count > 1 ? ` in ${showDuration(totals.last - totals.first)}` : ''
  const { cardinality } = rule
  const distinct = cardinality === undefined ? '' : ` with ${totals.distinct} values of ${cardinality.field}`
  const least = cardinality === undefined ? '' : ` and ${cardinality.value} values`
  const bound = ` (threshold ${rule.threshold}${least} in ${showDuration(rule.window)})`
  return lead + events(totals.count) + distinct + span + bound + tail(alert, closeReason)
}

/** A duration in words: `3m 34s`; whole ms below a second. */
export function showDuration (ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const seconds = Math.floor(ms / 1000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']
  ]
  return parts.filter(([value]) => value > 0).map(([value, unit]) => value + unit).join(' ')
}

const verbs: Record<Action, string> = { open: 'opened', update: 'updated', close: 'closed' }

const closings: Record<CloseReason, string> = {
  gap: 'closed: the next match came more than a window later',
  quiet: 'closed: no match for a window',
  max_duration: 'closed: open for the longest time an alert may be',
  rule_changed: 'closed: the rule was changed or removed',
  evicted: 'closed: its group had to make room for others'
}

function tail ({ totals, isLate }: OpenAlert, closeReason: CloseReason | undefined): string {
  const common = totals.common()
  const who = ['process.name', 'user.name', 'process.parent.name']
    .filter((name) => common[name] !== undefined)
    .map((name) => `${name} ${common[name]}`)
  return [
    who.length > 0 ? `, all with ${who.join(', ')}` : '',
    isLate ? ', others came too late to count' : '',
    closeReason === undefined ? '' : `; ${closings[closeReason]}`
  ].join('')
}

function events (count: number): string {
  return `${count} event${count === 1 ? '' : 's'}`
}
