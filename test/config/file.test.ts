/* eslint-disable no-template-curly-in-string -- the environment's syntax */
import t from 'tap'
import { readConfigFile } from '../../src/config/file.js'
import type { Finding } from '../../src/config/file.js'
import type { Schema } from '../../src/config/json-schema.js'

const schema: Schema = {
  properties: {
    port: { type: 'integer' },
    yes: { type: 'boolean' },
    name: { type: 'string' },
    list: { items: { type: 'integer' } }
  }
}
const options = { file: 'a.yaml', schema, env: { PORT: '17', YES: 'true', NO: 'false', WORD: 'word' }, without: [] }
const read = (text: string, more = {}) => readConfigFile(text, { ...options, ...more })

t.test('an empty file, or one of comments, holds nothing', async (t) => {
  t.same(read('').value, {})
  t.same(read('# nothing\n').value, {})
})

t.test('the environment is put in, and is a number or a boolean where the schema wants one', async (t) => {
  const { value, findings } = read('port: ${PORT}\nyes: "${YES}"\nname: ${PORT}\nlist: ["${PORT}", 2, "${WORD}"]\nother: { deep: "a ${WORD}" }\nlast: ~\n')

  t.same(value, { port: 17, yes: true, name: '17', list: [17, 2, 'word'], other: { deep: 'a word' }, last: null })
  t.same(findings, [])
  t.same(read('yes: ${NO}').value, { yes: false })
  t.same(read('yes: ${WORD}').value, { yes: 'word' })
})

t.test('a value of the environment cannot bring keys or comments in', async (t) => {
  t.same(read('name: ${EVIL}', { env: { EVIL: 'a\nport: 1 # x' } }).value, { name: 'a\nport: 1 # x' })
})

t.test('what the environment lacks is found at its place', async (t) => {
  const file = read('name: fine\nlist:\n  - "${NONE} and ${NOR}"\n')

  t.same(file.findings.map(({ path }) => path.join('.')), ['list.0', 'list.0'])
  t.match(file.findings, [{ reason: /variable NONE is not set/ }, { reason: /variable NOR is not set/ }])
  t.same(file.place(file.findings[0]!), { file: 'a.yaml', line: 3, column: 5 })
})

t.test('keys that something else replaces are not read', async (t) => {
  const { value, findings } = read('name: ${NONE}\nport: 1\n', { without: ['name', 'absent'] })

  t.same(value, { port: 1 })
  t.same(findings, [])
})

const text = [
  '# a comment',
  'limits: &limits',
  '  max_body: 1KiB',
  'list: [1, { deep: 2 }]',
  'copy: *limits',
  'none:',
  '? [complex, key]',
  ': 3'
].join('\n')
const places: [Pick<Finding, 'path' | 'at'>, number, number][] = [
  [{ path: [], at: 'value' }, 2, 1],
  [{ path: ['limits'], at: 'value' }, 2, 1],
  [{ path: ['limits', 'max_body'], at: 'key' }, 3, 3],
  [{ path: ['limits', 'max_body'], at: 'value' }, 3, 13],
  [{ path: ['limits', 'absent'], at: 'value' }, 2, 1],
  [{ path: ['list', '1', 'deep'], at: 'value' }, 4, 19],
  [{ path: ['list', '7'], at: 'value' }, 4, 1],
  [{ path: ['copy', 'max_body'], at: 'value' }, 3, 13],
  [{ path: ['none'], at: 'value' }, 6, 6],
  [{ path: ['none', 'deeper'], at: 'value' }, 6, 6],
  [{ path: ['absent'], at: 'value' }, 2, 1]
]
for (const [finding, line, column] of places) {
  t.test(`the ${finding.at} "${finding.path.join('.')}" stands at ${line}:${column}`, async (t) => {
    t.same(read(text).place(finding), { file: 'a.yaml', line, column })
  })
}

t.test('an empty file has a place, too', async (t) => {
  t.same(read('').place({ path: ['listen'], at: 'value' }), { file: 'a.yaml', line: 1, column: 1 })
})

const broken: [string, string, RegExp][] = [
  ['a key twice', 'a: 1\na: 2\n', /^TRIPLINE_BAD_CONFIG a.yaml:2:1 cannot be read as YAML: Map keys must be unique$/],
  ['two documents', 'a: 1\n---\nb: 1\n', /a.yaml:2:1 cannot be read as YAML: Source contains multiple documents: keep one, and no ---$/],
  ['a variable in braces without quotes', 'a: 1\nauth: { bearer: ${TOKEN} }\n', /a.yaml:2:\d+ cannot be read as YAML: .*; put what holds a variable in quotes/],
  ['a list', '- a\n', /^TRIPLINE_BAD_CONFIG a.yaml:1:1 expected keys and values, such as `listen: 127.0.0.1:9881`$/],
  ['a text', 'hello', /a.yaml:1:1 expected keys and values/],
  ['an alias to nothing', 'a: *b', /a.yaml:1:\d+ /],
  ['aliases that blow up', `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefg'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[i]}`).join(', ')}]`).join('\n')}\n`, /a.yaml:1:1 cannot be read: Excessive alias count/]
]
for (const [name, content, message] of broken) {
  t.test(`a file with ${name} is a fault with its place`, async (t) => {
    t.throws(() => read(content), { name: 'Faults', message })
  })
}
