import t from 'tap'
import { FieldNames, type FieldMap } from '../../src/core/fields.js'
import { arrival, eventOf } from './event-of.js'

const own = '2026-03-01T00:00:00Z'
const ownTime = Date.parse(own)

t.test('the time is the record\'s own, else its shipper\'s, else the arrival', async (t) => {
  const cases: [title: string, record: FieldMap, shipperTime: number | undefined, time: number, hasTime: boolean, hasOwnTime: boolean][] = [
    ['@timestamp', { '@timestamp': own, date: 1 }, 5, ownTime, true, true],
    ['the first that is a time', { '@timestamp': ['soon', own] }, 5, ownTime, true, true],
    ['the envelope\'s', { '@timestamp': 'soon', date: 1 }, 5, 5, true, false],
    ['Fluent Bit\'s date', { date: 1772442900.5, timestamp: own }, undefined, 1772442900500, true, false],
    ['Vector\'s timestamp', { timestamp: own }, undefined, ownTime, true, false],
    ['none', { message: own }, undefined, arrival, false, false],
    ['none that is a time', { '@timestamp': 'soon', date: {}, timestamp: [] }, undefined, arrival, false, false]
  ]
  for (const [title, record, shipperTime, time, hasTime, hasOwnTime] of cases) {
    const event = eventOf(record, { shipperTime })

    t.equal(event.time(), time, title)
    t.equal(event.hasTime, hasTime, title)
    t.equal(event.hasOwnTime, hasOwnTime, title)
  }
})

t.test('a rule may take another time first, and none but that', async (t) => {
  const ingested = '2026-03-01T00:00:05Z'
  const cases: [title: string, record: FieldMap, override: string, fallback: boolean, time: number][] = [
    ['the override', { '@timestamp': own, event: { ingested } }, 'event.ingested', true, ownTime + 5000],
    ['our own stamp does not serve', { '@timestamp': own }, 'event.ingested', true, ownTime],
    ['without a fallback the arrival', { '@timestamp': own }, 'event.ingested', false, arrival],
    ['an override that is no time', { '@timestamp': own, event: { ingested: 'soon' } }, 'event.ingested', true, ownTime],
    ['@timestamp itself', { '@timestamp': own }, '@timestamp', false, ownTime],
    ['@timestamp itself, which is missing', { date: own }, '@timestamp', true, ownTime],
    ['@timestamp itself and no fallback', { date: own }, '@timestamp', false, arrival]
  ]
  for (const [title, record, override, fallback, time] of cases) {
    t.equal(eventOf(record).time(override, fallback), time, title)
  }
})

t.test('a field that follows from the record is answered too', async (t) => {
  const nslookup = { process: { name: 'nslookup.exe', args: ['nslookup', '-q=txt', 'X.example.net'] } }
  const cases: [title: string, record: FieldMap, name: string, values: unknown[], derived: boolean][] = [
    ['the host\'s id if it is there', { host: { id: 'H1', name: 'x' } }, 'host.id', ['H1'], false],
    ['else from the computer, in lower case', { winlog: { computer_name: 'PC1.Example' }, host: { name: 'x' } }, 'host.id', ['pc1.example'], true],
    ['else from the host\'s name', { winlog: { computer_name: '' }, host: { name: 'Web1' } }, 'host.id', ['web1'], true],
    ['an empty name names no host', { host: { name: '' } }, 'host.id', [], false],
    ['none at all', {}, 'host.id', [], false],
    ['when it came', {}, 'event.ingested', [new Date(arrival).toISOString()], true],
    ['unless somebody said', { event: { ingested: own } }, 'event.ingested', [own], false],
    ['the name that nslookup asked for', nslookup, 'dns.question.name', ['x.example.net'], true],
    ['the type as well', nslookup, 'dns.question.type', ['TXT'], true],
    ['nothing else', nslookup, 'dns.question.class', [], false],
    ['own keys only', {}, 'constructor', [], false]
  ]
  for (const [title, record, name, values, derived] of cases) {
    const event = eventOf(record)

    t.same(event.values(name), values, title)
    t.same(event.values(name), values, 'and the same when asked again')
    t.equal(event.derives(name), derived, title)
    t.equal(event.names().includes(name), values.length > 0, title)
  }
})

t.test('its question is the record\'s own, or what nslookup was started with', async (t) => {
  const cases: [title: string, record: FieldMap, question: object | undefined][] = [
    ['its own', { dns: { question: { name: 'a.example', type: 'A' } }, process: { name: 'nslookup.exe', args: ['nslookup', 'b.example'] } }, { name: 'a.example', type: 'A' }],
    ['its own without a type', { dns: { question: { name: 'a.example' } } }, { name: 'a.example' }],
    ['nslookup\'s', { process: { name: 'nslookup.exe', args: ['nslookup', 'b.example', '192.0.2.1'] } }, { name: 'b.example', server: '192.0.2.1' }],
    ['none', { process: { name: 'ping.exe' } }, undefined]
  ]
  for (const [title, record, question] of cases) {
    const event = eventOf(record)

    t.same(event.question, question, title)
    t.equal(event.question, event.question, 'and read once')
  }
})

t.test('it tells how it came, and of the objects inside', async (t) => {
  const origin = { tag: 'winevtlog', address: '192.0.2.7', shipper: 'Fluent-Bit' }
  const event = eventOf({ items: [{ a: 1 }, { a: 2 }] }, { origin })

  t.equal(event.origin, origin)
  t.same(eventOf().origin, {})
  t.equal(event.arrival, arrival)
  t.same(event.objects('items').map((object) => object.values('a')), [[1], [2]])
})

t.test('a record of Windows answers under its ECS names, and its other fields under their own', async (t) => {
  const record = { EventID: 4688, Hostname: 'PC1.example', SourceName: 'Security', EventTime: '2026-03-01 00:00:00', host: 'collector', team: 'blue', NewProcessName: 'C:\\x.exe', CommandLine: 'x "a b"' }
  const event = eventOf(record)

  t.equal(event.shape, 'flat')
  t.equal(event.record, record)
  t.equal(event.time(), ownTime)
  t.equal(event.hasOwnTime, true)
  t.equal(event.isZoneless, true)
  t.same(event.values('@timestamp'), ['2026-03-01T00:00:00.000Z'])
  t.same(event.values('process.args'), ['x', 'a b'])
  t.same(event.values('host.id'), ['pc1.example'])
  t.same(event.values('winlog.event_data.CommandLine'), ['x "a b"'])
  t.same(event.values('winlog.event_data'), [])
  t.same(event.values('event.timezone'), ['UTC'])
  t.equal(event.derives('host.id'), true)
  t.equal(event.derives('process.args'), false)
  t.same(event.values('team'), ['blue'])
  t.ok(['team', 'process.name', 'winlog.event_id', 'host.id'].every((name) => event.names().includes(name)))
  t.equal(new Set(event.names()).size, event.names().length)
})

t.test('what a record has under an ECS name stands above the mapping, unless the shape means something else by it', async (t) => {
  const winlog = { computer_name: 'PC1', event_id: 1, provider_name: 'Sysmon', event_data: { UtcTime: '2026-03-01 00:00:00.250', Image: 'C:\\x.exe', CommandLine: 'x' } }
  const raw = eventOf({ '@timestamp': '2026-03-01T00:00:09Z', winlog, process: { name: 'own.exe' }, host: { name: 'own' } })
  const old = eventOf({ event_id: 1, event_data: winlog.event_data, source_name: 'Sysmon', computer_name: 'PC1', host: { name: 'collector' }, user: { name: 'SYSTEM' } })

  t.same(raw.values('process.name'), ['own.exe'])
  t.same(raw.values('process.executable'), ['C:\\x.exe'])
  t.same(raw.values('host.name'), ['own'])
  t.equal(raw.time(), ownTime + 250, 'but the time is Sysmon\'s')
  t.same(raw.values('@timestamp'), ['2026-03-01T00:00:00.250Z'])
  t.same(raw.objects('host').length, 1)
  t.same(old.values('host.name'), ['PC1'])
  t.same(old.values('user.name'), [])
  t.same(old.objects('host'), [])
  t.notOk(old.names().includes('user.name'))
})

t.test('a record of ECS names is left as it is, and tells what follows from it', async (t) => {
  const event = eventOf({ '@timestamp': own, event: { category: 'process' }, process: { executable: '/bin/x', command_line: 'x "a b"' } })

  t.equal(event.shape, 'ecs')
  t.equal(event.isZoneless, false)
  t.same(event.values('process.name'), ['x'])
  t.same(event.values('process.args'), ['x', 'a b'])
  t.same(event.span(ownTime), { time: ownTime })
  t.equal(eventOf({ a: 1 }).shape, 'other')
  t.same(eventOf({ a: 1 }).values('process.args'), [])
  t.same(eventOf({ process: { executable: '' } }).values('process.name'), [])
})

t.test('what is gathered at once is answered as before, whatever the shape', async (t) => {
  const names = ['host.id', 'host.name', 'process.name', 'process.args', 'process.executable', 'event.code', 'event.ingested', 'winlog.channel', 'user.name', 'dns.question.type', '@timestamp']
  const records: FieldMap[] = [
    { host: { name: 'H1' }, 'process.executable': 'C:\\x.exe', process: { command_line: 'x -y' }, '@timestamp': own, user: { name: ['a', 'b'] } },
    { EventID: 1, Computer: 'H1', ProviderName: 'Microsoft-Windows-Sysmon', Channel: 'Microsoft-Windows-Sysmon/Operational', EventData: { Image: 'C:\\nslookup.exe', CommandLine: 'nslookup -q=txt a.example' }, user: { name: 'u' } },
    { message: 'text' }
  ]
  for (const record of records) {
    const gathered = eventOf(record)
    gathered.gather(new FieldNames(names))

    t.same(names.map((name) => gathered.values(name)), names.map((name) => eventOf(record).values(name)))
  }
})

t.test('it tells the moment by the clock that all records of the machine share', async (t) => {
  const sysmon = eventOf({ EventID: 1, Hostname: 'h', SourceName: 'Sysmon', UtcTime: '2026-03-01 19:00:00.000', TimeCreated: '2026-03-01T00:00:00.100Z' })
  const security = eventOf({ EventID: 4688, Hostname: 'h', SourceName: 'Security', TimeCreated: own })

  t.same(sysmon.span(sysmon.time()), { time: ownTime + 100 })
  t.same(security.span(ownTime), { time: ownTime, until: ownTime + 999 })
  t.same(security.span(5), { time: 5 }, 'another time of the rule\'s choice stands')
})
