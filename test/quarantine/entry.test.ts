import t from 'tap'
import fc from 'fast-check'
import { bytesOf, deliveryEntry, readEntry, recordEntry, recordIdOf, writeEntry } from '../../src/quarantine/entry.js'
import { alertRecord } from '../fixtures/alert-record.js'

const time = Date.UTC(2026, 2, 2, 9)
const origin = { tag: 'winlog', address: '10.0.0.7', shipper: 'Vector' }

t.test('a record has its place, its reason and its origin with it', async (t) => {
  const entry = recordEntry({ number: 7, reason: 'not JSON', bytes: Buffer.from('{"brok\tén') }, { origin, time, maxBytes: 100 })

  t.same(entry, {
    time: '2026-03-02T09:00:00.000Z', kind: 'record', reason: 'not JSON', address: '10.0.0.7', tag: 'winlog', shipper: 'Vector', number: 7, text: '{"brok\tén'
  })
})

const unreadable: [string, Buffer][] = [['not UTF-8', Buffer.from([0xff, 0x7b])], ['control characters', Buffer.from('a\0b')]]
for (const [title, bytes] of unreadable) {
  t.test(`bytes that are no text stand in base64: ${title}`, async (t) => {
    const entry = recordEntry({ number: 1, reason: 'r', bytes }, { origin, time, maxBytes: 100 })

    t.match(entry, { base64: bytes.toString('base64'), text: undefined })
  })
}

t.test('of a record that is too long the start is kept, and its length', async (t) => {
  const entry = recordEntry({ number: 1, reason: 'x'.repeat(5000), bytes: Buffer.from('abcdef') }, { origin: {}, time, maxBytes: 4 })

  t.match(entry, { text: 'abcd', cut: 6 })
  t.equal(entry.reason.length, 1000)
})

t.test('any bytes come back from their line as they were', async (t) => {
  const bytes = fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)))
  fc.assert(fc.property(bytes, (bytes) => {
    const entry = recordEntry({ number: 1, reason: 'r', bytes: Buffer.from(bytes) }, { origin, time, maxBytes: 1000 })

    const line = writeEntry({ id: 'a-1', ...entry })

    t.equal(line.indexOf(10), line.length - 1)
    t.same(bytesOf(readEntry(line.subarray(0, -1))!), Buffer.from(bytes))
  }))
})

t.test('an entry without bytes has none', async (t) => {
  t.equal(bytesOf({}).length, 0)
})

t.test('a delivery has its output and the whole alert record', async (t) => {
  const record = alertRecord('a')
  const entry = deliveryEntry(record, { output: 'siem', reason: 'HTTP 400', time })

  t.same(readEntry(writeEntry({ id: 'a-1', ...entry })), { id: 'a-1', time: '2026-03-02T09:00:00.000Z', kind: 'delivery', reason: 'HTTP 400', output: 'siem', record })
})

t.test('an alert record is known by its record id', async (t) => {
  t.equal(recordIdOf(alertRecord('a')), 'a:1')
  t.equal(recordIdOf({} as never), 'undefined')
})

const lines = [
  '', '{"id":"a-1","ti', 'null', '7', '{}', '{"id":"a-1","time":"t","kind":"other","reason":"r"}', '{"id":1,"time":"t","kind":"record","reason":"r"}',
  '{"id":"a-1","time":"t","kind":"record"}', '{"id":"a-1","kind":"record","reason":"r"}', '{"id":"a-1","time":"t","kind":"delivery","reason":"r"}',
  '{"id":"a-1","time":"t","kind":"delivery","reason":"r","output":"siem"}', '{"id":"a-1","time":"t","kind":"delivery","reason":"r","output":"siem","record":null}'
]
for (const line of lines) {
  t.test(`what is no entry is passed over: ${line}`, async (t) => {
    t.equal(readEntry(Buffer.from(line)), undefined)
  })
}
