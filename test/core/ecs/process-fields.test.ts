import t from 'tap'
import { add, addProcess, fileName, readAccount, readPid } from '../../../src/core/ecs/process-fields.js'
import type { FieldMap } from '../../../src/core/fields.js'

t.test('a process is put under its prefix, with the arguments of its command line', async (t) => {
  const fields: FieldMap = {}

  addProcess(fields, 'process.parent', { id: '0x1cf4', executable: 'C:\\Windows\\System32\\NSLookup.exe', commandLine: 'nslookup "-q=txt"  a ', entityId: '{ab}' })

  t.strictSame(fields, {
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
  for (const facts of [{}, { id: null, executable: '', commandLine: ' ', entityId: undefined }, { id: 'x', commandLine: 7 }]) {
    const fields: FieldMap = {}
    addProcess(fields, 'process', facts)
    t.same(fields, {})
  }
  const fields: FieldMap = {}
  add(fields, 'a', undefined)
  add(fields, 'b', false)
  t.same(fields, { b: false })
})

t.test('a process id is a number, decimal text or hexadecimal text', async (t) => {
  const cases: [value: unknown, pid: number | undefined][] = [
    [7412, 7412], ['7412', 7412], ['0x1cf4', 7412], ['0X1CF4', 7412], ['0', 0], ['1cf4', undefined], ['-1', undefined], [1.5, undefined], ['0x', undefined], ['99999999999', undefined], [null, undefined]
  ]
  for (const [value, pid] of cases) t.equal(readPid(value), pid, String(value))
})

t.test('a file\'s name is what follows the last backslash or slash', async (t) => {
  t.same(['C:\\a\\b.exe', '/bin/b', 'b', 'C:\\', ''].map(fileName), ['b.exe', 'b', 'b', '', ''])
})

t.test('an account is one of exactly two parts', async (t) => {
  t.same(readAccount('NT AUTHORITY\\SYSTEM'), { domain: 'NT AUTHORITY', name: 'SYSTEM' })
  for (const value of ['alice', 'a\\b\\c', '\\b', 'a\\', '', null]) t.equal(readAccount(value), undefined)
})
