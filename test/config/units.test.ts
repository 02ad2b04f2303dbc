import t from 'tap'
import { bytesOf, millisecondsOf, showDuration } from '../../src/config/units.js'

const sizes: [string, number | undefined][] = [
  ['0', 0], ['4096', 4096], ['1b', 1], ['64MiB', 67_108_864], ['1.5 KiB', 1536], ['1gib', 1_073_741_824], ['2TiB', 2_199_023_255_552],
  ['10kB', 10_000], ['10MB', 10_000_000], ['1GB', 1e9], ['1TB', 1e12],
  ['', undefined], ['MiB', undefined], ['-1', undefined], ['5M', undefined], ['1e3', undefined], ['99999999TiB', undefined]
]
for (const [text, bytes] of sizes) {
  t.test(`the size "${text}" is ${bytes ?? 'none'}`, async (t) => { t.equal(bytesOf(text), bytes) })
}

const durations: [string, number | undefined][] = [
  ['500ms', 500], ['90s', 90_000], ['5m', 300_000], ['1h', 3_600_000], ['1h30m', 5_400_000], ['7d', 604_800_000], ['0s', 0],
  ['', undefined], ['5', undefined], ['5 m', undefined], ['-5m', undefined], ['1w', undefined], ['h', undefined], ['99999999999999d', undefined]
]
for (const [text, milliseconds] of durations) {
  t.test(`the duration "${text}" is ${milliseconds ?? 'none'}`, async (t) => { t.equal(millisecondsOf(text), milliseconds) })
}

const shown: [number, string][] = [[0, '0s'], [540_000, '9m'], [5_400_000, '1h30m'], [90_061_001, '1d1h1m1s1ms']]
for (const [milliseconds, text] of shown) {
  t.test(`${milliseconds} ms are shown as ${text}`, async (t) => {
    t.equal(showDuration(milliseconds), text)
    t.equal(millisecondsOf(text), milliseconds)
  })
}
