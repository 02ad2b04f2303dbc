import { join } from 'node:path'
import t from 'tap'
import { createDiskFolder, type Folder } from '../../src/quarantine/folder.js'
import { openQuarantine, quarantinePath, type QuarantineOptions } from '../../src/quarantine/quarantine.js'
import { readWaiting } from '../../src/quarantine/segments.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { createBrokenFolder } from '../fixtures/broken-folder.js'

const all = { records: 100, bytes: 1e6 }

t.test('records are kept, and counted by reason', async (t) => {
  const folder = createBrokenFolder()
  const { quarantine } = await given({ folder })

  await quarantine.add([rejected('not JSON'), rejected('too large', 2)], { tag: 'winlog' })
  await quarantine.add([rejected('not JSON', 3)], {})
  await quarantine.add([], {})

  t.match(quarantine.stats(), { records: 3, bytes: 9, alerts: 0, reasons: { 'not JSON': 2, 'too large': 1 }, entries: 3, dropped: 0, fault: undefined })
  t.match(await entriesOf(folder), [{ kind: 'record', reason: 'not JSON', tag: 'winlog', text: '{"a' }, { number: 2 }, { number: 3 }])
})

t.test('in a state folder they are there after the process has ended', async (t) => {
  const dir = t.testdir()
  const { quarantine } = await given({ state: { dir } })
  await quarantine.add([rejected('not JSON')], {})
  await quarantine.moveIn([alertRecord('a')], 'siem')
  await quarantine.close()

  const { quarantine: second } = await given({ state: { dir } })

  t.match(second.stats(), { entries: 2 })
  t.equal(second.waiting('siem'), 1)
  t.equal((await entriesOf(createDiskFolder(join(dir, 'quarantine')))).length, 2)
})

t.test('a folder that cannot be read is told with its place', async (t) => {
  const dir = t.testdir({ quarantine: 'no folder' })
  const folder = createBrokenFolder()
  folder.fails.add('files')

  await t.rejects(given({ state: { dir } }), { code: 'TRIPLINE_BAD_STATE', message: /quarantine cannot be read: ENOTDIR.*--state/, place: { file: quarantinePath(dir) } })
  await t.rejects(given({ folder }), { code: 'TRIPLINE_BAD_STATE' })
})

t.test('a batch that comes again is not kept twice within an hour, nor while it is being written', async (t) => {
  const { quarantine, time } = await given()

  await Promise.all([quarantine.add([rejected('not JSON')], {}), quarantine.add([rejected('not JSON')], {})])
  time.now += 3_600_000
  await quarantine.add([rejected('not JSON')], {})
  t.match(quarantine.stats(), { records: 1, entries: 1 })
  time.now += 1
  await quarantine.add([rejected('not JSON', 2)], {})
  await quarantine.add([rejected('not JSON')], {})

  t.match(quarantine.stats(), { records: 3, entries: 3 })
})

t.test('what could not be written rejects, is told once, and is kept when it comes again', async (t) => {
  const folder = createBrokenFolder()
  const { quarantine, lines } = await given({ folder })
  folder.fails.add('append')

  await t.rejects(quarantine.add([rejected('not JSON')], {}), { code: 'ENOSPC' })
  await t.rejects(quarantine.add([rejected('not JSON')], {}), { code: 'ENOSPC' })
  await t.rejects(quarantine.addAlert(alertRecord('a'), { output: 'siem', reason: 'HTTP 400' }), { code: 'ENOSPC' })
  t.match(quarantine.stats(), { records: 0, alerts: 0, entries: 0, fault: 'disk full' })
  folder.fails.clear()
  await quarantine.add([rejected('not JSON')], {})

  t.match(quarantine.stats(), { records: 1, entries: 1, fault: undefined })
  t.same(lines.map(([, message]) => message), [
    'the quarantine cannot be written: batches with unreadable records are refused until it can',
    'the quarantine can be written again',
    'records could not be read'
  ])
})

t.test('a sender cannot make up reasons or batches without end', async (t) => {
  const { quarantine } = await given()

  const batches = Array.from({ length: 10_050 }, (_, i) => quarantine.add([rejected(`reason ${i}`, i)], {}))
  await Promise.all(batches)
  const { reasons } = quarantine.stats()

  t.equal(Object.keys(reasons).length, 51)
  t.equal(reasons.other, 10_000)
})

t.test('the log says so now and then, not each time, and forgets none', async (t) => {
  const { quarantine, time, lines } = await given({ quiet: 1000 })

  for (const [i, now] of [0, 10, 999, 1000].entries()) {
    time.now = now
    await quarantine.add([rejected('not JSON', i)], { tag: 'a' })
  }

  t.same(lines, [
    [{ records: 1, number: 0, reason: 'not JSON', start: '{"a', origin: { tag: 'a' } }, 'records could not be read'],
    [{ records: 3, number: 3, reason: 'not JSON', start: '{"a', origin: { tag: 'a' } }, 'records could not be read']
  ])
})

t.test('long reasons are cut, and every ten seconds is often enough', async (t) => {
  const { quarantine, time, lines } = await given()

  for (const [i, now] of [0, 9_999, 10_000].entries()) {
    time.now = now
    await quarantine.add([rejected('x'.repeat(1000), i)], {})
  }

  t.equal(lines.length, 2)
  t.same(Object.keys(quarantine.stats().reasons), ['x'.repeat(120)])
})

t.test('an alert that an output refused is kept; where the process is all that keeps it, the log has it, too', async (t) => {
  const record = alertRecord('a')
  const { quarantine, lines } = await given()
  await quarantine.addAlert(record, { output: 'siem', reason: '400 no' })
  const { quarantine: onDisk, lines: linesOnDisk } = await given({ state: { dir: t.testdir() } })
  await onDisk.addAlert(record, { output: 'siem', reason: '400 no' })

  t.same(lines, [[{ output: 'siem', reason: '400 no', record }, 'an alert record was refused']])
  t.same(linesOnDisk, [[{ output: 'siem', reason: '400 no', id: 'a:1' }, 'an alert record was refused']])
  t.match(quarantine.stats(), { alerts: 1, entries: 1 })
  t.equal(quarantine.waiting('siem'), 0, 'it does not leave by itself')
})

t.test('alert records that were moved in come out again, once', async (t) => {
  const { quarantine } = await given()
  const [a, b] = [alertRecord('a'), alertRecord('b')]

  await quarantine.moveIn([a], 'siem')
  await quarantine.moveIn([a, b], 'siem')
  await quarantine.moveIn([a], 'siem')
  t.same((await quarantine.next('siem', all)).map(({ record }) => record), [a, b])
  t.equal(await quarantine.done('siem', [a]), 1)

  t.same((await quarantine.next('siem', all)).map(({ record }) => record), [b])
  t.equal(quarantine.waiting('siem'), 1)
})

t.test('the oldest entries go when it is full, which is counted and told; memory has a bound of its own', async (t) => {
  const { quarantine, lines } = await given({ limit: 1000, state: { dir: t.testdir() } })
  for (let i = 0; i < 20; i++) await quarantine.add([rejected('not JSON', i)], {})
  const { quarantine: inMemory } = await given({ limit: 1e9 })
  for (let i = 0; i < 6; i++) await inMemory.add([{ ...rejected('too large', i), bytes: Buffer.alloc(10e6, 'x') }], {})

  const { dropped, entries, size } = quarantine.stats()
  t.equal(dropped + entries, 20)
  t.ok(size <= 1000)
  t.equal(lines.filter(([, message]) => /quarantine is full/.test(message)).length, 1)
  t.ok(inMemory.stats().size <= 16 * 1024 * 1024)
})

async function given (options: Partial<QuarantineOptions> = {}) {
  const time = { now: 0 }
  const lines: [object, string][] = []
  const line = (details: object, message: string) => { lines.push([details, message]) }
  const quarantine = await openQuarantine({ state: 'memory', limit: 1e8, clock: () => time.now, log: { error: line, warn: line, info: line, debug: line }, ...options })
  return { quarantine, time, lines }
}

async function entriesOf (folder: Folder) {
  const found: object[] = []
  for await (const entry of readWaiting(folder)) found.push(entry)
  return found
}

function rejected (reason: string, number = 1) {
  return { number, reason, bytes: Buffer.from('{"a') }
}
