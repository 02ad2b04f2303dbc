import { decode, encode, ExtData } from '@msgpack/msgpack'
import t from 'tap'
import { markPacked, openEntry, sizeOf } from '../../src/inline/packed-entry.js'

const mark = { rules: ['r1'], alerts: [] }
const time = new ExtData(0, Buffer.from([0, 0, 0, 5, 0, 0, 0, 9]))
const pack = (value: unknown) => Buffer.from(encode(value))

const entries: [string, Buffer, Buffer | undefined][] = [
  ['[time, record]', pack([time, { a: 1 }]), pack(time)],
  ['[[time, metadata], record]', pack([[time, { m: 1 }], { a: 1 }]), pack(time)],
  ['[[], record]', pack([[], { a: 1 }]), undefined],
  ['a record alone', pack({ a: 1 }), undefined],
  ['an array of another header', Buffer.concat([Buffer.from([0xdc, 0, 2]), pack(5), pack({ a: 1 })]), pack(5)],
  ['an array of the longest header', Buffer.concat([Buffer.from([0xdd, 0, 0, 0, 2]), pack(5), pack({ a: 1 })]), pack(5)]
]
for (const [title, bytes, expected] of entries) {
  t.test(`${title} is taken apart, its bytes as they are`, async (t) => {
    const entry = openEntry(bytes)

    t.same(entry?.record, pack({ a: 1 }))
    t.same(entry?.time, expected)
  })
}

t.test('what is no entry is none', async (t) => {
  for (const bytes of [pack(5), pack([1, 2]), pack([1, {}, 3]), pack([{ a: 1 }]), pack({ a: 1 }).subarray(0, 2), Buffer.alloc(0)]) t.equal(openEntry(bytes), undefined)
})

t.test('the mark is the last pair of the map', async (t) => {
  const record = pack({ a: 1, b: [{ tripline: 2 }] })

  const marked = markPacked(record, mark)

  t.same(decode(marked), { a: 1, b: [{ tripline: 2 }], tripline: mark })
  t.same(marked.subarray(1, record.length), record.subarray(1))
})

t.test('a map grows over the border of its header', async (t) => {
  for (const size of [15, 16, 70_000]) {
    const fields = Object.fromEntries(Array.from({ length: size }, (_, i) => [`f${i}`, i]))

    const marked = decode(markPacked(pack(fields), mark))

    t.equal(JSON.stringify(marked), JSON.stringify({ ...fields, tripline: mark }))
  }
})

const names: [string, Buffer][] = [
  ['a short text', pack('tripline')],
  ['a text of one byte of length', Buffer.concat([Buffer.from([0xd9, 8]), Buffer.from('tripline')])],
  ['a text of four', Buffer.concat([Buffer.from([0xdb, 0, 0, 0, 8]), Buffer.from('tripline')])],
  ['bytes', pack(Buffer.from('tripline'))]
]
for (const [title, name] of names) {
  t.test(`a tripline that the record brought as ${title} gets the mark instead`, async (t) => {
    const record = Buffer.concat([Buffer.from([0x82]), name, pack(1), pack('z'), pack(2)])

    t.same(markPacked(record, mark), Buffer.concat([Buffer.from([0x82]), name, pack(mark), pack('z'), pack(2)]))
  })
}

t.test('other names are not taken for it', async (t) => {
  for (const name of ['xtripline', 'triplinf', 'a-much-longer-tripline', '']) {
    t.same(decode(markPacked(pack({ [name]: 1 }), mark)), { [name]: 1, tripline: mark })
  }
})

t.test('the size of a container is in its header', async (t) => {
  t.same(sizeOf(pack({ a: 1 }), 'map'), { size: 1, header: 1 })
  t.equal(sizeOf(pack([1]), 'map'), undefined)
})
