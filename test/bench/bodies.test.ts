import t from 'tap'
import { Event } from '../../src/core/event.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { loadRules } from '../../src/rules/load.js'
import { createBody, createTemplate, type Body } from './bodies.js'

const formats = ['ndjson', 'array', 'msgpack'] as const
const noon = Date.UTC(2026, 2, 2, 12)
const rules = loadRules(['builtin'])

for (const format of formats) {
  for (const full of [false, true]) {
    for (const share of [0.004, 0.01]) {
      t.test(`${format}, ${full ? 4.8 : 1.7} KB: of a thousand records, ${share * 100} % meet the built-in rule, and each can be read`, async (t) => {
        const template = createTemplate({ format, full, share })
        const body = createBody(template)

        body.fill(123_456_789, noon, (slot) => 70_000_000 + slot)

        const { events, rejected } = read(body)
        const matched = events.filter((event) => rules.some(({ predicate }) => predicate(event)))
        t.same(rejected, [])
        t.equal(events.length, 1000)
        t.equal(matched.length, 1000 * share)
        t.equal(template.matched, matched.length)
        t.same(matched.map((event) => event.values('host.name')[0]).sort(), Array.from(matched, (_, slot) => `WS-${70_000_000 + slot}`))
        t.ok(events.every((event) => event.shape === 'ecs' && event.time() >= noon && event.time() < noon + 1000))
      })
    }
  }
}

t.test('a record has about 1.7 KB, or 4.8 with its message and its XML', async (t) => {
  for (const format of ['ndjson', 'array'] as const) {
    const [small, large] = [false, true].map((full) => createTemplate({ format, full, share: 0.01 }).bytes.length / 1000)

    t.ok(Math.abs(small! - 1700) < 100, `${small}`)
    t.ok(Math.abs(large! - 4800) < 250, `${large}`)
  }
})

for (const format of formats) {
  t.test(`${format}: no record comes twice, and no id`, async (t) => {
    const body = createBody(createTemplate({ format, share: 0.01 }))
    const [texts, ids] = [new Set<string>(), new Set<unknown>()]

    for (const [i, number] of [8, 9, 10, 99, 100].entries()) {
      body.fill(number, noon + i * 400, (slot) => number * 100 + slot)
      for (const event of read(body).events) {
        texts.add(JSON.stringify(event.record))
        ids.add(event.values('winlog.record_id')[0])
      }
    }

    t.equal(texts.size, 5000)
    t.equal(ids.size, 5000)
  })
}

t.test('filling leaves the length as it is, and no hole open', async (t) => {
  for (const format of formats) {
    const template = createTemplate({ format, full: true, share: 0.01 })
    const body = createBody(template)

    body.fill(1, noon, () => 1)

    t.equal(body.bytes.length, template.bytes.length)
    t.notOk(body.bytes.includes('{{'))
  }
})

function read ({ bytes }: Body) {
  const { records, rejected } = readBatch(Buffer.from(bytes), { maxRecord: 2 ** 20 })
  return { rejected, events: records.map(({ fields, time }) => new Event(fields, { arrival: noon, shipperTime: time })) }
}
