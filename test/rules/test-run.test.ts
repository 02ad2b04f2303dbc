import t from 'tap'
import { loadRules } from '../../src/rules/load.js'
import { readTestFile } from '../../src/rules/test-file.js'
import { runTest } from '../../src/rules/test-run.js'

const cwd = t.testdir({
  'rule.toml': '[rule]\nrule_id = "r"\nname = "Three"\ndescription = "d"\nseverity = "low"\nrisk_score = 21\ntype = "threshold"\nquery = "a: b"\nfrom = "now-1m"\n[rule.threshold]\nfield = ["host.id"]\nvalue = 3\n'
})
const rules = loadRules(['rule.toml'], { cwd })

function run (events: string, alerts: string) {
  const { tests } = readTestFile(`rule: rule.toml\nbase: { a: b, host.id: h, n: "{n}" }\ntests:\n  - name: n\n    events: ${events}\n    alerts: ${alerts}`, { file: 'a.yaml' })
  return tests.flatMap((test) => runTest(test, rules)).map(({ place, text }) => `${place.line}: ${text}`)
}
const three = '[{ every: 10s, count: 3 }]'

const met: [string, string, string][] = [
  ['no alert', '[{ every: 10s, count: 2 }]', '[]'],
  ['an alert, whatever it says', three, '[{}]'],
  ['time, action, short and long names', three, '[{ at: 20s, action: open, count: 3, rule: r, severity: low, host.id: h, kibana.alert.rule.name: Three }]'],
  ['nested, dotted and mixed names', three, '[{ tripline: { threshold: 3 }, tripline.window_ms: 60000, kibana.alert: { threshold_result.count: 3 }, kibana.alert.threshold_result: { terms: [{ field: host.id, value: h }] } }]'],
  ['the close that comes when all is quiet', three, '[{ action: open }, { action: close, count: 3 }]'],
  ['events in the order of their arrival', '[{ at: 20s, every: -10s, count: 3, arrives: 30s }, { at: 50s }]', '[{ at: 30s, count: 3 }]'],
  ['a time before the start', '[{ at: -1m, every: 1s, count: 3 }]', '[{ at: -58s }]']
]
for (const [title, events, alerts] of met) {
  t.test(`meets ${title}`, async (t) => { t.same(run(events, alerts), []) })
}

const failed: [string, string, string, string[]][] = [
  ['an alert that did not come', '[]', '[{ count: 3 }]', ['6: alert 1 did not come']],
  ['an alert too many', three, '[]', ['4: not expected: open at 20s, ']],
  ['another time', three, '[{ at: 21s }]', ['6: alert 1: at is 20s, expected 21s']],
  ['another time, before the start', '[{ at: -1m, every: 1s, count: 3 }]', '[{ at: 0 }]', ['6: alert 1: at is -58s, expected 0s']],
  ['another action', three, '[{ action: open }, { action: update }]', ['6: alert 2 did not come']],
  ['another order', three, '[{ action: close }, { action: open }]', ['6: alert 1: action is open, expected close', '6: alert 2: action is close, expected open']],
  ['other values', three, '[{ count: 4, host.id: g, tripline.x.y: 1, nothing: true, message.x: 1, kibana.alert.rule.tags: [a] }]', [
    '6: alert 1: count is 3, expected 4',
    '6: alert 1: host.id is h, expected g',
    '6: alert 1: tripline.x.y is missing, expected 1',
    '6: alert 1: nothing is missing, expected true',
    '6: alert 1: message.x is missing, expected 1',
    '6: alert 1: kibana.alert.rule.tags is [], expected ["a"]'
  ]]
]
for (const [title, events, alerts, expected] of failed) {
  t.test(`tells ${title}`, async (t) => {
    const differences = run(events, alerts)

    t.equal(differences.length, expected.length, differences.join('\n'))
    differences.forEach((difference, i) => t.ok(difference.startsWith(expected[i] ?? '?'), difference))
  })
}
