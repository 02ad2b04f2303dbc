import t from 'tap'
import { Frames } from '../../src/ingest/frames.js'
import { findSeparator, frameArray, frameObjects } from '../../src/ingest/json-frames.js'

const arrays: [string, string[], string[]][] = [
  ['[]', [], []],
  ['[ ]\n', [], []],
  ['[{"a":1},{"b":[{"c":","}]}]', ['{"a":1}', '{"b":[{"c":","}]}'], []],
  ['[\n  {\n    "a": 1\n  },\n  {}\n]\n', ['{\n    "a": 1\n  }', '{}'], []],
  ['["x",1,null,[2],{"a":1}]', ['"x"', '1', 'null', '[2]', '{"a":1}'], []],
  ['[{"a":1},,{"b":2},]', ['{"a":1}', '{"b":2}'], []],
  ['[{"a":1}][{"b":2}]', ['{"a":1}', '{"b":2}'], []],
  ['[{"a":1}]\n[{"b":2}]\n', ['{"a":1}', '{"b":2}'], []],
  ['[{"a":1}] rest', ['{"a":1}'], ['rest']],
  ['[{"a":1},{"b":2', ['{"a":1}'], ['{"b":2']],
  ['[{"a":1},{"b":"', ['{"a":1}'], ['{"b":"']],
  ['[{"a":1},', ['{"a":1}'], ['']],
  ['[{"a":1}', ['{"a":1}'], ['']],
  ['[', [], ['']],
  ['[{"a":1} {"b":2}]', ['{"a":1}', '{"b":2}'], []],
  ['[}{"a":1}]', ['{"a":1}'], ['}']]
]
for (const [text, records, rejected] of arrays) {
  t.test(`the array ${JSON.stringify(text)} is taken apart`, async (t) => {
    t.same(borders(text, frameArray), { records, rejected })
  })
}

const objects: [string, string[], string[]][] = [
  ['{"a":1}', ['{"a":1}'], []],
  ['{"a":1}{"b":"}{"}', ['{"a":1}', '{"b":"}{"}'], []],
  ['{"a":1},{"b":2},', ['{"a":1}', '{"b":2}'], []],
  ['{"a":1}|{"b":2}|\n', ['{"a":1}', '{"b":2}'], []],
  ['{"a":1}\0{"b":2}\0', ['{"a":1}', '{"b":2}'], []],
  ['{\n"a":1\n}\n{\n"b":2\n}\n', ['{\n"a":1\n}', '{\n"b":2\n}'], []],
  ['{"a":1}{"b":2', ['{"a":1}'], ['{"b":2']],
  ['{"a":1},{"b":2};{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}'], [';']],
  ['{"a', [], ['{"a']]
]
for (const [text, records, rejected] of objects) {
  t.test(`the objects ${JSON.stringify(text)} are taken apart`, async (t) => {
    t.same(borders(text, frameObjects), { records, rejected })
  })
}

t.test('a wrapped array ends where its wrapper says', async (t) => {
  const text = '{"events":[{"a":1}],"x":1}'

  t.same(borders(text, (frames) => { frameArray(frames, 10, 19) }), { records: ['{"a":1}'], rejected: [] })
})

t.test('the separator is the byte behind the first object', async (t) => {
  t.equal(findSeparator(Buffer.from('{} |{}'), 2), 0x7c)
  t.equal(findSeparator(Buffer.from('{} {}'), 2), -1)
  t.equal(findSeparator(Buffer.from('{}\n'), 2), -1)
})

function borders (text: string, take: (frames: Frames, at: number) => void): { records: string[], rejected: string[] } {
  const frames = new Frames(Buffer.from(text), 'json', 1000)
  take(frames, 0)
  const found = Array.from({ length: frames.length }, (_, i) => ({ text: frames.bytes(i).toString(), fault: frames.faults.has(i) }))
  return { records: found.filter(({ fault }) => !fault).map(({ text }) => text), rejected: found.filter(({ fault }) => fault).map(({ text }) => text) }
}
