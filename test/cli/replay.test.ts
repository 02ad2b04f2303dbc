import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Test } from 'tap'
import t from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { replay } from '../../src/cli/replay.js'
import { eventAt, ruleToml, testIo } from '../fixtures/cli-io.js'
import type { TestIo } from '../fixtures/cli-io.js'

const lines = (...records: unknown[]) => records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join('')
const burst = lines(eventAt(0), eventAt(1), eventAt(2))
const actions = (io: TestIo) => io.out().split('\n').slice(0, -1).map((line) => JSON.parse(line).event.action)

async function run (t: Test, files: Record<string, string | Buffer>, args: (string | { file: string })[], io = testIo()): Promise<[number, TestIo, string]> {
  const dir = t.testdir({ 'rule.toml': ruleToml() })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  const words = args.map((arg) => typeof arg === 'string' ? arg : join(dir, arg.file))
  return [await replay(readArguments(['replay', '--rules', join(dir, 'rule.toml'), ...words]), io), io, dir]
}

t.test('alerts of recorded events stand on stdout, one a line, and the summary on stderr', async (t) => {
  const [code, io] = await run(t, { 'a.ndjson': burst }, [{ file: 'a.ndjson' }])

  t.equal(code, 0)
  t.same(actions(io), ['open', 'close'])
  t.match(JSON.parse(io.out().split('\n')[0]!), { 'kibana.alert.threshold_result': { count: 3 }, host: { id: 'h1' }, '@timestamp': '2026-01-01T00:00:02.000Z' })
  t.equal(io.err(), 'replayed 1 file in 0.0 s: 3 events, 3 matched, 2 alert records (1 open, 0 update, 1 close)\n')
})

t.test('time is that of the events: a pause longer than the window ends the incident', async (t) => {
  const [, io] = await run(t, { 'a.ndjson': burst, 'b.ndjson': lines(eventAt(500, { name: 'other' }), eventAt(600), eventAt(601), eventAt(602)) }, [{ file: 'a.ndjson' }, { file: 'b.ndjson' }])

  t.same(actions(io), ['open', 'close', 'open', 'close'])
  t.match(io.err(), /^replayed 2 files in 0.0 s: 7 events, 6 matched, 4 alert records \(2 open, 0 update, 2 close\)\n$/)
})

t.test('an event that comes late arrives at the largest time read so far', async (t) => {
  const [, io] = await run(t, { 'a.ndjson': lines(eventAt(2), eventAt(0), eventAt(1)) }, [{ file: 'a.ndjson' }])

  t.equal(JSON.parse(io.out().split('\n')[0]!)['@timestamp'], '2026-01-01T00:00:02.000Z')
})

const forms: [string, string | Buffer, string][] = [
  ['stdin', burst, '-'],
  ['gzip on stdin', gzipSync(burst), '-'],
  ['an array on stdin', JSON.stringify([eventAt(0), eventAt(1), eventAt(2)]), '-']
]
for (const [name, stdin, file] of forms) {
  t.test(`${name} is read`, async (t) => {
    const [, io] = await run(t, {}, [file], testIo({ stdin }))

    t.same(actions(io), ['open', 'close'])
  })
}

t.test('what cannot be read is named and counted, and is no reason to fail', async (t) => {
  const [code, io, dir] = await run(t, { 'a.ndjson': lines(eventAt(0), 'broken', eventAt(1), { process: { name: 'word' } }) }, [{ file: 'a.ndjson' }, '-'], testIo({ stdin: '[{},7]' }))

  t.equal(code, 0)
  const told = io.err().split('\n')
  t.match(told[0], `${join(dir, 'a.ndjson')}:2 the record is no valid JSON`)
  t.match(told[1], /^stdin record 2 /)
  t.match(told[2], /^replayed 2 files in 0.0 s: 4 events \(2 unreadable, 2 without a time\), 3 matched/)
})

t.test('of many that cannot be read the first are named', async (t) => {
  const [, io] = await run(t, { 'a.ndjson': lines(eventAt(0), ...Array(30).fill('broken')) }, [{ file: 'a.ndjson' }])

  t.equal(io.err().split('\n').filter((line) => line.includes('no valid JSON')).length, 20)
  t.match(io.err(), /\nand 10 more that cannot be read\n/)
})

t.test('events without a time arrive when they are read', async (t) => {
  const [, io] = await run(t, { 'a.ndjson': lines(...Array(3).fill({ host: { id: 'h1' }, process: { name: 'word' } })) }, [{ file: 'a.ndjson' }])

  t.equal(JSON.parse(io.out().split('\n')[0]!)['@timestamp'], '2026-01-02T00:00:00.000Z')
})

t.test('--output sends alerts elsewhere', async (t) => {
  const dir = t.testdir({ 'rule.toml': ruleToml(), 'a.ndjson': burst })
  const io = testIo()

  await replay(readArguments(['replay', '--rules', join(dir, 'rule.toml'), '--output', `file:${join(dir, 'alerts.ndjson')}`, '--output', 'stdout', join(dir, 'a.ndjson')]), io)

  t.same(actions(io), ['open', 'close'])
  t.matchOnly(await import('node:fs').then(({ readFileSync }) => readFileSync(join(dir, 'alerts.ndjson'), 'utf8')), io.out())
})

const faults: [string, Record<string, string | Buffer>, { file: string }, RegExp][] = [
  ['a file that is not there', {}, { file: 'none.ndjson' }, /none.ndjson cannot be read: ENOENT/],
  ['a folder', {}, { file: '' }, /is a folder: name its files/],
  ['a file that is cut', { 'a.gz': gzipSync(burst).subarray(0, 40) }, { file: 'a.gz' }, /a.gz unexpected end of file/],
  ['a file without records', { 'a.json': '7' }, { file: 'a.json' }, /a.json the body is a single JSON value/]
]
for (const [name, files, file, message] of faults) {
  t.test(`${name} is a fault`, async (t) => {
    await t.rejects(run(t, files, [file]), { name: 'Fault', code: 'TRIPLINE_BAD_INPUT', message })
  })
}
