import t from 'tap'
import { Frames } from '../../src/ingest/frames.js'
import { resume, skipSeparators } from '../../src/ingest/json-resume.js'

const array = { separator: 0x2c, array: true }
const concatenated = { separator: -1 }
const piped = { separator: 0x7c }

const cases: [string, string, { separator: number, array?: boolean }, string[], string[]][] = [
  ['a quote that is not closed', '{"a":1},{"b":"x},{"c":3},{"d":"4"}]', array, ['{"a":1}', '{"c":3}', '{"d":"4"}'], ['{"b":"x},']],
  ['a value that is none', '{"a":tru},{"b":2}]', array, ['{"b":2}'], ['{"a":tru},']],
  ['no comma between two records', '{"a":1} {"b":2}]', array, ['{"a":1}', '{"b":2}'], []],
  ['rubbish between two records', '{"a":1}rubbish,{"b":2}]', array, ['{"a":1}', '{"b":2}'], ['rubbish,']],
  ['rubbish first', 'x,{"b":2}', array, ['{"b":2}'], ['x,']],
  ['a list inside the broken record', '{"a":tru,"l":[{"x":1},{"y":2}]},{"b":2}]', array, ['{"b":2}'], ['{"a":tru,"l":[{"x":1},{"y":2}]},']],
  ['a list inside a broken last record', '{"a":tru,"l":[{"x":1},{"y":2}]}', concatenated, [], ['{"a":tru,"l":[{"x":1},{"y":2}]}']],
  ['two broken ones', '{"a":tru},{"b":2},{"c":nul},{"d":4}]', array, ['{"b":2}', '{"d":4}'], ['{"a":tru},', '{"c":nul},']],
  ['a record that is cut off', '{"a":1},{"b":[{"c":1},{"d":', array, ['{"a":1}'], ['{"b":[{"c":1},{"d":']],
  ['no separator', '{"a":"x}{"b":2}{"c":"3"}', concatenated, ['{"b":2}', '{"c":"3"}'], ['{"a":"x}']],
  ['another separator', '{"a":"x}|{"b":2}|{"c":"3"}|', piped, ['{"b":2}', '{"c":"3"}'], ['{"a":"x}|']],
  ['nothing whole behind it', '{"a":tru},{"b":nul}', array, [], ['{"a":tru},{"b":nul}']],
  ['more records than are looked at', `{"a":tru},${Array(99).fill('{"b":2}').join(',')}]`, array, Array<string>(99).fill('{"b":2}'), ['{"a":tru},']],
  ['an object behind a colon', '{"a":tru "x":{"y":1}}', concatenated, [], ['{"a":tru "x":{"y":1}}']],
  ['a text that is cut off', '"{},{}","{},{}', array, ['"{},{}"'], ['"{},{}']],
  ['a line end before the next', '{"a":tru\n{"b":2}', concatenated, ['{"b":2}'], ['{"a":tru\n']]
]
for (const [title, text, stretch, records, rejected] of cases) {
  t.test(`${title} costs nothing but itself`, async (t) => {
    const frames = new Frames(Buffer.from(text), 'json', 1000)

    resume(frames, { from: 0, to: text.length, ...stretch })

    const indexes = Array.from({ length: frames.length }, (_, i) => i)
    t.same(indexes.filter((i) => !frames.faults.has(i)).map((i) => frames.bytes(i).toString()), records)
    t.same(indexes.filter((i) => frames.faults.has(i)).map((i) => frames.bytes(i).toString()), rejected)
  })
}

t.test('the reason says where', async (t) => {
  const frames = new Frames(Buffer.from('{"a":tru}, {"b":2}x'), 'json', 1000)

  resume(frames, { from: 0, to: frames.body.length, separator: 0x2c })

  t.same([...frames.faults.values()], ['the record is no valid JSON from its byte 6 on'])
})

t.test('gives up the rest where a body makes every search long', async (t) => {
  const text = '{"a":tru}' + ',{"a":[1'.repeat(20_000)
  const frames = new Frames(Buffer.from(text), 'json', 1000)

  resume(frames, { from: 0, to: text.length, separator: 0x2c, array: true })

  t.equal(frames.length, 1)
  t.equal(frames.bytes(0).length, text.length)
})

t.test('blanks and separators are skipped up to the end of the stretch', async (t) => {
  t.equal(skipSeparators(Buffer.from(' , , {'), 0, { from: 0, to: 6, separator: 0x2c }), 5)
  t.equal(skipSeparators(Buffer.from('    '), 0, { from: 0, to: 2, separator: -1 }), 2)
})
