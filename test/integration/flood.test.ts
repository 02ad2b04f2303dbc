import t from 'tap'
import { createDetector } from '../../src/core/detector.js'
import type { FieldMap } from '../../src/core/fields.js'
import { ruleOf } from '../core/rule-of.js'

const start = Date.UTC(2026, 2, 2, 12)
const window = 540_000
const maxGroups = 300

// The whole test, of fifteen million hosts, is `npm run bench:state -- --flood 10000000`.
t.test('a slow attacker is found in a flood of invented hosts, and loses no more of its first hits than each of them has', async (t) => {
  for (const seed of [1, 2, 3]) {
    const detector = createDetector([ruleOf({ threshold: 15, window })], { maxGroups }, { tracksChanges: false })
    const next = random(seed)
    const [ones, twos] = [12_000, 6000]
    const total = ones + 2 * twos
    const hitAt = new Set(Array.from({ length: 18 }, (_, i) => Math.floor((i + next()) * total / 18)))
    let most = 0

    const records = Array.from({ length: total }, (_, i) => i).flatMap((i) => {
      const now = start + Math.floor(i / total * window)
      const host = i < ones ? `one ${i}` : `two ${Math.floor((i - ones) / 2)}`
      const made = hitAt.has(i) ? detector.push(recordOf('attacker', `a${i}`, now), now) : []
      made.push(...detector.push(recordOf(host, `f${i}`, now), now))
      most = Math.max(most, detector.stats().rule?.groups ?? 0)
      return made
    })
    const closes = detector.advance(start + 3 * window)

    t.same(records.map(({ event, host }) => [event.action, host]), [['open', { id: 'attacker', name: 'attacker' }]], `seed ${seed}`)
    const { count } = closes[0]?.['kibana.alert.threshold_result'] as { count: number }
    t.ok(count >= 16, `${count} of 18 counted`)
    t.ok(most <= maxGroups)
  }
})

function recordOf (host: string, id: string, time: number): FieldMap {
  return {
    '@timestamp': new Date(time).toISOString(),
    event: { category: 'process', type: 'start', provider: 'Microsoft-Windows-Sysmon', id },
    host: { id: host, name: host },
    process: { name: 'nslookup.exe', pid: 4711, command_line: `nslookup -q=TXT ${id}.t.example.net` }
  }
}

/** Mulberry32: the same numbers for the same seed. */
function random (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
