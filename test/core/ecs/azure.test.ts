import t from 'tap'
import { isAzure, readAzure } from '../../../src/core/ecs/azure.js'
import type { FieldMap } from '../../../src/core/fields.js'

const time = '2026-03-02T12:00:00Z'

t.test('the tables of Log Analytics are read', async (t) => {
  const windowsEvent = {
    TimeGenerated: time, Computer: 'PC1', EventID: 1, Provider: 'Microsoft-Windows-Sysmon', Channel: 'C', EventRecordId: '7', Version: 5, EventLevelName: 'Information', EventLevel: 4, Task: 1, Opcode: '0', Keywords: '0x80', SystemUserId: 'S-1-5-18'
  }
  const cases: [title: string, record: FieldMap, expected: object][] = [
    ['WindowsEvent, its values as text', { ...windowsEvent, EventData: '{"Image":"x.exe"}' }, {
      code: '1', provider: 'Microsoft-Windows-Sysmon', channel: 'C', computer: 'PC1', recordId: '7', version: 5, level: 'Information', task: 1, opcode: '0', keywords: '0x80', user: 'S-1-5-18', times: [undefined, time], data: { Image: 'x.exe' }
    }],
    ['as an object', { ...windowsEvent, EventData: { Image: 'x.exe' } }, { data: { Image: 'x.exe' } }],
    ['as XML that Azure could not read', { ...windowsEvent, EventData: null, RawEventData: '<Event><EventData><Data Name="Image">x.exe</Data></EventData></Event>' }, { data: { Image: 'x.exe' } }],
    ['SecurityEvent, a column for each value', { TimeGenerated: time, Computer: 'PC1', EventID: 4688, EventSourceName: 'Microsoft-Windows-Security-Auditing', Channel: 'Security', Level: '8', NewProcessId: '0x1cf4', NewProcessName: 'x.exe' }, {
      code: '4688', provider: 'Microsoft-Windows-Security-Auditing', level: '8', data: { NewProcessId: '0x1cf4', NewProcessName: 'x.exe' }
    }],
    ['Event', { TimeGenerated: time, Computer: 'PC1', EventID: 1, Source: 'Microsoft-Windows-Sysmon', EventLog: 'C', EventLevel: 4, RenderedDescription: 'm', EventData: '<DataItem><EventData><Data Name="Image">x.exe</Data></EventData></DataItem>' }, {
      provider: 'Microsoft-Windows-Sysmon', channel: 'C', level: 4, message: 'm', data: { Image: 'x.exe' }
    }],
    ['values without names', { ...windowsEvent, EventID: 4688, Version: 0, EventData: '["S-1-5-18","PC1$","CORP","0x3e7","0x1cf4","nslookup.exe","%%1936","0x1400"]' }, { data: { NewProcessId: '0x1cf4' } }]
  ]
  for (const [title, record, expected] of cases) {
    t.ok(isAzure(record), title)
    t.match(readAzure(record), expected, title)
  }
})

t.test('records of others are none', async (t) => {
  for (const record of [{}, { EventID: 1, Computer: 'x' }, { EventID: 1, TimeGenerated: time }, { Computer: 'x', TimeGenerated: time }]) t.notOk(isAzure(record))
})
