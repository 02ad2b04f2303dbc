import t from 'tap'
import type { Rule } from '../../../src/core/rule.js'
import { Body } from '../../../src/ingest/body.js'
import { SecondLook } from '../../../src/ingest/sift/second-look.js'
import { ruleOf } from '../../core/rule-of.js'

const lookup = rule('lookup', [['nslookup.exe'], ['-q', '-t']])
const picky = rule('picky', [['nslookup.exe'], ['-q'], ['alice', 'bob']])
const plain = rule('plain', [['nslookup.exe']])
const long = rule('long', [['nslookup.exe'], Array.from({ length: 65 }, (_, i) => `text ${i}`)])
const marks = rule('marks', [['nslookup.exe'], ['-\\\\', 'a.b|']])

const cases: [string, rules: Rule[], line: string, left: Rule[]][] = [
  ['one text of a list is enough', [lookup], 'nslookup -T', [lookup]],
  ['a list of which no text stands there rules out', [lookup], 'nslookup - q', []],
  ['every list has to have one', [picky], 'nslookup -q carol', []],
  ['all that have one are left', [picky], 'nslookup -q BOB', [picky]],
  ['each rule has its own lists', [lookup, picky, plain], 'nslookup -t bob', [lookup, plain]],
  ['a rule without further lists is left', [plain], 'nslookup', [plain]],
  ['a list of very many texts is not looked for', [long, lookup], 'nslookup', [long]],
  ['a mark stands for itself', [marks], 'nslookup -\\ a.b', []],
  ['and is found', [marks], 'nslookup -\\\\', [marks]],
  ['letters of other alphabets are none of ours', [lookup], 'nslookup -\u017f', []]
]
for (const [title, rules, line, left] of cases) {
  t.test(title, async (t) => {
    const look = new SecondLook([lookup, picky, plain, long, marks])

    t.same(look.narrow(rules, ...placed('-q alice', line, '-q alice')).map(({ id }) => id), left.map(({ id }) => id))
  })
}

t.test('when all are left the list is the same', async (t) => {
  const rules = [lookup, plain]

  t.equal(new SecondLook(rules).narrow(rules, ...placed('', '-q', '')), rules)
})

function placed (before: string, line: string, behind: string): [Body, number, number] {
  return [new Body([Buffer.from(before + line.slice(0, 3)), Buffer.from(line.slice(3) + behind)]), before.length, before.length + line.length]
}

function rule (id: string, literals: string[][]): Rule {
  return { ...ruleOf({ id }), literals }
}
