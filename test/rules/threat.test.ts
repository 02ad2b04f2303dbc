import t from 'tap'
import { FieldReader } from '../../src/rules/field-reader.js'
import { checkThreat } from '../../src/rules/threat.js'

const named = { id: 'T1', name: 'One', reference: 'https://attack.mitre.org/' }
const cases: [string, unknown, string[]][] = [
  ['nothing', undefined, []],
  ['tactic alone', [{ framework: 'MITRE ATT&CK', tactic: named }], []],
  ['techniques and subtechniques', [{ framework: 'F', tactic: named, technique: [{ ...named, subtechnique: [named] }, named] }], []],
  ['no list', {}, ['threat must be a list; it is {}']],
  ['no tables', ['T1071'], ['threat[0] must be a table; it is "T1071"']],
  ['no tactic', [{ framework: 'F' }], ['threat[0].tactic must be a table; it is missing']],
  ['a technique as text', [{ framework: 'F', tactic: named, technique: ['T1'] }], ['threat[0].technique[0] must be a table; it is "T1"']],
  ['a subtechnique without a name', [{ framework: 'F', tactic: named, technique: [{ ...named, subtechnique: [{ id: 'T1.1' }] }] }],
    ['threat[0].technique[0].subtechnique[0].name must be a text that is not empty; it is missing']],
  ['a reference that is no text', [{ framework: 'F', tactic: { ...named, reference: 1 } }], ['threat[0].tactic.reference must be a text; it is 1']]
]
for (const [title, threat, faults] of cases) {
  t.test(`threat with ${title}`, async (t) => {
    const reader = new FieldReader({ threat }, () => ({}), 'rule')

    checkThreat(reader)

    t.same(reader.faults.map(({ reason }) => reason), faults.map((fault) => `rule: ${fault}`))
  })
}
