import t from 'tap'
import type { Rule } from '../../../src/core/rule.js'
import { Body } from '../../../src/ingest/body.js'
import { createPlainKernel } from '../../../src/ingest/sift/plain-kernel.js'
import { SecondLook } from '../../../src/ingest/sift/second-look.js'
import { ruleOf } from '../../core/rule-of.js'

const lookup = rule('lookup', [['nslookup.exe'], ['-q', '-t']])
const picky = rule('picky', [['nslookup.exe'], ['-q'], ['alice', 'bob']])
const plain = rule('plain', [['nslookup.exe']])
const short = rule('short', [['nslookup.exe'], ['x']])

const cases: [string, rules: Rule[], line: string, left: Rule[]][] = [
  ['one text of a list is enough', [lookup], 'nslookup -T', [lookup]],
  ['a list of which no text stands there rules out', [lookup], 'nslookup - q', []],
  ['every list has to have one', [picky], 'nslookup -q carol', []],
  ['all that have one are left', [picky], 'nslookup -q BOB', [picky]],
  ['each rule has its own lists', [lookup, picky, plain], 'nslookup -t bob', [lookup, plain]],
  ['a rule without further lists is left', [plain], 'nslookup', [plain]],
  ['a list with a text that cannot be looked for is none', [short, lookup], 'nslookup', [short]]
]
for (const [title, rules, line, left] of cases) {
  t.test(title, async (t) => {
    for (const create of [undefined, createPlainKernel]) {
      const look = new SecondLook([lookup, picky, plain, short], create)

      t.same(look.narrow(rules, ...placed('-q alice', line, '-q alice')).map(({ id }) => id), left.map(({ id }) => id))
    }
  })
}

t.test('when all are left the list is the same', async (t) => {
  const rules = [lookup, plain]

  t.equal(new SecondLook(rules).narrow(rules, ...placed('', '-q', '')), rules)
})

t.test('a record larger than what can be looked at, or with more texts than can be told, rules out nothing', async (t) => {
  const look = new SecondLook([lookup])

  t.same(look.narrow([lookup], ...placed('', 'a'.repeat(65_536), '')), [])
  for (const line of ['a'.repeat(65_537), '-q'.repeat(4097)]) t.same(look.narrow([lookup], ...placed('', line, '')), [lookup])
})

function placed (before: string, line: string, behind: string): [Body, number, number] {
  return [new Body([Buffer.from(before + line.slice(0, 3)), Buffer.from(line.slice(3) + behind)]), before.length, before.length + line.length]
}

function rule (id: string, literals: string[][]): Rule {
  return { ...ruleOf({ id }), literals }
}
