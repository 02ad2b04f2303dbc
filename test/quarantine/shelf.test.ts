import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import fc from 'fast-check'
import { deliveryEntry, full, readEntry, recordEntry, type NewEntry } from '../../src/quarantine/entry.js'
import { createDiskFolder, type Folder } from '../../src/quarantine/folder.js'
import { createMemoryFolder } from '../../src/quarantine/memory-folder.js'
import { entriesFile, listSegments, readWaiting, writeMarks } from '../../src/quarantine/segments.js'
import { Shelf } from '../../src/quarantine/shelf.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { createBrokenFolder } from '../fixtures/broken-folder.js'

const time = Date.UTC(2026, 2, 2, 9)
const all = { records: 100, bytes: 1e6 }

t.test('entries that are appended can be read, with an id of their own', async (t) => {
  const { shelf, folder } = await given()

  await Promise.all([shelf.append([record('a'), record('b')]), shelf.append([record('c')])])
  await shelf.append([])
  await shelf.append([record('d')])

  const entries = await waitingIn(folder)
  t.same(entries.map(({ text }) => text), ['a', 'b', 'c', 'd'])
  t.same(entries.map(({ id }) => id.split('-')[1]), ['1', '2', '3', '4'])
  t.match(shelf.stats(), { entries: 4, segments: 1 })
})

t.test('those that come while one is written share the next write', async (t) => {
  const folder = createMemoryFolder()
  let writes = 0
  let begin = () => {}
  const begun = new Promise<void>((resolve) => { begin = resolve })
  let go = () => {}
  const held = new Promise<void>((resolve) => { go = resolve })
  const { shelf } = await given({
    folder: {
      ...folder,
      async append (name, lines) {
        begin()
        if (writes++ === 0) await held
        return folder.append(name, lines)
      }
    }
  })

  const first = shelf.append([record('a')])
  await begun
  const others = ['b', 'c', 'd'].map((text) => shelf.append([record(text)]))
  go()
  await Promise.all([first, ...others])

  t.equal(writes, 2)
  t.same((await waitingIn(folder)).map(({ text }) => text), ['a', 'b', 'c', 'd'])
})

t.test('beyond its size a segment is followed by the next, beyond the limit the oldest goes', async (t) => {
  const lost: object[] = []
  const { shelf, folder } = await given({ limit: 2000, dropped: (one) => lost.push(one) })

  for (let i = 0; i < 20; i++) await shelf.append([record(String(i)), delivery(`x${i}`)])

  const { size, entries } = shelf.stats()
  t.ok(size <= 2000)
  const kept = await waitingIn(folder)
  t.equal(kept.length, entries)
  t.same(kept.at(-1)?.record?.['kibana.alert.uuid'], 'x19')
  t.equal(lost.reduce((sum, one) => sum + (one as { entries: number }).entries, 0), 40 - entries)
  t.equal(lost.reduce((sum, one) => sum + (one as { deliveries: number }).deliveries, 0) + shelf.waiting('siem'), 20)
  t.equal((await shelf.next('siem', all))[0]?.record['kibana.alert.uuid'], kept.find(({ kind }) => kind === 'delivery')?.record?.['kibana.alert.uuid'])
})

t.test('one entry larger than everything is kept as long as it is the newest', async (t) => {
  const { shelf, folder } = await given({ limit: 100 })

  await shelf.append([record('x'.repeat(500))])
  t.equal((await waitingIn(folder)).length, 1)
  await shelf.append([record('y')])

  t.same((await waitingIn(folder)).map(({ text }) => text), ['y'])
})

t.test('deliveries that wait for their output come back in order, within bounds, until they are done', async (t) => {
  const { shelf, folder } = await given()
  await shelf.append([delivery('a'), delivery('b', 'other'), delivery('c'), { ...delivery('refused'), reason: 'HTTP 400' }, record('r'), delivery('d')])

  t.equal(shelf.waiting('siem'), 3)
  t.ok(shelf.has('siem', 'a:1') && !shelf.has('siem', 'b:1') && !shelf.has('nobody', 'a:1'))
  t.same(names(await shelf.next('siem', all)), ['a', 'c', 'd'])
  t.same(names(await shelf.next('siem', { records: 2, bytes: 1e6 })), ['a', 'c'])
  t.same(await shelf.next('siem', { records: 2, bytes: 1 }), [{ position: 1, record: alertRecord('a'), json: JSON.stringify(alertRecord('a')) }])
  t.equal(await shelf.done('siem', ['a:1', 'unknown:1', 'b:1']), 1)

  t.same(names(await shelf.next('siem', all)), ['c', 'd'])
  t.same(await shelf.next('nobody', all), [])
  t.equal(await shelf.done('nobody', ['a:1']), 0)
  t.equal(shelf.waiting('nobody'), 0)
  t.equal((await waitingIn(folder)).length, 5)
})

t.test('a later run finds what was there, in order, and what is done stays done', async (t) => {
  const folder = createMemoryFolder()
  const { shelf } = await given({ folder })
  await shelf.append([delivery('a'), delivery('b'), record('r')])
  await shelf.done('siem', ['a:1'])

  const { shelf: second } = await given({ folder })
  await second.append([delivery('c')])

  t.same(names(await second.next('siem', all)), ['b'], 'one segment at a time')
  await second.done('siem', ['b:1'])
  t.same(names(await second.next('siem', all)), ['c'])
  t.same((await waitingIn(folder)).map(({ text, record }) => text ?? record?.['kibana.alert.uuid']), ['r', 'c'])
})

t.test('a segment of which all is done goes, at once or at the next start', async (t) => {
  const folder = createMemoryFolder()
  const { shelf } = await given({ folder })
  await shelf.append([delivery('a'), delivery('b')])
  await shelf.done('siem', ['a:1', 'b:1'])
  t.equal((await listSegments(folder)).length, 1, 'the newest stays')

  const { shelf: second } = await given({ folder })
  t.equal((await folder.files()).length, 0)
  await second.append([delivery('c')])
  const { shelf: third } = await given({ folder })
  await third.append([delivery('d')])
  await third.done('siem', ['c:1', 'd:1'])

  t.same((await listSegments(folder)).length, 1)
})

t.test('what has nothing of ours in it is left alone, marks without entries are not', async (t) => {
  const folder = createMemoryFolder()
  await folder.append('000000001.ndjson', Buffer.from('somebody\'s notes\n'))
  await folder.append('000000002.ndjson', Buffer.alloc(0))
  await folder.append('000000003.done.ndjson', Buffer.from('{"done":"000000003-1"}\n'))

  await given({ folder })

  t.same((await folder.files()).map(({ name }) => name), ['000000001.ndjson'])
})

t.test('what somebody else marked as done does not come again', async (t) => {
  const { shelf, folder } = await given()
  await shelf.append([delivery('a'), delivery('b'), record('r')])
  const [first, , last] = await waitingIn(folder)
  const [segment] = await listSegments(folder)

  await writeMarks(folder, segment!.name, { ids: [first!.id, last!.id, `${segment!.name}-99`], time })

  t.same(names(await shelf.next('siem', all)), ['b'])
  const [second] = await waitingIn(folder)
  await writeMarks(folder, segment!.name, { ids: [second!.id], time })
  t.same(await shelf.next('siem', all), [])
})

t.test('a file that somebody took away, or overwrote, is forgotten', async (t) => {
  const { shelf, folder } = await given()
  await shelf.append([delivery('a'), delivery('b')])
  const [segment] = await listSegments(folder)
  await folder.remove(entriesFile(segment!.name))
  t.same(await shelf.next('siem', all), [])
  t.equal(shelf.waiting('siem'), 0)

  await shelf.append([delivery('c')])
  await folder.remove(entriesFile(segment!.name))
  await folder.append(entriesFile(segment!.name), Buffer.from('x'.repeat(1000)))

  t.same(await shelf.next('siem', all), [])
})

t.test('a write that fails rejects and harms nothing; the next one may succeed', async (t) => {
  const folder = createBrokenFolder()
  const { shelf } = await given({ folder })
  await shelf.append([delivery('a')])

  folder.fails.add('append')
  await t.rejects(shelf.append([record('b')]), { code: 'ENOSPC' })
  await t.rejects(shelf.done('siem', ['a:1']), { code: 'ENOSPC' })
  t.equal(shelf.waiting('siem'), 1)
  folder.fails.clear()
  folder.fails.add('slices')
  await t.rejects(shelf.next('siem', all), { code: 'ENOSPC' })
  folder.fails.clear()
  await shelf.append([record('c')])
  await shelf.settled()

  t.same((await waitingIn(folder)).map(({ text }) => text), [undefined, 'c'])
})

t.test('what is written is written, even if the oldest cannot go at once', async (t) => {
  const folder = createBrokenFolder()
  const { shelf } = await given({ folder, limit: 600 })
  await shelf.append([record('a'.repeat(200))])
  await shelf.append([record('b'.repeat(200))])
  folder.fails.add('remove')

  await shelf.append([record('c'.repeat(200))])
  await t.rejects(shelf.append([record('d')]), { code: 'ENOSPC' })
  folder.fails.clear()
  await shelf.append([record('e')])

  t.same((await waitingIn(folder)).map(({ text }) => text?.[0]), ['c', 'e'])
})

t.test('whatever is appended, rotated, cut off and opened again, what was safe is read back', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), texts: fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) }
  )
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.integer({ min: 800, max: 4000 }), async (steps, segment) => {
    const path = t.testdir({})
    const folder = createDiskFolder(path)
    let { shelf } = await given({ folder, limit: segment * 8 })
    const safe: string[] = []
    for (const step of steps) {
      if (step.do === 'append') {
        await shelf.append(step.texts.map((text) => record(text)))
        safe.push(...step.texts)
      } else {
        const last = (await listSegments(folder)).at(-1)?.name
        // A line that was being written when the process was killed, cut off at any byte of it.
        const line = JSON.stringify({ id: `${last}-77`, ...record('never answered') })
        if (step.do === 'kill' && last !== undefined) appendFileSync(join(path, entriesFile(last)), line.slice(0, Math.floor(step.part * line.length)))
        shelf = (await given({ folder, limit: segment * 8 })).shelf
      }
    }

    const read = (await waitingIn(folder)).map(textOf)

    // Old segments may have gone, but from the oldest on.
    t.ok(read.length === safe.length || shelf.stats().segments > 1)
    t.same(read, safe.slice(safe.length - read.length))
  }), { numRuns: 40 })
})

async function given ({ folder = createMemoryFolder(), limit = 1e6, dropped }: { folder?: Folder, limit?: number, dropped?: (lost: object) => void } = {}) {
  const shelf = new Shelf({ folder, limit, clock: () => time, dropped })
  await shelf.open()
  return { shelf, folder }
}

function record (text: string): NewEntry {
  return recordEntry({ number: 1, reason: 'not JSON', bytes: Buffer.from(text) }, { origin: {}, time, maxBytes: 1000 })
}

function delivery (name: string, output = 'siem'): NewEntry {
  return deliveryEntry(alertRecord(name), { output, reason: full, time })
}

function textOf ({ text, base64 = '' }: NewEntry): string {
  return text ?? Buffer.from(base64, 'base64').toString()
}

async function waitingIn (folder: Folder) {
  const found: NonNullable<ReturnType<typeof readEntry>>[] = []
  for await (const entry of readWaiting(folder)) found.push(entry)
  return found
}

function names (deliveries: { record: object }[]): unknown[] {
  return deliveries.map(({ record }) => (record as Record<string, unknown>)['kibana.alert.uuid'])
}
