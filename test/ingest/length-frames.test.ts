import t from 'tap'
import { Frames } from '../../src/ingest/frames.js'
import { frameLengths, isLengthDelimited } from '../../src/ingest/length-frames.js'

t.test('records stand behind their length', async (t) => {
  const frames = new Frames(Buffer.concat([delimited('{"a":1}'), delimited('{"b":"\n"}\n')]), 'json', 100)

  frameLengths(frames, 0)

  t.same([frames.bytes(0).toString(), frames.bytes(1).toString()], ['{"a":1}', '{"b":"\n"}\n'])
  t.equal(frames.faults.size, 0)
})

for (const [title, end] of [['record', -2], ['length', -9]] as const) {
  t.test(`a ${title} that is cut off is a fault, what stands before it is kept`, async (t) => {
    const body = Buffer.concat([delimited('{"a":1}'), delimited('{"b":2}')]).subarray(0, end)
    const frames = new Frames(body, 'json', 100)

    frameLengths(frames, 0)

    t.equal(frames.length, 2)
    t.match(frames.faults.get(1), /cut off/)
  })
}

const cases: [string, Buffer, boolean][] = [
  ['an object behind its length', delimited('{"a":1}'), true],
  ['an object with a LF behind it', delimited('{"a":1}\n'), true],
  ['the beginning of an object', delimited('{"a":1}').subarray(0, 8), true],
  ['other bytes behind a length', delimited('\n\x05abcd'), false],
  ['a length that ends inside the object', Buffer.from('\0\0\0\x02{"a":1}'), false],
  ['a length of blanks alone', Buffer.from('\0\0\0\x01   {"a":1}'), false],
  ['text', Buffer.from('abcd{"a":1}'), false],
  ['too little', Buffer.from('\0\0\0\x01{'), false]
]
for (const [title, body, is] of cases) {
  t.test(`${title} is ${is ? '' : 'not '}length-delimited`, async (t) => { t.equal(isLengthDelimited(body, 0), is) })
}

function delimited (text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}
