import t from 'tap'
import { Body } from '../../src/ingest/body.js'
import { Frames } from '../../src/ingest/frames.js'

t.test('a frame is a slice of the body, not a copy', async (t) => {
  const body = Buffer.from('{"a":1}{"b":2}')
  const frames = new Frames(body, 'json', 100)

  frames.add(0, 7)
  frames.add(7, 14)

  t.equal(frames.length, 2)
  t.equal(frames.bytes(1).toString(), '{"b":2}')
  t.equal(frames.bytes(1).buffer, body.buffer)
})

t.test('a record larger than maxRecord is a fault that names the limit', async (t) => {
  const frames = new Frames(Buffer.alloc(100), 'json', 10)

  frames.add(0, 10)
  frames.add(10, 21)

  t.same([...frames.faults], [[1, 'the record is larger than limits.max_record (10 bytes)']])
})

t.test('a fault counts as a frame', async (t) => {
  const frames = new Frames(Buffer.from('abc'), 'text', 10)

  frames.refuse(1, 3, 'why')

  t.equal(frames.length, 1)
  t.equal(frames.bytes(0).toString(), 'bc')
})

t.test('a frame is whole that begins and ends as a record of its kind', async (t) => {
  for (const [text, whole] of [['{}', true], ['"a"', true], ['{]', false], ['{', false], ['a}', false], ['12', false]] as const) {
    const frames = new Frames(Buffer.from(text), 'json', 100)
    frames.add(0, text.length)
    t.same(frames.whole, [whole], text)
  }
  const frames = new Frames(Buffer.from('abc'), 'text', 100)
  frames.add(0, 1)
  frames.refuse(1, 3, 'why')
  t.same(frames.whole, [true, false])
})

t.test('frames can be forgotten', async (t) => {
  const frames = new Frames(new Body([Buffer.from('ab'), Buffer.from('c')]), 'text', 10)
  frames.add(0, 1)
  frames.refuse(1, 3, 'why')
  t.equal(frames.bytes(1).toString(), 'bc')
  t.equal(frames.body.toString(), 'abc')

  frames.clear()

  t.equal(frames.length, 0)
  t.equal(frames.faults.size, 0)
})

t.test('more frames than maxRecords are refused with 413', async (t) => {
  const frames = new Frames(Buffer.from('abc'), 'text', 10, 2)
  frames.add(0, 1)
  frames.refuse(1, 2, 'why')

  t.throws(() => { frames.add(2, 3) }, { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE' })
  t.throws(() => { frames.refuse(2, 3, 'why') }, { code: 'TRIPLINE_BODY_TOO_LARGE' })
})
