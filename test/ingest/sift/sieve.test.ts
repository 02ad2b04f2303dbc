import t from 'tap'
import type { Rule } from '../../../src/core/rule.js'
import { Body } from '../../../src/ingest/body.js'
import { Frames } from '../../../src/ingest/frames.js'
import { frameTextLines } from '../../../src/ingest/line-frames.js'
import { createPlainKernel } from '../../../src/ingest/sift/plain-kernel.js'
import { Sieve } from '../../../src/ingest/sift/sieve.js'
import { ruleOf } from '../../core/rule-of.js'

const nslookup = rule('nslookup', ['nslookup.exe'])
const shells = rule('shells', ['cmd.exe', 'powershell.exe'])
const either = rule('either', ['nslookup.exe', 'w.exe'])
const blank = rule('blank', undefined)
const asking: Rule = { ...ruleOf({ id: 'asking' }), literals: [['nslookup.exe'], ['-q']] }

const cases: [string, Rule[], [string, Rule[] | 'any' | undefined][]][] = [
  ['a rule is in question where its text stands', [nslookup], [['a', undefined], ['NSLookup.exe', [nslookup]], ['nslookup.ex', undefined]]],
  ['one of several texts will do', [shells], [['cmd.exe', [shells]], ['PowerShell.exe', [shells]], ['power shell', undefined]]],
  ['all rules of a text are, in their order', [either, shells, nslookup], [['cmd.exe nslookup.exe', [either, shells, nslookup]], ['nslookup.exe', [either, nslookup]], ['w.exe w.exe', [either]]]],
  ['a rule without a text is in question everywhere', [nslookup, blank], [['a', [blank]], ['nslookup.exe', [nslookup, blank]]]],
  ['what may hide a text puts all in question', [nslookup, shells], [['\\u006eslookup.exe', 'any'], ['&#110;slookup.exe', 'any'], ['ns<!---->lookup.exe', 'any'], ['ns<?p ?>lookup.exe', 'any'], ['\\u003e', undefined], ['cmd.exe\\u006e', 'any']]],
  ['where its text stands, its other lists are looked for', [asking, nslookup], [['nslookup.exe', [nslookup]], ['nslookup.exe -Q', [asking, nslookup]], ['-q', undefined], ['nslookup.exe \\u006e', 'any']]],
  ['a record that lacks one is not in question', [asking], [['-q', undefined], ['nslookup.exe', undefined], ['-q nslookup.exe', [asking]]]],
  ['without texts nothing is looked for', [blank], [['a', 'any'], ['\\u006e', 'any']]],
  ['a text of one byte is none', [rule('short', ['x'])], [['a', 'any']]],
  ['a rule with no way to match never is', [rule('never', [])], [['a', undefined], ['&#', 'any']]],
  ['without rules nothing matches', [], [['a', 'any']]],
  ['a long text is known by its beginning', [rule('long', ['y'.repeat(60)])], [['y'.repeat(47), undefined], ['y'.repeat(48), [rule('long', ['y'.repeat(60)])]]]]
]
for (const [title, rules, lines] of cases) {
  t.test(title, async (t) => {
    for (const create of [undefined, createPlainKernel]) {
      const choices = choose(new Sieve(rules, create), lines.map(([line]) => line))

      t.same(choices.map(idsOf), lines.map(([, choice]) => idsOf(choice)))
    }
  })
}

t.test('where too much was found, all is in question', async (t) => {
  const lines = ['a'.repeat(65_400), 'cmd.exe '.repeat(8000), 'b'.repeat(100), 'c'.repeat(70_000), 'd']

  t.same(choose(new Sieve([shells]), lines).map(idsOf), [undefined, 'any', 'any', 'any', undefined])
})

t.test('a sieve without rules lets everything through', async (t) => {
  const sieve = new Sieve()

  t.equal(sieve.searches, false)
  t.same(choose(sieve, ['a', 'b']), ['any', 'any'])
})

t.test('rules with more texts than can be looked for are in question everywhere', async (t) => {
  const huge = rule('huge', Array.from({ length: 9000 }, (_, i) => `text ${i}`))

  t.same(choose(new Sieve([nslookup, huge]), ['a', 'nslookup.exe']).map(idsOf), [['huge'], ['nslookup', 'huge']])
})

t.test('many mixtures of texts are not remembered for ever', async (t) => {
  const rules = Array.from({ length: 13 }, (_, i) => rule(`r${i}`, [`program-${i}-x`]))
  const sieve = new Sieve(rules)
  const lines = Array.from({ length: 8191 }, (_, i) => rules.filter((_, bit) => (i + 1) & 1 << bit).map(({ literals }) => literals[0]?.[0]).join(' '.repeat(9)))

  const lengths = choose(sieve, lines).map((choice) => choice?.length)
  t.equal(lengths.findIndex((length, i) => length !== lines[i]?.split(/ +/).length), -1)
})

function choose (sieve: Sieve, lines: string[]) {
  const body = new Body([Buffer.from(lines.join('\n'))])
  const frames = new Frames(body, 'text', 100_000)
  frameTextLines(frames, 0)
  const choice = sieve.choose(frames, sieve.scan(body))
  return lines.map((_, i) => choice(i))
}

function idsOf (choice: readonly Rule[] | 'any' | undefined) {
  return typeof choice === 'object' ? choice.map(({ id }) => id) : choice
}

function rule (id: string, literals: string[] | undefined): Rule {
  return { ...ruleOf({ id }), literals: literals === undefined ? [] : [literals] }
}
