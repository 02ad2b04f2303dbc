import { parse } from 'smol-toml'
import t from 'tap'
import { findInToml } from '../../src/rules/toml-position.js'
import type { Path } from '../../src/rules/places.js'

const text = String.raw`# a comment with "quotes" and [brackets]
top = 1 # one
[metadata]
creation_date = "2026/01/02"
[rule]
name = 'a literal \ one'
"quoted key" = "x"
'literal key' = "y"
"q\u00e4\U0001F600\x41\n" = "z"
dotted . deep."er" = 2026-01-02T03:04:05Z
empty = ""
note = """
say ""twice"" and \"""
three\"""
five"""""
other = '''it's ''two'' '''''
list = [
  "a", # with a comment ]
  ["b", 'c'],
  { x = 1, y.z = [1.5, true] },
]
none = []
nil = {}
query = '''
one
two'''
[[rule.threat]]
framework = "A"
[[rule.threat.technique]]
id = "T1"
[[rule.threat.technique]]
id = "T2"
[[rule.threat]]
framework = "B"
[[rule.threat.technique]]
id = "T3"
[rule.threat.tactic]
id = "TA1"
[ rule . threshold ]
field = ["host.id"]
value = 15`

const cases: [string, Path, string][] = [
  ['the root', [], '# a comment'],
  ['a top-level value', ['top'], '1 # one'],
  ['a table', ['metadata'], '[metadata]'],
  ['a text', ['metadata', 'creation_date'], '"2026'],
  ['a literal text', ['rule', 'name'], "'a literal"],
  ['a quoted key', ['rule', 'quoted key'], '"x"'],
  ['a literal key', ['rule', 'literal key'], '"y"'],
  ['a key with escapes', ['rule', 'qä😀A\n'], '"z"'],
  ['a dotted key', ['rule', 'dotted', 'deep', 'er'], '2026-01-02T'],
  ['a part of a dotted key', ['rule', 'dotted', 'deep'], '2026-01-02T'],
  ['a multi-line text', ['rule', 'note'], '"""\nsay'],
  ['what follows a text that ends in five quotes', ['rule', 'other'], "'''it's"],
  ['an element', ['rule', 'list', 0], '"a", #'],
  ['an element of an element', ['rule', 'list', 1, 1], "'c'"],
  ['a key of an inline table', ['rule', 'list', 2, 'x'], '1, y'],
  ['a dotted key of an inline table', ['rule', 'list', 2, 'y', 'z', 1], 'true'],
  ['an empty list', ['rule', 'none'], '[]'],
  ['an empty table', ['rule', 'nil', 'x'], '{}'],
  ['the first of an array of tables', ['rule', 'threat', 0, 'framework'], '"A"'],
  ['a table of the first', ['rule', 'threat', 0, 'technique', 1, 'id'], '"T2"'],
  ['the second', ['rule', 'threat', 1, 'framework'], '"B"'],
  ['a table of the second', ['rule', 'threat', 1, 'technique', 0, 'id'], '"T3"'],
  ['a plain table inside the second', ['rule', 'threat', 1, 'tactic', 'id'], '"TA1"'],
  ['a header with blanks', ['rule', 'threshold', 'value'], '15'],
  ['what holds a missing key', ['rule', 'threshold', 'valeu'], '[ rule . threshold ]'],
  ['what holds a missing table', ['rule', 'actions', 0], '[rule]']
]
t.test('the text is valid, so that the cases are fair', async (t) => {
  t.ok(parse(text))
})

for (const [title, path, expected] of cases) {
  t.test(`finds ${title}`, async (t) => {
    const rest = text.slice(findInToml(text, path))

    t.ok(rest.startsWith(expected), rest.slice(0, 40))
  })
}

const insides: [string, string][] = [
  ['basic', String.raw`q = "a\n\u00e4\U0001F600\x41\"é*"`],
  ['literal', String.raw`q = 'a\n*'`],
  ['multi-line', 'q = """\nline\nnext \\\n   joined "*\n"""'],
  ['multi-line with CRLF', 'q = """\r\nline\r\nnext *\r\n"""'],
  ['multi-line literal', "q = '''\na ''\\n * b'''"],
  ['multi-line that starts on the line of its key', 'q = """a*b"""']
]
for (const [title, text] of insides) {
  t.test(`finds a character inside a ${title} text`, async (t) => {
    const { q } = parse(text) as { q: string }

    t.equal(text[findInToml(text, ['q'], { inside: q.indexOf('*') })], '*')
  })
}

t.test('a character beyond the end is the end of the file at most', async (t) => {
  t.equal(findInToml('q = "ab"', ['q'], { inside: 99 }), 8)
})

t.test('a value that is no text, or not there, has no characters', async (t) => {
  t.equal(findInToml('q = 12', ['q'], { inside: 1 }), 4)
  t.equal(findInToml('q = "12"', ['q', 'x'], { inside: 1 }), 4)
})
