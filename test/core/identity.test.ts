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

t.test('the records of one process start have a start in common', async (t) => {
  const { host, process } = start
  const security = { event: { category: ['process'], type: ['start'], provider: 'Security' }, host, process: { pid: '4', command_line: 'x -q' } }

  const [one, other] = [identifyStart(eventOf(start)), identifyStart(eventOf(security))]

  t.equal(one?.start, other?.start)
  t.same([one?.provider, other?.provider], ['Sysmon', 'Security'])
  t.not(identifyStart(eventOf({ ...start, host: { id: 'h2' } }))?.start, one?.start)
  t.not(identifyStart(eventOf({ ...start, process: { ...process, pid: 5 } }))?.start, one?.start)
  t.not(identifyStart(eventOf({ ...start, process: { ...process, command_line: 'y' } }))?.start, one?.start)
})

t.test('an event that is no process start, or tells too little of it, has none', async (t) => {
  const cases: [title: string, record: FieldMap][] = [
    ['another category', { ...start, event: { ...start.event, category: 'network' } }],
    ['another type', { ...start, event: { ...start.event, type: 'end' } }],
    ['no provider', { ...start, event: { category: 'process', type: 'start' } }],
    ['no command line', { ...start, process: { pid: 4 } }]
  ]
  for (const [title, record] of cases) t.equal(identifyStart(eventOf(record)), undefined, title)
})

t.test('a provider of any length is kept short', async (t) => {
  const event = eventOf({ ...start, event: { ...start.event, provider: 'p'.repeat(1_000_000) } })

  t.equal(identifyStart(event)?.provider, 'p'.repeat(256))
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
