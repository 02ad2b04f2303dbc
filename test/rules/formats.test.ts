import t from 'tap'
import { readContents } from '../../src/rules/formats.js'

function read (text: string, file = 'rules/a.ndjson') {
  const contents = readContents(text, { file })
  return { ...contents, ids: contents.rules.map(({ fields }) => fields['rule_id']), faults: contents.faults.map(({ message }) => message) }
}
const rule = (id: string) => JSON.stringify({ rule_id: id, type: 'query', query: 'a: b' })

t.test('TOML: the rule, and the place of a character in its query', async (t) => {
  const { rules } = read('[rule]\nrule_id = "r"\nquery = """\na: b\nand c:"""\n', 'a.toml')

  t.same(rules[0]?.fields, { rule_id: 'r', query: 'a: b\nand c:' })
  t.same(rules[0]?.locate(['query'], 11), { file: 'a.toml', line: 5, column: 7 })
  t.same(rules[0]?.locate([]), { file: 'a.toml', line: 1, column: 1 })
})

const tomlFaults: [string, string, string][] = [
  ['a syntax error', '[rule]\nname = \n', 'TRIPLINE_BAD_RULE a.toml:2:8 is not TOML: invalid value'],
  ['no rule', '[metadata]\nmaturity = "production"\n', 'TRIPLINE_BAD_RULE a.toml:1:1 holds no [rule] table: put the rule under [rule]'],
  ['a list in place of a rule', 'list_id = "l"\n', 'TRIPLINE_BAD_RULE a.toml:1:1 holds no [rule] table: put the rule under [rule]'],
  ['a key that is a trap', '[rule]\n__proto__ = 1\n', 'TRIPLINE_BAD_RULE a.toml:2:1 is not TOML: document contains an unsafe property']
]
for (const [title, text, fault] of tomlFaults) {
  t.test(`TOML: ${title} is a fault with its place`, async (t) => { t.match(read(text, 'a.toml').faults, [fault]) })
}

t.test('NDJSON: rules, lists and items; other lines are passed over with a note', async (t) => {
  const text = [rule('a'), '', '{"list_id":"l","item_id":"i","entries":[]}', '{"what":"else"}', rule('b'), '{"exported_count":3}'].join('\r\n')

  const { ids, items, notes, rules } = read(text)

  t.same(ids, ['a', 'b'])
  t.equal(items.length, 1)
  t.same(notes, [{ place: { file: 'rules/a.ndjson', line: 4, column: 1 }, text: 'a line is skipped: it is neither a rule nor an exception list' }])
  t.match(rules[1]?.locate(['type']), { line: 5, column: 23 })
  t.match(rules[1]?.locate(['query'], 3), { line: 5, column: 43 })
})

t.test('NDJSON: a line that is not JSON is a fault at its very character, the others are read', async (t) => {
  const { ids, faults } = read(`${rule('a')}\n{"rule_id": x}\n${rule('b')}`)

  t.same(ids, ['a', 'b'])
  t.same(faults, ['TRIPLINE_BAD_RULE rules/a.ndjson:2:13 is not JSON: each line must be one whole JSON object'])
})

t.test('NDJSON is read whatever its file is called', async (t) => {
  t.same(read(`\n${rule('a')}\n${rule('b')}\n`, 'export.json').ids, ['a', 'b'])
})

t.test('JSON: one rule on many lines, and the place of a field', async (t) => {
  const { ids, rules } = read('{\n "rule_id": "a",\n "type": "query"\n}', 'a.json')

  t.same(ids, ['a'])
  t.same(rules[0]?.locate(['type']), { file: 'a.json', line: 3, column: 10 })
})

t.test('JSON: a list of rules, in any of the forms', async (t) => {
  const { ids, rules, faults } = read(`[${rule('a')},\n{"type":"security-rule","attributes":${rule('b')}},\n 7]`, 'a.json')

  t.same(ids, ['a', 'b'])
  t.match(rules[1]?.locate(['rule_id']), { line: 2, column: 49 })
  t.same(faults, ['TRIPLINE_BAD_RULE a.json:3:2 is neither a rule nor an exception list: a rule has a rule_id, a type and a query'])
})

const jsonFaults: [string, string, RegExp][] = [
  ['a comma too many', '{\n  "type": "query",\n}', /a\.json:3:1 is not JSON: "}" cannot stand here$/],
  ['an end too soon', '{\n  "type": "query"\n', /a\.json:3:1 is not JSON: it ends too soon$/],
  ['nothing', ' \n', /is empty: it should hold a rule$/],
  ['a text', '"rule"', /a\.json:1:1 is neither a rule/],
  ['two texts', '"a"\n"b"', /a\.json:2:1 is not JSON/]
]
for (const [title, text, fault] of jsonFaults) {
  t.test(`JSON: ${title} is a fault with its place`, async (t) => { t.match(read(text, 'a.json').faults, [fault]) })
}

t.test('TOML is TOML when the caller says so', async (t) => {
  t.equal(readContents('[rule]\nrule_id = "r"', { file: 'builtin/x', toml: true }).rules.length, 1)
})
