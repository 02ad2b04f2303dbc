import { decode, ExtData } from '@msgpack/msgpack'
import t from 'tap'
import { encodeEntry, eventTime } from '../../src/outputs/forward-entry.js'

const times: [string, number, [number, number]][] = [
  ['a time to the millisecond', 1_772_442_000_250, [1_772_442_000, 250_000_000]],
  ['one before 1970', -1, [0, 0]],
  ['one beyond 32 bits of seconds', 1e16, [0xffffffff, 0]],
  ['what is none', NaN, [0, 0]]
]
for (const [title, time, [seconds, nanoseconds]] of times) {
  t.test(`${title} is an EventTime of ${seconds} s and ${nanoseconds} ns`, async (t) => {
    const { type, data } = eventTime(time)
    const bytes = Buffer.from(data as Uint8Array)

    t.same([type, bytes.length, bytes.readUInt32BE(0), bytes.readUInt32BE(4)], [0, 8, seconds, nanoseconds])
  })
}

t.test('an entry is its time and its record, as deep as records are read', async (t) => {
  const deep = JSON.parse(`${'{"a":'.repeat(128)}1${'}'.repeat(128)}`) as object

  const [time, record] = decode(encodeEntry(5000, deep), { maxDepth: 1000 } as object) as [ExtData, object]

  t.ok(time instanceof ExtData)
  t.equal(JSON.stringify(record), JSON.stringify(deep))
})

t.test('what is nested beyond that is not written', async (t) => {
  t.throws(() => encodeEntry(0, JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`)), /depth/i)
})
