import t from 'tap'
import { readDateMath, readDuration } from '../../src/rules/date-math.js'

const durations: [string, number | undefined][] = [
  ['90s', 90_000],
  ['5m', 300_000],
  [' 1h ', 3_600_000],
  ['2d', 172_800_000],
  ['0m', 0],
  ['5', undefined],
  ['5w', undefined],
  ['-5m', undefined],
  ['1.5h', undefined],
  ['99999999999m', undefined],
  ['', undefined]
]
for (const [text, expected] of durations) {
  t.test(`${JSON.stringify(text)} lasts ${expected} ms`, async (t) => { t.equal(readDuration(text), expected) })
}

const offsets: [string, number | undefined][] = [
  ['now', 0],
  ['now-9m', -540_000],
  ['now-1h-30m', -5_400_000],
  ['now+1m', 60_000],
  ['now-d', -86_400_000],
  ['now-2H', -7_200_000],
  ['now-1w', -604_800_000],
  [' now-7205s ', -7_205_000],
  ['now-9m/m', undefined],
  ['now-1M', undefined],
  ['now-1y', undefined],
  ['2026-01-01', undefined],
  ['yesterday', undefined],
  ['', undefined]
]
for (const [text, expected] of offsets) {
  t.test(`${JSON.stringify(text)} is ${expected} ms from now`, async (t) => { t.equal(readDateMath(text), expected) })
}
