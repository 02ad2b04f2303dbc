import t from 'tap'
import { fileName, processRows, readAccount, readPid, said } from '../../../src/core/ecs/process-fields.js'
import type { FieldMap } from '../../../src/core/fields.js'

const names = { id: 'ProcessId', executable: 'Image', commandLine: 'CommandLine', entityId: 'ProcessGuid' }

t.test('a process is put under its prefix, with the arguments of its command line', async (t) => {
  const data = { ProcessId: '0x1cf4', Image: 'C:\\Windows\\System32\\NSLookup.exe', CommandLine: 'nslookup "-q=txt"  a ', ProcessGuid: '{ab}' }

  t.strictSame(read('process.parent', data), {
    'process.parent.entity_id': '{AB}',
    'process.parent.pid': 7412,
    'process.parent.executable': 'C:\\Windows\\System32\\NSLookup.exe',
    'process.parent.name': 'NSLookup.exe',
    'process.parent.command_line': 'nslookup "-q=txt"  a ',
    'process.parent.args': ['nslookup', '-q=txt', 'a'],
    'process.parent.args_count': 3
  })
})

t.test('what a record does not say is left out', async (t) => {
  const zero = '{00000000-0000-0000-0000-000000000000}'
  for (const data of [{}, { ProcessId: null, Image: '', CommandLine: ' ', ProcessGuid: undefined }, { ProcessId: 'x', Image: '-', CommandLine: 7, ProcessGuid: zero }, { CommandLine: '-' }]) {
    t.same(read('process', data), {})
  }
  t.same([null, '', '-', zero, undefined].map(said), [undefined, undefined, undefined, undefined, undefined])
  t.same([0, 'a', false].map(said), [0, 'a', false])
  t.same(processRows('process', { id: 'a', executable: 'b' }).map(([name]) => name), ['process.pid', 'process.executable', 'process.name'])
})

t.test('a process id is a number, decimal text or hexadecimal text', async (t) => {
  const cases: [value: unknown, pid: number | undefined][] = [
    [7412, 7412], ['7412', 7412], ['0x1cf4', 7412], ['0X1CF4', 7412], ['0', 0], ['1cf4', undefined], ['-1', undefined], [1.5, undefined], ['0x', undefined], ['99999999999', undefined], [null, undefined]
  ]
  for (const [value, pid] of cases) t.equal(readPid(value), pid, String(value))
})

t.test('a file\'s name is what follows the last backslash or slash', async (t) => {
  t.same(['C:\\a\\b.exe', '/bin/b', 'b', 'C:\\', '', undefined].map(fileName), ['b.exe', 'b', 'b', undefined, undefined, undefined])
})

t.test('an account is one of exactly two parts', async (t) => {
  t.same(readAccount('NT AUTHORITY\\SYSTEM'), { domain: 'NT AUTHORITY', name: 'SYSTEM' })
  for (const value of ['alice', 'a\\b\\c', '\\b', 'a\\', '', null]) t.equal(readAccount(value), undefined)
})

function read (prefix: string, data: FieldMap): FieldMap {
  const event = { code: '1', provider: undefined, channel: undefined, computer: undefined, recordId: undefined, times: [], data }
  return Object.fromEntries(processRows(prefix, names).map(([name, read]) => [name, read(event)] as const).filter(([, value]) => value !== undefined))
}
