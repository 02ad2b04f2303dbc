import t from 'tap'

import type { Detector } from '../src/core/detector.js'
import { defaultLimits } from '../src/core/limits.js'
import type { Rule } from '../src/core/rule.js'
import { createKeptDetector } from '../src/kept-detector.js'
import { createMemoryStore } from '../src/store/memory.js'
import type { Effect, Store } from '../src/store/store.js'

const start = Date.UTC(2026, 2, 2, 9)
const rule: Rule = {
  id: 'r1',
  name: 'Three hits',
  type: 'threshold',
  predicate: () => true,
  literals: undefined,
  groupBy: ['host.id'],
  threshold: 3,
  window: 540_000,
  interval: 300_000,
  maxSignals: 100,
  timestampOverrideFallbackDisabled: false,
  caseInsensitive: false,
  twins: false,
  hash: 'h1',
  source: { rule_id: 'r1', name: 'Three hits', severity: 'high', risk_score: 50, threat: [] }
}

t.test('what a step counted is in the store when it resolves', async (t) => {
  const store = createMemoryStore()
  let written = 0
  const kept = await keep({ store, written: () => { written++ } })

  const one = await kept.run(hit(1))
  t.equal(one.alerts.length, 0)
  t.equal(written, 0)
  await kept.run(hit(2))
  const three = await kept.run(hit(3))

  t.equal(three.alerts.length, 1)
  t.equal(written, 1)
  t.equal(store.latest(10).length, 1)
})

t.test('a restart goes on where the store stands', async (t) => {
  const store = createMemoryStore()
  const before = await keep({ store })
  await before.run(hit(1))
  await before.run(hit(2))
  await before.settled()

  const after = await keep({ store })

  t.same(after.detector.groups('r1').map(({ count }) => count), [2])
  t.equal((await after.run(hit(3))).alerts.length, 1)
})

t.test('an alert whose rule is gone at a restart closes', async (t) => {
  const store = createMemoryStore()
  const before = await keep({ store })
  for (const number of [1, 2, 3]) await before.run(hit(number))
  let written = 0

  await keep({ store, rules: [], written: () => { written++ } })

  t.same(store.latest(10).map(({ event }) => event.action), ['close', 'open'])
  t.equal(written, 1)
})

t.test('a step that cannot be kept is refused, and it is as if it had not run', async (t) => {
  const memory = createMemoryStore()
  let full = false
  const store = { ...memory, commit: async (effect: Effect) => full ? Promise.reject(new Error('disk full')) : memory.commit(effect) }
  const lines: string[] = []
  const kept = await keep({ store, lines })
  await kept.run(hit(1))
  await kept.run(hit(2))

  full = true
  await t.rejects(kept.run(hit(3)), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE', retryAfter: 5 })
  t.match(kept.fault?.cause, { message: 'disk full' })
  await t.rejects(Promise.all([kept.run(hit(3)), kept.run(hit(4))]), { code: 'TRIPLINE_STATE_UNAVAILABLE' }, 'and again, while it lasts')
  full = false
  const again = await kept.run(hit(3))

  t.equal(again.alerts.length, 1, 'the same event still makes it three')
  t.equal(kept.fault, undefined)
  t.ok(lines.length > 0)
})

t.test('a state that cannot even be read refuses until it can', async (t) => {
  const memory = createMemoryStore()
  let away = false
  const gone = async () => { throw new Error('I/O error') }
  const store = {
    open: (outputs: readonly string[]) => away ? gone() : memory.open(outputs),
    commit: (effect: Effect) => away ? gone() : memory.commit(effect)
  }
  const kept = await keep({ store })
  away = true
  await t.rejects(kept.run(hit(1)), { code: 'TRIPLINE_STATE_UNAVAILABLE' })
  await t.rejects(kept.run(hit(1)), { code: 'TRIPLINE_STATE_UNAVAILABLE' })
  t.match(kept.fault, { message: 'I/O error' })

  away = false
  await kept.run(hit(1))

  t.equal(kept.fault, undefined)
})

t.test('an idle step neither writes nor waits', async (t) => {
  const memory = createMemoryStore()
  let commits = 0
  const commit = async (effect: Effect) => {
    commits++
    return memory.commit(effect)
  }
  const kept = await keep({ store: { ...memory, commit } })
  commits = 0

  const result = await kept.run(() => ({ alerts: [], idle: true, seen: 7 }))

  t.equal(result.seen, 7)
  t.equal(commits, 0)
})

t.test('a step that waits for nothing of its own waits for those before it', async (t) => {
  const memory = createMemoryStore()
  const ends: (() => void)[] = []
  let slow = false
  const commit = async (effect: Effect) => {
    if (slow) await new Promise<void>((resolve) => ends.push(resolve))
    return memory.commit(effect)
  }
  const kept = await keep({ store: { ...memory, commit } })
  slow = true
  let repeated = false

  const first = kept.run(hit(1))
  await new Promise(setImmediate)
  const repeat = kept.run(() => ({ alerts: [] })).then(() => { repeated = true })
  await new Promise(setImmediate)
  t.equal(repeated, false)
  ends[0]?.()
  await Promise.all([first, repeat])

  t.equal(ends.length, 1)
})

interface KeepOptions {
  store: Pick<Store, 'open' | 'commit'>
  rules?: Rule[]
  written?: () => void
  lines?: string[]
}

async function keep ({ store, rules = [rule], written, lines = [] }: KeepOptions) {
  const line = (_details: object, message: string) => { lines.push(message) }
  return createKeptDetector({
    rules, limits: defaultLimits, store, outputs: [], written, log: { error: line, warn: line, info: line, debug: line }, clock: () => start
  })
}

function hit (number: number) {
  const time = start + number * 1000
  return (detector: Detector) => ({
    alerts: detector.push({ '@timestamp': new Date(time).toISOString(), host: { id: 'a' }, event: { id: `e${number}` } }, time)
  })
}
