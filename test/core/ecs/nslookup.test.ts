import t from 'tap'
import { dnsQuestion } from '../../../src/core/ecs/nslookup.js'
import type { FieldSource, Scalar } from '../../../src/core/fields.js'

const cases: [string, Record<string, Scalar[]>, object | undefined][] = [
  ['arguments of nslookup.exe',
    { 'process.name': ['nslookup.exe'], 'process.args': ['nslookup', '-q=TXT', 'x1.t.example.net', '192.0.2.9'] },
    { name: 'x1.t.example.net', type: 'TXT', server: '192.0.2.9' }],
  ['a name in capitals, without its ending',
    { 'process.name': ['NSLOOKUP'], 'process.args': ['nslookup', '-q=TXT', 'a.example'] },
    { name: 'a.example', type: 'TXT' }],
  ['a path where there is no name',
    { 'process.executable': ['C:\\Windows\\System32\\NSLookup.exe'], 'process.args': ['nslookup', 'a.example'] },
    { name: 'a.example' }],
  ['a command line where there are no arguments',
    { 'process.name': ['nslookup.exe'], 'process.command_line': ['nslookup  -q="TXT" a.example'] },
    { name: 'a.example', type: 'TXT' }],
  ['a command line where the arguments were not split',
    { 'process.name': ['nslookup.exe'], 'process.args': ['nslookup -q=TXT'], 'process.command_line': ['nslookup -q=TXT a.example'] },
    { name: 'a.example', type: 'TXT' }],
  ['one argument that is a whole command line',
    { 'process.name': ['nslookup.exe'], 'process.args': ['nslookup -q=TXT a.example'] },
    { name: 'a.example', type: 'TXT' }],
  ['numbers among the arguments',
    { 'process.name': ['nslookup.exe'], 'process.args': ['nslookup', '-q=TXT', 7] },
    { name: '7', type: 'TXT' }],
  ['an interactive start with a server',
    { 'process.name': ['nslookup.exe'], 'process.args': ['nslookup', '-', '192.0.2.9'] },
    { server: '192.0.2.9' }],
  ['an interactive start', { 'process.name': ['nslookup.exe'], 'process.command_line': ['nslookup'] }, undefined],
  ['a copy by another name',
    { 'process.name': ['a.exe'], 'process.pe.original_file_name': ['nslookup.exe'], 'process.args': ['a', '-q=TXT', 'b.example'] },
    { name: 'b.example', type: 'TXT' }],
  ['a start without arguments', { 'process.name': ['nslookup.exe'] }, undefined],
  ['another program', { 'process.name': ['dig.exe'], 'process.args': ['dig', '-q=TXT', 'a.example'] }, undefined],
  ['another program of a similar name', { 'process.name': ['xnslookup.exe'], 'process.args': ['nslookup', 'a.example'] }, undefined],
  ['another name, whatever the path',
    { 'process.name': ['a.exe'], 'process.executable': ['C:\\nslookup.exe'], 'process.args': ['a', 'b.example'] }, undefined],
  ['no process', {}, undefined]
]

for (const [title, fields, expected] of cases) {
  t.test(`${title}: ${expected === undefined ? 'no question' : JSON.stringify(expected)}`, async (t) => {
    t.strictSame(dnsQuestion(sourceOf(fields)), expected)
  })
}

function sourceOf (fields: Record<string, Scalar[]>): FieldSource {
  return {
    arrival: 0,
    values: (name) => fields[name] ?? [],
    objects: () => [],
    names: () => Object.keys(fields)
  }
}
