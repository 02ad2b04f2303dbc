import t from 'tap'

import { Refusal } from '../../src/errors.js'
import { startTicker } from '../../src/pipeline/ticker.js'

t.test('it ticks again after each tick has ended, whether it failed or not', async (t) => {
  const { timer, pass } = manualTimer()
  const failures: object[] = []
  let ticks = 0
  const stop = startTicker({
    tick: async () => { if (++ticks === 1) throw new Error('no') }, log: logTo(failures), timer
  })

  await pass(1_000)
  await pass(1_000)
  t.equal(ticks, 2)
  t.match(failures, [{ err: { message: 'no' } }])
  stop()
  await pass(1_000)

  t.equal(ticks, 2)
})

t.test('a tick that is refused says nothing: the reason is in the log already', async (t) => {
  const { timer, pass } = manualTimer()
  const failures: object[] = []
  const stop = startTicker({ tick: async () => { throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'no') }, log: logTo(failures), timer })

  await pass(1_000)
  stop()

  t.same(failures, [])
})

t.test('a tick that is under way when it stops is the last', async (t) => {
  const { timer, pass, waiting } = manualTimer()
  let end = () => {}
  const stop = startTicker({ tick: () => new Promise<void>((resolve) => { end = resolve }), log: logTo([]), timer })

  await pass(1_000)
  stop()
  end()
  await pass(1_000)

  t.equal(waiting(), 0)
})

t.test('by itself it uses the clock of the process', async (t) => {
  const ticks: true[] = []
  const stop = startTicker({ tick: async () => { ticks.push(true) }, log: logTo([]), every: 1 })

  while (ticks.length < 2) await new Promise(setImmediate)

  t.doesNotThrow(stop)
})

function manualTimer () {
  const waiting = new Set<() => void>()
  return {
    waiting: () => waiting.size,
    timer (run: () => void): () => void {
      waiting.add(run)
      return () => waiting.delete(run)
    },
    async pass (_ms: number): Promise<void> {
      for (const run of [...waiting]) {
        waiting.delete(run)
        run()
      }
      await new Promise(setImmediate)
    }
  }
}

function logTo (lines: object[]) {
  const line = (details: object) => { lines.push(details) }
  return { error: line, warn: line, info: line, debug: line }
}
