import fc from 'fast-check'
import t from 'tap'
import { DnsFacts } from '../../../src/core/enrich/dns.js'
import type { DnsQuestion } from '../../../src/core/enrich/nslookup.js'

t.test('tells what was asked', async (t) => {
  const facts = factsOf([
    { name: 'x1.t.example.net', type: 'TXT', server: '192.0.2.9' },
    { name: 'X2.t.Example.NET.', type: 'TXT', server: '192.0.2.9' },
    { name: 'x1.t.example.net', type: 'A' },
    { name: 'dc1' }
  ])

  t.strictSame(facts.toJSON(), {
    names: ['x1.t.example.net', 'x2.t.example.net', 'dc1'],
    domains: { 'example.net': 3, dc1: 1 },
    types: { TXT: 2, A: 1 },
    servers: ['192.0.2.9'],
    unique_names: 3,
    longest_name: 16,
    mean_label_entropy: 1.6
  })
})

const entropies: [string, string[], number | undefined][] = [
  ['one character again and again', ['aaaa.example.net'], 0],
  ['two characters in equal parts', ['abab.example.net'], 1],
  ['four characters over two labels', ['ab.cd.example.net'], 2],
  ['names of 0 and 2 bits', ['aaaa.example.net', 'abcd.example.net'], 1],
  ['the same name again', ['aaaa.example.net', 'abcd.example.net', 'abcd.example.net'], 1],
  ['names with nothing left of the domain', ['example.net', 'dc1', '192.0.2.1', '.example.net'], undefined]
]

for (const [title, names, bits] of entropies) {
  t.test(`the entropy of ${title} is ${bits ?? 'not given'}`, async (t) => {
    const facts = factsOf(names.map((name) => ({ name })))

    t.equal(facts.toJSON().mean_label_entropy, bits)
  })
}

t.test('is empty until something was asked', async (t) => {
  t.equal(factsOf([]).empty, true)
  t.equal(factsOf([{}]).empty, true)
  t.equal(factsOf([{ name: 'a.example' }]).empty, false)
  t.equal(factsOf([{ type: 'A' }]).empty, false)
  t.equal(factsOf([{ server: '192.0.2.9' }]).empty, false)
})

t.test('shows the first 100 names, 20 servers and 10 domains, and counts the rest', async (t) => {
  const questions = Array.from({ length: 150 }, (_, i) => ({ name: `a.d${i}.example`, server: `192.0.2.${i}` }))

  const shown = factsOf(questions).toJSON()

  t.equal(shown.names.length, 100)
  t.equal(shown.names[99], 'a.d99.example')
  t.equal(shown.servers.length, 20)
  t.equal(Object.keys(shown.domains).length, 11)
  t.equal(shown.domains.other, 140)
  t.equal(shown.unique_names, 150)
})

t.test('counts 10,000 distinct names exactly and says when there may be more', async (t) => {
  const facts = factsOf(Array.from({ length: 9_999 }, (_, i) => ({ name: `n${i}.example.net` })))
  t.match(facts.toJSON(), { unique_names: 9_999, unique_names_capped: undefined })

  facts.add({ name: 'one.example.net' })
  facts.add({ name: 'another.example.net' })

  t.match(facts.toJSON(), { unique_names: 10_000, unique_names_capped: true, domains: { 'example.net': 10_001 } })
  t.ok(JSON.stringify(facts.toState()).length < 200 * 1024)
})

t.test('cuts huge texts, but says how long the name was', async (t) => {
  const facts = factsOf([{ name: 'x'.repeat(100_000), type: 'T'.repeat(100_000), server: 's'.repeat(100_000) }])

  t.ok(JSON.stringify(facts.toState()).length < 1_500)
  t.match(facts.toJSON(), { longest_name: 100_000, names: ['x'.repeat(255)] })
})

t.test('goes on from its state as if it had never stopped', async (t) => {
  const name = fc.integer({ min: 0, max: 400 }).map((number) => `${number.toString(36)}.d${number % 7}.example`)
  const question: fc.Arbitrary<DnsQuestion> = fc.record({
    name, type: fc.constantFrom('A', 'TXT', '__proto__'), server: fc.constantFrom('192.0.2.9', 'ns1.example.org')
  }, { requiredKeys: [] })
  const questions = fc.array(question, { maxLength: 200 })

  fc.assert(fc.property(questions, questions, (before, after) => {
    const whole = factsOf([...before, ...after])
    const stored = JSON.parse(JSON.stringify(factsOf(before).toState()))
    const second = DnsFacts.fromState(stored)
    for (const one of after) second.add(one)

    t.same(JSON.stringify(second), JSON.stringify(whole))
  }), { numRuns: 50 })
})

function factsOf (questions: DnsQuestion[]): DnsFacts {
  const facts = new DnsFacts()
  for (const question of questions) facts.add(question)
  return facts
}
