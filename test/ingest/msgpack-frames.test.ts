import { encode, ExtData } from '@msgpack/msgpack'
import t from 'tap'
import { Frames } from '../../src/ingest/frames.js'
import { framePacked, isContainer } from '../../src/ingest/msgpack-frames.js'
import { readPacked } from '../../src/ingest/msgpack-read.js'

const time = eventTime(1_700_000_000)
const record = { a: 1 }

const cases: [string, unknown[], unknown[]][] = [
  ['[time, record]', [[5, record], [1.5, record]], [[5, record], [1.5, record]]],
  ['[[time, meta], record]', [[[time, {}], record]], [[['2023-11-14T22:13:20.000Z', {}], record]]],
  ['bare maps', [record, record], [record, record]],
  ['an array of maps', [[record, record], record], [record, record, record]],
  ['an array of one map', [[record]], [record]],
  ['an array of many maps', [Array(20).fill(record)], Array(20).fill(record)],
  ['an array of very many maps', [Array(70_000).fill(record)], Array(70_000).fill(record)],
  ['an array of two entries', [[[5, record], [6, record]]], [[5, record], [6, record]]],
  ['an array of three entries', [[[5, record], [6, record], [7, record]]], [[5, record], [6, record], [7, record]]],
  ['an empty array', [[]], []],
  ['group markers', [[[eventTime(0xffffffff), {}], record], [[time, {}], record], [[eventTime(0xfffffffe), null], null]], [[['2023-11-14T22:13:20.000Z', {}], record]]],
  ['old group markers', [[eventTime(0xfffffffe), {}]], []],
  ['entries without a record', [[[time, {}], null], [1, 2, 3]], [[['2023-11-14T22:13:20.000Z', {}], null], [1, 2, 3]]]
]
for (const [title, values, entries] of cases) {
  t.test(`${title} are taken apart`, async (t) => {
    const frames = framesOf(Buffer.concat(values.map((value) => encode(value))))

    t.equal(frames.faults.size, 0)
    t.same(Array.from({ length: frames.length }, (_, i) => readPacked(frames.bytes(i), 9)), entries)
  })
}

t.test('an envelope is one whatever the length of its header', async (t) => {
  const [head, packed] = [Buffer.from(encode([time, {}])), Buffer.from(encode(record))]
  for (const header of [[0x92], [0xdc, 0, 2], [0xdd, 0, 0, 0, 2]]) {
    const frames = framesOf(Buffer.concat([Buffer.from(header), head, packed, Buffer.from(header), head, packed]))

    t.equal(frames.faults.size, 0)
    t.same(Array.from({ length: frames.length }, (_, i) => readPacked(frames.bytes(i), 9)), Array(2).fill([['2023-11-14T22:13:20.000Z', {}], record]))
  }
})

t.test('an array whose header is cut off is a fault', async (t) => {
  for (const header of [[0xdc], [0xdc, 0], [0xdd, 0, 0]]) t.match(framesOf(Buffer.from(header)).faults.get(0), /cut off/)
})

t.test('an array inside an array of entries is not opened again, however deep', async (t) => {
  const frames = framesOf(Buffer.alloc(200_000, 0x91))

  t.equal(frames.length, 1)
  t.match(frames.faults.get(0), /cut off/)
})

const faults: [string, Buffer, number, string[]][] = [
  ['an entry that is cut off', Buffer.from(encode(record)).subarray(0, -1), 0, ['the record is cut off: the body ends before it does']],
  ['an envelope that is cut off', Buffer.from(encode([[time, {}], record])).subarray(0, 8), 0, ['the record is cut off: the body ends before it does']],
  ['a number in place of an entry', Buffer.from([5, 6, 7]), 0, ['the record is no valid MessagePack from its byte 1 on']],
  ['a byte that is no type', Buffer.from([0x81, 0xc1]), 0, ['the record is no valid MessagePack from its byte 2 on']]
]
for (const [title, bytes, good, reasons] of faults) {
  t.test(`${title} is a fault, what stands before it is kept`, async (t) => {
    const frames = framesOf(Buffer.concat([encode([[time, {}], record]), bytes]))

    t.equal(frames.length, 1 + good + reasons.length)
    t.same([...frames.faults.values()], reasons)
  })
}

t.test('half an array of maps gives its whole maps', async (t) => {
  const frames = framesOf(Buffer.from(encode([record, record, record])).subarray(0, -1))

  t.equal(frames.length, 3)
  t.same([...frames.faults.keys()], [2])
})

t.test('goes on at the next entry of Fluent Bit\'s behind a broken one', async (t) => {
  const entry = encode([[time, {}], record])
  const frames = framesOf(Buffer.concat([entry, Buffer.from([0x82, 0xa1, 0x61, 0xc1]), entry, entry]))

  t.same([...frames.faults.keys()], [1])
  t.equal(frames.length, 4)
})

t.test('every search has an end where a body is made of broken entries', async (t) => {
  const head = Buffer.from([0x92, 0x92, 0xd7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9f])
  const frames = framesOf(Buffer.concat([...Array<Buffer>(5000).fill(head), Buffer.from([0xc1, 0xc1])]))

  t.ok(frames.length > 0)
  t.equal(frames.faults.size, frames.length)
})

t.test('maps and arrays are what an entry can be', async (t) => {
  t.same([0x7f, 0x80, 0x9f, 0xa0, 0xdb, 0xdc, 0xdf, 0xe0].map(isContainer), [false, true, true, false, false, true, true, false])
})

function framesOf (body: Buffer): Frames {
  const frames = new Frames(body, 'msgpack', 1_000_000)
  framePacked(frames, 0)
  return frames
}

function eventTime (second: number): ExtData {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(second)
  return new ExtData(0, data)
}
