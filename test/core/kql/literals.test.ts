import fc from 'fast-check'
import t from 'tap'
import { Fields } from '../../../src/core/fields.js'
import type { FieldMap } from '../../../src/core/fields.js'
import { compile } from '../../../src/core/kql/compile.js'
import { isVerbatim, literals } from '../../../src/core/kql/literals.js'
import { parse } from '../../../src/core/kql/parse.js'

t.test('a query names the texts of which one stands in every record that matches', async (t) => {
  const cases: [text: string, literals: string[] | undefined][] = [
    ['process.name:nslookup.exe', ['nslookup.exe']],
    ['process.name:(cmd.exe or powershell.exe or cmd.exe)', ['cmd.exe', 'powershell.exe']],
    ['process.name:(cmd.exe or p*)', undefined],
    ['process.name:(cmd.exe and powershell.exe)', ['powershell.exe']],
    ['process.name:(a.exe or b.exe) and user.name:alice', ['alice']],
    ['event.category:process and process.name:cmd.exe', ['cmd.exe']],
    ['process.name:cmd.exe or event.code:1', undefined],
    ['process.name:cmd.exe and not user.name:root', ['cmd.exe']],
    ['process.executable:"C:\\\\Windows\\\\System32\\\\cmd.exe"', ['System32']],
    ['process.command_line:*-q=txt*example*', ['example']],
    ['process.command_line:"a\'b+c<d>e&f/g=h`i"', undefined],
    ['user.name:josé', ['jos']],
    ['user.name:é', undefined],
    ['user.name:a', undefined],
    ['items:{ name:abc and not x:y }', ['abc']],
    ['process:{ args:abc }', undefined],
    ['custom.field:abc', ['abc']],
    ['custom.field:12', undefined],
    ['custom.field:1e5', undefined],
    ['custom.field:" 12 "', undefined],
    ['custom.field:true', undefined],
    ['user.name:"-Infinity"', undefined],
    ['custom.field:*rue*', undefined],
    ['custom.field:abc*1234', ['1234']],
    ['user.name.keyword:abc', ['abc']],
    ['process.args.keyword:abc', undefined],
    ['user.name.caseless:abc', undefined],
    ['user.name.text:abc', undefined],
    ['message:abc', undefined],
    ['process.pid:4711', undefined],
    ['source.ip:"2001:db8::1"', undefined],
    ['user.name > abc', undefined],
    ['user.name:*', undefined],
    ['user.*:abc', undefined],
    ['abc', undefined],
    ['not user.name:abc', undefined],
    ['', undefined],
    ['*:*', undefined]
  ]
  for (const [text, expected] of cases) t.same(literals(parse(text).ast), expected, text)
})

t.test('a query that ignores case names them in lower case, words included', async (t) => {
  const cases: [text: string, literals: string[] | undefined][] = [
    ['process.name:NSLookup.exe', ['nslookup.exe']],
    ['process.name.caseless:NSLookup.exe', ['nslookup.exe']],
    ['process.name.caseless:NS*up', ['ns']],
    ['message:Access denied', ['access', 'denied']],
    ['message:"Access was Denied"', ['access']],
    ['message:Acc* den*', ['acc', 'den']],
    ['message:Acc* *', undefined],
    ['message:"--"', undefined],
    ['user.name:\u212aey', ['ey']],
    ['user.name:TRUE', undefined],
    ['user.name:-Inf*', undefined]
  ]
  for (const [text, expected] of cases) t.same(literals(parse(text).ast, { caseInsensitive: true }), expected, text)
})

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
    const texts = literals(ast, { caseInsensitive })
    if (texts === undefined || !compile(ast, { caseInsensitive }).predicate(new Fields(event, 0))) return true
    held++
    const bytes = encode(event)
    const searched = caseInsensitive ? bytes.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : bytes
    return texts.every((text) => text.length >= 2) && texts.some((text) => searched.includes(text))
  }), { numRuns: 10_000 })

  t.ok(held > 50, `the law was put to the test ${held} times`)
})

// The least helpful encoder: numbers and booleans have no text, as in MessagePack, and whatever may be escaped is.
function encode (event: FieldMap): string {
  const json = JSON.stringify(event, (_, value) => typeof value === 'number' || typeof value === 'boolean' ? null : value)
  return json.replaceAll(/[^ -~]|[/<>&'+=`]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
