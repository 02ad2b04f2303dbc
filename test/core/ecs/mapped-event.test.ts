import t from 'tap'
import { MappedEvent } from '../../../src/core/ecs/mapped-event.js'
import type { WindowsEvent } from '../../../src/core/ecs/windows-event.js'

const event: WindowsEvent = {
  code: '4624',
  provider: 'Microsoft-Windows-Security-Auditing',
  channel: 'Security',
  computer: 'PC1.example',
  recordId: '7',
  version: 2,
  level: 4,
  task: 12544,
  opcode: 'Info',
  keywords: ['Audit Success'],
  user: 'S-1-5-18',
  message: 'An account was logged on.',
  times: ['2026-03-02T12:00:00.5Z'],
  data: { LogonType: '3' }
}
const time = Date.UTC(2026, 2, 2, 12) + 500

t.test('any event has its code, provider, host and time, and its values as they are', async (t) => {
  const mapped = new MappedEvent(event)
  const { fields } = mapped

  t.same(mapped.moment, { time })
  t.equal(mapped.moment, mapped.moment, 'read once')
  t.equal(mapped.field('winlog.keywords'), event.keywords)
  t.equal(mapped.field('process.name'), undefined)
  t.equal(mapped.field('constructor'), undefined)
  t.equal(fields['winlog.event_data'], event.data, 'not a copy')
  t.strictSame(fields, {
    'event.kind': 'event',
    'event.code': '4624',
    'event.provider': 'Microsoft-Windows-Security-Auditing',
    'host.name': 'PC1.example',
    'host.os.type': 'windows',
    'log.level': 'information',
    message: 'An account was logged on.',
    'winlog.channel': 'Security',
    'winlog.computer_name': 'PC1.example',
    'winlog.event_id': '4624',
    'winlog.provider_name': 'Microsoft-Windows-Security-Auditing',
    'winlog.record_id': '7',
    'winlog.version': 2,
    'winlog.task': '12544',
    'winlog.opcode': 'Info',
    'winlog.keywords': ['Audit Success'],
    'winlog.user.identifier': 'S-1-5-18',
    'winlog.event_data': { LogonType: '3' }
  })
})

t.test('a field is made once', async (t) => {
  const mapped = new MappedEvent(bare({ code: '1', provider: 'Sysmon', data: { CommandLine: 'a b' } }))

  t.same(mapped.field('process.args'), ['a', 'b'])
  t.equal(mapped.field('process.args'), mapped.field('process.args'))
})

t.test('what an event lacks is left out', async (t) => {
  const { fields, moment } = new MappedEvent(bare({}))

  t.same(moment, {})
  t.same(fields, { 'event.kind': 'event', 'host.os.type': 'windows', 'winlog.event_data': {} })
})

t.test('the writer of the record is told by SID or by account', async (t) => {
  t.match(new MappedEvent(bare({ user: 'NT AUTHORITY\\SYSTEM' })).fields, { 'winlog.user.domain': 'NT AUTHORITY', 'winlog.user.name': 'SYSTEM', 'winlog.user.identifier': undefined })
  t.match(new MappedEvent(bare({ user: 'SYSTEM' })).fields, { 'winlog.user.name': undefined })
  t.match(new MappedEvent(bare({ hostId: 'H1' })).fields, { 'host.id': 'H1' })
})

t.test('levels are words', async (t) => {
  const words = [0, '1', 2, 3, '4', 5, 'Information', 'INFO', 'Audit Success'].map((level) => new MappedEvent(bare({ level })).fields['log.level'])

  t.same(words, ['information', 'critical', 'error', 'warning', 'information', 'verbose', 'information', 'information', 'audit success'])
})

t.test('process starts are known by code and source, others are only events', async (t) => {
  const [sysmon, security] = [{ ProcessGuid: '{1}', Image: 'C:\\x.exe' }, { NewProcessId: '0x4', NewProcessName: 'C:\\x.exe' }]
  const cases: [title: string, event: Partial<WindowsEvent>, action: string | undefined, provider: string | undefined][] = [
    ['Sysmon by provider', { code: '1', provider: 'Microsoft-Windows-Sysmon', data: sysmon }, 'Process creation', 'Microsoft-Windows-Sysmon'],
    ['Sysmon of Linux', { code: '1', provider: 'Linux-Sysmon', data: sysmon }, 'Process creation', 'Linux-Sysmon'],
    ['Sysmon by channel', { code: '1', channel: 'Microsoft-Windows-Sysmon/Operational', data: sysmon }, 'Process creation', 'Microsoft-Windows-Sysmon'],
    ['Sysmon by its values alone', { code: '1', data: sysmon }, 'Process creation', 'Microsoft-Windows-Sysmon'],
    ['another event of Sysmon', { code: '5', provider: 'Microsoft-Windows-Sysmon', data: sysmon }, undefined, 'Microsoft-Windows-Sysmon'],
    ['the first event of somebody else', { code: '1', provider: 'Microsoft-Windows-Kernel-General', data: sysmon }, undefined, 'Microsoft-Windows-Kernel-General'],
    ['a first event of nobody', { code: '1', data: { a: 1 } }, undefined, undefined],
    ['Security by provider', { code: '4688', provider: 'Microsoft-Windows-Security-Auditing', data: security }, 'created-process', 'Microsoft-Windows-Security-Auditing'],
    ['Security by channel', { code: '4688', provider: 'Eventlog', channel: 'security', data: security }, 'created-process', 'Eventlog'],
    ['Security by its number alone', { code: '4688', data: security }, 'created-process', 'Microsoft-Windows-Security-Auditing'],
    ['the same number elsewhere', { code: '4688', provider: 'MsiInstaller', data: security }, undefined, 'MsiInstaller']
  ]
  for (const [title, changes, action, provider] of cases) {
    const { fields } = new MappedEvent(bare(changes))

    t.equal(fields['event.action'], action, title)
    t.equal(fields['event.provider'], provider, title)
    t.equal(fields['winlog.provider_name'], provider, title)
    t.equal(fields['process.name'], action === undefined ? undefined : 'x.exe', title)
  }
})

t.test('Sysmon\'s own time stands above the others, and tells when theirs is far off', async (t) => {
  const provider = 'Microsoft-Windows-Sysmon'
  const cases: [title: string, event: Partial<WindowsEvent>, expected: object][] = [
    ['its own', { provider, times: ['2026-03-02T12:00:03Z'], data: { UtcTime: '2026-03-02 12:00:00.500' } }, { time }],
    ['of any event of Sysmon', { provider, code: '22', times: [], data: { UtcTime: '2026-03-02 12:00:00.500' } }, { time }],
    ['hours away', { provider, times: ['2026-03-02T07:00:00.600Z'], data: { UtcTime: '2026-03-02 12:00:00.500' } }, { time, otherClock: time - 5 * 3_600_000 + 100 }],
    ['none of its own', { provider, times: ['2026-03-02 12:00:00.500'] }, { time, zone: 'UTC' }],
    ['no time at all', { provider, data: { UtcTime: '-' } }, {}],
    ['a value of that name elsewhere', { provider: 'x', times: ['2026-03-02 12:00:00'], data: { UtcTime: '2026-03-02 13:00:00.500' } }, { time: time - 500, zone: 'UTC', wholeSecond: true }]
  ]
  for (const [title, changes, expected] of cases) {
    t.same(new MappedEvent(bare({ code: '1', ...changes })).moment, expected, title)
  }
})

function bare (changes: Partial<WindowsEvent>): WindowsEvent {
  return { code: undefined, provider: undefined, channel: undefined, computer: undefined, recordId: undefined, times: [], data: {}, ...changes }
}
