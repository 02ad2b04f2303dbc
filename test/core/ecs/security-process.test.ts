import t from 'tap'
import { securityProcess } from '../../../src/core/ecs/security-process.js'
import type { FieldMap } from '../../../src/core/fields.js'

const data = {
  SubjectUserSid: 'S-1-5-21-1-1147',
  SubjectUserName: 'alice',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0xc1f9c',
  NewProcessId: '0x1cf4',
  NewProcessName: 'C:\\Windows\\nslookup.exe',
  TokenElevationType: '%%1938',
  ProcessId: '0x1400',
  CommandLine: 'nslookup "-q=txt" a',
  TargetUserSid: 'S-1-0-0',
  TargetUserName: '-',
  TargetDomainName: '-',
  TargetLogonId: '0x0',
  ParentProcessName: 'C:\\Windows\\cmd.exe',
  MandatoryLabel: 'S-1-16-8192'
}

t.test('a start has the fields of the mapping page, and keeps all of its values', async (t) => {
  t.strictSame(mapped({ ...data, Hostname: 'not a value of the event' }), {
    'event.category': ['process'],
    'event.type': ['start'],
    'event.action': 'created-process',
    'event.outcome': 'success',
    'process.pid': 7412,
    'process.executable': 'C:\\Windows\\nslookup.exe',
    'process.name': 'nslookup.exe',
    'process.command_line': 'nslookup "-q=txt" a',
    'process.args': ['nslookup', '-q=txt', 'a'],
    'process.args_count': 3,
    'process.parent.pid': 5120,
    'process.parent.executable': 'C:\\Windows\\cmd.exe',
    'process.parent.name': 'cmd.exe',
    'user.id': 'S-1-5-21-1-1147',
    'user.name': 'alice',
    'user.domain': 'CORP',
    'winlog.logon.id': '0xc1f9c',
    'related.user': ['alice'],
    'winlog.event_data': data
  })
})

t.test('the account that the process runs as is told where it is another', async (t) => {
  t.match(mapped({ ...data, TargetUserSid: 'S-1-5-21-1-1', TargetUserName: 'bob', TargetDomainName: 'CORP' }), {
    'user.effective.id': 'S-1-5-21-1-1', 'user.effective.name': 'bob', 'user.effective.domain': 'CORP', 'related.user': ['alice', 'bob']
  })
  t.same(mapped({ ...data, TargetUserName: 'alice' })['related.user'], ['alice'])
})

t.test('a start without a command line, a parent or a user has none', async (t) => {
  const fields = mapped({ NewProcessId: 88, NewProcessName: 'Registry', SubjectUserName: '-', SubjectUserSid: 'S-1-0-0', CommandLine: '' })

  t.same(Object.keys(fields).sort(), ['event.action', 'event.category', 'event.outcome', 'event.type', 'process.executable', 'process.name', 'process.pid', 'winlog.event_data'])
})

function mapped (values: FieldMap): FieldMap {
  const event = { code: '4688', provider: undefined, channel: undefined, computer: undefined, recordId: undefined, times: [], data: values }
  return Object.fromEntries(securityProcess.map(([name, read]) => [name, read(event)] as const).filter(([, value]) => value !== undefined))
}
