import t from 'tap'
import type { Scalar } from '../../src/core/fields.js'
import { alertOverrides, ecsOfRule, kibanaOfRule } from '../../src/core/rule-fields.js'
import { ruleOf } from './rule-of.js'

const plain = { severity: 'medium', risk_score: 47 }

t.test('an override takes effect when all events agree on its field', async (t) => {
  const severities = [{ field: 'user.name', value: 'root', severity: 'high' }, { field: 'event.code', value: '1', severity: 'critical' }, { field: 'host.id', value: 'h1', severity: 'low' }]
  const cases: [title: string, source: object, common: Record<string, Scalar>, expected: object][] = [
    ['none', {}, {}, { name: 'Rule', severity: 'medium', riskScore: 47 }],
    ['the severity of a value', { severity_mapping: severities }, { 'user.name': 'root' }, { severity: 'high' }],
    ['the worst of several', { severity_mapping: severities }, { 'host.id': 'h1', 'event.code': 1, 'user.name': 'root' }, { severity: 'critical' }],
    ['not of another value', { severity_mapping: severities }, { 'user.name': 'alice' }, { severity: 'medium' }],
    ['the risk that a field holds', { risk_score_mapping: [{ field: 'risk', value: '' }] }, { risk: '73' }, { riskScore: 73 }],
    ['0 is a risk', { risk_score_mapping: [{ field: 'risk' }] }, { risk: 0 }, { riskScore: 0 }],
    ['not beyond 100', { risk_score_mapping: [{ field: 'risk' }] }, { risk: 101 }, { riskScore: 47 }],
    ['nor below 0', { risk_score_mapping: [{ field: 'risk' }] }, { risk: -1 }, { riskScore: 47 }],
    ['nor what is no number', { risk_score_mapping: [{ field: 'risk' }, { field: 'other' }] }, { risk: 'much', other: 5 }, { riskScore: 5 }],
    ['nor an empty text', { risk_score_mapping: [{ field: 'risk' }] }, { risk: ' ' }, { riskScore: 47 }],
    ['a risk of its own for a value', { risk_score_mapping: [{ field: 'user.name', value: 'root', risk_score: 99 }] }, { 'user.name': 'root' }, { riskScore: 99 }],
    ['and not for another', { risk_score_mapping: [{ field: 'user.name', value: 'root', risk_score: 99 }] }, { 'user.name': 'alice' }, { riskScore: 47 }],
    ['a field on which they do not agree', { risk_score_mapping: [{ field: 'risk' }], severity_mapping: severities, rule_name_override: 'x' }, {}, { name: 'Rule', severity: 'medium', riskScore: 47 }],
    ['the name', { rule_name_override: 'event.code' }, { 'event.code': 4688 }, { name: '4688' }],
    ['an empty name is none', { rule_name_override: 'event.code' }, { 'event.code': '' }, { name: 'Rule' }],
    ['own fields only', { rule_name_override: 'constructor', severity_mapping: [{ field: '__proto__', value: '[object Object]', severity: 'low' }] }, {}, { name: 'Rule', severity: 'medium' }],
    ['lists of something else are none', { severity_mapping: 'x', risk_score_mapping: [null, 7] }, {}, { severity: 'medium', riskScore: 47 }]
  ]
  for (const [title, source, common, expected] of cases) {
    t.match(alertOverrides(ruleOf({ source: { ...plain, ...source } }), common), expected, title)
  }
})

t.test('the rule is told as Elastic\'s alerts tell it', async (t) => {
  const source = { ...plain, index: ['logs-*'], description: 'd', version: 3, note: null, tags: ['a'], unknown: 'x', query: 'q' }

  const fields = kibanaOfRule(ruleOf({ source }), 'Name', { id: 'uuid:1', now: 0 })

  t.match(fields, {
    'kibana.alert.rule.uuid': 'rule',
    'kibana.alert.rule.rule_id': 'rule',
    'kibana.alert.rule.name': 'Name',
    'kibana.alert.rule.type': 'threshold',
    'kibana.alert.rule.rule_type_id': 'siem.thresholdRule',
    'kibana.alert.rule.category': 'Threshold Rule',
    'kibana.alert.rule.producer': 'siem',
    'kibana.alert.rule.consumer': 'siem',
    'kibana.alert.rule.severity': 'medium',
    'kibana.alert.rule.risk_score': 47,
    'kibana.alert.rule.version': 3,
    'kibana.alert.rule.tags': ['a'],
    'kibana.alert.rule.execution.timestamp': '1970-01-01T00:00:00.000Z',
    'kibana.alert.rule.execution.type': 'scheduled'
  })
  t.same(fields['kibana.alert.rule.indices'], ['logs-*'])
  t.same(fields['kibana.alert.rule.parameters'], source)
  t.notOk('kibana.alert.rule.note' in fields, 'what the rule does not have is left out')
  t.notOk('kibana.alert.rule.unknown' in fields, 'and so is what only the parameters tell')
  t.not(kibanaOfRule(ruleOf(), 'Name', { id: 'uuid:2', now: 0 })['kibana.alert.rule.execution.uuid'], fields['kibana.alert.rule.execution.uuid'])
})

t.test('a query rule is told as one', async (t) => {
  t.match(kibanaOfRule(ruleOf({ type: 'query' }), 'Name', { id: 'uuid:1', now: 0 }), {
    'kibana.alert.rule.type': 'query', 'kibana.alert.rule.rule_type_id': 'siem.queryRule', 'kibana.alert.rule.category': 'Custom Query Rule'
  })
})

t.test('ECS has a place for the rule', async (t) => {
  const source = { ...plain, description: 'd', author: ['a'], license: 'Apache-2.0', version: 3, references: ['https://example.com', 'https://example.org'] }

  t.same(ecsOfRule(ruleOf({ source }), 'Name'), {
    rule: { id: 'rule', uuid: 'rule', name: 'Name', description: 'd', author: ['a'], license: 'Apache-2.0', version: '3', ruleset: 'tripline', reference: 'https://example.com' }
  })
  t.same(ecsOfRule(ruleOf({ source: plain }), 'Name'), { rule: { id: 'rule', uuid: 'rule', name: 'Name', ruleset: 'tripline' } })
})

t.test('and for tactics, techniques and subtechniques, as parallel lists', async (t) => {
  const row = (id: string, name: string): object => ({ id, name, reference: `https://example.com/${id}` })
  const technique = { ...row('T1071', 'Application Layer Protocol'), subtechnique: [row('T1071.004', 'DNS')] }
  const source = {
    ...plain,
    threat: [
      { framework: 'MITRE ATT&CK', tactic: row('TA0011', 'Command and Control'), technique: [technique, row('T1572', 'Protocol Tunneling')] },
      { framework: 'MITRE ATT&CK', tactic: row('TA0010', 'Exfiltration'), technique: [row('T1572', 'Protocol Tunneling'), row('T9999', 'DNS')] }
    ]
  }

  t.same(ecsOfRule(ruleOf({ source }), 'Name').threat, {
    framework: 'MITRE ATT&CK',
    tactic: { id: ['TA0011', 'TA0010'], name: ['Command and Control', 'Exfiltration'], reference: ['https://example.com/TA0011', 'https://example.com/TA0010'] },
    technique: {
      id: ['T1071', 'T1572', 'T9999'],
      name: ['Application Layer Protocol', 'Protocol Tunneling', 'DNS'],
      reference: ['https://example.com/T1071', 'https://example.com/T1572', 'https://example.com/T9999'],
      subtechnique: { id: ['T1071.004'], name: ['DNS'], reference: ['https://example.com/T1071.004'] }
    }
  })
})

t.test('a threat that names a tactic alone has no more to it', async (t) => {
  const threat = (threat: unknown): unknown => ecsOfRule(ruleOf({ source: { ...plain, threat } }), 'Name').threat

  t.same(threat([{ tactic: { id: 'TA0011', name: 'Command and Control' } }]), { tactic: { id: ['TA0011'], name: ['Command and Control'] } })
  t.same(threat([{ framework: 'x', tactic: { id: 'a' }, technique: [{ id: 'b' }, { id: 'c', name: 'n' }] }]), { framework: 'x', tactic: { id: ['a'] }, technique: { id: ['b', 'c'], name: ['n'] } })
  t.same(threat([]), undefined)
  t.same(threat('x'), undefined)
})
