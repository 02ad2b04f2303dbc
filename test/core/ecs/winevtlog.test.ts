import t from 'tap'
import { isWinevtlog, isWinevtlogXml, isWinlog, readWinevtlog, readWinevtlogXml, readWinlog } from '../../../src/core/ecs/winevtlog.js'
import { readEvents, winevtlogSamples } from '../../fixtures/read-events.js'

const [sysmon = {}, , security = {}] = readEvents(winevtlogSamples)

t.test('the default of winevtlog is read, its strings named by their places', async (t) => {
  t.ok(isWinevtlog(sysmon))
  t.match(readWinevtlog(sysmon), {
    code: '1',
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    computer: 'WKS-0000.corp.example',
    recordId: '912044',
    version: 5,
    level: 4,
    task: 1,
    opcode: 0,
    keywords: '0x8000000000000000',
    user: 'NT AUTHORITY\\SYSTEM',
    message: /^Process Create:/,
    times: ['2026-03-02 09:15:00 +0000', undefined],
    data: { UtcTime: '2026-03-02 09:15:00.114', ProcessId: 9444, Image: 'C:\\Windows\\System32\\nslookup.exe', ParentUser: 'CORP\\j.müller' }
  })
  t.match(readWinevtlog(security), { code: '4688', user: undefined, data: { NewProcessId: '0x24e4', ParentProcessName: 'C:\\Windows\\System32\\cmd.exe' } })
})

t.test('values with names stand above those without', async (t) => {
  const cases: [title: string, values: object, data: object][] = [
    ['a map', { EventData: { Image: 'x.exe' } }, { Image: 'x.exe' }],
    ['JSON text', { EventData: '{"Image":"x.exe"}' }, { Image: 'x.exe' }],
    ['an empty map', { EventData: {} }, { Image: 'C:\\Windows\\System32\\nslookup.exe' }],
    ['a list', { EventData: sysmon['StringInserts'], StringInserts: undefined }, { Image: 'C:\\Windows\\System32\\nslookup.exe' }],
    ['no values', { StringInserts: undefined }, {}]
  ]
  for (const [title, values, data] of cases) t.match(readWinevtlog({ ...sysmon, ...values }), { data }, title)
})

t.test('an event rendered as XML is read, and its strings where the XML has none', async (t) => {
  const system = '<System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>1</EventID><Version>5</Version><Computer>PC1</Computer></System>'
  const whole = `<Event>${system}<EventData><Data Name="Image">x.exe</Data></EventData><RenderingInfo><Message>inner</Message></RenderingInfo></Event>`
  const cases: [title: string, record: Record<string, unknown>, expected: object][] = [
    ['the whole event', { System: whole, Message: 'outer', StringInserts: sysmon['StringInserts'] }, { code: '1', computer: 'PC1', message: 'outer', data: { Image: 'x.exe' } }],
    ['its own message', { System: whole }, { message: 'inner' }],
    ['the System part alone', { System: system, StringInserts: sysmon['StringInserts'] }, { data: { Image: 'C:\\Windows\\System32\\nslookup.exe' } }],
    ['a map beside it', { System: system, EventData: { Image: 'y.exe' } }, { data: { Image: 'y.exe' } }],
    ['values without names', { System: `<Event>${system}<EventData>${(security['StringInserts'] as string[]).map((value) => `<Data>${value}</Data>`).join('')}</EventData></Event>`.replace('>1<', '>4688<').replace('>5<', '>2<') }, { code: '4688', data: { NewProcessId: '0x24e4' } }]
  ]
  for (const [title, record, expected] of cases) {
    t.ok(isWinevtlogXml(record), title)
    t.match(readWinevtlogXml(record), expected, title)
    t.notHas(readWinevtlogXml(record), { inserts: [] })
  }
})

t.test('the older winlog is read, whose numbers are texts', async (t) => {
  const record = {
    RecordNumber: 7,
    TimeGenerated: '2026-03-02 09:15:00 +0000',
    TimeWritten: '2026-03-02 09:15:01 +0000',
    EventID: 4688,
    EventType: 'SuccessAudit',
    Channel: 'Security',
    SourceName: 'Microsoft-Windows-Security-Auditing',
    ComputerName: 'PC1',
    Sid: 'S-1-5-18',
    Message: 'm',
    StringInserts: (security['StringInserts'] as unknown[]).map(String)
  }
  t.ok(isWinlog(record))
  t.match(readWinlog(record), {
    code: '4688',
    provider: 'Microsoft-Windows-Security-Auditing',
    channel: 'Security',
    computer: 'PC1',
    recordId: '7',
    level: 'SuccessAudit',
    user: 'S-1-5-18',
    message: 'm',
    times: ['2026-03-02 09:15:00 +0000', '2026-03-02 09:15:01 +0000'],
    data: { NewProcessId: '0x24e4', CommandLine: /^nslookup {2}-type=txt/ }
  })
})

t.test('records of others are none', async (t) => {
  for (const record of [{}, { EventID: 1, Hostname: 'x' }, { ProviderName: 'x', Computer: 'x' }]) t.notOk(isWinevtlog(record))
  for (const record of [{}, { System: { EventID: 1 } }, { System: 'x' }]) t.notOk(isWinevtlogXml(record))
  for (const record of [{}, { EventID: 1, ComputerName: 'x' }, { EventID: 1, StringInserts: [] }]) t.notOk(isWinlog(record))
  t.ok(isWinlog({ EventID: 1, ComputerName: 'x', TimeGenerated: 'x' }))
})
