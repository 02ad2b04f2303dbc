import t from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import { createDetector, type Detector } from '../../src/core/detector.js'
import type { Rule } from '../../src/core/rule.js'
import { ruleOf } from '../core/rule-of.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const start = Date.UTC(2026, 2, 2, 10)

/** The default rule: 15 by host in 9 minutes, every 5 minutes. */
const burst = ruleOf({ threshold: 15, window: 9 * minute, interval: 5 * minute, identity: [] })

interface Sent { at: number, arrives?: number, host?: string | string[], question?: string }

interface Case { name: string, rule?: Rule, sent: Sent[], records: string[] }

const cases: Case[] = [
  {
    name: 'a burst that goes on quietly is one alert: updates at crossings, then hourly, a close at the end',
    sent: [...every(10, 1000), ...every(minute, 180, minute)],
    records: [
      'open 15 at 0:00:00.140',
      // 66 crossings in ten seconds make one update when the interval is over. The ten events left of the burst and the
      // next five cross once more by then; one a minute, nine in a window, does not: growth is told hourly.
      'update 1005 at 0:05:00.140', 'update 1065 at 1:05:00.140', 'update 1125 at 2:05:00.140', 'update 1180 at 3:05:00.140',
      'close 1180 at 3:09:00.001 quiet'
    ]
  },
  {
    name: 'two bursts 3 h apart, delivered at once and in order, are two alerts',
    sent: [...every(second, 20), ...every(second, 20, 3 * hour)].map((one) => ({ ...one, arrives: 4 * hour })),
    records: ['open 15 at 4:00:00', 'close 20 at 4:00:00 gap', 'open 15 at 4:00:00', 'close 20 at 4:09:00.001 quiet']
  },
  {
    name: 'of two bursts 3 h apart, delivered newest first, the older comes too late, and the alert says so',
    sent: [...every(second, 20, 3 * hour), ...every(second, 20)].map((one) => ({ ...one, arrives: 4 * hour })),
    records: ['open 15 at 4:00:00', 'close 20 at 4:09:00.001 quiet late']
  },
  {
    name: 'fourteen and one that is late make an alert',
    sent: [...every(10 * second, 14), { at: 5 * second, arrives: 20 * minute }],
    records: ['open 15 at 0:20:00', 'close 15 at 0:29:00.001 quiet']
  },
  {
    name: 'fourteen and one that is too late do not',
    sent: [...every(10 * second, 14, 2 * hour), { at: 5 * second, arrives: 3 * hour }],
    records: []
  },
  {
    name: 'a host whose clock is 2 h ahead counts like any other, and the alert says how far',
    sent: every(second, 15).map(({ at }) => ({ at: at + 2 * hour, arrives: at })),
    records: ['open 15 at 0:00:14 skew 7200000', 'close 15 at 0:09:14.001 quiet skew 7200000']
  },
  {
    name: 'a host that is a day behind counts like any other',
    sent: every(second, 15).map(({ at }) => ({ at: at - 24 * hour, arrives: at })),
    records: ['open 15 at 0:00:14', 'close 15 at 0:09:14.001 quiet']
  },
  {
    name: 'an event with two values in the group field counts in both groups',
    sent: every(second, 15).map((one) => ({ ...one, host: ['h1', 'h2'] })),
    records: ['h1 open 15 at 0:00:14', 'h2 open 15 at 0:00:14', 'h1 close 15 at 0:09:14.001 quiet', 'h2 close 15 at 0:09:14.001 quiet']
  },
  {
    name: 'ten thousand repeats between two new values do not hide them, and are told to be approximate',
    rule: { ...burst, threshold: 3, cardinality: { field: 'question', value: 3 } },
    sent: [{ at: 0, question: 'a' }, ...every(10, 10_000, 1).map((one) => ({ ...one, question: 'b' })), { at: 2 * minute, question: 'c' }],
    records: ['open 5 at 0:02:00 distinct 3 approximate', 'close 5 at 0:11:00.001 quiet distinct 3 approximate']
  },
  {
    name: 'under a suppression of 1 h a second burst is counted, not opened',
    rule: { ...burst, suppression: { duration: hour } },
    sent: [...every(second, 15), ...every(second, 15, 30 * minute), ...every(second, 15, 2 * hour)],
    records: [
      'open 15 at 0:00:14', 'update 30 at 0:30:14', 'close 30 at 1:00:14 quiet',
      'open 15 at 2:00:14', 'close 15 at 3:00:14 quiet'
    ]
  }
]

for (const { name, rule = burst, sent, records } of cases) {
  t.test(name, async (t) => {
    const detector = createDetector([rule])

    const actual = [...deliver(detector, sent), ...detector.advance(start + 100 * hour)]

    t.strictSame(actual.map(show), records.map((record) => /^h\d/.test(record) ? record : `h1 ${record}`))
  })
}

t.test('an alert that never rests is updated at each interval and closes after a day; the next crossing opens another', async (t) => {
  const detector = createDetector([burst])

  const actual = deliver(detector, every(30 * second, 24 * 120 + 60)).map(show)

  t.equal(actual[0], 'h1 open 15 at 0:07:00')
  t.equal(actual[1], 'h1 update 30 at 0:14:30')
  const close = actual.findIndex((record) => record.startsWith('h1 close'))
  t.match(actual[close], /^h1 close \d+ at 24:07:00 max_duration$/)
  t.match(actual[close + 1], /^h1 open 15 at 24:14:00$/)
  t.ok(actual.slice(1, close).every((record) => record.startsWith('h1 update')))
})

t.test('of 150 hosts that cross at once under max_signals 100 the other 50 open in the next interval, the largest first', async (t) => {
  const detector = createDetector([burst])
  const hosts = Array.from({ length: 150 }, (_, i) => `h${String(i).padStart(3, '0')}`)

  const first = deliver(detector, hosts.flatMap((host) => every(1, 15).map((one) => ({ ...one, host, arrives: second }))))
  const more = deliver(detector, every(1, 5, 20).map((one) => ({ ...one, host: 'h140', arrives: 2 * second })))
  const later = detector.advance(start + second + 5 * minute)

  t.equal(first.length, 100)
  t.ok(first.every((record) => record.event.action === 'open'))
  t.equal(Object.values(detector.stats())[0]?.held, 0)
  t.strictSame(more, [])
  t.equal(later.length, 50)
  t.equal(show(later[0] as AlertRecord), 'h140 open 20 at 0:05:01')
  t.strictSame(later.slice(1).map(hostOf), hosts.slice(100).filter((host) => host !== 'h140'))
})

t.test('beyond the thousand that may wait one record names how many more there were, with a sample', async (t) => {
  const detector = createDetector([{ ...burst, threshold: 1, maxSignals: 1 }])
  const hosts = Array.from({ length: 1013 }, (_, i) => `h${i}`)

  deliver(detector, hosts.map((host) => ({ at: 0, host })))
  const records = detector.advance(start + 5 * minute)

  t.equal(records.length, 2)
  const surplus = records[1]?.tripline.surplus as { groups: number, sample: { field: string, value: string }[][] }
  t.equal(surplus.groups, 12)
  t.equal(surplus.sample.length, 10)
  t.match(records[1]?.message, /12 more groups/)
})

t.test('eight events, a restart of the detector from its state, and seven more make one alert of fifteen', async (t) => {
  const before = createDetector([burst])
  const early = deliver(before, every(second, 8))
  const stored = JSON.parse(JSON.stringify([...before.changes()])) as [string, unknown][]

  const after = createDetector([])
  after.load(stored)
  after.resume(start + 8 * second)
  const restored = after.replaceRules([burst], start + 8 * second)
  const late = deliver(after, every(second, 7, 8 * second))

  t.strictSame([...early, ...restored], [])
  t.strictSame(late.map(show), ['h1 open 15 at 0:00:14'])
  t.equal((late[0]?.tripline.evidence as unknown[]).length, 15)
})

/** `count` events, `gap` ms apart, the first at `from`. */
function every (gap: number, count: number, from = 0): Sent[] {
  return Array.from({ length: count }, (_, i) => ({ at: from + i * gap }))
}

function deliver (detector: Detector, sent: Sent[]): AlertRecord[] {
  return sent.flatMap(({ at, arrives = at, host = 'h1', question }) => detector.push(
    { '@timestamp': start + at, host: { id: host }, ...question !== undefined && { question } }, start + arrives))
}

/** `host action count at time reason flags`. */
function show (record: AlertRecord): string {
  const result = record['kibana.alert.threshold_result'] as { count: number, cardinality?: [{ value: number }] }
  const { late, approximate, skew_ms: skew, close_reason: reason } = record.tripline
  const host = hostOf(record)
  return [
    host,
    record.event.action,
    result.count,
    `at ${clock(Date.parse(record['@timestamp']) - start)}`,
    reason,
    result.cardinality === undefined ? '' : `distinct ${result.cardinality[0].value}`,
    late === true ? 'late' : '',
    approximate === true ? 'approximate' : '',
    Number(skew) > 0 ? `skew ${String(skew)}` : ''
  ].filter((part) => part !== '' && part !== null).join(' ')
}

function hostOf (record: AlertRecord): string {
  return String((record.host as { id: string }).id)
}

function clock (ms: number): string {
  const [hours, rest] = [Math.floor(ms / hour), ms % hour]
  return `${hours}:${new Date(rest).toISOString().slice(14).replace(/(?:\.000)?Z$/, '')}`
}
