import t from 'tap'

import { createTurns } from '../../src/pipeline/turns.js'

t.test('no more than the given number run at once, in the order in which they came', async (t) => {
  const turns = createTurns(2)
  const started: number[] = []
  const finish: (() => void)[] = []
  const work = [0, 1, 2, 3].map((number) => turns(() => {
    started.push(number)
    return new Promise<number>((resolve) => finish.push(() => resolve(number)))
  }))

  t.same(started, [0, 1])
  finish[0]?.()
  t.equal(await work[0], 0)
  t.same(started, [0, 1, 2])
  finish[2]?.()
  finish[1]?.()
  await work[2]
  await work[1]
  finish[3]?.()

  t.same(await Promise.all(work), [0, 1, 2, 3])
})

t.test('a task that fails gives its turn back', async (t) => {
  const turns = createTurns(1)

  await t.rejects(turns(() => { throw new Error('no') }), { message: 'no' })

  t.equal(await turns(() => 'next'), 'next')
})
