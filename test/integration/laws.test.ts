import fc from 'fast-check'
import t from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import { createDetector, type Detector } from '../../src/core/detector.js'
import type { FieldMap } from '../../src/core/fields.js'
import type { Term } from '../../src/core/open-alert.js'
import type { Rule } from '../../src/core/rule.js'
import { Reference, type ReferenceEvent, type ReferenceRule, type Summary } from '../core/reference.js'
import { ruleOf } from '../core/rule-of.js'

const minute = 60_000
const start = Date.UTC(2026, 2, 2)
/** How many random streams: fewer where only a gross fault is sought. `size` is said of each list, or none has more than a dozen items. */
const runs = Number(process.env.TRIPLINE_RUNS ?? 20_000)

interface Step { wait: number, restarts: boolean, event?: { shift: number, hosts: string[], value?: string | string[], repeat?: number } }

const wait = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }).map((minutes) => minutes * minute) },
  { weight: 2, arbitrary: fc.constantFrom(1, minute - 1, minute + 1, 9 * minute, 9 * minute + 1) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }).map((hours) => hours * 60 * minute) }
)
const shift = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: -12, max: 0 }).map((minutes) => minutes * minute) },
  { weight: 1, arbitrary: fc.integer({ min: -100, max: 200 }).map((minutes) => minutes * minute + 1) }
)
const letter = fc.constantFrom('a', 'b', 'c', 'd')
const step: fc.Arbitrary<Step> = fc.record({
  wait,
  restarts: fc.integer({ min: 0, max: 12 }).map((number) => number === 12),
  event: fc.option(fc.record({
    shift,
    hosts: fc.subarray(['h1', 'h2', 'h3'], { minLength: 1, maxLength: 2 }),
    value: fc.option(fc.oneof({ weight: 3, arbitrary: letter }, { weight: 1, arbitrary: fc.uniqueArray(letter, { minLength: 2, maxLength: 3 }) }), { nil: undefined }),
    repeat: fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 6 })
  }), { nil: undefined, freq: 12 })
})
const referenceRule: fc.Arbitrary<ReferenceRule> = fc.record({
  id: fc.constant('rule'),
  type: fc.constantFrom('threshold' as const, 'threshold' as const, 'threshold' as const, 'query' as const),
  grouped: fc.boolean().map((single) => !single),
  threshold: fc.integer({ min: 1, max: 5 }),
  cardinality: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  window: fc.constantFrom(1, minute, 3 * minute, 9 * minute),
  interval: fc.constantFrom(1, minute, 5 * minute, 90 * minute),
  maxSignals: fc.constantFrom(1, 2, 100),
  suppression: fc.option(fc.constantFrom(minute, 60 * minute, 30 * 60 * minute), { nil: undefined })
}).map((rule) => rule.type === 'query'
  ? { ...rule, threshold: 1, cardinality: undefined, suppression: rule.grouped ? rule.suppression ?? rule.interval : undefined }
  : rule)
const limits = fc.record({ lateness: fc.constantFrom(0, minute, 60 * minute), maxSkew: fc.constantFrom(0, 5 * minute) })

t.test('every record is the one that a naive reference makes, on random streams with restarts between', async (t) => {
  const law = fc.property(fc.array(referenceRule, { minLength: 1, maxLength: 2 }), limits, fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (made, limits, steps) => {
    const rules = made.map((rule, i) => ({ ...rule, id: `rule${i}` }))
    let detector = createDetector(rules.map(toRule), limits)
    const reference = new Reference(rules, limits)
    const kept = new Map<string, unknown>()

    const { actual, expected } = play(steps, {
      push: (event, arrival) => [detector.push(toRecord(event), arrival), reference.push(event, arrival)],
      advance: (now) => [detector.advance(now), reference.advance(now)],
      restart: (now) => {
        for (const [key, state] of detector.changes()) state === null ? kept.delete(key) : kept.set(key, state)
        const stored = JSON.parse(JSON.stringify([...kept])) as [string, unknown][]
        reference.restart(now)
        detector = createDetector([], limits)
        detector.load(stored)
        detector.resume(now)
        return detector.replaceRules(rules.map(toRule), now)
      }
    })

    sameRecords(actual, expected)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: runs }))
})

t.test('time cut finer gives the same records', async (t) => {
  const law = fc.property(referenceRule, limits, fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), fc.array(fc.nat({ max: 600 }), { maxLength: 20 }), (rule, limits, steps, cuts) => {
    const coarse = createDetector([toRule(rule)], limits)
    const fine = createDetector([toRule(rule)], limits)
    let last = start

    const { actual, expected } = play(steps, {
      push: (event, arrival) => {
        const early = cuts.map((cut) => last + Math.floor((arrival - last) * cut / 600)).sort((one, other) => one - other).flatMap((now) => fine.advance(now))
        last = arrival
        return [coarse.push(toRecord(event), arrival), [...early, ...fine.push(toRecord(event), arrival)].map(summaryOf)]
      },
      advance: (now) => [coarse.advance(now), fine.advance(now).map(summaryOf)]
    })

    sameRecords(actual, expected)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: Math.ceil(runs / 10) }))
})

t.test('a copy made from the state at any moment goes on exactly as the first would have', async (t) => {
  const law = fc.property(fc.array(referenceRule, { minLength: 1, maxLength: 2 }), limits, fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), fc.nat({ max: 30 }), (made, limits, steps, at) => {
    const rules = made.map((rule, i) => toRule({ ...rule, id: `rule${i}` }))
    const detector = createDetector(rules, limits)
    let copy: Detector = detector
    let played = 0

    const { actual, expected } = play(steps, {
      push: (event, arrival) => {
        if (played++ === at) {
          copy = createDetector([], limits)
          copy.load(JSON.parse(JSON.stringify([...detector.changes()])) as [string, unknown][])
        }
        const records = detector.push(toRecord(event), arrival)
        return [records, (copy === detector ? records : copy.push(toRecord(event), arrival, copy.rules)).map(summaryOf)]
      },
      advance: (now) => {
        const records = detector.advance(now)
        return [records, (copy === detector ? records : copy.advance(now)).map(summaryOf)]
      }
    })

    sameRecords(actual, expected)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 2000 }))
})

t.test('whatever the order, a group opens exactly when some window of its events meets the condition', async (t) => {
  const times = fc.array(fc.integer({ min: 0, max: 40 }).map((minutes) => start + minutes * minute), { minLength: 1, maxLength: 25, size: 'max' })
  const law = fc.property(referenceRule.filter(({ type }) => type === 'threshold'), times, (rule, times) => {
    const detector = createDetector([toRule({ ...rule, grouped: true, cardinality: undefined, maxSignals: 100 })], { lateness: 60 * minute })

    const records = times.flatMap((time, i) => detector.push(toRecord({ id: String(i), time, hosts: ['h1'] }), start + 41 * minute))

    const met = times.some((end) => times.filter((time) => time <= end && time >= end - rule.window).length >= rule.threshold)
    if (records.some(({ event }) => event.action === 'open') !== met) throw new Error(`met: ${met}`)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: Math.ceil(runs / 7) }))
})

t.test('whatever the order, the last total of a burst within one window is all of its events', async (t) => {
  const offsets = fc.array(fc.integer({ min: 0, max: 540 }).map((seconds) => seconds * 1000), { minLength: 5, maxLength: 30, size: 'max' })
  const law = fc.property(fc.integer({ min: 1, max: 5 }), offsets, (threshold, offsets) => {
    const detector = createDetector([toRule({ id: 'rule', type: 'threshold', grouped: true, threshold, window: 9 * minute, interval: minute, maxSignals: 100 })])

    for (const [i, offset] of offsets.entries()) detector.push(toRecord({ id: String(i), time: start + offset, hosts: ['h1'] }), start + 10 * minute)
    const records = detector.advance(start + 24 * 60 * minute)

    const closes = records.filter(({ event }) => event.action === 'close')
    if (closes.length !== 1 || summaryOf(closes[0] as AlertRecord).count !== offsets.length) throw new Error(JSON.stringify(closes.map(summaryOf)))
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: Math.ceil(runs / 10) }))
})

t.test('no accepted event is in two alerts, and none that an alert counted is lost', async (t) => {
  const law = fc.property(referenceRule.filter(({ type, cardinality }) => type === 'threshold' && cardinality === undefined), fc.array(step, { maxLength: 40, size: 'max' }), (made, steps) => {
    const rule = { ...made, maxSignals: 100 }
    const detector = createDetector([toRule(rule)])
    const { actual } = play(steps, {
      push: (event, arrival) => [detector.push(toRecord({ ...event, hosts: event.hosts.slice(0, 1) }), arrival), []],
      advance: (now) => [detector.advance(now), []]
    })
    const total = actual.filter(({ event }) => event.action === 'close').reduce((sum, record) => sum + summaryOf(record).count, 0)
    const { counted, opened, closed } = Object.values(detector.stats())[0] as { counted: number, opened: number, closed: number }
    if (total > counted || opened !== closed) throw new Error(`${total} of ${counted}, ${opened} opened, ${closed} closed`)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: Math.ceil(runs / 10) }))
})

t.test('a scheduled engine, every 5 min over 9 min at any phase, finds no burst that was not open before', async (t) => {
  const law = fc.property(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), fc.nat({ max: 299 }), fc.integer({ min: 1, max: 5 }), (steps, phase, threshold) => {
    const rule: ReferenceRule = { id: 'rule', type: 'threshold', grouped: true, threshold, window: 9 * minute, interval: 5 * minute, maxSignals: 100 }
    const detector = createDetector([toRule(rule)])
    const stored: (ReferenceEvent & { arrival: number })[] = []
    const { actual } = play(steps.map((one) => ({ ...one, wait: one.wait % (20 * minute) })), {
      push: (event, arrival) => {
        if (!stored.some(({ id }) => id === event.id)) stored.push({ ...event, arrival })
        return [detector.push(toRecord(event), arrival), []]
      },
      advance: (now) => [detector.advance(now), []]
    })
    const alerts = actual.map(summaryOf)

    for (const found of schedule(stored, { phase: start + phase * 1000, threshold })) {
      const opened = alerts.find(({ action, host, at, alert }) => action === 'open' && host === found.host && at <= found.at &&
        alerts.some((later) => later.alert === alert && later.last >= found.first && later.first <= found.last))
      if (opened === undefined) throw new Error(`missed ${JSON.stringify(found)}`)
    }
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: Math.ceil(runs / 10) }))
})

/** Elastic's engine, after threshold.md 1.1 to 1.5: every 5 min over 9 min, events up to the last alerted one excluded. */
function * schedule (stored: (ReferenceEvent & { arrival: number })[], { phase, threshold }: { phase: number, threshold: number }) {
  const until = Math.max(...stored.map(({ arrival }) => arrival), start) + 10 * minute
  const alerted = new Map<string, number>()
  for (let at = phase; at < until; at += 5 * minute) {
    for (const host of ['h1', 'h2', 'h3']) {
      const found = stored.filter(({ hosts, time, arrival }) => hosts.includes(host) && arrival <= at && time <= at && time >= at - 9 * minute &&
        time > (alerted.get(host) ?? -Infinity)).map(({ time }) => time)
      if (found.length < threshold) continue
      alerted.set(host, Math.max(...found))
      yield { host, at, first: Math.min(...found), last: Math.max(...found) }
    }
  }
}

interface Player {
  push (event: ReferenceEvent, arrival: number): [AlertRecord[], Summary[]]
  advance (now: number): [AlertRecord[], Summary[]]
  restart? (now: number): AlertRecord[]
}

function play (steps: Step[], { push, advance, restart }: Player): { actual: AlertRecord[], expected: Summary[] } {
  const [actual, expected]: [AlertRecord[], Summary[]] = [[], []]
  const sent: ReferenceEvent[] = []
  let now = start
  for (const { wait, event, restarts } of steps) {
    now += wait
    if (restarts && restart !== undefined) {
      const [one, other] = advance(now)
      actual.push(...one, ...restart(now))
      expected.push(...other)
    }
    const repeated = event?.repeat === undefined ? undefined : sent[event.repeat]
    const made = event && (repeated ?? { id: `e${sent.length}`, time: now + event.shift, hosts: event.hosts, value: event.value })
    if (made !== undefined && repeated === undefined) sent.push(made)
    const [one, other] = made === undefined ? advance(now) : push(made, now)
    actual.push(...one)
    expected.push(...other)
  }
  const [one, other] = advance(now + 100 * 60 * minute)
  return { actual: [...actual, ...one], expected: [...expected, ...other] }
}

function toRule ({ id, type, grouped, threshold, cardinality, window, interval, maxSignals, suppression }: ReferenceRule): Rule {
  return ruleOf({
    id,
    type,
    groupBy: grouped ? ['host.id'] : [],
    threshold,
    window,
    interval,
    maxSignals,
    identity: ['event.id'],
    ...cardinality !== undefined && { cardinality: { field: 'question', value: cardinality } },
    ...suppression !== undefined && { suppression: { duration: suppression } }
  })
}

function toRecord ({ id, time, hosts, value }: ReferenceEvent): FieldMap {
  return { '@timestamp': new Date(time).toISOString(), event: { id }, host: { id: hosts }, ...value !== undefined && { question: value } }
}

function summaryOf (record: AlertRecord): Summary {
  const { tripline } = record
  const result = record['kibana.alert.threshold_result'] as { terms: Term[], count: number, cardinality?: [{ value: number }] } | undefined
  const terms = result?.terms ?? record['kibana.alert.suppression.terms'] as Term[] | undefined
  return {
    at: Date.parse(record['@timestamp']),
    rule: String(record['kibana.alert.rule.rule_id']),
    host: terms?.[0]?.value ?? '',
    action: record.event.action,
    alert: record['kibana.alert.uuid'],
    sequence: tripline.sequence,
    count: result?.count ?? countOf(record),
    distinct: result?.cardinality?.[0].value ?? 0,
    first: Date.parse(String(tripline.first_seen)),
    last: Date.parse(String(tripline.last_seen)),
    skew: Number(tripline.skew_ms),
    late: Boolean(tripline.late),
    crossings: Number(tripline.crossings),
    reason: tripline.close_reason as string | null
  }
}

function countOf ({ message }: AlertRecord): number {
  return Number(/(\d+) events?/.exec(message)?.[1])
}

/** Equal records; the ids are each side's own, so they must only name the same alerts. */
function sameRecords (records: AlertRecord[], expected: Summary[]): void {
  const actual = records.map(summaryOf)
  const names = new Map<string, string>()
  const rename = (summary: Summary): Summary => ({ ...summary, alert: nameOf(names, summary.alert) })
  const theirs = new Map<string, string>()
  const one = JSON.stringify(actual.map(rename), null, 1)
  const other = JSON.stringify(expected.map((summary) => ({ ...summary, alert: nameOf(theirs, summary.alert) })), null, 1)
  if (one !== other) throw new Error(`detector ${one}\nreference ${other}`)
}

function nameOf (names: Map<string, string>, id: string): string {
  if (!names.has(id)) names.set(id, `alert ${names.size}`)
  return names.get(id) as string
}
