import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import t, { type Test } from 'tap'
import { LmdbStore, type LmdbStoreOptions } from '../../src/store/lmdb.js'
import type { Answer } from '../../src/store/store.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { noTmpfs } from '../fixtures/tmpfs.js'
import { keptBy, testStoreContract } from './contract.js'

const answer: Answer = { received: 1, matched: 1, alerts: 0, rejected: 0 }
const everything = { records: 1000, bytes: 1e9 }
const folders = new WeakMap<Test, string>()
const made: string[] = []

testStoreContract(t, { create: (t, options) => new LmdbStore({ dir: folderOf(t), ...options }), durable: true })

t.test('a commit resolves only when it is on the disk', async (t) => {
  let flush = () => {}
  let held = false
  const store = storeOf(t, { flush: async (root) => { if (held) await new Promise<void>((resolve) => { flush = resolve }); else await root.flushed } })
  await store.open(['siem'])
  held = true
  let resolved = false

  const commit = store.commit({ steps: [1], alerts: [], answers: [] }).then(() => { resolved = true })
  await new Promise((resolve) => setTimeout(resolve, 50))

  t.equal(resolved, false)
  held = false
  flush()
  await commit
  t.equal(resolved, true)
  await store.close()
})

t.test('steps are kept in order until states take their place', async (t) => {
  const store = storeOf(t)
  await store.open([])
  for (let i = 0; i < 300; i++) await store.commit({ steps: [{ i }], alerts: [], answers: [] })
  t.same((await keptBy(store)).steps, Array.from({ length: 300 }, (_, i) => ({ i })))

  await store.commit({ steps: ['after'], states: new Map<string, unknown>([['x', 1], ['y', 2]]), alerts: [], answers: [] })
  t.same(await keptBy(store), { states: { x: 1, y: 2 }, steps: ['after'], answers: [] })
  await store.commit({ steps: [], states: new Map<string, unknown>([['y', null], ['z'.repeat(5000), 3]]), alerts: [], answers: [] })

  t.same(await keptBy(store), { states: { x: 1, ['z'.repeat(5000)]: 3 }, steps: [], answers: [] })
  await store.close()
})

t.test('what JSON cannot say of a record counts after a crash as it did before', async (t) => {
  const store = storeOf(t)
  await store.open([])
  const record = { id: 2n ** 63n, sizes: [Infinity, -Infinity, NaN, 1.5, null], bytes: Buffer.from('x'), view: new Uint8Array(1) }

  await store.commit({ steps: [record, { a: null }], alerts: [], answers: [] })

  t.strictSame((await keptBy(store)).steps, [{ id: '9223372036854775808', sizes: [Infinity, -Infinity, NaN, 1.5, null], bytes: null, view: null }, { a: null }])
  await store.close()
})

t.test('answers are kept for an hour', async (t) => {
  let now = 0
  const store = storeOf(t, { clock: () => now })
  await store.open([])
  await store.commit({ steps: [], alerts: [], answers: [['a', answer]] })
  now = 1_800_000
  await store.commit({ steps: [], alerts: [], answers: [['b', answer]] })
  now = 3_600_001

  t.same((await keptBy(store)).answers, [['b', answer, 1_800_000]])
  await store.commit({ steps: [], alerts: [], answers: [['c', answer]] })
  now = 0
  await store.close()
  const again = storeOf(t, { clock: () => now })

  t.same((await keptBy(again)).answers.map((kept) => (kept as unknown[])[0]), ['b', 'c'], 'the first is gone from the file')
  await again.close()
})

t.test('alerts and cursors go on after a restart at the positions where they were', async (t) => {
  const store = storeOf(t)
  await store.open(['siem', 'disk'])
  await store.commit({ steps: [], alerts: ['a', 'b', 'c'].map((name) => alertRecord(name)), answers: [] })
  for (const output of ['siem', 'disk']) await store.acknowledge(output, 2)
  await store.acknowledge('siem', 3)
  await store.close()

  const again = storeOf(t)
  await again.open(['siem', 'disk'])
  await again.commit({ steps: [], alerts: [alertRecord('d')], answers: [] })

  t.same((await again.read('siem', everything)).map(({ position }) => position), [4])
  t.same((await again.read('disk', everything)).map(({ position }) => position), [3, 4])
  for (const output of ['siem', 'disk']) await again.acknowledge(output, 4)
  await again.close()
  const third = storeOf(t)
  await third.open(['siem'])
  await third.commit({ steps: [], alerts: [alertRecord('e')], answers: [] })
  t.same((await third.read('siem', everything)).map(({ position }) => position), [5], 'a position is never given twice')
  await third.close()
})

t.test('the file does not grow with what is forgotten', async (t) => {
  const store = storeOf(t)
  await store.open(['siem'])
  const sizes: number[] = []
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 40; i++) {
      await store.commit({ steps: ['x'.repeat(20_000)], alerts: [alertRecord('a'.repeat(20_000))], answers: [] })
      await store.acknowledge('siem', 1e9)
      if (i % 10 === 0) await store.commit({ steps: [], states: new Map([['s', 's'.repeat(20_000)]]), alerts: [], answers: [] })
    }
    sizes.push((await readFile(join(folderOf(t), 'tripline.mdb'))).length)
  }
  await store.close()

  t.ok((sizes[2] as number) <= (sizes[0] as number) * 1.5, sizes.join())
})

t.test('a second process, or store, on the same folder is refused', async (t) => {
  const store = storeOf(t)
  await store.open([])

  await t.rejects(storeOf(t).open([]), { code: 'TRIPLINE_BAD_STATE', message: /in use by process/ })

  await store.close()
  await t.resolves(storeOf(t).open([]))
})

t.test('a state of another layout is refused and left as it is', async (t) => {
  const path = join(folderOf(t), 'tripline.mdb')
  const root = open({ path, noSubdir: true, encoding: 'binary' })
  await root.openDB({ name: 'meta', encoding: 'string' }).put('layout', '99')
  await root.close()

  const store = storeOf(t)
  await t.rejects(store.open([]), { code: 'TRIPLINE_BAD_STATE', message: /layout 99.*reads layout 1/ })
  await store.close()
  const found = open({ path, noSubdir: true, encoding: 'binary' })
  t.equal(found.openDB({ name: 'meta', encoding: 'string' }).get('layout'), '99')
  await found.close()
})

t.test('what is damaged is told to be, and another folder works', async (t) => {
  const good = storeOf(t)
  await good.open(['siem'])
  await good.commit({ steps: Array.from({ length: 200 }, () => 'x'.repeat(4000)), states: new Map([['a', 'b']]), alerts: [alertRecord('a')], answers: [['d', answer]] })
  await good.close()
  const path = join(folderOf(t), 'tripline.mdb')
  const bytes = await readFile(path)
  const damages: [string, () => Promise<void>][] = [
    ['text', () => writeFile(path, 'not a store at all')],
    ['noise', () => writeFile(path, Buffer.alloc(100_000, 7))],
    ['cut', () => truncate(path, 8192)],
    ['a second half of nothing', () => writeFile(path, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192)]))]
  ]
  for (const [name, damage] of damages) {
    await writeFile(path, bytes)
    await damage()
    const store = storeOf(t)
    await t.rejects(store.open(['siem']), { code: 'TRIPLINE_BAD_STATE', message: /damaged.*--state/ }, name)
    await store.close()
  }

  const fresh = new LmdbStore({ dir: join(folderOf(t), 'fresh') })
  await t.resolves(fresh.open(['siem']))
  await fresh.close()
})

t.test('a folder that cannot be made is told', async (t) => {
  const file = join(folderOf(t), 'file')
  await writeFile(file, '')

  await t.rejects(new LmdbStore({ dir: join(file, 'state') }).open([]), { code: 'TRIPLINE_BAD_STATE', message: /cannot be made/ })
})

t.test('a store that is not open says so', async (t) => {
  await t.rejects(storeOf(t).commit({ steps: [], alerts: [], answers: [] }), /not open/)
  await t.resolves(storeOf(t).close())
})

t.test('a cursor that cannot be written is an error, and the store goes on', async (t) => {
  let full = false
  const store = storeOf(t, { flush: async () => { if (full) throw new Error('disk full') } })
  await store.open(['siem'])
  await store.commit({ steps: [], alerts: ['a', 'b'].map((name) => alertRecord(name)), answers: [] })

  full = true
  await t.rejects(store.acknowledge('siem', 1), { message: /siem stays at 0/, cause: { message: 'disk full' } })
  full = false
  await store.open(['siem'])
  await store.acknowledge('siem', 2)

  t.equal(store.backlog('siem').records, 0)
  await store.close()
})

t.test('what every output has is forgotten with the cursor; without outputs, with the next commit', async (t) => {
  const records = ['a', 'b'].map((name) => alertRecord(name))
  for (const outputs of [['siem'], []]) {
    const store = storeOf(t)
    await store.open(outputs)
    await store.commit({ steps: [], alerts: records, answers: [] })

    if (outputs.length > 0) await store.acknowledge('siem', 2)
    else await store.commit({ steps: [1], alerts: [], answers: [] })

    await store.close()
    t.equal(await countAlerts(folderOf(t)), 0)
  }
})

t.test('on a full disk it says why, tries LMDB only when there is room, and goes on then', { skip: noTmpfs }, async (t) => {
  const dir = folderOf(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir])
  t.teardown(() => execFileSync('umount', [dir]))
  const store = storeOf(t)
  await store.open(['siem'])
  await store.commit({ steps: ['before'], alerts: [alertRecord('a')], answers: [] })
  await writeFile(join(dir, 'ballast'), Buffer.alloc(3.5e6))
  const large = { steps: ['x'.repeat(1e6)], alerts: [], answers: [] }

  await t.rejects(store.commit(large), { code: 'ENOSPC' })
  await t.rejects(store.open(['siem']), { code: 'ENOSPC' })
  await rm(join(dir, 'ballast'))
  const kept = await store.open(['siem'])

  t.same([...kept.steps], ['before'])
  await store.commit(large)
  await store.acknowledge('siem', 1)
  t.equal(store.backlog('siem').records, 0)
  await store.close()
})

t.test('closes on a full disk, too', { skip: noTmpfs }, async (t) => {
  const dir = folderOf(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir])
  t.teardown(() => execFileSync('umount', [dir]))
  const store = storeOf(t)
  await store.open([])
  await writeFile(join(dir, 'ballast'), Buffer.alloc(3.5e6))
  await t.rejects(store.commit({ steps: ['x'.repeat(1e6)], alerts: [], answers: [] }), { code: 'ENOSPC' })

  await store.close()

  t.pass('closed')
})

async function countAlerts (dir: string): Promise<number> {
  const root = open({ path: join(dir, 'tripline.mdb'), noSubdir: true, maxDbs: 8, readOnly: true })
  const count = root.openDB({ name: 'alerts', encoding: 'binary' }).getCount()
  await root.close()
  return count
}

function storeOf (t: Test, options: Partial<LmdbStoreOptions> = {}): LmdbStore {
  return new LmdbStore({ dir: folderOf(t), clock: () => 5000, ...options })
}

/** One for each test; a lock's path is short, and tap's own folders are not. */
function folderOf (t: Test): string {
  let dir = folders.get(t)
  if (dir === undefined) {
    dir = join(tmpdir(), `lmdb-${process.pid}-${made.length}`)
    folders.set(t, dir)
    made.push(dir)
    mkdirSync(dir)
  }
  return dir
}

t.teardown(async () => { for (const dir of made) await rm(dir, { recursive: true, force: true }) })
