import t from 'tap'

import type { AlertRecord } from '../../src/core/alert.js'
import { createGroupCommit } from '../../src/pipeline/group-commit.js'
import type { Effect } from '../../src/store/store.js'

t.test('effects that wait at the same time share a commit, in order, the newest state of a group kept', async (t) => {
  const { store, taken, next } = slowStore()
  const commits = createGroupCommit(store)

  const first = commits.commit(effect({ a: 1 }, 'one'))
  await tasks()
  const second = commits.commit(effect({ a: 2, b: 1 }, 'two'))
  const third = commits.commit(effect({ a: 3 }, 'three'))
  next()
  await first
  await tasks()
  next()
  await Promise.all([second, third])

  t.same(taken, [
    { groups: { a: 1 }, alerts: ['one'] },
    { groups: { a: 3, b: 1 }, alerts: ['two', 'three'] }
  ])
})

t.test('an empty effect writes nothing, but waits for those before it', async (t) => {
  const { store, taken, next } = slowStore()
  const commits = createGroupCommit(store)
  let resolved = false

  const first = commits.commit(effect({ a: 1 }))
  await tasks()
  const empty = commits.commit(effect({})).then(() => { resolved = true })
  await tasks()
  t.equal(resolved, false)
  next()
  await Promise.all([first, empty])

  t.equal(taken.length, 1)
})

t.test('a commit that fails takes those with it that were made on top of it, and no later one', async (t) => {
  const { store, taken, next } = slowStore()
  const failed: string[] = []
  const commits = createGroupCommit(store, { failed: (fault) => failed.push(String(fault.cause)) })

  const lost = commits.commit(effect({ a: 1 }))
  await tasks()
  const onTop = commits.commit(effect({ a: 2 }))
  next(new Error('disk full'))
  await t.rejects(lost, { message: 'the state could not be written' })
  await t.rejects(onTop, { message: 'the state could not be written' })
  t.same(failed, ['Error: disk full'])
  const anew = commits.commit(effect({ a: 3 }))
  await tasks()
  next()
  await anew

  t.same(taken, [{ groups: { a: 1 }, alerts: [] }, { groups: { a: 3 }, alerts: [] }])
})

t.test('a store may fail with nobody to be told', async (t) => {
  const commits = createGroupCommit({ commit: async () => { throw new Error('gone') } })

  await t.rejects(commits.commit(effect({ a: 1 })))
})

t.test('it says when alert records are safe, and nothing of groups alone', async (t) => {
  let written = 0
  const commits = createGroupCommit({ commit: async () => {} }, { written: () => { written++ } })

  await commits.commit(effect({ a: 1 }))
  t.equal(written, 0)
  await commits.commit(effect({}, 'one', 'two'))

  t.equal(written, 1)
})

t.test('it is settled when all is written, those included that came meanwhile', async (t) => {
  const { store, taken, next } = slowStore()
  const commits = createGroupCommit(store)
  let settled = false

  const first = commits.commit(effect({ a: 1 }))
  const waiting = commits.settled().then(() => { settled = true })
  await tasks()
  commits.commit(effect({ a: 2 }))
  next()
  await first
  await tasks()
  t.equal(settled, false)
  next()
  await waiting

  t.equal(taken.length, 2)
})

function effect (groups: Record<string, unknown>, ...alerts: string[]): Effect {
  return { steps: [], states: new Map(Object.entries(groups)), answers: [], alerts: alerts.map((message) => ({ message }) as AlertRecord) }
}

/** A store whose commits end when told so. */
function slowStore () {
  const taken: object[] = []
  const ends: ((error?: Error) => void)[] = []
  return {
    taken,
    next: (error?: Error) => ends.shift()?.(error),
    store: {
      commit ({ states, alerts }: Effect): Promise<void> {
        taken.push({ groups: Object.fromEntries(states ?? []), alerts: alerts.map(({ message }) => message) })
        return new Promise((resolve, reject) => ends.push((error) => error === undefined ? resolve() : reject(error)))
      }
    }
  }
}

/** Lets everything run that waits only for other promises. */
function tasks (): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
