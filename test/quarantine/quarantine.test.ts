import t from 'tap'

import type { AlertRecord } from '../../src/core/alert.js'
import { createQuarantine } from '../../src/quarantine/quarantine.js'

t.test('records are counted by reason', async (t) => {
  const quarantine = createQuarantine({ log: logTo([]), clock: () => 0 })

  quarantine.add([rejected('not JSON'), rejected('too large')], {})
  quarantine.add([rejected('not JSON')], {})
  quarantine.add([], {})

  t.same(quarantine.stats(), { records: 3, bytes: 9, alerts: 0, reasons: { 'not JSON': 2, 'too large': 1 } })
})

t.test('a sender cannot make up reasons without end', async (t) => {
  const quarantine = createQuarantine({ log: logTo([]), clock: () => 0 })

  for (let i = 0; i < 1000; i++) quarantine.add([rejected(`reason ${i}`)], {})
  const { reasons } = quarantine.stats()

  t.equal(Object.keys(reasons).length, 51)
  t.equal(reasons.other, 950)
})

t.test('the log says so now and then, not each time, and forgets none', async (t) => {
  let now = 0
  const lines: object[] = []
  const quarantine = createQuarantine({ log: logTo(lines), clock: () => now, quiet: 1000 })

  for (now of [0, 10, 999, 1000]) quarantine.add([rejected('not JSON')], { tag: 'a' })

  t.same(lines, [
    { records: 1, number: 1, reason: 'not JSON', start: '{"a', origin: { tag: 'a' } },
    { records: 3, number: 1, reason: 'not JSON', start: '{"a', origin: { tag: 'a' } }
  ])
})

t.test('long reasons are cut, and every ten seconds is often enough', async (t) => {
  let now = 0
  const lines: object[] = []
  const quarantine = createQuarantine({ log: logTo(lines), clock: () => now })

  for (now of [0, 9_999, 10_000]) quarantine.add([rejected('x'.repeat(1000))], {})

  t.equal(lines.length, 2)
  t.same(Object.keys(quarantine.stats().reasons), ['x'.repeat(120)])
})

t.test('an alert that an output refused stands in the log whole', async (t) => {
  const lines: object[] = []
  const quarantine = createQuarantine({ log: logTo(lines), clock: () => 0 })
  const record = { message: 'an alert' } as AlertRecord

  quarantine.addAlert(record, { output: 'siem', reason: '400 no' })

  t.same(lines, [{ output: 'siem', reason: '400 no', record }])
  t.equal(quarantine.stats().alerts, 1)
})

function rejected (reason: string) {
  return { number: 1, reason, bytes: Buffer.from('{"a') }
}

function logTo (lines: object[]) {
  const warn = (details: object) => { lines.push(details) }
  return { error: warn, warn, info: warn, debug: warn }
}
