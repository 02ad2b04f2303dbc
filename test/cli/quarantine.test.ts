import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { quarantine } from '../../src/cli/quarantine.js'
import { openQuarantine, quarantinePath } from '../../src/quarantine/quarantine.js'
import { alertRecord } from '../fixtures/alert-record.js'
import { testIo } from '../fixtures/cli-io.js'

t.test('list shows what is there in a table, show the whole of one', async (t) => {
  const { run, ids } = await given(t)

  const { code, out } = await run('list')
  t.equal(code, 0)
  t.same(out.trim().split('\n').map((line) => line.split(/ {2,}/)), [
    ['ID', 'TIME', 'KIND', 'REASON', 'SOURCE OR OUTPUT'],
    [ids[0], '2026-03-02T09:00:00.000Z', 'record', 'not JSON', 'winlog 10.0.0.7 Vector'],
    [ids[1], '2026-03-02T09:00:00.000Z', 'record', `${'x'.repeat(79)}…`, '-'],
    [ids[2], '2026-03-02T09:00:00.000Z', 'delivery', 'HTTP 400', 'disk']
  ])

  const shown = await run(`show ${ids[2]} ${ids[0]}`)
  t.equal(shown.code, 0)
  t.match(shown.out, /"text": "{\\"broken"[^]*"kibana.alert.uuid": "a"/)
})

t.test('retry sends what is named, says what was done, and what went through is not listed any more', async (t) => {
  const { run, ids, alerts } = await given(t)

  const one = await run(`retry ${ids[2]}`)
  t.same(one, { code: 0, out: '', err: `${ids[2]} sent to the output disk\nretried 1: 1 done, 0 still in the quarantine\n` })
  t.equal(readFileSync(alerts, 'utf8'), `${JSON.stringify(alertRecord('a'))}\n`)

  const all = await run('retry --all')
  t.equal(all.code, 1)
  t.match(all.err, new RegExp(`^${ids[0]} still cannot be read: .*\n${ids[1]} still cannot be read: .*\nretried 2: 0 done, 2 still in the quarantine\n$`))
  t.notMatch((await run('list')).out, ids[2])
})

t.test('an id that is not there is told, the others are worked on', async (t) => {
  const { run, ids } = await given(t)

  t.match(await run(`show nothing ${ids[0]}`), { code: 1, out: /not JSON/, err: /^nothing is not in the quarantine, or is done/ })
  t.match(await run(`retry nothing ${ids[2]}`), { code: 1, err: /sent to the output disk\nnothing is not in the quarantine[^]*1 done, 0 still/ })
})

t.test('what went through but cannot be marked is told: it stays listed', async (t) => {
  const { run, ids, state } = await given(t)
  symlinkSync(join(state, 'nowhere', 'marks'), join(quarantinePath(state), `${ids[2]?.split('-')[0]}.retried.ndjson`))

  const { code, err } = await run(`retry ${ids[2]}`)

  t.equal(code, 1)
  t.match(err, new RegExp(`^${ids[2]} sent to the output disk, but cannot be marked as done: ENOENT.*\nretried 1: 0 done, 1 still`))
})

t.test('a folder that cannot be read is told', async (t) => {
  const dir = t.testdir({ quarantine: 'no folder' })

  await t.rejects(quarantine(readArguments(['quarantine', 'list', '--state', dir]), testIo()), { code: 'TRIPLINE_BAD_STATE', message: /quarantine cannot be read: ENOTDIR/ })
})

t.test('an error that is no fault of the folder is not hidden', async (t) => {
  const io = testIo()
  io.stdout.write = () => { throw new Error('a bug') }

  await t.rejects(quarantine(readArguments(['quarantine', 'list', '--state', t.testdir()]), io), { message: 'a bug' })
})

t.test('nothing set aside is an empty table', async (t) => {
  const io = testIo()

  t.equal(await quarantine(readArguments(['quarantine', 'list', '--state', join(t.testdir(), 'none')]), io), 0)

  t.equal(io.out(), 'ID  TIME  KIND  REASON  SOURCE OR OUTPUT\n')
})

const wrong: [string, RegExp][] = [
  ['lst', /"lst" is nothing that quarantine does; did you mean list\?; it does: list, show, retry/],
  ['zebra', /"zebra" is nothing that quarantine does; it does/],
  ['list a', /list takes nothing more/],
  ['list --all', /list takes nothing more/],
  ['show', /show needs ids/],
  ['show a --all', /show needs ids/],
  ['retry', /retry needs ids or --all/],
  ['retry a --all', /retry needs ids or --all/]
]
for (const [line, message] of wrong) {
  t.test(`wrong usage is told: quarantine ${line}`, async (t) => {
    await t.rejects(quarantine(readArguments(['quarantine', ...line.split(' ')]), testIo()), { code: 'TRIPLINE_BAD_USAGE', message })
  })
}

t.test('in memory there is nothing to be seen from outside', async (t) => {
  await t.rejects(quarantine(readArguments(['quarantine', 'list', '--state', 'memory']), testIo()), { code: 'TRIPLINE_BAD_STATE', message: /in the memory of the sink/ })
})

async function given (t: Test) {
  const dir = t.testdir({ 'tripline.yaml': 'state: { dir: state }\noutputs:\n  disk: { type: file, path: alerts.ndjson }\n' })
  const state = join(dir, 'state')
  const log = { error () {}, warn () {}, info () {}, debug () {} }
  const kept = await openQuarantine({ state: { dir: state }, limit: 1e6, log, clock: () => Date.UTC(2026, 2, 2, 9) })
  await kept.add([{ number: 1, reason: 'not JSON', bytes: Buffer.from('{"broken') }], { tag: 'winlog', address: '10.0.0.7', shipper: 'Vector' })
  await kept.add([{ number: 2, reason: 'x'.repeat(100), bytes: Buffer.from('{"broken, too') }], {})
  await kept.addAlert(alertRecord('a'), { output: 'disk', reason: 'HTTP 400' })

  async function run (line: string) {
    const io = testIo()
    const code = await quarantine(readArguments(['quarantine', ...line.split(' '), '-c', join(dir, 'tripline.yaml')]), io)
    return { code, out: io.out(), err: io.err() }
  }
  const ids = (await run('list')).out.trim().split('\n').slice(1).map((line) => line.split(' ', 1)[0] as string)
  return { run, ids, state, alerts: join(dir, 'alerts.ndjson') }
}
