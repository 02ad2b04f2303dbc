import t from 'tap'
import { createClockWatch } from '../../src/pipeline/clock-watch.js'

t.test('a clock that is set ahead or back is noticed, once', async (t) => {
  let [now, passed] = [1e12, 0]
  const wasSet = createClockWatch(() => now, () => passed)
  const steps: [string, number, number, boolean][] = [
    ['time passes', 3_600_000, 3_600_000, false],
    ['an hour ahead', 3_601_000, 1_000, true],
    ['that is how it is now', 1_000, 1_000, false],
    ['an hour back', -3_599_000, 1_000, true],
    ['a second ahead', 2_000, 1_000, false],
    ['a machine that slept', 8 * 3_600_000, 0, true]
  ]

  for (const [name, wall, steady, expected] of steps) {
    now += wall
    passed += steady
    t.equal(wasSet(), expected, name)
  }
})

t.test('drift that adds up is no setting of the clock', async (t) => {
  let [now, passed] = [0, 0]
  const wasSet = createClockWatch(() => now, () => passed)

  for (let i = 0; i < 100; i++) {
    now += 1_001_000
    passed += 1_000_000
    t.notOk(wasSet())
  }
})
