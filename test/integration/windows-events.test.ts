import { encode, ExtData } from '@msgpack/msgpack'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import type { FieldMap } from '../../src/core/fields.js'
import { tripline } from '../../src/plugin.js'
import { dresses, type Log, type RealStart } from '../fixtures/dress.js'
import { fullStream, processCreation, readLines } from '../fixtures/read-events.js'

/** How each shipper would wrap a file of records, a line each. */
const wraps: Record<string, { type: string, wrap: (lines: string[]) => string | Buffer }> = {
  'Fluent Bit, json': { type: 'application/json', wrap: (lines) => `[${lines.map(withDate).join(',')}]` },
  'Fluent Bit, json_lines': { type: 'application/x-ndjson', wrap: (lines) => lines.map((line) => withDate(line) + '\n').join('') },
  'Fluent Bit, msgpack': { type: 'application/msgpack', wrap: (lines) => Buffer.concat(lines.map((line) => encode([[eventTime(), {}], JSON.parse(line)]))) },
  'Vector, a file as JSON': { type: 'application/json', wrap: (lines) => JSON.stringify(lines.map((message) => ({ file: 'C:\\events.json', host: 'collector', message, source_type: 'file', timestamp: '2026-03-02T12:00:00.123456789Z' }))) },
  'Vector, a file as text': { type: 'text/plain', wrap: (lines) => lines.map((line) => line + '\n').join('') }
}

const rule = (twins: boolean): string => `
[rule]
rule_id = "f0f2b2ab-4d0f-4a4e-9b06-3a1f6b8a5b11"
name = "Process starts"
description = "Counts them."
type = "threshold"
query = 'event.category:process and event.type:start and process.name:* and process.executable:* and host.id:*'
severity = "low"
risk_score = 1
from = "now-9m"
[rule.threshold]
field = ["host.id"]
value = 100000
[tripline]
twins = ${String(twins)}
`

for (const [title, { type, wrap }] of Object.entries(wraps)) {
  t.test(`${title}: every recorded start is recognised, and none of them alerts`, async (t) => {
    for (const [file, received, starts] of [[processCreation, 1052, 1052], [fullStream, 1907, 10]] as const) {
      const app = await start(t, ['builtin', 'builtin/nslookup-hardened', t.testdir({ 'starts.toml': rule(false) })])

      const answer = await post(app, wrap(readLines(file)), type)

      t.same(answer, { received, matched: starts, alerts: 0, rejected: 0, records: [] })
    }
  })
}

t.test('a start that both logs tell of counts once', async (t) => {
  // Each pair was looked at: 32 of winlogbeat, 120 of NXLog, 53 of the export, whose clocks are 19 hours apart; and 5 without a pid.
  for (const [file, expected] of [[processCreation, { matched: 1052, duplicates: 32 + 120 + 53, counted: 847 }], [fullStream, { matched: 10, duplicates: 5, counted: 5 }]] as const) {
    const app = await start(t, [t.testdir({ 'starts.toml': rule(true) })])

    await post(app, readLines(file).join('\n'))

    t.match(Object.values(app.tripline.stats()['rules'] as object), [{ ...expected, late: 0 }])
  }
})

const time = Date.UTC(2026, 2, 2, 12, 0, 0, 250)
const lines = Array.from({ length: 15 }, (_, i) => `nslookup -q=TXT  x${i}.t.example.net 192.0.2.9`)
const starts = lines.map((line, i): RealStart => ({ time: time + i * 20_000, host: 'WS-0417.corp.example', pid: 7000 + i, image: 'C:\\Windows\\System32\\nslookup.exe', line, recordId: 500 + i }))
const background = readLines(processCreation)

for (const [dress, make] of Object.entries(dresses)) {
  for (const log of ['sysmon', 'security'] as const) {
    t.test(`a burst among all that goes on is one alert: ${dress}, ${log}`, async (t) => {
      const app = await start(t, ['builtin'])

      const answer = await post(app, mixed(starts.map((start) => make(start, log))))

      const whole = log === 'security' && wholeSeconds.has(dress)
      t.match(answer, { received: 1067, matched: 15, alerts: 1, rejected: 0 })
      expectBurst(t, answer.records, { first: whole ? time - 250 : time, last: (whole ? time - 250 : time) + 14 * 20_000 })
    })
  }

  t.test(`and one alert of 15, not 30, where both logs tell of it: ${dress}`, async (t) => {
    const logs: Log[] = ['sysmon', 'security']
    const [once, twice] = [await start(t, ['builtin']), await start(t, ['builtin'])]

    const quiet = await post(once, mixed(starts.slice(0, 14).flatMap((start) => logs.map((log) => make(start, log)))))
    // In either order: every other start is told by the Security log first.
    const loud = await post(twice, mixed(starts.flatMap((start, i) => (i % 2 === 0 ? logs : logs.toReversed()).map((log) => make(start, log)))))

    t.match(quiet, { received: 1080, matched: 28, alerts: 0 })
    t.match(loud, { received: 1082, matched: 30, alerts: 1 })
    t.match(loud.records, [{ 'kibana.alert.threshold_result': { count: 15 } }])
    t.same(evidenceOf(loud.records), lines)
  })
}

t.test('the shippers\' own samples: two starts each with a record type', async (t) => {
  const app = await start(t, ['builtin'])

  t.match(await post(app, readLines('wire/fluent-bit/winevtlog-samples.ndjson').join('\n')), { received: 4, matched: 2, rejected: 0 })
  t.match(await post(app, readLines('wire/vector/windows_event_log-samples.ndjson').join('\n')), { received: 4, matched: 2, rejected: 0 })
})

/** Where the Security log's records have whole seconds only. */
const wholeSeconds = new Set(['winevtlog', 'winevtlog_inserts', 'winlog', 'nxlog'])

function expectBurst (t: Test, records: AlertRecord[], { first, last }: { first: number, last: number }): void {
  t.match(records, [{
    event: { action: 'open' },
    host: { id: 'ws-0417.corp.example' },
    'kibana.alert.threshold_result': { terms: [{ field: 'host.id', value: 'ws-0417.corp.example' }], count: 15 },
    tripline: { first_seen: new Date(first).toISOString(), last_seen: new Date(last).toISOString() }
  }])
  t.equal(records.length, 1)
  t.same(evidenceOf(records), lines)
}

function evidenceOf (records: AlertRecord[]): unknown[] {
  return (records[0]?.tripline['evidence'] as Record<string, unknown>[] | undefined ?? []).map((evidence) => evidence['process.command_line'])
}

/** The burst spread over the background, as NDJSON. */
function mixed (burst: FieldMap[]): string {
  const step = Math.floor(background.length / burst.length)
  return background.flatMap((line, i) => i % step === 0 && i / step < burst.length ? [line, JSON.stringify(burst[i / step])] : [line]).join('\n')
}

function withDate (line: string): string {
  return '{"date":1772442900.16,' + line.slice(1)
}

function eventTime (): ExtData {
  return new ExtData(0, Buffer.from('69a55b94098968000', 'hex').subarray(0, 8))
}

type App = Awaited<ReturnType<typeof start>>

async function start (t: Test, rules: string[]) {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(tripline, { state: 'memory', rules: rules.map((path) => ({ path })), outputs: { disk: { type: 'file', path: `${t.testdirName}-alerts.ndjson` } } })
  return app
}

async function post (app: App, payload: string | Buffer, type = 'application/x-ndjson'): Promise<{ records: AlertRecord[], [name: string]: unknown }> {
  const { body } = await app.inject({ method: 'POST', url: '/', payload, headers: { 'content-type': type, prefer: 'return=representation' } })
  return JSON.parse(body) as { records: AlertRecord[] }
}
