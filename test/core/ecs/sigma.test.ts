import t from 'tap'
import { isSigma, readSigma } from '../../../src/core/ecs/sigma.js'
import type { FieldMap } from '../../../src/core/fields.js'

const expected = {
  code: '1',
  provider: 'Microsoft-Windows-Sysmon',
  channel: 'C',
  computer: 'PC1',
  recordId: '7',
  version: '5',
  level: '4',
  task: '1',
  opcode: '0',
  keywords: '0x80',
  user: 'S-1-5-18',
  data: { Image: 'x.exe' }
}
const scalars = { Version: 5, Level: 4, Task: 1, Opcode: 0, Keywords: '0x80', EventRecordID: 7, Channel: 'C', Computer: 'PC1' }
const time = '2026-03-02T12:00:00Z'

t.test('the tree of the XML is read as each converter writes it', async (t) => {
  const attributes = { Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } }, TimeCreated: { '#attributes': { SystemTime: time } }, Security: { '#attributes': { UserID: 'S-1-5-18' } } }
  const separate = { Provider_attributes: { Name: 'Microsoft-Windows-Sysmon' }, TimeCreated_attributes: { SystemTime: time }, Security_attributes: { UserID: 'S-1-5-18' } }
  const at = { Provider: { '@Name': 'Microsoft-Windows-Sysmon' }, TimeCreated: { '@SystemTime': time }, Security: { '@UserID': 'S-1-5-18' } }
  const plain = { Provider: { Name: 'Microsoft-Windows-Sysmon' }, TimeCreated: { SystemTime: time }, Security: { UserID: 'S-1-5-18' } }
  const cases: [title: string, record: FieldMap][] = [
    ['evtx_dump', { Event: { System: { ...scalars, ...attributes, EventID: { '#attributes': { Qualifiers: 0 }, '#text': 1 } }, EventData: { Image: 'x.exe' } } }],
    ['evtx_dump with attributes apart', { Event: { System: { ...scalars, ...separate, EventID: 1 }, EventData: { Image: 'x.exe' } } }],
    ['xmltodict', { Event: { System: { ...scalars, ...at, EventID: '1' }, EventData: { Data: [{ '@Name': 'Image', '#text': 'x.exe' }] } } }],
    ['without attributes', { Event: { System: { ...scalars, ...plain, EventID: 1 }, EventData: { Image: 'x.exe' } } }],
    ['without the Event around it', { System: { ...scalars, ...plain, EventID: 1 }, EventData: { Image: 'x.exe' } }],
    ['dotted', {
      ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [`Event.System.${name}`, value])),
      'Event.System.EventID': 1,
      'Event.System.Provider.Name': 'Microsoft-Windows-Sysmon',
      'Event.System.TimeCreated.SystemTime': time,
      'Event.System.Security.UserID': 'S-1-5-18',
      'Event.EventData.Image': 'x.exe',
      'Event.System.__proto__.x': 1,
      other: 1
    }]
  ]
  for (const [title, record] of cases) {
    t.ok(isSigma(record), title)
    t.match(readSigma(record), expected, title)
    t.equal(readSigma(record).times.find((value) => value !== undefined), time, title)
  }
  t.equal(({} as FieldMap)['x'], undefined)
})

t.test('dotted names that lead into a map of the record change neither it nor what all maps inherit', async (t) => {
  const text = '{"Event.System.EventID":1,"Event.System.x":{},"Event.System.x.__proto__.packed":"yes","Event.System.Provider":{"#text":"P"},"Event.System.Provider.Name":"Q","Event.a":{"__proto__":{"b":1}},"Event.a.__proto__.c":2}'
  const record = JSON.parse(text) as FieldMap

  t.match(readSigma(record), { code: '1', provider: 'Q' })
  t.equal(JSON.stringify(record), text)
  t.strictSame(['packed', 'b', 'c'].filter((name) => name in {}), [])
})

t.test('a provider and a time that are texts are read, and strings without names', async (t) => {
  const inserts = ['S-1-5-18', 'PC1$', 'CORP', '0x3e7', '0x1cf4', 'nslookup.exe', '%%1936', '0x1400']
  const record = { Event: { System: { Provider: 'P', EventID: 4688, TimeCreated: time }, EventData: { Data: inserts }, RenderingInfo: { Message: 'm' } } }

  t.match(readSigma(record), { provider: 'P', times: [undefined, time], message: 'm', data: { NewProcessId: '0x1cf4' } })
})

t.test('records of others are none', async (t) => {
  for (const record of [{}, { Event: 'x' }, { Event: {} }, { System: {} }, { System: 'x', EventData: {} }, { event: { System: {} } }]) t.notOk(isSigma(record))
  t.match(readSigma({ 'Event.System': 'x' }), { code: undefined, data: {} }, 'and are read as nothing')
})
