import t from 'tap'

import type { Detector } from '../../src/core/detector.js'
import { defaultLimits, type DetectorLimits } from '../../src/core/limits.js'
import type { Rule } from '../../src/core/rule.js'
import { createKeptDetector } from '../../src/pipeline/kept-detector.js'
import { createMemoryStore } from '../../src/store/memory.js'
import type { Effect, Store } from '../../src/store/store.js'
import { createDurableMemory } from '../fixtures/durable-memory.js'

const start = Date.UTC(2026, 2, 2, 9)
const minute = 60_000
const rule: Rule = {
  id: 'r1',
  name: 'Three hits',
  type: 'threshold',
  predicate: () => true,
  literals: [],
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
  const store = createDurableMemory()
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
  t.equal(store.stepCount(), 3)
})

t.test('a crash goes on where the store stands: the states are loaded and the steps done again', async (t) => {
  for (const stepsKept of [0, 2, 1000]) {
    const store = createDurableMemory()
    const before = await keep({ store, stepsKept })
    await before.run(hit(1))
    await before.run(hit(2))

    const after = await keep({ store, stepsKept })

    t.same(after.detector.groups('r1').map(({ count }) => count), [2])
    t.equal((await after.run(hit(3))).alerts.length, 1)
    t.equal(store.latest(10).length, 1, 'an alert is not made again')
    const third = await keep({ store, stepsKept })
    t.match(third.detector.groups('r1'), [{ count: 0, alert: /./ }])
    t.equal(store.latest(10).length, 1)
  }
})

t.test('silence begins anew with a restart, and that is so after one more crash', async (t) => {
  for (const stepsKept of [0, 1000]) {
    const store = createDurableMemory()
    const before = await keep({ store, stepsKept })
    for (const number of [1, 2, 3]) await before.run(hit(number))
    const after = await keep({ store, stepsKept, clock: () => start + 8 * minute })
    const alone = await after.run(hit(1, { host: 'b', arrival: start + 10 * minute }))
    t.equal(alone.alerts.length, 0, 'ten minutes after its last event the alert is open: the sink was away for eight')

    const third = await keep({ store, stepsKept, clock: () => start + 10 * minute })

    t.match(third.detector.groups('r1'), [{ terms: { 'host.id': 'a' }, alert: /./ }, { terms: { 'host.id': 'b' }, count: 1 }])
    const { alerts } = await third.run((detector) => ({ alerts: detector.advance(start + 20 * minute) }))
    t.match(alerts, [{ event: { action: 'close' }, tripline: { close_reason: 'quiet' } }])
  }
})

t.test('a clock that is set makes nothing due, nor holds it back; silence begins anew, after a crash too', async (t) => {
  for (const [jump, stepsKept] of [[60, 1000], [60, 0], [-60, 1000], [-60, 0]] as const) {
    let [now, passed] = [start, 0]
    const store = createDurableMemory()
    const pass = (time: number) => {
      now += time
      passed += time
    }
    const first = await keep({ store, stepsKept, clock: () => now, steady: () => passed })
    for (const number of [1, 2, 3]) await first.run(hit(number, { arrival: now }))

    pass(minute)
    now += jump * minute
    const jumped = await first.run(hit(1, { host: 'b', arrival: now }))
    const again = await keep({ store, stepsKept, clock: () => now, steady: () => passed })

    t.same(jumped.alerts, [])
    for (const { detector } of [first, again]) {
      t.match(detector.groups('r1'), [{ alert: /./ }, { count: 1 }])
      t.match(detector.advance(now + 9 * minute), [])
      t.match(detector.advance(now + 9 * minute + 1), [{ event: { action: 'close' } }])
    }
  }
})

t.test('when it settles, nothing is left to be done again', async (t) => {
  const store = createDurableMemory()
  const kept = await keep({ store })
  await kept.run(hit(1))
  t.equal(store.stepCount(), 1)

  await kept.settle()
  await kept.settle()

  t.equal(store.stepCount(), 0)
  t.equal(store.effects.length, 3)
})

t.test('an alert whose rule is gone at a restart closes, and the log says so', async (t) => {
  const store = createDurableMemory()
  const before = await keep({ store })
  for (const number of [1, 2, 3]) await before.run(hit(number))
  let written = 0
  const lines: string[] = []

  await keep({ store, rules: [], written: () => { written++ }, lines })

  t.same(store.latest(10).map(({ event }) => event.action), ['close', 'open'])
  t.equal(written, 1)
  t.match(lines, [/gone or count something else/])
})

t.test('steps are done again under the limits of then, whatever the limits of now', async (t) => {
  const store = createDurableMemory()
  const before = await keep({ store })
  for (const number of [1, 2]) await before.run(hit(number))

  const limits = { ...defaultLimits, maxGroups: 5, lateness: 0 }
  const after = await keep({ store, limits })
  await after.run(hit(3))
  const again = await keep({ store, limits })

  t.equal(store.latest(10).length, 1)
  t.match(again.detector.groups('r1'), [{ alert: /./ }])
})

t.test('groups that were gone by the time the limits changed stay gone', async (t) => {
  const store = createDurableMemory()
  const before = await keep({ store })
  await before.run(hit(1))
  await before.settle()
  const late = start + 10 * 3_600_000
  await before.run((detector) => {
    const alerts = detector.push(recordOf('b', 1, late), late)
    detector.sweep(late)
    return { alerts, step: { now: late, events: [{ fields: recordOf('b', 1, late), rules: ['r1'] }] }, keepsStates: true }
  })
  await before.run((detector) => ({ alerts: detector.push(recordOf('a', 2, late), late), step: { now: late, events: [{ fields: recordOf('a', 2, late), rules: ['r1'] }] } }))

  const after = await keep({ store, limits: { ...defaultLimits, maxGroups: 7 } })

  t.same(after.detector.groups('r1').map(({ count }) => count), [1, 1])
})

t.test('a batch that comes again is known, after a restart too, and waits for the first', async (t) => {
  const store = createDurableMemory({ clock: () => start })
  const answer = { received: 1, matched: 1, alerts: 0, rejected: 0 }
  const batch = (detector: Detector) => ({ ...hit(1)(detector), digest: 'd1', answer })
  const before = await keep({ store })
  let found: unknown

  const first = before.run(batch)
  const second = before.run((_, repeats) => {
    const known = repeats.find('d1', start)
    return { alerts: [], idle: true, after: known?.safe, answer: known?.answer }
  })
  await Promise.all([first, second])
  t.same((await second).answer, answer)

  const after = await keep({ store })
  await after.run((_, repeats) => {
    found = repeats.find('d1', start)?.answer
    return { alerts: [], idle: true }
  })
  t.same(found, answer)
})

t.test('in memory nothing but alerts is given to the store', async (t) => {
  const memory = createMemoryStore()
  const effects: Effect[] = []
  const commit = async (effect: Effect) => {
    effects.push(effect)
    return memory.commit(effect)
  }
  const kept = await keep({ store: { ...memory, commit } })
  for (const number of [1, 2, 3]) await kept.run(hit(number))
  await kept.settle()

  t.same(effects.map(({ steps, states, answers }) => ({ steps, states, answers })), [{ steps: [], states: undefined, answers: [] }])
  t.same([...kept.detector.changes()], [])
})

t.test('a step that cannot be kept is refused, and it is as if it had not run', async (t) => {
  const memory = createDurableMemory()
  let full = false
  const store = { ...memory, commit: async (effect: Effect) => full ? Promise.reject(new Error('disk full')) : memory.commit(effect) }
  const lines: string[] = []
  let now = start
  const kept = await keep({ store, lines, clock: () => now })
  await kept.run(hit(1))
  await kept.run(hit(2))

  full = true
  await t.rejects(kept.run(hit(3)), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE', retryAfter: 5 })
  t.match(kept.fault?.cause, { message: 'disk full' })
  await t.rejects(Promise.all([kept.run(hit(3)), kept.run(hit(4))]), { code: 'TRIPLINE_STATE_UNAVAILABLE' }, 'and again, while it lasts')
  full = false
  await t.rejects(kept.run(hit(3)), { code: 'TRIPLINE_STATE_UNAVAILABLE' }, 'it is tried again after a second')
  now += 1000
  const again = await kept.run(hit(3))

  t.equal(again.alerts.length, 1, 'the same event still makes it three')
  t.equal(kept.fault, undefined)
  t.same(lines, ['the state could not be written: batches are refused until it can', 'the state can be written again'])
})

t.test('a start whose state can be read and not be written refuses until it can, and has lost nothing', async (t) => {
  const memory = createDurableMemory()
  const before = await keep({ store: memory })
  await before.run(hit(1))
  await before.run(hit(2))
  let full = true
  const store = { ...memory, commit: async (effect: Effect) => full ? Promise.reject(new Error('disk full')) : memory.commit(effect) }
  const lines: string[] = []
  let now = start

  const kept = await keep({ store, lines, clock: () => now })
  t.match(kept.fault?.cause, { message: 'disk full' })
  await t.rejects(kept.run(hit(3)), { code: 'TRIPLINE_STATE_UNAVAILABLE' })
  full = false
  now += 1000

  t.equal((await kept.run(hit(3))).alerts.length, 1)
  t.same(lines, ['the state could not be written: batches are refused until it can', 'the state can be written again'])
})

t.test('a start whose state cannot be read fails', async (t) => {
  const store = { ...createDurableMemory(), open: async () => { throw new Error('I/O error') } }

  await t.rejects(keep({ store }), { message: 'I/O error' })
})

t.test('a state that cannot even be read refuses until it can', async (t) => {
  const memory = createDurableMemory()
  let away = false
  const gone = async () => { throw new Error('I/O error') }
  let now = start
  const store = {
    durable: true,
    open: (outputs: readonly string[]) => away ? gone() : memory.open(outputs),
    commit: (effect: Effect) => away ? gone() : memory.commit(effect)
  }
  const kept = await keep({ store, clock: () => now })
  away = true
  await t.rejects(kept.run(hit(1)), { code: 'TRIPLINE_STATE_UNAVAILABLE' })
  await t.rejects(kept.run(hit(1)), { code: 'TRIPLINE_STATE_UNAVAILABLE' })
  t.match(kept.fault, { message: 'I/O error' })

  away = false
  now += 1000
  await kept.run(hit(1))

  t.equal(kept.fault, undefined)
})

t.test('an idle step neither writes nor waits', async (t) => {
  const memory = createDurableMemory()
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
  const memory = createDurableMemory()
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
  store: Pick<Store, 'durable' | 'open' | 'commit'>
  clock?: () => number
  steady?: () => number
  stepsKept?: number
  limits?: DetectorLimits
  rules?: Rule[]
  written?: () => void
  lines?: string[]
}

async function keep ({ store, rules = [rule], limits = defaultLimits, written, stepsKept, lines = [], clock = () => start, steady }: KeepOptions) {
  const line = (_details: object, message: string) => { lines.push(message) }
  return createKeptDetector({
    rules, limits, store, outputs: [], written, stepsKept, log: { error: line, warn: line, info: line, debug: line }, clock, steady
  })
}

function recordOf (host: string, number: number, time: number) {
  return { '@timestamp': new Date(time).toISOString(), host: { id: host }, event: { id: `e${number}`, provider: 'p' } }
}

function hit (number: number, { host = 'a', arrival = start + number * 1000 } = {}) {
  const fields = recordOf(host, number, start + number * 1000)
  return (detector: Detector) => ({ alerts: detector.push(fields, arrival), step: { now: arrival, events: [{ fields, rules: ['r1'] }] } })
}
