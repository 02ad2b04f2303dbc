import t from 'tap'
import { nameInserts } from '../../../src/core/ecs/string-inserts.js'

const guid = '{5f0c2d11-9b3f-68a6-4f1c-000000000c00}'
const time = '2026-03-02 12:00:00.123'
const file = ['10.0', 'nslookup', 'Windows', 'Microsoft']
const session = ['nslookup -q=txt a', 'C:\\', 'CORP\\alice', '{1}', '0x1', 1, 'Medium', 'MD5=1', guid, 5120, 'cmd.exe', 'cmd']
const head = [time, guid, 7412, 'nslookup.exe']
const subject = ['S-1-5-18', 'PC1$', 'CORP', '0x3e7', '0x1cf4', 'nslookup.exe', '%%1936', '0x1400']
const target = ['S-1-0-0', '-', '-', '0x0', 'cmd.exe', 'S-1-16-8192']

t.test('values get their names by event, version and number', async (t) => {
  const cases: [title: string, inserts: unknown[], event: { code: string, version?: unknown }, names: Record<string, unknown>, count: number][] = [
    ['Sysmon since 4.7', ['-', ...head, ...file, 'nslookup.exe', ...session, 'CORP\\bob'], { code: '1', version: 5 }, { RuleName: '-', OriginalFileName: 'nslookup.exe', ParentUser: 'CORP\\bob' }, 23],
    ['before ParentUser', ['-', ...head, ...file, 'nslookup.exe', ...session], { code: '1', version: 5 }, { RuleName: '-', OriginalFileName: 'nslookup.exe' }, 22],
    ['before OriginalFileName', ['-', ...head, ...file, ...session], { code: '1', version: 5 }, { RuleName: '-', Company: 'Microsoft' }, 21],
    ['before RuleName', [...head, ...file, ...session], { code: '1', version: 5 }, { Company: 'Microsoft' }, 20],
    ['before the facts of the file', ['', ...head, ...session], { code: '1', version: 5 }, { RuleName: '' }, 17],
    ['the oldest', [...head, ...session], { code: '1' }, {}, 16]
  ]
  for (const [title, inserts, event, names, count] of cases) {
    const data = nameInserts(inserts, event)

    t.match(data, { UtcTime: time, ProcessGuid: guid, ProcessId: 7412, Image: 'nslookup.exe', CommandLine: 'nslookup -q=txt a', ParentCommandLine: 'cmd', ...names }, title)
    t.equal(Object.keys(data).length, count, title)
  }
  t.match(nameInserts([...subject, 'nslookup', ...target], { code: '4688', version: '2' }), { NewProcessId: '0x1cf4', CommandLine: 'nslookup', ParentProcessName: 'cmd.exe' })
  t.match(nameInserts([...subject, 'nslookup'], { code: '4688', version: 1 }), { NewProcessName: 'nslookup.exe', CommandLine: 'nslookup' })
  t.match(nameInserts(subject, { code: '4688' }), { NewProcessName: 'nslookup.exe', ProcessId: '0x1400', CommandLine: undefined })
})

t.test('values that do not fit a layout get no names', async (t) => {
  const cases: [title: string, inserts: unknown, event: { code: string | undefined, version?: unknown }][] = [
    ['no list', { 0: 'a' }, { code: '1' }],
    ['another event', [...head, ...session], { code: '3' }],
    ['another number of values', [...head, ...session, 'x', 'y'], { code: '1' }],
    ['a list that was left out shifted them', ['x', ...subject.slice(0, -1)], { code: '4688' }],
    ['nothing where the account should be', [null, ...subject.slice(1)], { code: '4688' }],
    ['another version', subject, { code: '4688', version: 2 }],
    ['no time where the time should be', ['-', '-', ...head.slice(1), ...session.slice(1)], { code: '1' }]
  ]
  for (const [title, inserts, event] of cases) t.same(nameInserts(inserts, event), {}, title)
})
