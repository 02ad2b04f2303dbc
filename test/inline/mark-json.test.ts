import fc from 'fast-check'
import t from 'tap'
import { markJson } from '../../src/inline/mark-json.js'

const mark = { rules: ['r1'], alerts: ['u1'] }
const told = '"tripline":{"rules":["r1"],"alerts":["u1"]}'

const cases: [string, string, string][] = [
  ['behind the last member', '{"a":1}', `{"a":1,${told}}`],
  ['in an empty object', '{ }', `{ ${told}}`],
  ['before the blanks that end the object stand', '{"a": "}" \n}', `{"a": "}" \n,${told}}`],
  ['in place of the one that it brought', '{"tripline" : {"rules":[]} , "b":[1,{}]}', `{"tripline" : ${told.slice(11)} , "b":[1,{}]}`],
  ['in place of one whose name is escaped', '{"tripl\\u0069ne":1}', `{"tripl\\u0069ne":${told.slice(11)}}`],
  ['in place of the last one, which counts', '{"tripline":1,"tripline":2}', `{"tripline":1,"tripline":${told.slice(11)}}`],
  ['not in an object inside', '{"a":{"tripline":1}}', `{"a":{"tripline":1},${told}}`],
  ['in the record that is wrapped', '{"log":{"a":1}}', `{"log":{"a":1,${told}}}`],
  ['in the empty record that is wrapped', '{"log": { } }', `{"log": { ${told}} }`],
  ['beside a wrapper that has neighbours', '{"log":{"a":1},"b":2}', `{"log":{"a":1},"b":2,${told}}`],
  ['beside a text of the wrapper\'s name', '{"log":"{}"}', `{"log":"{}",${told}}`],
  ['beside another only object', '{"event":{"a":1}}', `{"event":{"a":1},${told}}`]
]
for (const [title, before, after] of cases) {
  t.test(`the mark stands ${title}`, async (t) => {
    t.equal(markJson(Buffer.from(before), mark).toString(), after)
  })
}

t.test('bytes that are no UTF-8 stay as they are', async (t) => {
  const bytes = Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xc0, ...Buffer.from('"}')])

  t.same(markJson(bytes, mark), Buffer.concat([bytes.subarray(0, -1), Buffer.from(`,${told}}`)]))
})

t.test('whatever the object holds, it gains the mark and nothing else', async (t) => {
  fc.assert(fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), fc.constantFrom('', ' ', '\t', 2), (object, space) => {
    const text = JSON.stringify(object, null, space)

    const marked = JSON.parse(markJson(Buffer.from(text), mark).toString()) as object

    const names = Object.keys(object)
    if (names.length === 1 && ['log', 'metric', 'trace'].includes(names[0] as string)) return
    t.same(marked, { ...JSON.parse(text) as object, tripline: mark })
  }))
})
