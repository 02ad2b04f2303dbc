import t from 'tap'
import { Fields } from '../../src/core/fields.js'
import { compileCondition } from '../../src/rules/condition.js'
import type { Condition } from '../../src/rules/condition.js'

const event = new Fields({
  process: { name: 'cmd.exe', pid: 4711, command_line: 'cmd /c "dir" and (more)\tx', executable: 'C:\\Windows\\System32\\cmd.exe' },
  'source.ip': '10.0.0.7',
  message: 'A quick brown fox',
  labels: { odd: ' lead*ing' },
  files: [{ name: 'a', size: 1 }, { name: 'b', size: 2 }]
}, 0)

const phrase = (field: string, value: string): Condition => ({ is: 'phrase', field, value })
const pattern = (field: string, value: string): Condition => ({ is: 'pattern', field, value })
const cmd = phrase('process.name', 'cmd.exe')
const other = phrase('process.name', 'x')
const odd: Condition = pattern('process.name', 'cm?.exe')
const oddNot: Condition = pattern('process.name', 'c?.exe')

const cases: [string, Condition, boolean][] = [
  ['a phrase', cmd, true],
  ['another phrase', other, false],
  ['a phrase in another case', phrase('process.name', 'CMD.EXE'), false],
  ['a phrase with quotes, operators and controls', phrase('process.command_line', 'cmd /c "dir" and (more)\tx'), true],
  ['a path', phrase('process.executable', 'C:\\Windows\\System32\\cmd.exe'), true],
  ['a number', phrase('process.pid', '4711'), true],
  ['a block of addresses', phrase('source.ip', '10.0.0.0/8'), true],
  ['words', phrase('message', 'quick BROWN'), true],
  ['a field that is there', { is: 'exists', field: 'process' }, true],
  ['a field that is not', { is: 'exists', field: 'user.name' }, false],
  ['within bounds', { is: 'range', field: 'process.pid', than: '>=', value: '4711' }, true],
  ['out of bounds', { is: 'range', field: 'process.pid', than: '<', value: '4711' }, false],
  ['a pattern', pattern('process.executable', 'C:*cmd.exe'), true],
  ['a pattern with blanks and operators', pattern('process.command_line', '*" and (mo*'), true],
  ['a pattern without a star', pattern('process.name', 'cmd.exe'), true],
  ['a pattern with escapes', pattern('process.executable', 'C:\\\\Windows\\\\*'), true],
  ['a pattern with an escaped star', pattern('labels.odd', '*lead\\*ing'), true],
  ['a pattern that starts with a blank', pattern('labels.odd', ' lead*'), true],
  ['a pattern of one character each', odd, true],
  ['a pattern of too few characters', oddNot, false],
  ['a pattern in any case', { is: 'pattern', field: 'process.name', value: 'CMD*', anyCase: true }, true],
  ['a pattern in another case', pattern('process.name', 'CMD*'), false],
  ['not', { is: 'not', of: other }, true],
  ['not, of an odd pattern', { is: 'not', of: odd }, false],
  ['all', { is: 'all', of: [cmd, { is: 'not', of: other }] }, true],
  ['all, with an odd pattern', { is: 'all', of: [cmd, oddNot] }, false],
  ['all of none', { is: 'all', of: [] }, true],
  ['any', { is: 'any', of: [other, cmd] }, true],
  ['any, with an odd pattern', { is: 'any', of: [other, odd] }, true],
  ['any of none', { is: 'any', of: [] }, false],
  ['one object that meets both', { is: 'nested', path: 'files', of: { is: 'all', of: [phrase('name', 'a'), phrase('size', '1')] } }, true],
  ['no one object that meets both', { is: 'nested', path: 'files', of: { is: 'all', of: [phrase('name', 'a'), phrase('size', '2')] } }, false],
  ['an odd pattern in an object', { is: 'nested', path: 'files', of: { is: 'all', of: [pattern('name', '?'), phrase('size', '2')] } }, true]
]
for (const [title, condition, met] of cases) {
  t.test(`${title} is ${met ? 'met' : 'not met'}`, async (t) => {
    t.equal(compileCondition(condition)(event), met)
  })
}

t.test('every kind of comparison ignores case on demand', async (t) => {
  const conditions = [phrase('process.name', 'CMD.EXE'), pattern('process.name', 'CMD*'), pattern('process.name', 'CM?.EXE'), { is: 'all' as const, of: [odd, phrase('process.name', 'CMD.exe')] }]

  for (const condition of conditions) t.ok(compileCondition(condition, { caseInsensitive: true })(event), JSON.stringify(condition))
})

t.test('a comparison that can never be met is told', async (t) => {
  const told: string[] = []

  compileCondition({ is: 'any', of: [odd, phrase('process.pid', 'many')] }, { warn: (message) => told.push(message) })

  t.equal(told.length, 1)
  t.match(told[0], /never met/)
})

t.test('a comparison that can never be met needs nobody to hear of it', async (t) => {
  t.equal(compileCondition({ is: 'phrase', field: 'process.pid', value: 'none' })(event), false)
})
