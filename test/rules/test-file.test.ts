import t from 'tap'
import { Fault, Faults } from '../../src/errors.js'
import { isTestFile, readTestFile } from '../../src/rules/test-file.js'

const start = Date.UTC(2026, 0)
const read = (text: string) => readTestFile(text, { file: 'a.yaml' })
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

/** One test with these lines of events and these of alerts. */
function readOne (events: string, alerts = '[]', more = '') {
  return read(`rule: r.toml\ntests:\n  - name: n\n    events: ${events}\n    alerts: ${alerts}\n${more}`).tests[0]
}

t.test('a file tells rules and tests, with the place of each', async (t) => {
  const { rules, tests } = read('rule: a.toml\nrules: [builtin, b.toml]\ntests:\n  - name: one\n    events: []\n    alerts: []\n  - { name: two, events: [], alerts: [] }\n')

  t.same(rules, ['a.toml', 'builtin', 'b.toml'])
  t.match(tests, [{ name: 'one', place: { file: 'a.yaml', line: 4, column: 5 }, start, events: [], alerts: [] }, { name: 'two', place: { line: 7 } }])
})

t.test('events are spread over time and numbered', async (t) => {
  const test = readOne('[{ at: 1m, every: 10s, count: 3, event: { process.pid: "{n}", dns: { names: ["x{n}.y{n}"], ttl: 5 } } }]')

  t.same(plain(test?.events), [1, 2, 3].map((n) => ({
    arrival: start + 50_000 + n * 10_000,
    record: { '@timestamp': new Date(start + 50_000 + n * 10_000).toISOString(), process: { pid: n }, dns: { names: [`x${n}.y${n}`], ttl: 5 } }
  })))
})

const times: [string, number, number][] = [
  ['{}', 0, 0],
  ['{ at: 0 }', 0, 0],
  ['{ at: 9m1ms }', 540_001, 540_001],
  ['{ at: -5m }', -300_000, -300_000],
  ['{ at: 2026-01-01T00:01:00Z }', 60_000, 60_000],
  ['{ at: 1m, arrives: 90s }', 60_000, 90_000],
  ['{ at: 1m, delay: 1s }', 60_000, 61_000],
  ['{ at: 1m, delay: -1s }', 60_000, 59_000]
]
for (const [event, time, arrival] of times) {
  t.test(`${event} happens at ${time} and arrives at ${arrival}`, async (t) => {
    t.match(readOne(`[${event}]`)?.events, [{ arrival: start + arrival, record: { '@timestamp': new Date(start + time).toISOString() } }])
  })
}

t.test('an event stands on its test\'s base, and that on the file\'s; null takes a field away', async (t) => {
  const { tests } = read('rule: r\nbase: { a: { b: 1, c: 2 }, d: 3 }\ntests:\n  - { name: n, base: { a.b: 4, d: null }, events: [{ event: { a.e: 5 } }, { event: { "@timestamp": null } }], alerts: [] }')

  t.same(plain(tests[0]?.events.map(({ record: { a } }) => a)), [{ b: 4, c: 2, e: 5 }, { b: 4, c: 2 }])
  t.notOk(Object.hasOwn(tests[0]?.events[0]?.record ?? {}, 'd'))
  t.notOk(Object.hasOwn(tests[0]?.events[1]?.record ?? {}, '@timestamp'), 'an event without a time')
})

t.test('a start is the file\'s or the test\'s', async (t) => {
  const { tests } = read('rule: r\nstart: 2026-05-01T00:00:00Z\ntests:\n  - { name: a, events: [], alerts: [] }\n  - { name: b, start: 2026-06-01T00:00:00Z, events: [{ at: 1s }], alerts: [] }')

  t.same(tests.map(({ start }) => start), [Date.UTC(2026, 4), Date.UTC(2026, 5)])
  t.equal(tests[1]?.events[0]?.arrival, Date.UTC(2026, 5) + 1000)
})

t.test('an expected alert has fields by dotted names, a time, and a place', async (t) => {
  const test = readOne('[]', '\n      - { action: update, at: 10s, host.id: h, tripline: { late: true, values: [1] } }\n      - count: 15')

  t.match(test?.alerts, [
    { place: { line: 6 }, at: start + 10_000, action: 'update', fields: [['host.id', 'h'], ['tripline.late', true], ['tripline.values', [1]]] },
    { place: { line: 7 }, at: undefined, action: undefined, fields: [['count', 15]] }
  ])
})

const onlies: [string, string, string[]][] = [
  ['opens alone, unless others are named', '[{ count: 1 }]', ['open']],
  ['the actions that are expected', '[{ action: open }, { action: close }]', ['open', 'open', 'close']]
]
for (const [title, alerts, only] of onlies) {
  t.test(`what is compared: ${title}`, async (t) => { t.same(readOne('[]', alerts)?.only, only) })
}

t.test('what is compared: what the test says', async (t) => {
  t.same(readOne('[]', '[]', '    only: [open, close]')?.only, ['open', 'close'])
})

const faults: [string, string][] = [
  ['rule: r\ntests:\n  - { name: n, event: [], alerts: [] }', 'a.yaml:3:23 tests[0].event is not known: did you mean events?'],
  ['rule: r\ntets: []\ntests: [{ name: n, alerts: [] }]', 'a.yaml:2:7 tets is not known: did you mean tests?'],
  ['rule: r\ntests: [{ name: n, events: [{ att: 1s }], alerts: [] }]', 'a.yaml:2:36 tests[0].events[0].att is not known: did you mean at?'],
  ['tests: [{ name: n, alerts: [] }]', 'a.yaml:1:1 rule must name the rule file, relative to this one, or builtin/NAME'],
  ['rule: r', 'a.yaml:1:1 tests must hold at least one test'],
  ['rule: r\ntests: [{ alerts: [] }]', 'a.yaml:2:9 tests[0].name must be a text that is not empty; it is missing'],
  ['rule: r\ntests: [{ name: n }]', 'a.yaml:2:9 tests[0].alerts is missing: write [] when none is expected'],
  ['rule: r\ntests: [{ name: n, alerts: [~] }]', 'a.yaml:2:29 tests[0].alerts[0] must be a table of fields and the values expected'],
  ['rule: r\ntests: [{ name: n, alerts: [x] }]', 'a.yaml:2:29 tests[0].alerts[0] must be a table of fields; it is "x"'],
  ['rule: r\ntests: [{ name: n, alerts: [{ action: opened }] }]', 'a.yaml:2:39 tests[0].alerts[0].action must be one of open, update, close; it is "opened"'],
  ['rule: r\ntests: [{ name: n, alerts: [], only: [all] }]', 'a.yaml:2:39 tests[0].only[0] must be one of open, update, close; it is "all"'],
  ['rule: r\ntests: [{ name: n, events: [~], alerts: [] }]', 'a.yaml:2:29 tests[0].events[0] must be a table, such as { at: 10s, event: { host.id: h1 } }'],
  ['rule: r\ntests: [{ name: n, events: [{ at: soon }], alerts: [] }]', 'a.yaml:2:35 tests[0].events[0].at must be an offset such as 90s or 9m1ms, or an ISO time; it is "soon"'],
  ['rule: r\ntests: [{ name: n, events: [{ at: 5 }], alerts: [] }]', 'a.yaml:2:35 tests[0].events[0].at must be an offset such as 90s or 9m1ms, or an ISO time; it is 5'],
  ['rule: r\ntests: [{ name: n, events: [{ at: 99999999999d }], alerts: [] }]', 'a.yaml:2:35 tests[0].events[0].at must be an offset such as 90s or 9m1ms, or an ISO time; it is "99999999999d"'],
  ['rule: r\ntests: [{ name: n, events: [{ at: -soon }], alerts: [] }]', 'a.yaml:2:35 tests[0].events[0].at must be an offset such as 90s or 9m1ms, or an ISO time; it is "-soon"'],
  ['rule: r\ntests: [{ name: n, events: [{ every: 5 }], alerts: [] }]', 'a.yaml:2:38 tests[0].events[0].every must be a length of time such as 10s; it is 5'],
  ['rule: r\ntests: [{ name: n, events: [{ every: 99d }], alerts: [] }]', 'a.yaml:2:38 tests[0].events[0].every must be a length of time such as 10s; it is "99d"'],
  ['rule: r\ntests: [{ name: n, events: [{ count: 100001 }], alerts: [] }]', 'a.yaml:2:38 tests[0].events[0].count must be a whole number from 1 to 100000; it is 100001'],
  ['rule: r\ntests: [{ name: n, events: [{ arrives: 1s, delay: 1s }], alerts: [] }]', 'a.yaml:2:51 tests[0].events[0].delay cannot stand beside arrives: one of the two says when the events arrive'],
  ['rule: r\ntests: [{ name: n, events: [{ event: h1 }], alerts: [] }]', 'a.yaml:2:38 tests[0].events[0].event must be a table of fields; it is "h1"'],
  ['rule: r\nstart: 10s\ntests: [{ name: n, alerts: [] }]', 'a.yaml:2:8 start must be an ISO time; it is "10s"'],
  ['rule: [\n', 'a.yaml:2:1 is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['x', 'a.yaml:1:1 must be a table; it is "x"']
]
for (const [text, fault] of faults) {
  t.test(`refuses ${JSON.stringify(text)}`, async (t) => {
    let thrown: unknown
    try {
      read(text)
    } catch (error) {
      thrown = error
    }

    const [first] = thrown instanceof Faults ? thrown.faults : [thrown as Fault]
    t.equal(first?.code, 'TRIPLINE_BAD_TEST')
    t.equal(first?.message, `TRIPLINE_BAD_TEST ${fault}`)
  })
}

t.test('several faults are thrown together', async (t) => {
  t.throws(() => read('tests: [{}]'), { name: 'Faults', faults: { length: 3 } })
})

t.test('an empty file is a file without tests', async (t) => {
  t.throws(() => read(''), { message: /must name the rule file/ })
})

const bombs: [string, string][] = [
  ['nesting without end', `rule: ${'['.repeat(5_000)}`],
  ['aliases that unfold without end', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcd'[i]}`).join(',')}]`).join('\n')}`]
]
for (const [title, text] of bombs) {
  t.test(`${title} is a fault and nothing worse`, async (t) => {
    t.throws(() => read(text), { code: 'TRIPLINE_BAD_TEST' })
  })
}

t.test('a test file is known by its tests', async (t) => {
  t.ok(isTestFile('rule: x\ntests:\n'))
  t.ok(isTestFile('"tests": []'))
  t.notOk(isTestFile('listen: 127.0.0.1:9881\nlatests: 1\n'))
})
