import t from 'tap'
import { isWinlogbeat, isWinlogbeat6, readWinlogbeat, readWinlogbeat6 } from '../../../src/core/ecs/winlogbeat.js'

const data = { Image: 'C:\\x.exe' }

t.test('winlogbeat\'s raw records are read, nested or dotted', async (t) => {
  const nested = {
    '@timestamp': '2026-03-02T12:00:00Z',
    event: { code: '1', provider: 'Sysmon' },
    log: { level: 'information' },
    winlog: { event_id: 1, provider_name: 'Microsoft-Windows-Sysmon', channel: 'C', computer_name: 'PC1', record_id: 7, version: 5, task: 'T', opcode: 'Info', keywords: ['k'], user: { identifier: 'S-1-5-18' }, event_data: data }
  }
  const dotted = {
    '@timestamp': '2026-03-02T12:00:00Z',
    'event.code': '1',
    'log.level': 'information',
    'winlog.provider_name': 'Microsoft-Windows-Sysmon',
    'winlog.channel': 'C',
    'winlog.computer_name': 'PC1',
    'winlog.record_id': '7',
    'winlog.version': 5,
    'winlog.task': 'T',
    'winlog.opcode': 'Info',
    'winlog.keywords': ['k'],
    'winlog.user.identifier': 'S-1-5-18',
    'winlog.event_data.Image': 'C:\\x.exe'
  }
  for (const record of [nested, dotted]) {
    t.ok(isWinlogbeat(record))
    t.same(readWinlogbeat(record), {
      code: '1',
      provider: 'Microsoft-Windows-Sysmon',
      channel: 'C',
      computer: 'PC1',
      recordId: '7',
      version: 5,
      level: 'information',
      task: 'T',
      opcode: 'Info',
      keywords: ['k'],
      user: 'S-1-5-18',
      times: ['2026-03-02T12:00:00Z'],
      data
    })
  }
})

t.test('code and provider may stand in `event` alone', async (t) => {
  t.match(readWinlogbeat({ winlog: {}, event: { code: 4688, provider: 'P' } }), { code: '4688', provider: 'P', user: undefined, data: {} })
  t.match(readWinlogbeat({ 'winlog.channel': 'C', 'event.provider': 'P' }), { code: undefined, provider: 'P' })
})

t.test('records of others are none', async (t) => {
  for (const record of [{}, { winlog: 'x' }, { event_id: 1 }, { 'winlog.api': 'x' }]) t.notOk(isWinlogbeat(record))
  for (const record of [{}, { event_data: {} }, { event_id: 1 }, { event_id: 1, event_data: 'x' }]) t.notOk(isWinlogbeat6(record))
  for (const name of ['computer_name', 'source_name']) t.ok(isWinlogbeat6({ event_id: 1, [name]: 'x' }))
})

t.test('the records of before 7 are read', async (t) => {
  const record = {
    '@timestamp': '2026-03-02T12:00:00Z',
    event_id: 1,
    event_data: data,
    computer_name: 'PC1.example',
    source_name: 'Microsoft-Windows-Sysmon',
    log_name: 'C',
    record_number: '7',
    version: 5,
    level: 'Information',
    task: 'T',
    opcode: 'Info',
    keywords: ['k'],
    message: 'm',
    user: { identifier: 'S-1-5-18', name: 'SYSTEM' },
    host: { name: 'collector', id: 'c1' }
  }
  t.ok(isWinlogbeat6(record))
  t.same(readWinlogbeat6(record), {
    code: '1',
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'C',
    computer: 'PC1.example',
    recordId: '7',
    version: 5,
    level: 'Information',
    task: 'T',
    opcode: 'Info',
    keywords: ['k'],
    user: 'S-1-5-18',
    message: 'm',
    times: ['2026-03-02T12:00:00Z'],
    data,
    hostId: undefined
  })
})

t.test('the host\'s id is believed where the host is the computer', async (t) => {
  const cases: [host: unknown, computer: string | undefined, id: string | undefined][] = [
    [{ name: 'PC1.example', id: 'h1' }, 'pc1.EXAMPLE', 'h1'],
    [{ name: 'PC1', id: 'h1' }, 'pc1.example', 'h1'],
    [{ name: 'PC1' }, 'PC1', undefined],
    [{ name: 'collector', id: 'c1' }, 'PC1', undefined],
    [{ id: 'c1' }, 'PC1', undefined],
    ['PC1', 'PC1', undefined],
    [{ name: 'PC1', id: 'h1' }, undefined, undefined]
  ]
  for (const [host, computer, id] of cases) t.equal(readWinlogbeat6({ event_id: 1, computer_name: computer, host }).hostId, id)
})
