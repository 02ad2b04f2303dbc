import fc from 'fast-check'
import t from 'tap'
import { Fields } from '../../../src/core/fields.js'
import { compileKql } from '../../../src/core/kql/kql.js'
import { parse } from '../../../src/core/kql/parse.js'
import { keyOf, SharedConditions } from '../../../src/core/kql/shared.js'

t.test('a condition that several queries have is evaluated once for an event', async (t) => {
  const shared = new SharedConditions()
  let asked = 0
  const event = new class extends Fields {
    override values (name: string) {
      asked++
      return super.values(name)
    }
  }({ event: { code: '1' }, process: { name: 'b.exe' } }, 0)
  const texts = ['event.code:1 and process.name:a.exe', 'event.code: "1" and not process.name:b.exe', 'event.code:1']

  const met = texts.map((text) => compileKql(text, { shared }).predicate).map((predicate) => predicate(event))

  t.same(met, [false, false, true])
  t.equal(asked, 4, 'a quoted value is another condition, for it may mean something else')
})

t.test('queries that share their conditions answer as those that do not', async (t) => {
  const field = fc.constantFrom('a', 'b', 'process.pid', 'message')
  const leaf = fc.tuple(field, fc.constantFrom(':1', ':x*', ':"1"', ':*', '>1', ':(1 or x)')).map((parts) => parts.join(''))
  const query = fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof({ maxDepth: 3 }, leaf, fc.tuple(tie('query'), fc.constantFrom('and', 'or'), tie('query')).map(([a, join, b]) => `(${a} ${join} ${b})`), tie('query').map((a) => `not (${a})`), tie('query').map((a) => `n: { ${a} }`))
  })).query
  const value = fc.constantFrom(1, '1', 2, 'x', 'xy', null)
  const fields = fc.record({ a: value, b: value, message: value, process: fc.record({ pid: value }), n: fc.array(fc.record({ a: value, b: value })) })

  fc.assert(fc.property(fc.array(fc.tuple(query, fc.boolean()), { maxLength: 6 }), fc.array(fields, { minLength: 1, maxLength: 5 }), (queries, events) => {
    const shared = new SharedConditions()
    const both = queries.map(([text, caseInsensitive]) => [compileKql(text, { caseInsensitive, shared }).predicate, compileKql(text, { caseInsensitive }).predicate] as const)

    for (const event of events.map((event) => new Fields(event, 0))) {
      for (const [one, other] of both) t.equal(one(event), other(event))
    }
  }))
})

t.test('what is asked makes the key, not where it stands', async (t) => {
  t.equal(keyOf(parse(' a : b').ast), keyOf(parse('a:b').ast))
  t.not(keyOf(parse('a: b').ast), keyOf(parse('a: "b"').ast))
  t.not(keyOf(parse('a: 1').ast), keyOf(parse('a > 1').ast))
})
