import t from 'tap'
import { Frames } from '../../src/ingest/frames.js'
import { endOfLine, frameJsonLines, frameTextLines } from '../../src/ingest/line-frames.js'

const jsonLines: [string, string[]][] = [
  ['{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ['{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['{"a":1}\r\n\r\n {"b":2} \r\n', ['{"a":1}', '{"b":2}']],
  ['\n', []]
]
for (const [text, records] of jsonLines) {
  t.test(`the JSON lines ${JSON.stringify(text)} are taken apart, blank ones left out`, async (t) => {
    t.same(linesOf(text, frameJsonLines), records)
  })
}

const textLines: [string, string[]][] = [
  ['a\nb', ['a', 'b']],
  ['a\nb\n', ['a', 'b']],
  ['a\r\n b \r\n', ['a', ' b ']],
  ['\n\r\nc\n', ['', '', 'c']],
  ['a\r\rb\r\r\n', ['a\r\rb\r']]
]
for (const [text, records] of textLines) {
  t.test(`the text lines ${JSON.stringify(text)} are taken apart, empty ones kept`, async (t) => {
    t.same(linesOf(text, frameTextLines), records)
  })
}

t.test('the last line ends with the body', async (t) => {
  t.equal(endOfLine(Buffer.from('ab\ncd'), 0), 2)
  t.equal(endOfLine(Buffer.from('ab\ncd'), 3), 5)
})

function linesOf (text: string, take: (frames: Frames, at: number) => void): string[] {
  const frames = new Frames(Buffer.from(text), 'text', 1000)
  take(frames, 0)
  return Array.from({ length: frames.length }, (_, i) => frames.bytes(i).toString())
}
