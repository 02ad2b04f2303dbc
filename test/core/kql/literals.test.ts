import fc from 'fast-check'
import t from 'tap'
import { Fields } from '../../../src/core/fields.js'
import type { FieldMap } from '../../../src/core/fields.js'
import { compile } from '../../../src/core/kql/compile.js'
import { isVerbatim, literals } from '../../../src/core/kql/literals.js'
import { parse } from '../../../src/core/kql/parse.js'
import { splitCommandLine } from '../../../src/core/enrich/command-line.js'

t.test('a query names the texts of which one stands in every record that matches', async (t) => {
  const cases: [text: string, literals: string[][]][] = [
    ['process.name:nslookup.exe', [['nslookup.exe']]],
    ['process.name:(cmd.exe or powershell.exe or cmd.exe)', [['cmd.exe', 'powershell.exe']]],
    ['process.name:(cmd.exe or p*)', []],
    ['process.name:(cmd.exe and powershell.exe)', [['powershell.exe'], ['cmd.exe']]],
    ['process.name:(a.exe or b.exe) and user.name:alice', [['alice'], ['a.exe', 'b.exe']]],
    ['event.category:process and process.name:cmd.exe', [['cmd.exe']]],
    ['process.name:cmd.exe or event.code:1', []],
    ['process.name:cmd.exe and not user.name:root', [['cmd.exe']]],
    ['process.executable:"C:\\\\Windows\\\\System32\\\\cmd.exe"', [['System32']]],
    ['process.command_line:*-q=txt*example*', [['example']]],
    ['process.command_line:"a\'b+c<d>e&f/g=h`i"', []],
    ['user.name:josé', [['jos']]],
    ['user.name:é', []],
    ['user.name:a', []],
    ['items:{ name:abc and not x:y }', [['abc']]],
    ['process:{ args:abc }', []],
    ['custom.field:abc', [['abc']]],
    ['custom.field:12', []],
    ['custom.field:1e5', []],
    ['custom.field:" 12 "', []],
    ['custom.field:true', []],
    ['user.name:"-Infinity"', []],
    ['custom.field:*rue*', []],
    ['custom.field:abc*1234', [['1234']]],
    ['user.name.keyword:abc', [['abc']]],
    ['process.args.keyword:abc', []],
    ['user.name.caseless:abc', []],
    ['user.name.text:abc', []],
    ['message:abc', []],
    ['process.pid:4711', []],
    ['source.ip:"2001:db8::1"', []],
    ['user.name > abc', []],
    ['user.name:*', []],
    ['user.*:abc', []],
    ['abc', []],
    ['not user.name:abc', []],
    ['', []],
    ['*:*', []]
  ]
  for (const [text, expected] of cases) t.same(literals(parse(text).ast), expected, text)
})

t.test('a query that ignores case names them in lower case, words included', async (t) => {
  const cases: [text: string, literals: string[][]][] = [
    ['process.name:NSLookup.exe', [['nslookup.exe']]],
    ['process.name.caseless:NSLookup.exe', [['nslookup.exe']]],
    ['process.name.caseless:NS*up', [['ns']]],
    ['message:Access denied', [['access', 'denied']]],
    ['message:"Access was Denied"', [['access']]],
    ['message:Acc* den*', [['acc', 'den']]],
    ['message:Acc* *', []],
    ['message:"--"', []],
    ['user.name:\u212aey', [['ey']]],
    ['user.name:TRUE', []],
    ['user.name:-Inf*', []]
  ]
  for (const [text, expected] of cases) t.same(literals(parse(text).ast, { caseInsensitive: true }), expected, text)
})

const [q, t0] = ['q', 't'].map((letter) => [`-${letter}`, ...['"', '\\"'].flatMap((quote) => [letter, '"', '\\', '&'].map((next) => `-${quote}${next}`)), '-\\\\', '-\\u', '-&']) as [string[], string[]]

t.test('of an argument its mark and what follows it are known, with quotes between them or not', async (t) => {
  const cases: [text: string, literals: string[][]][] = [
    ['process.args: "-q=txt"', [q]],
    ['process.parent.args: -q*', [q]],
    ['process.args: (-q=* or -type=*)', [[...q, ...t0.filter((text) => !q.includes(text))]]],
    ['process.args: *x-q*', [q]],
    ['process.args: *-q*x-t*', [q]],
    ['process.args: "/q"', [q.map((text) => text.replace('-', '/'))]],
    ['process.args: (-q=* or txt)', []],
    ['process.args: "-" and process.args: "--" and process.args: "-é"', []],
    ['process.args: "-Infinity" or process.args: -t*', []],
    ['process.args.text: "-q"', []],
    ['process.args.caseless: "-q"', []],
    ['process.args: (-q* or "x-q")', [q]],
    ['process.args: -q* and process.name: nslookup.exe', [['nslookup.exe'], q]],
    ['process.args: -q* and user.name: (aa or bb)', [['aa', 'bb'], q]],
    ['process.args: -q* and user.name: alice or user.name: bob', [['alice', 'bob'], [...q, 'bob']]],
    ['user.name: aaaaa and user.name: bbbb and user.name: ccc and user.name: dd and user.name: ffffff', [['ffffff'], ['aaaaa'], ['bbbb'], ['ccc']]]
  ]
  for (const [text, expected] of cases) t.same(literals(parse(text).ast), expected, text)
  t.same(literals(parse('process.args: -QT*').ast, { caseInsensitive: true }), [q])
})

t.test('whoever splits a command line and whoever writes it down, one of the texts of an argument stands in it', async (t) => {
  const asks = ['process.args: *-q*', 'process.args: *-Type=*', 'process.args: */k*'].map((text) => ({ ...compile(parse(text).ast), lists: literals(parse(text).ast) }))
  const line = fc.array(fc.constantFrom('-', 'q', '"', '"', '""', '\\', '\\\\', ' ', '/', 'k', '-Type=', '-"T', 'ype=', '&', 'é', '\t'), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''))
  const json = (text: string) => JSON.stringify(text).slice(1, -1)
  const encoders: ((text: string) => string)[] = [
    (text) => text,
    json,
    (text) => json(json(text)),
    (text) => json(text).replaceAll('\\"', '\\u0022'),
    (text) => xml(text),
    (text) => json(xml(text)),
    (text) => json(xml(text).replace('&quot;', '"')),
    (text) => xml(text).replace('&quot;', '"'),
    (text) => json(xml(text)).replaceAll('&', '\\u0026')
  ]
  let held = 0
  fc.assert(fc.property(line, fc.constantFrom(...encoders), (line, encode) => {
    const event = new Fields({ process: { args: splitCommandLine(line) } }, 0)
    return asks.every(({ predicate, lists }) => {
      if (!predicate(event)) return true
      held++
      const bytes = encode(line)
      return lists.length === 1 && lists.every((texts) => texts.some((text) => bytes.includes(text)))
    })
  }), { numRuns: 20_000 })

  t.ok(held > 1000, `the law was put to the test ${held} times`)
})

function xml (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}

t.test('what the mapping makes or alters is not taken for the record\'s own', async (t) => {
  const made = ['event.category', 'event.type', 'event.kind', 'event.module', 'event.action', 'event.outcome', 'event.ingested', 'host.id', 'host.os.type',
    'host.name', 'dns.question.name', 'process.args', 'process.parent.args', 'process.hash.md5', 'process.entity_id', 'related.user', 'process.pe.imphash', 'winlog.level', 'event.provider',
    'winlog.provider_name', 'event.timezone', 'winlog.task', 'log.level']
  const own = ['process.name', 'process.executable', 'process.command_line', 'process.parent.name', 'user.name', 'user.domain', 'event.original', 'winlog.channel',
    'winlog.event_data.TargetUserName', 'labels.team', 'custom']

  t.same(made.filter(isVerbatim), [])
  t.same(own.filter((name) => !isVerbatim(name)), [])
})

const fields = ['user.name', 'user.name', 'process.command_line', 'user.name.text', 'user.name.caseless', 'custom', 'message', 'process.command_line', 'process.pid', 'custom.sub', 'cust*']
const word = fc.constantFrom('xy', 'XY', 'xyz', '12', '1000', 'true', '\u212ax', 'xy/z', 'xy é 12', '<xy>')
const quoted = word.map((text) => `"${text}"`)
const unquoted = fc.constantFrom('xy', 'xy cd', 'xy*', '*xy*', 'x*12', '*1*', '*00*', '*', '*ru*', '\u212a*', '*kx', '*é*12')
const literal = fc.oneof(quoted, unquoted)
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof({ maxDepth: 3 },
    fc.tuple(fc.constantFrom(...fields), literal).map(([field, value]) => `${field}: ${value}`),
    fc.tuple(fc.constantFrom(...fields), literal, literal).map(([field, a, b]) => `${field}: (${a} or ${b})`),
    fc.tuple(tie('query'), fc.constantFrom('and', 'or'), tie('query')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    tie('query').map((query) => `not (${query})`),
    tie('query').map((query) => `user: { ${query} }`),
    literal)
}))
const value = fc.oneof(fc.array(word, { minLength: 1, maxLength: 4 }), word, fc.constantFrom(12, 1000, true, null))
const event = fc.record({
  user: fc.oneof(fc.record({ name: value }), fc.record({ message: value, custom: value, user: fc.record({ name: value }) })),
  custom: value,
  'custom.sub': value,
  message: value,
  process: fc.record({ command_line: value, pid: value })
}, { requiredKeys: ['user', 'custom', 'message'] }) as fc.Arbitrary<FieldMap>

t.test('whatever encoder wrote an event that matches, one of the literals stands in it', async (t) => {
  let held = 0
  fc.assert(fc.property(query, event, fc.boolean(), (query, event, caseInsensitive) => {
    const { ast } = parse(query)
    const lists = literals(ast, { caseInsensitive })
    if (lists.length === 0 || !compile(ast, { caseInsensitive }).predicate(new Fields(event, 0))) return true
    held++
    const bytes = encode(event)
    const searched = caseInsensitive ? bytes.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : bytes
    return lists.every((texts) => texts.every((text) => text.length >= 2) && texts.some((text) => searched.includes(text)))
  }), { numRuns: 10_000 })

  t.ok(held > 50, `the law was put to the test ${held} times`)
})

// The least helpful encoder: numbers and booleans have no text, as in MessagePack, and whatever may be escaped is.
function encode (event: FieldMap): string {
  const json = JSON.stringify(event, (_, value) => typeof value === 'number' || typeof value === 'boolean' ? null : value)
  return json.replaceAll(/[^ -~]|[/<>&'+=`]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
