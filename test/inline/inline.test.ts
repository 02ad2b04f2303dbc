import t from 'tap'
import type { RejectedRecord } from '../../src/ingest/batch.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { createInline, type Route } from '../../src/inline/inline.js'
import { passedEvents, type PassedEvent } from '../../src/inline/passed-event.js'
import { SendFailed, type InlineOutput } from '../../src/outputs/output.js'
import { createManualTimer } from '../fixtures/manual-timer.js'

const passage = { arrival: 0, origin: { tag: 'winlog' } }

t.test('events pass in order, as many at a time as the output takes', async (t) => {
  const sent: string[][] = []
  const inline = open([routeTo(async (events) => { sent.push(events.map(String)) }, { limit: { records: 2, bytes: 20 } })])

  await inline.pass(eventsOf('[{"a":1},{"a":2},{"a":3},{"long":"xxxxxxxxxxxxxxxx"},{"a":4}]'), passage)

  t.same(sent, [['{"a":1}', '{"a":2}'], ['{"a":3}'], ['{"long":"xxxxxxxxxxxxxxxx"}'], ['{"a":4}']])
  t.equal(inline.active, true)
  t.same(inline.status(), [{ name: 'next', type: 'http', send: 'events', passed: 5, unfit: 0, failures: 0, fault: false }])
})

t.test('an output may get the events that match alone, and nothing when there are none', async (t) => {
  const sent: string[][] = []
  const inline = open([routeTo(async (events) => { sent.push(events.map(String)) }, {}, 'matches')])

  await inline.pass(eventsOf('[{"a":1},{"a":2}]'), passage)
  await inline.pass(eventsOf('[{"a":1},{"a":2}]', { marked: 2 }), passage)

  t.same(sent, [['{"a":2,"tripline":{"rules":["r1"],"alerts":["u1"]}}']])
})

t.test('what would spoil its neighbours does not pass, and they do', async (t) => {
  const sent: string[][] = []
  const inline = open([routeTo(async (events) => { sent.push(events.map(String)) })])

  await inline.pass(eventsOf('[null,{"a":1},5]'), passage)
  await inline.pass(eventsOf('[{"a":1},5]').slice(1), passage)

  t.same(sent, [['{"a":1}']])
  t.match(inline.status(), [{ passed: 1, unfit: 3 }])
})

t.test('without an inline output there is nothing to do', async (t) => {
  const inline = open([])

  await inline.pass(eventsOf('[{"a":1}]'), passage)

  t.equal(inline.active, false)
  inline.stop()
  await inline.close()
  t.same(inline.status(), [])
})

const away: [string, Error, number][] = [
  ['that asks to wait', new SendFailed('retry', 'HTTP 429', 61_500, { status: 429 }), 62],
  ['that asks to wait for a day', new SendFailed('retry', 'HTTP 503', 86_400_000, { status: 503 }), 3600],
  ['that asks to come again at once', new SendFailed('retry', 'HTTP 503', 0, { status: 503 }), 1],
  ['without an answer', new SendFailed('retry', 'ECONNREFUSED'), 5],
  ['whose certificate is not trusted', new SendFailed('output', 'certificate has expired'), 5],
  ['that redirects', new SendFailed('output', 'HTTP 301', undefined, { status: 301 }), 5],
  ['that fails as nobody foresaw', new TypeError('x is undefined'), 5]
]
for (const [title, error, retryAfter] of away) {
  t.test(`a downstream ${title} makes the shipper send again after ${retryAfter} s`, async (t) => {
    const refused: RejectedRecord[] = []
    const inline = open([routeTo(async () => { throw error })], { refused })

    await t.rejects(inline.pass(eventsOf('[{"a":1}]'), passage), { status: 503, code: 'TRIPLINE_DOWNSTREAM_AWAY', message: `output next: ${error.message}: send the batch again`, retryAfter })

    t.same(refused, [])
    t.match(inline.status(), [{ failures: 1, lastError: error.message, fault: error instanceof SendFailed && error.kind === 'output' }])
  })
}

for (const status of [400, 401, 404, 413, 422]) {
  t.test(`${status} is passed back, and what was not taken is set aside`, async (t) => {
    const refused: RejectedRecord[] = []
    let calls = 0
    const inline = open([routeTo(async () => { if (++calls === 2) throw new SendFailed(status === 400 ? 'refused' : 'output', `HTTP ${status}: no such index`, undefined, { status }) }, { limit: { records: 1, bytes: 100 } })], { refused })

    await t.rejects(inline.pass(eventsOf('[{"a":1},{"a":2},{"a":3}]', { marked: 2 }), passage), { status, code: 'TRIPLINE_DOWNSTREAM_REFUSED', message: `output next: HTTP ${status}: no such index`, retryAfter: undefined })

    t.same(refused, [2, 3].map((number) => ({ number, bytes: Buffer.from(`{"a":${number}}`), reason: `output next: HTTP ${status}: no such index` })))
  })
}

t.test('a batch comes again as long as one output may take it later', async (t) => {
  const refused: RejectedRecord[] = []
  const inline = open([
    routeTo(async () => { throw new SendFailed('refused', 'HTTP 400', undefined, { status: 400 }) }),
    routeTo(async () => { throw new SendFailed('retry', 'HTTP 503', 9_000) }, { name: 'slow' }),
    routeTo(async () => {}, { name: 'fine' })
  ], { refused })

  await t.rejects(inline.pass(eventsOf('[{"a":1}]'), passage), { status: 503, message: /slow/, retryAfter: 9 })

  t.same(refused, [])
})

t.test('a downstream that comes and goes is told of once each', async (t) => {
  const lines: string[] = []
  const answers = [new Error('away'), new Error('away'), undefined, undefined]
  const inline = open([routeTo(async () => {
    const answer = answers.shift()
    if (answer !== undefined) throw answer
  })], { lines })

  for (let i = 0; i < 4; i++) await inline.pass(eventsOf('[{"a":1}]'), passage).catch(() => {})

  t.same(lines, ['the inline output does not take a batch: away', 'the inline output takes batches again'])
  t.notOk('lastError' in inline.status()[0]!)
})

t.test('a downstream that never answers holds a request no longer than its time-out', async (t) => {
  const { timer, delays, fire } = createManualTimer()
  let aborted = false
  const inline = open([routeTo(async (_events, signal) => new Promise(() => { signal.addEventListener('abort', () => { aborted = true }) }), {}, 'events', 7_000)], { timer })

  const passing = inline.pass(eventsOf('[{"a":1}]'), passage)
  await new Promise(setImmediate)
  t.same(delays(), [7_000])
  await fire()

  await t.rejects(passing, { status: 503, message: /no answer within 7000 ms/ })
  t.ok(aborted)
})

t.test('batches beyond the width wait for their turn, and whoever waited too long does not take it', async (t) => {
  const { timer, fire } = createManualTimer()
  const sent: string[] = []
  const answers: (() => void)[] = []
  const inline = open([routeTo((events) => {
    sent.push(String(events[0]))
    return new Promise((resolve) => { answers.push(resolve) })
  })], { timer })

  const first = inline.pass(eventsOf('[{"a":1}]'), passage)
  const second = inline.pass(eventsOf('[{"a":2}]'), passage)
  const third = inline.pass(eventsOf('[{"a":3}]'), passage)
  await new Promise(setImmediate)
  // Each waits for its turn with a timer of its own: the first one's is over, and that of its request set.
  await fire()
  await t.rejects(second, { status: 503, message: /busy with other batches for 10000 ms/ })
  answers[0]?.()
  await first
  await new Promise(setImmediate)
  answers[1]?.()
  await third

  t.same(sent, ['{"a":1}', '{"a":3}'])
})

t.test('when it stops, what is on its way has a last while, and nothing new goes', async (t) => {
  const { timer, delays, fire } = createManualTimer()
  const inline = open([routeTo(() => new Promise(() => {}))], { timer })

  inline.stop()
  const passing = inline.pass(eventsOf('[{"a":1}]'), passage)
  await new Promise(setImmediate)
  t.same(delays(), [3_000, 10_000])
  await fire()

  await t.rejects(passing, { status: 503, message: /Tripline is stopping/ })
  await t.rejects(inline.pass(eventsOf('[{"a":1}]'), passage), { status: 503, message: /Tripline is stopping/ })
})

t.test('closing breaks off what is on its way, and closes the outputs', async (t) => {
  const { timer, delays } = createManualTimer()
  let closed = false
  const inline = open([routeTo(() => new Promise(() => {}), { close: async () => { closed = true } })], { timer })
  const passing = inline.pass(eventsOf('[{"a":1}]'), passage)
  inline.stop()

  await inline.close()

  await t.rejects(passing, { message: /stopping/ })
  t.ok(closed)
  t.same(delays(), [])
})

t.test('when the quarantine cannot take what is refused, that is the answer', async (t) => {
  const inline = createInline({
    routes: [routeTo(async () => { throw new SendFailed('refused', 'HTTP 400', undefined, { status: 400 }) })],
    onRefused: async () => { throw new Error('disk full') },
    log: logTo([])
  })

  await t.rejects(inline.pass(eventsOf('[{"a":1}]'), passage), { message: 'disk full' })
})

function open (routes: Route[], { refused = [], lines = [], timer }: { refused?: RejectedRecord[], lines?: string[], timer?: ReturnType<typeof createManualTimer>['timer'] } = {}) {
  return createInline({ routes, onRefused: async (records) => { refused.push(...records) }, log: logTo(lines), timer })
}

function routeTo (pass: InlineOutput['pass'], output: Partial<InlineOutput> = {}, send: 'events' | 'matches' = 'events', timeout?: number): Route {
  return {
    output: { name: 'next', type: 'http', limit: { records: 100, bytes: 1000 }, encoding: 'json', width: 1, send: async () => {}, close: async () => {}, ...output, pass },
    config: { send, ...timeout !== undefined && { timeout } }
  }
}

function eventsOf (body: string, { marked }: { marked?: number } = {}): PassedEvent[] {
  const events = passedEvents(readBatch(Buffer.from(body), { maxRecord: 1000 }), { matched: [] }, () => [])
  return events.map((event) => event.number === marked ? { ...event, mark: { rules: ['r1'], alerts: ['u1'] } } : event)
}

function logTo (lines: string[]) {
  const line = (_details: object, message: string) => { lines.push(message) }
  return { error: line, warn: line, info: line, debug: line }
}
