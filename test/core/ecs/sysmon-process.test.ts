import t from 'tap'
import { sysmonProcess } from '../../../src/core/ecs/sysmon-process.js'
import type { FieldMap } from '../../../src/core/fields.js'

const zero = '{00000000-0000-0000-0000-000000000000}'

t.test('a start has the fields of the mapping page, and its other values stay where they were', async (t) => {
  const fields = mapped({
    RuleName: 'technique_id=T1059',
    UtcTime: '2026-03-02 12:00:00.123',
    ProcessGuid: '{5f0c2d11-9b3f}',
    ProcessId: '7412',
    Image: 'C:\\Windows\\nslookup.exe',
    FileVersion: '10.0',
    Description: 'nslookup',
    Product: 'Windows',
    Company: 'Microsoft',
    OriginalFileName: 'nslookup.exe',
    CommandLine: 'nslookup -q=txt a',
    CurrentDirectory: 'C:\\Users\\',
    User: 'CORP\\alice',
    LogonGuid: '{1}',
    LogonId: '0x1',
    TerminalSessionId: '1',
    IntegrityLevel: 'Medium',
    Hashes: 'SHA1=3D6F1C0A,MD5=0A1B2C3D,SHA256=9F2C3A4B, IMPHASH=5B7F0E1D',
    ParentProcessGuid: '{5f0c2d11-9b20}',
    ParentProcessId: 5120,
    ParentImage: 'C:\\Windows\\cmd.exe',
    ParentCommandLine: '"C:\\Windows\\cmd.exe" /c x',
    ParentUser: 'CORP\\alice'
  }, 'S-1-5-18')

  t.strictSame(fields, {
    'event.category': ['process'],
    'event.type': ['start'],
    'event.action': 'Process creation',
    'process.entity_id': '{5F0C2D11-9B3F}',
    'process.pid': 7412,
    'process.executable': 'C:\\Windows\\nslookup.exe',
    'process.name': 'nslookup.exe',
    'process.command_line': 'nslookup -q=txt a',
    'process.args': ['nslookup', '-q=txt', 'a'],
    'process.args_count': 3,
    'process.parent.entity_id': '{5F0C2D11-9B20}',
    'process.parent.pid': 5120,
    'process.parent.executable': 'C:\\Windows\\cmd.exe',
    'process.parent.name': 'cmd.exe',
    'process.parent.command_line': '"C:\\Windows\\cmd.exe" /c x',
    'process.parent.args': ['C:\\Windows\\cmd.exe', '/c', 'x'],
    'process.parent.args_count': 3,
    'rule.name': 'technique_id=T1059',
    'process.working_directory': 'C:\\Users\\',
    'process.pe.original_file_name': 'nslookup.exe',
    'process.pe.company': 'Microsoft',
    'process.pe.description': 'nslookup',
    'process.pe.file_version': '10.0',
    'process.pe.product': 'Windows',
    'process.hash.sha1': '3d6f1c0a',
    'process.hash.md5': '0a1b2c3d',
    'process.hash.sha256': '9f2c3a4b',
    'process.pe.imphash': '5b7f0e1d',
    'related.hash': ['3d6f1c0a', '0a1b2c3d', '9f2c3a4b', '5b7f0e1d'],
    'user.domain': 'CORP',
    'user.name': 'alice',
    'related.user': ['alice'],
    'user.id': 'S-1-5-18',
    'winlog.event_data': {
      Company: 'Microsoft', Description: 'nslookup', FileVersion: '10.0', IntegrityLevel: 'Medium', LogonGuid: '{1}', LogonId: '0x1', ParentUser: 'CORP\\alice', Product: 'Windows', TerminalSessionId: '1'
    }
  })
})

t.test('values that say nothing are left out everywhere', async (t) => {
  const names = ['RuleName', 'ProcessGuid', 'Image', 'CommandLine', 'ParentProcessGuid', 'Company', 'LogonGuid', 'User', 'Hashes']

  for (const value of [null, undefined, '', '-', zero]) {
    t.same(Object.keys(mapped(Object.fromEntries(names.map((name) => [name, value])))).sort(), ['event.action', 'event.category', 'event.type', 'winlog.event_data'])
    t.same(mapped({ Company: value })['winlog.event_data'], {})
  }
})

t.test('hashes are read one by one, those of zeros and of nothing dropped', async (t) => {
  const cases: [hashes: string, expected: FieldMap][] = [
    ['MD5=0A1B2C3D4E5F6071', { 'process.hash.md5': '0a1b2c3d4e5f6071', 'related.hash': ['0a1b2c3d4e5f6071'] }],
    ['IMPHASH=00000000000000000000000000000000', {}],
    ['MD5=xyz,SHA1=', {}],
    ['__proto__=0A1B2C3D4E5F6071', {}],
    ['MD5=0A1B2C3D4E5F6071,'.repeat(100), {}]
  ]
  for (const [Hashes, expected] of cases) {
    const { 'event.action': action, 'event.category': category, 'event.type': type, 'winlog.event_data': data, ...rest } = mapped({ Hashes })
    t.same(rest, expected, Hashes.slice(0, 40))
  }
})

t.test('an account that is not of two parts stays as it is, and a user is known by SID only', async (t) => {
  t.match(mapped({ User: 'alice' }, 'NT AUTHORITY\\SYSTEM'), { 'user.name': undefined, 'user.id': undefined, 'winlog.event_data': { User: 'alice' } })
})

function mapped (data: FieldMap, user?: string): FieldMap {
  const event = { code: '1', provider: undefined, channel: undefined, computer: undefined, recordId: undefined, user, times: [], data }
  return Object.fromEntries(sysmonProcess.map(([name, read]) => [name, read(event)] as const).filter(([, value]) => value !== undefined))
}
