import t from 'tap'
import type { FieldMap } from '../../src/core/fields.js'
import { hash, identify, identifyStart, uuidOf } from '../../src/core/identity.js'
import { eventOf } from './event-of.js'

const time = '2026-03-02T10:00:00Z'
const windows = { winlog: { computer_name: 'H1.example', channel: 'Security', record_id: 7 }, '@timestamp': time }
const start = { event: { category: ['process'], type: ['start'], provider: 'Sysmon', id: 'e1' }, host: { id: 'h1' }, process: { entity_id: '{1}', pid: 4, command_line: 'x -q' } }

t.test('two records of one event have one identity, those of two have two', async (t) => {
  const cases: [title: string, one: FieldMap, other: FieldMap, same: boolean][] = [
    ['computer, channel and record id, whatever else differs', windows, { ...windows, '@timestamp': '2026-01-01', message: 'x' }, true],
    ['the record id as text', windows, { winlog: { ...windows.winlog, record_id: '7' } }, true],
    ['the computer in another case', windows, { winlog: { ...windows.winlog, computer_name: 'h1.EXAMPLE' } }, true],
    ['another record id', windows, { winlog: { ...windows.winlog, record_id: 8 } }, false],
    ['another channel', windows, { winlog: { ...windows.winlog, channel: 'System' } }, false],
    ['another computer', windows, { winlog: { ...windows.winlog, computer_name: 'h2' } }, false],
    ['the host\'s name for want of a computer\'s', { host: { name: 'h1' }, winlog: { channel: 'a', record_id: 1 } }, { host: { name: 'h1' }, winlog: { channel: 'a', record_id: 1 }, x: 1 }, true],
    ['or the host\'s id', { host: { id: 'h1' }, winlog: { channel: 'a', record_id: 1 } }, { host: { id: 'h1' }, winlog: { channel: 'a', record_id: 1 }, x: 1 }, true],
    ['the entity of a process start', start, { ...start, event: { ...start.event, id: 'e2' } }, true],
    ['the entity of another host', start, { ...start, host: { id: 'h2' } }, false],
    ['the entity names a process, so its other events go by their ids', { ...start, event: { ...start.event, type: ['end'] } }, { ...start, event: { ...start.event, type: ['change'], id: 'e2' } }, false],
    ['provider and id', { host: { id: 'h1' }, event: { provider: 'p', id: 'e1' } }, { host: { id: 'h1' }, event: { provider: 'p', id: 'e1' }, x: 1 }, true],
    ['an id of another provider', { host: { id: 'h1' }, event: { provider: 'p', id: 'e1' } }, { host: { id: 'h1' }, event: { provider: 'q', id: 'e1' } }, false],
    ['the bytes of a record with a time', { '@timestamp': time, a: 1 }, { '@timestamp': time, a: 1 }, true],
    ['other bytes', { '@timestamp': time, a: 1 }, { '@timestamp': time, a: 2 }, false],
    ['what shippers add makes no difference', { '@timestamp': time, a: 1 }, { '@timestamp': time, a: 1, date: 5, tag: 'x', '@metadata': {}, 'event.ingested': time }, true],
    ['nor does what they add inside', { '@timestamp': time, event: { code: 1 } }, { '@timestamp': time, event: { code: 1, ingested: time } }, true],
    ['nor a place that they made for it', { '@timestamp': time }, { '@timestamp': time, event: { ingested: time } }, true],
    ['`__proto__` is data like any', JSON.parse(`{"@timestamp":"${time}","__proto__":{"a":1}}`), JSON.parse(`{"@timestamp":"${time}","__proto__":{"a":2}}`), false],
    ['halves of surrogate pairs are two', { '@timestamp': time, a: '\ud800' }, { '@timestamp': time, a: '\ud801' }, false],
    ['64-bit integers too', { '@timestamp': time, a: 2n ** 63n }, { '@timestamp': time, a: 2n ** 63n - 1n }, false],
    ['an event that is a list or text is left alone', { '@timestamp': time, event: ['ingested'] }, { '@timestamp': time, event: 'ingested' }, false]
  ]
  for (const [title, one, other, same] of cases) {
    const [first, second] = [identify(eventOf(one)), identify(eventOf(other))]

    t.match(first, /^[0-9a-f]{16}$/, title)
    t.equal(first === second, same, title)
  }
})

t.test('an event has no identity when nothing tells it from another', async (t) => {
  const deep = JSON.parse(`{"@timestamp":"${time}","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) as FieldMap
  const cases: [title: string, record: FieldMap][] = [
    ['without a time or an id', { host: { id: 'h1' }, process: { name: 'x' } }],
    ['a shipper\'s time is not its own', { date: 1772442900, a: 1 }],
    ['an empty id is none', { host: { id: 'h1' }, event: { provider: 'p', id: '' } }],
    ['nested so deep that it has no text', deep]
  ]
  for (const [title, record] of cases) t.equal(identify(eventOf(record)), undefined, title)
})

t.test('a rule may name the fields that identify, or none', async (t) => {
  const event = eventOf({ ...windows, a: [1, 2], b: '1' })

  t.equal(identify(event, { identity: [] }), undefined)
  t.equal(identify(event, { identity: ['a', 'nothing'] }), undefined)
  t.equal(identify(event, { identity: ['a', 'b'] }), identify(eventOf({ a: [1, 2], b: '1' }), { identity: ['a', 'b'] }))
  t.not(identify(event, { identity: ['a', 'b'] }), identify(eventOf({ a: [1, 2], b: 1 }), { identity: ['a', 'b'] }))
  t.equal(identify(event, {}), identify(event))
})

t.test('the Sysmon and the Security record of one process start have the same host, pid, line and program', async (t) => {
  const { host, process } = start
  const security = { event: { category: ['process'], type: ['start'], provider: 'Security' }, host, process: { executable: 'C:\\X.EXE', pid: '4', command_line: 'X -Q ' } }

  const [one, other] = [{ ...start, process: { ...process, name: 'x.exe' } }, security].map((record) => identifyStart(eventOf(record), 5))

  t.same(one, { ...other, provider: hash(['provider', 'sysmon']) })
  t.same(other, { ...one, provider: hash(['provider', 'security']), time: 5 })
  t.same(Object.keys(one ?? {}).sort(), ['host', 'line', 'pid', 'program', 'provider', 'time', 'until'])
  for (const [name, change] of [['host', { host: { id: 'h2' } }], ['pid', { process: { ...process, pid: 5 } }], ['line', { process: { ...process, command_line: 'y' } }]] as const) {
    t.not(identifyStart(eventOf({ ...start, ...change }), 5)?.[name], one?.[name], name)
  }
})

t.test('a start may lack its pid, its command line or its name, but not two of them', async (t) => {
  t.match(identifyStart(eventOf({ ...start, process: { command_line: 'x' } }), 5), { pid: undefined, line: String })
  const [unnamed, silent] = [start, { ...start, process: { pid: 4, name: 'x.exe', command_line: ' ' } }].map((record) => identifyStart(eventOf(record), 5))

  t.match(unnamed, { line: String, program: undefined })
  t.match(silent, { line: undefined, program: String })
})

t.test('a time of whole seconds stands for its second', async (t) => {
  const record = { EventID: 4688, Computer: 'h1', ProviderName: 'Security', TimeCreated: '2026-03-02 10:00:00 +0000', EventData: { NewProcessId: '0x4', NewProcessName: 'x.exe' } }
  const event = eventOf(record)

  t.match(identifyStart(event, event.time()), { time: Date.parse(time), until: Date.parse(time) + 999 })
  t.match(identifyStart(event, 5), { time: 5, until: undefined }, 'unless the rule takes another time')
})

t.test('an event that is no process start, or tells too little of it, has none', async (t) => {
  const cases: [title: string, record: FieldMap][] = [
    ['another category', { ...start, event: { ...start.event, category: 'network' } }],
    ['another type', { ...start, event: { ...start.event, type: 'end' } }],
    ['no provider', { ...start, event: { category: 'process', type: 'start' } }],
    ['neither pid nor command line', { ...start, process: { name: 'x.exe' } }],
    ['no host', { ...start, host: {} }],
    ['neither command line nor name', { ...start, process: { pid: 4 } }]
  ]
  for (const [title, record] of cases) t.equal(identifyStart(eventOf(record), 5), undefined, title)
})

t.test('a provider of any length is kept short, and is the same in either case', async (t) => {
  const [one, other] = ['p', 'P'].map((letter) => identifyStart(eventOf({ ...start, event: { ...start.event, provider: letter.repeat(1_000_000) } }), 5))

  t.match(one?.provider, /^[0-9a-f]{16}$/)
  t.equal(one?.provider, other?.provider)
})

t.test('of a provider without a name is known that it has none, and of very many names each has its own hash', async (t) => {
  const providerOf = (provider: string): string | undefined => identifyStart(eventOf({ ...start, event: { ...start.event, provider } }), 5)?.provider
  const texts = ['', 'q'.repeat(300), ...Array.from({ length: 5000 }, (_, i) => `p${i}`)]

  t.equal(new Set(texts.map(providerOf)).size, texts.length)
  t.same(texts.map(providerOf), texts.map(providerOf))
})

t.test('a hash that is remembered is that of the same text, well-formed or not', async (t) => {
  const hostOf = (id: string) => identifyStart(eventOf({ ...start, host: { id } }), 5)?.host
  const texts = ['workstation-0001\ud800', 'workstation-0001\ufffd']

  for (const text of [...texts, ...texts]) t.equal(hostOf(text), hash(['host', text]))
})

t.test('a hash is that of the texts one by one', async (t) => {
  t.equal(hash(['a']), '0eb5b8d6f81bc677', 'the same on every run')
  t.not(hash(['a', 'b']), hash(['ab']))
  t.not(hash(['a,b']), hash(['a', 'b']))
  t.not(hash(['\ud800']), hash(['\ufffd']))
})

t.test('an id has the form of a UUID of version 8, and is always the same for the same texts', async (t) => {
  t.match(uuidOf(['a']), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(uuidOf(['a', 'b']), uuidOf(['a', 'b']))
  t.not(uuidOf(['a', 'b']), uuidOf(['b', 'a']))
})
