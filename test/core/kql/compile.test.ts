import t from 'tap'
import { Fields } from '../../../src/core/fields.js'
import type { FieldMap } from '../../../src/core/fields.js'
import { compile } from '../../../src/core/kql/compile.js'
import { parse } from '../../../src/core/kql/parse.js'
import { SharedConditions } from '../../../src/core/kql/shared.js'

const event: FieldMap = {
  '@timestamp': '2024-05-01T12:00:00Z',
  event: { code: '1', category: ['process'] },
  process: { name: 'cmd.exe', pid: 7, args: ['cmd.exe', '/c'], parent: { name: null } },
  destination: { port: [53, 443] },
  empty: {},
  custom: { count: 5, flag: true },
  items: [{ name: 'a', qty: 1, sub: [{ x: 1 }] }, { name: 'b', qty: 2, source: { ip: '10.0.0.1' } }]
}

t.test('a query matches as its operators and the types of its fields say', async (t) => {
  const cases: [text: string, matches: boolean][] = [
    ['', true],
    ['event.code:1 and process.name:cmd.exe', true],
    ['event.code:1 and process.name:x', false],
    ['event.code:2 or process.name:cmd.exe', true],
    ['event.code:2 or process.name:x', false],
    ['not event.code:1', false],
    ['process.name:(x or cmd.exe or y*)', true],
    ['process.name:(x or c*)', true],
    ['process.name:(x or y)', false],
    ['process.name:(x or *)', true],
    ['process.args:(cmd.exe and "/c")', true],
    ['event.code:2 or process.name:x or event.code:1', true],
    ['process:*', true],
    ['empty:*', false],
    ['process.parent:*', false],
    ['process.parent.name:*', false],
    ['process.name.text:*', true],
    ['process.nothing.text:*', false],
    ['process.name.caseless:CMD.exe', true],
    ['process.name.keyword:cmd.exe', true],
    ['process.name.text:EXE', true],
    ['process.nothing.text:x', false],
    ['destination.port > 100 and destination.port < 60', true],
    ['destination.port > 443', false],
    ['destination.port > x', false],
    ['not destination.port: x', true],
    ['@timestamp > now-1d', true],
    ['@timestamp > now-1h', false],
    ['items:{ name:a and qty:2 }', false],
    ['items:{ name:b and qty > 1 }', true],
    ['items:{ not name:a }', true],
    ['not items:{ name:a }', false],
    ['items:{ sub:{ x:1 } }', true],
    ['items:{ b }', true],
    ['items:{ na*:b and q*:2 }', true],
    ['custom.*:5', true],
    ['custom.*:*', true],
    ['none.*:*', false],
    ['custom.*:true', true],
    ['*:*', true],
    ['*', true],
    ['*:cmd.exe', true],
    ['c*.c* > 4', true],
    ['c*.c* > 5', false],
    ['cmd.exe', true],
    ['cmd', false],
    ['cm*', true],
    ['443', true],
    ['process.*: 7', true]
  ]
  const source = new Fields(event, Date.parse('2024-05-02T11:00:00Z'))
  for (const [text, matches] of cases) t.equal(compile(parse(text).ast).predicate(source), matches, text)
})

t.test('the fields of a nested object have the types of their full names', async (t) => {
  const { predicate } = compile(parse('source:{ ip:"10.0.0.0/8" }').ast)

  t.equal(predicate(new Fields({ source: [{ ip: '10.1.1.1' }] }, 0)), true)
  t.equal(predicate(new Fields({ source: [{ ip: '11.1.1.1' }] }, 0)), false)
})

t.test('case is ignored on request', async (t) => {
  const { predicate } = compile(parse('process.name:CMD* and CMD.EXE').ast, { caseInsensitive: true })

  t.equal(predicate(new Fields(event, 0)), true)
})

t.test('a comparison of the wrong type is false and named', async (t) => {
  const { predicate, mismatches } = compile(parse('destination.port:(53x or 80) or process.pid > many or s*.ip:x').ast)

  t.equal(predicate(new Fields({ destination: { port: '53x' }, process: { pid: 1 }, source: { ip: 'x' } }, 0)), false)
  t.same(mismatches, [{ reason: '"53x" is no number', offset: 18 }, { reason: '"many" is no number', offset: 46 }])
})

t.test('conditions of another query are taken over, but not what is odd about them', async (t) => {
  const shared = new SharedConditions()
  const queries = ['process.pid:many', 'process.pid:many or event.code:1'].map((text) => compile(parse(text).ast, { shared }))

  t.same(queries.map(({ predicate }) => predicate(new Fields(event, 0))), [false, true])
  t.same(queries.map(({ mismatches }) => mismatches.length), [1, 1])
  t.equal(compile(parse('process.pid:many').ast, { shared }).predicate, queries[0]?.predicate)
})
