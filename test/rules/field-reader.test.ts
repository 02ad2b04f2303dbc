import t from 'tap'
import { FieldReader, it } from '../../src/rules/field-reader.js'
import { showPath } from '../../src/rules/places.js'
import type { Path } from '../../src/rules/places.js'

const fields = {
  name: 'n',
  empty: ' ',
  none: null,
  number: 5,
  half: 0.5,
  flag: true,
  list: ['a', '', 3],
  table: { value: 1, feild: 2, other: 3 },
  long: 'x'.repeat(100)
}
function readerOf (): FieldReader {
  return new FieldReader(fields, (path: Path, inside?: number) => ({ file: showPath(path), line: inside }), 'rule "n"')
}

const cases: [string, (reader: FieldReader) => unknown, unknown, string[]][] = [
  ['a text', (r) => r.text(['name']), 'n', []],
  ['a missing text', (r) => r.text(['x']), undefined, []],
  ['null as missing', (r) => r.text(['none']), undefined, []],
  ['an empty text', (r) => r.text(['empty']), ' ', []],
  ['an empty text that is required', (r) => r.text(['empty'], { required: true }), undefined, ['empty must be a text that is not empty; it is " "']],
  ['a missing text that is required', (r) => r.text(['x'], { required: true }), undefined, ['x must be a text that is not empty; it is missing']],
  ['a number in place of a text', (r) => r.text(['number']), undefined, ['number must be a text; it is 5']],
  ['a choice', (r) => r.text(['name'], { choices: ['m', 'n'] }), 'n', []],
  ['a wrong choice', (r) => r.text(['name'], { choices: ['a', 'b'] }), undefined, ['name must be one of a, b; it is "n"']],
  ['a missing choice', (r) => r.text(['x'], { choices: ['a'] }), undefined, []],
  ['a missing choice that is required', (r) => r.text(['x'], { choices: ['a'], required: true }), undefined, ['x must be one of a; it is missing']],
  ['a whole number', (r) => r.integer(['number'], { least: 5, most: 5 }), 5, []],
  ['a number too small', (r) => r.integer(['number'], { least: 6 }), undefined, ['number must be a whole number of 6 or more; it is 5']],
  ['a number too large', (r) => r.integer(['number'], { least: 1, most: 4 }), undefined, ['number must be a whole number from 1 to 4; it is 5']],
  ['a fraction', (r) => r.integer(['half'], { least: 0 }), undefined, ['half must be a whole number of 0 or more; it is 0.5']],
  ['a missing number with a fallback', (r) => r.integer(['x'], { least: 1, fallback: 9 }), 9, []],
  ['a missing number without', (r) => r.integer(['x'], { least: 1 }), undefined, ['x must be a whole number of 1 or more; it is missing']],
  ['a flag', (r) => r.flag(['flag']), true, []],
  ['a missing flag', (r) => r.flag(['x']), undefined, []],
  ['no flag', (r) => r.flag(['name']), undefined, ['name must be true or false; it is "n"']],
  ['a list of texts', (r) => r.texts(['list']), ['a'], ['list[1] must be a text that is not empty; it is ""', 'list[2] must be a text that is not empty; it is 3']],
  ['a missing list', (r) => r.list(['x']), [], []],
  ['no list', (r) => r.list(['name']), [], ['name must be a list; it is "n"']],
  ['a table', (r) => r.table(['table'], ['value', 'field', 'other']), fields.table, ['table.feild is not known: did you mean field?']],
  ['a table with a name far off', (r) => r.table(['table'], ['value', 'feild']), fields.table, ['table.other is not known: known here: value, feild']],
  ['a missing table', (r) => r.table(['x'], []), undefined, []],
  ['no table', (r) => r.table(['list'], []), undefined, ['list must be a table; it is ["a","",3]']],
  ['a step into a plain value', (r) => r.at(['name', 'length', 'x']), undefined, []],
  ['an inherited name', (r) => r.at(['constructor']), undefined, []],
  ['the root', (r) => r.at([]), fields, []]
]
for (const [title, read, expected, faults] of cases) {
  t.test(`reads ${title}`, async (t) => {
    const reader = readerOf()

    t.same(read(reader), expected)

    t.same(reader.faults.map(({ reason }) => reason), faults.map((fault) => `rule "n": ${fault}`))
  })
}

t.test('a fault and a warning say where they are', async (t) => {
  const reader = readerOf()

  reader.fault(['name'], 'is wrong', { inside: 3, cause: 'why' })
  reader.warn(['name'], 'is odd', 4)
  reader.warn([], 'is odd as a whole')

  t.same(reader.faults[0]?.place, { file: 'name', line: 3 })
  t.equal(reader.faults[0]?.cause, 'why')
  t.same(reader.warnings, [
    { place: { file: 'name', line: 4 }, text: 'rule "n": name is odd' },
    { place: { file: '', line: undefined }, text: 'rule "n": is odd as a whole' }
  ])
})

t.test('what stands there is shown short', async (t) => {
  t.equal(it(fields.long).length, 'it is '.length + 60)
  t.equal(it(() => 1), 'it is function')
})
