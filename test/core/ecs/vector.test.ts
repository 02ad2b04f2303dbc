import t from 'tap'
import { isVector, readVector } from '../../../src/core/ecs/vector.js'
import { readEvents, vectorSamples } from '../../fixtures/read-events.js'

t.test('what the windows_event_log source sends is read', async (t) => {
  const [sysmon, , security] = readEvents(vectorSamples)

  t.ok(isVector(sysmon ?? {}))
  t.match(readVector(sysmon ?? {}), {
    code: '1',
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    computer: 'WS-0417.corp.example',
    recordId: '184021',
    version: 5,
    level: 'Information',
    task: 1,
    opcode: undefined,
    keywords: '0x8000000000000000',
    user: 'S-1-5-18',
    times: ['2026-08-20T14:03:11.123456700Z'],
    data: { Image: 'C:\\Windows\\System32\\nslookup.exe' }
  })
  t.match(readVector(security ?? {}), { code: '4688', user: undefined, data: { NewProcessId: '0x1cf4' } })
})

t.test('an account without a SID is told by name, an event without values has none', async (t) => {
  t.match(readVector({ user_name: 'NT AUTHORITY\\SYSTEM', event_data: 'x' }), { user: 'NT AUTHORITY\\SYSTEM', data: {} })
})

t.test('records of others are none', async (t) => {
  t.ok(isVector({ event_id: 1, source_type: 'windows_event_log' }))
  for (const record of [{}, { event_id: 1, source_name: 'x' }, { provider_name: 'x' }, { event_id: 1, source_type: 'file' }]) t.notOk(isVector(record))
})
