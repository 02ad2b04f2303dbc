import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import type { Event } from '../../src/core/event.js'
import { commonFields, copyOf, cut, factsOf, packFields, readFields, unpackFields, valueFields, type Facts } from '../../src/core/facts.js'
import { eventOf } from './event-of.js'

const time = Date.UTC(2026, 2, 2)

t.test('of the common fields it tells the one value, or that there are several', async (t) => {
  const event = eventOf({
    host: { id: 'h1', name: 'web1', ip: ['192.0.2.1', '192.0.2.2'] },
    user: { name: 'u'.repeat(300) },
    process: { parent: { pid: 7 } },
    other: 'x'
  })

  const { common } = readFacts(event, time)

  t.same(common, { 'host.id': 'h1', 'host.ip': null, 'host.name': 'web1', 'user.name': 'u'.repeat(256), 'process.parent.pid': 7 })
  t.equal(new Set(commonFields).size, commonFields.length)
  t.ok(commonFields.length >= 25 && commonFields.length <= 35, 'they are about 30')
})

t.test('of the value fields, and of those that the rule names, it tells ten values at most', async (t) => {
  const event = eventOf({ user: { name: ['alice', 'bob'] }, process: { name: 'x'.repeat(300) }, port: Array.from({ length: 12 }, (_, i) => i) })

  const { values } = readFacts(event, time, ['port', 'user.name', 'nothing'])

  t.same(values, { 'user.name': ['alice', 'bob'], 'process.name': ['x'.repeat(256)], port: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] })
  t.ok(valueFields.every((name) => typeof name === 'string'))
})

t.test('a rule may name any field, the prototype\'s too', async (t) => {
  const { values } = readFacts(eventOf(JSON.parse('{"__proto__":"x","constructor":"y"}')), time, ['__proto__', 'constructor', 'toString'])

  t.same(Object.entries(values), [['__proto__', ['x']], ['constructor', ['y']]])
  t.equal(Object.getPrototypeOf(values), Object.prototype)
})

t.test('the evidence is what tells one event from another', async (t) => {
  const event = eventOf({
    event: { id: ['e1', 'e2'] },
    process: { command_line: 'c'.repeat(5000), pid: 4711 },
    message: 'too long to repeat',
    host: { id: 'h1' }
  })

  t.same(readFacts(event, time).evidence, { '@timestamp': '2026-03-02T00:00:00.000Z', 'event.id': 'e1', 'process.command_line': 'c'.repeat(4096), 'process.pid': 4711 })
})

t.test('a time that names no zone says in which it was read', async (t) => {
  const event = eventOf({ EventID: 4688, Hostname: 'h1', SourceName: 'Security', EventTime: '2026-03-02 00:00:00', CommandLine: 'x' })

  t.match(readFacts(event, event.time()).evidence, { '@timestamp': '2026-03-02T00:00:00.000Z', 'event.timezone': 'UTC', 'process.command_line': 'x' })
})

t.test('an event of no process shows its message', async (t) => {
  t.same(readFacts(eventOf({ message: 'm'.repeat(5000) }), time).evidence, { '@timestamp': '2026-03-02T00:00:00.000Z', message: 'm'.repeat(4096) })
})

t.test('what was asked of the DNS is told, each text cut', async (t) => {
  const event = eventOf({ process: { name: 'nslookup.exe', args: ['nslookup', '-q=TXT', 'x'.repeat(10_000), '192.0.2.1'] } })

  t.same(readFacts(event, time).question, { name: 'x'.repeat(4096), type: 'TXT', server: '192.0.2.1' })
  t.equal(readFacts(eventOf(), time).question, undefined)
})

t.test('facts survive JSON, numbers that it cannot write included', async (t) => {
  const event = eventOf(JSON.parse('{"user":{"id":1e999,"name":"\\ud800"},"process":{"pid":-1e999},"source":{"ip":[true]}}'))

  const facts = readFacts(event, time)

  t.same(facts.common, { 'user.id': 'Infinity', 'user.name': '\ud800', 'source.ip': true })
  t.same(JSON.parse(JSON.stringify(facts)), facts)
})

t.test('a text is cut between characters, never within one', async (t) => {
  const cases: [text: string, length: number, expected: string][] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab😀', 3, 'ab'],
    ['ab😀', 4, 'ab😀'],
    ['a😀b', 3, 'a😀'],
    ['äöü', 2, 'äö'],
    ['a\udc00\udc00b', 3, 'a\ufffd\ufffd'],
    ['', 3, '']
  ]
  for (const [text, length, expected] of cases) t.equal(cut(text, length), expected, JSON.stringify(text))
})

t.test('a copy is the same text, whatever is in it', async (t) => {
  for (const text of ['', 'short', 'a text of some length', 'имя длиннее короткого', 'half a pair: \ud800', '\udc00 and text behind it']) t.equal(copyOf(text), text)
})

t.test('a text that is not well-formed is common as it is told everywhere', async (t) => {
  const { common, values, evidence } = readFacts(eventOf({ user: { name: 'SRV-ACCOUNTING-\ud800' } }), time)

  t.same([common['user.name'], values['user.name'], evidence['user.name']], ['SRV-ACCOUNTING-\ufffd', ['SRV-ACCOUNTING-\ufffd'], 'SRV-ACCOUNTING-\ufffd'])
})

t.test('facts keep no long record alive', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed

  const facts = Array.from({ length: 64 }, (_, i) => readFacts(eventOf(JSON.parse(JSON.stringify({
    process: { name: 'nslookup.exe', command_line: `nslookup -q=txt ${i}-a-name-of-some-length.example.net 192.0.2.1 ${'x'.repeat(1_000_000)}` },
    user: { name: 'u'.repeat(1_000_000) }
  }))), time))
  collect()

  t.equal(facts.length, 64)
  t.ok(process.memoryUsage().heapUsed - before < 20_000_000)
})

t.test('packed and unpacked, fields make the same facts', async (t) => {
  const scalar = fc.oneof(fc.string({ maxLength: 20, unit: 'binary' }), fc.string({ minLength: 250, maxLength: 260, unit: 'binary', size: 'max' }), fc.nat(), fc.double({ noNaN: true }), fc.boolean(), fc.constantFrom('x'.repeat(4095) + '\ud83d\ude00', 'x'.repeat(255) + '\ud83d\ude00'))
  const names = fc.constantFrom(...commonFields, 'process.command_line', 'message', 'event.id', 'other', '__proto__', 'dns.question.name', 'dns.question.type')
  const record = fc.array(fc.tuple(names, fc.oneof(scalar, fc.array(scalar, { maxLength: 12, size: 'max' }))), { maxLength: 40, size: 'max' })
  const law = fc.property(record, fc.uniqueArray(names, { maxLength: 3 }), (entries, extra) => {
    const event = eventOf(Object.fromEntries(entries))
    const fields = readFields(event, extra)
    const packed = JSON.parse(JSON.stringify(packFields(fields)))

    return JSON.stringify(factsOf(unpackFields(packed), time, extra)) === JSON.stringify(factsOf(fields, time, extra))
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 1000 }))
})

t.test('packed they are small, and most of it they share with those of other hosts', async (t) => {
  const packed = (host: string) => packFields(readFields(eventOf({
    event: { code: '1', provider: 'Microsoft-Windows-Sysmon' },
    host: { id: host, name: host, hostname: host, os: { type: 'windows' } },
    process: { name: 'nslookup.exe', executable: 'C:\\Windows\\System32\\nslookup.exe', command_line: 'nslookup -q=txt x' }
  })))

  t.ok(packed('web1').own.length < 60)
  t.equal(packed('web1').shared, packed('web2').shared)
  t.not(packed('web1').own, packed('web2').own)
})

t.test('what other fields were to be told of when they were read does no harm', async (t) => {
  const { fields, question } = readFields(eventOf({ port: [1, 2], host: { ip: ['a', 'b'] } }), ['port'])

  t.same(factsOf({ fields, question }, time, ['host.ip', 'user.name']).values, {})
  t.same(factsOf({ fields, question }, time, ['port']).values, { port: ['1', '2'] })
})

function readFacts (event: Event, time: number, extra?: readonly string[]): Facts {
  return factsOf(readFields(event, extra), time, extra)
}
