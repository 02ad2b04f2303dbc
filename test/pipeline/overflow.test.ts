import t from 'tap'
import { createOverflow, type OverflowOptions } from '../../src/pipeline/overflow.js'
import { openQuarantine } from '../../src/quarantine/quarantine.js'
import { createMemoryStore } from '../../src/store/memory.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { createBrokenFolder } from '../fixtures/broken-folder.js'

const all = { records: 100, bytes: 1e6 }
const size = JSON.stringify(alertRecord('a')).length

t.test('while an output keeps up, its queue is the store\'s', async (t) => {
  const { overflow, commit } = await given()
  await commit('a', 'b')

  t.same(names(await overflow.queue.read('siem', all)), ['a', 'b'])
  await overflow.queue.acknowledge('siem', 2)

  t.same(overflow.queue.backlog('siem'), { records: 0, bytes: 0, oldest: undefined })
  t.same(await overflow.queue.read('siem', all), [])
  t.same(overflow.stats(), { moved: 0, drained: 0, waiting: 0 })
})

t.test('the oldest records move to the quarantine until no more wait than may, and no batch is turned away', async (t) => {
  const { overflow, commit, quarantine, lines, calls } = await given()

  await commit('a', 'b', 'c', 'd', 'e', 'f')
  await commit('g')

  t.same(names(await quarantine.next('siem', all)), ['a', 'b', 'c'])
  t.same(overflow.stats(), { moved: 3, drained: 0, waiting: 3 })
  t.equal(overflow.limit, Infinity)
  t.equal(lines.filter((line) => /more waits for the output/.test(line)).length, 1)
  t.equal(calls.moved, 2)
})

t.test('they come back in order once the store has nothing more, and then are done', async (t) => {
  const { overflow, commit } = await given()
  await commit('a', 'b', 'c', 'd', 'e', 'f')

  t.same(names(await overflow.queue.read('siem', all)), ['c', 'd', 'e', 'f'])
  await overflow.queue.acknowledge('siem', 6)
  t.same(names(await overflow.queue.read('siem', all)), ['a', 'b'])
  await overflow.queue.acknowledge('siem', 1)
  t.same(overflow.stats(), { moved: 2, drained: 1, waiting: 1 })
  await overflow.queue.acknowledge('siem', 2)

  t.same(await overflow.queue.read('siem', all), [])
  t.same(overflow.stats(), { moved: 2, drained: 2, waiting: 0 })
})

t.test('what was being sent while it moved is not sent again', async (t) => {
  const { overflow, commit } = await given()
  await commit('a', 'b')
  t.same(names(await overflow.queue.read('siem', all)), ['a', 'b'])

  const moving = commit('c', 'd', 'e', 'f', 'g')
  await overflow.queue.acknowledge('siem', 2)
  await moving

  t.same(names(await overflow.queue.read('siem', all)), ['d', 'e', 'f', 'g'])
  await overflow.queue.acknowledge('siem', 7)
  t.same(names(await overflow.queue.read('siem', all)), ['c'])
})

t.test('a crash between moving in and moving on leaves nothing twice once it is delivered', async (t) => {
  const { overflow, commit, quarantine } = await given({ moved: undefined })
  await quarantine.moveIn([alertRecord('a')], 'siem')
  await commit('a', 'b')

  t.same(names(await overflow.queue.read('siem', all)), ['a', 'b'])
  await overflow.queue.acknowledge('siem', 2)

  t.same(await overflow.queue.read('siem', all), [])
})

t.test('records that the output does not want are not kept for it', async (t) => {
  const { commit, quarantine } = await given({ actions: ['close'], moved: undefined })

  await commit('a', 'b', 'c', 'd', 'e', 'f')

  t.same(await quarantine.next('siem', all), [])
})

t.test('an output that blocks keeps all in the store, and turns batches away at its limit', async (t) => {
  const { overflow, commit, quarantine } = await given({ onFull: 'block' })

  await commit('a', 'b', 'c', 'd', 'e', 'f')

  t.equal(quarantine.waiting('siem'), 0)
  t.equal(overflow.limit, 4 * size)
})

t.test('while the quarantine takes nothing, batches are turned away, until it does or the output has caught up', async (t) => {
  const { overflow, commit, folder, quarantine, lines } = await given()
  folder.fails.add('append')
  await commit('a', 'b', 'c', 'd', 'e')
  await overflow.makeRoom()

  t.equal(overflow.limit, 4 * size)
  t.equal(lines.filter((line) => /the output is full/.test(line)).length, 1)
  folder.fails.clear()
  await overflow.makeRoom()
  t.equal(overflow.limit, Infinity)
  t.equal(quarantine.waiting('siem'), 1)

  folder.fails.add('append')
  await commit('f')
  t.equal(overflow.limit, 4 * size)
  await overflow.queue.read('siem', { records: 1, bytes: 1 })
  await overflow.queue.acknowledge('siem', 2)
  await overflow.makeRoom()

  t.equal(overflow.limit, Infinity)
  t.equal(quarantine.waiting('siem'), 1)
})

t.test('a queue that empties while room is about to be made has nothing to move', async (t) => {
  let backlogs = 2
  const { overflow, lines } = await given({
    seen: (store) => ({ ...store, backlog: (name) => backlogs-- > 0 ? { records: 1, bytes: 1e9, oldest: 0 } : store.backlog(name) })
  })

  overflow.makeRoom()
  await overflow.settled()

  t.same(overflow.stats(), { moved: 0, drained: 0, waiting: 0 })
  t.same(lines.filter((line) => /full/.test(line)), [])
})

async function given ({ seen = (store) => store, ...options }: Partial<OverflowOptions> & { seen?: (store: ReturnType<typeof createMemoryStore>) => OverflowOptions['store'] } = {}) {
  const lines: string[] = []
  const calls = { moved: 0 }
  const line = (_details: object, message: string) => { lines.push(message) }
  const log = { error: line, warn: line, info: line, debug: line }
  const folder = createBrokenFolder()
  const store = createMemoryStore({ clock: () => 0 })
  await store.open(['siem'])
  const quarantine = await openQuarantine({ state: 'memory', limit: 1e6, log, clock: () => 0, folder })
  const overflow = createOverflow({ output: 'siem', store: seen(store), quarantine, limit: 4 * size, onFull: 'quarantine', moved: () => { calls.moved++ }, log, ...options })
  return {
    overflow,
    store,
    quarantine,
    folder,
    lines,
    calls,
    async commit (...names: string[]) {
      await store.commit({ steps: [], answers: [], alerts: names.map((name) => alertRecord(name)) })
      await overflow.makeRoom()
    }
  }
}

function names (deliveries: { record: object }[]): unknown[] {
  return deliveries.map(({ record }) => (record as Record<string, unknown>)['kibana.alert.uuid'])
}
