import { readFileSync } from 'node:fs'
import t from 'tap'
import { Fields } from '../../../src/core/fields.js'
import type { FieldMap } from '../../../src/core/fields.js'
import { compileKql, KqlError } from '../../../src/core/kql/kql.js'

interface Case { id: string, kql: string, event: FieldMap, expect: boolean | 'error', why: string }

const cases: Case[] = readFileSync(new URL('../../fixtures/kql.jsonl', import.meta.url), 'utf8')
  .trim().split('\n').map((line) => JSON.parse(line) as Case)

t.test('every case of the conformance suite comes out as Elastic has it', async (t) => {
  t.equal(cases.length, 110)
  for (const { id, kql, event, expect, why } of cases) {
    if (expect === 'error') t.throws(() => compileKql(kql), KqlError, `${id} ${why}`)
    else t.equal(compileKql(kql).predicate(new Fields(event, Date.UTC(2025, 0))), expect, `${id} ${why}`)
  }
})

t.test('a literal stands in the bytes of every conforming event that matches', async (t) => {
  for (const { id, kql, event, expect } of cases) {
    if (expect !== true) continue
    const { literals } = compileKql(kql)
    t.ok(literals.every((texts) => texts.some((text) => JSON.stringify(event).includes(text))), `${id} ${literals}`)
  }
})

t.test('the query of the nslookup rule gives the name of the program to look for, and then the options', async (t) => {
  const text = 'event.category:process and event.type:start and process.name:Nslookup.exe and process.args:(-q=* or -qt=*)'

  for (const [caseInsensitive, name] of [[false, 'Nslookup.exe'], [true, 'nslookup.exe']] as const) {
    const { literals } = compileKql(text, { caseInsensitive })
    t.same(literals, [[name], literals[1]])
    t.match(literals[1], ['-q'])
  }
})

t.test('a query that ignores case does so for names, values and patterns of text', async (t) => {
  const event = new Fields({ process: { name: 'NSLOOKUP.EXE', args: ['-QueryType=TXT'] } }, 0)
  const text = 'process.name: nslookup.exe and process.args: -querytype=*'

  t.equal(compileKql(text).predicate(event), false)
  t.equal(compileKql(text, { caseInsensitive: true }).predicate(event), true)
})

t.test('warnings say where and what is probably not meant, and what can never be met', async (t) => {
  const { warnings } = compileKql('process.name: a?\nand destination.port: http')

  t.same(warnings, [
    { message: 'the "?" stands for itself; only "*" is a wildcard', offset: 14, line: 1, column: 15 },
    { message: 'this comparison is never met: "http" is no number', offset: 39, line: 2, column: 23 }
  ])
})

t.test('the tree is handed out too', async (t) => {
  t.same(compileKql(' ').ast, { type: 'all' })
})
