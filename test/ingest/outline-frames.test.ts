import fc from 'fast-check'
import t from 'tap'
import { Body } from '../../src/ingest/body.js'
import { Frames } from '../../src/ingest/frames.js'
import { frameArray, frameObjects } from '../../src/ingest/json-frames.js'
import { frameOutlinedArray, frameOutlinedObjects } from '../../src/ingest/outline-frames.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'
import { nearlyJson } from './sift/kernels.js'

const sieve = new Sieve()
const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 })
const joint = fc.constantFrom(',', ' , ', ' ', '', ',,', '\n', ';', '}')
const formats = [
  ['array', 1, '[', frameOutlinedArray, frameArray],
  ['objects', 0, '', frameOutlinedObjects, frameObjects]
] as const

for (const [title, base, open, outlined, slow] of formats) {
  t.test(`${title}: what the outline frames, a look at each byte frames as well`, async (t) => {
    let framed = 0
    const bodies = fc.oneof(
      fc.tuple(objects, joint, fc.constantFrom('', ' ', ']', '] ', ']]', ',]')).map(([records, joint, end]) => open + records.map((record) => JSON.stringify(record)).join(joint) + end),
      nearlyJson.map((text) => open + text)
    )

    fc.assert(fc.property(bodies, fc.nat(60), (text, cut) => {
      const whole = Buffer.from(text)
      const body = new Body([whole.subarray(0, cut), whole.subarray(cut)])
      const at = body.skipBlanks(0)
      const { outline } = sieve.scan(body, { from: at, base, maxEnds: 1000 })
      const [fast, expected] = [new Frames(body, 'json', 1000), new Frames(whole, 'json', 1000)]
      if (outline === undefined || !outlined(fast, at, outline)) return t.equal(fast.length, 0)
      framed++
      slow(expected, at)

      t.same([fast.starts, fast.ends, fast.whole, fast.faults], [expected.starts, expected.ends, expected.whole, expected.faults])
    }), { numRuns: 3000 })

    t.ok(framed > 50, 'what is whole is framed so')
  })
}

const refused: [string, string, 0 | 1][] = [
  ['elements that are no objects', '["{}",{}]', 1], ['lists in a list', '[[1]]', 1], ['two arrays', '[{}][{}]', 1], ['an empty array', '[]', 1], ['a comma at the end', '[{},]', 1], ['text behind the array', '[{}]x', 1],
  ['other bytes between', '{};{},{}', 0], ['text behind', '{};x', 0], ['a bracket between', '{}[{}[{}', 0], ['brackets between', '{}[{}]', 0]
]
for (const [title, text, base] of refused) {
  t.test(`${title}: the outline does not tell`, async (t) => {
    const body = new Body([Buffer.from(text)])
    const frames = new Frames(body, 'json', 1000)
    const { outline = { ends: [], plain: [] } } = sieve.scan(body, { from: 0, base, maxEnds: 1000 })

    t.equal((base === 1 ? frameOutlinedArray : frameOutlinedObjects)(frames, 0, outline), false)
    t.equal(frames.length, 0)
  })
}
