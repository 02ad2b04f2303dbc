import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readOptions } from '../../src/config.js'
import { createPipeline } from '../../src/pipeline.js'
import { runCli, spawnCli } from '../fixtures/run-cli.js'
import { noTmpfs } from '../fixtures/tmpfs.js'

const start = Date.UTC(2026, 2, 2, 9)
const hour = 3_600_000

t.test('a full disk is 503 and not ready, with one line in the log, and heals when there is room again', { skip: noTmpfs }, async (t) => {
  const dir = folderOf(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir])
  const { pipeline, time, lines } = await open(dir)
  t.teardown(() => execFileSync('umount', [dir]))
  t.teardown(() => pipeline.close())
  t.match(await pipeline.take({ body: batchOf(0, 8) }), { matched: 8, alerts: 0 })
  writeFileSync(join(dir, 'ballast'), Buffer.alloc(3.9e6), { flag: 'a' })

  const long = 'x'.repeat(300_000)
  for (let i = 0; i < 3; i++) {
    time.now += 2000
    await t.rejects(pipeline.take({ body: batchOf(8, 15, long) }), { status: 503, code: 'TRIPLINE_STATE_UNAVAILABLE' })
  }
  t.match(pipeline.ready(), { ready: false, reasons: [/state/] })
  t.equal(lines.filter((line) => /could not be written/.test(line)).length, 1)

  rmSync(join(dir, 'ballast'))
  time.now += 2000
  t.match(await pipeline.take({ body: batchOf(8, 15) }), { matched: 7, alerts: 1 }, 'what was refused was not counted, what was answered was')
  t.match(pipeline.ready(), { ready: true })
  t.ok(lines.includes('the state can be written again'))
})

t.test('a folder that may not be written is a clear fault', async (t) => {
  const file = join(folderOf(t), 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o400)

  const { code, err } = await runCli(['--state', join(file, 'state'), '--listen', '127.0.0.1:0'])

  t.equal(code, 1)
  t.match(err, /TRIPLINE_BAD_STATE .*state folder cannot be made.*--state/)
})

t.test('a damaged state is a clear fault, and a fresh folder works; a second process on it is refused by name', async (t) => {
  const dir = folderOf(t)
  writeFileSync(join(dir, 'tripline.mdb'), 'this is no state')

  const damaged = await runCli(['--state', dir, '--listen', '127.0.0.1:0'])
  t.equal(damaged.code, 1)
  t.match(damaged.err, /TRIPLINE_BAD_STATE .*damaged.*--state DIR/)

  const fresh = join(dir, 'fresh')
  const first = spawnCli(['--state', fresh, '--listen', '127.0.0.1:0'])
  t.teardown(() => first.kill())
  await new Promise<void>((resolve) => first.stderr.on('data', (chunk) => { if (String(chunk).includes('"address"')) resolve() }))
  const second = await runCli(['--state', fresh, '--listen', '127.0.0.1:0'])

  t.equal(second.code, 1)
  t.match(second.err, new RegExp(`TRIPLINE_BAD_STATE .*in use by process ${first.pid}`))
})

for (const jump of [hour, -hour]) {
  t.test(`a clock that is set by ${jump / hour} h loses nothing and opens nothing twice`, async (t) => {
    const { pipeline, time } = await open(folderOf(t))
    t.teardown(() => pipeline.close())
    await pipeline.take({ body: batchOf(0, 15) })

    time.now += jump
    await pipeline.tick()
    t.match(await pipeline.take({ body: batchOf(15, 20) }), { matched: 5 })
    t.match(pipeline.detector.groups(pipeline.detector.rules[0]?.id as string), [{ alert: /./ }], 'the alert is still open')
    time.now += 10 * 60_000
    time.steady += 10 * 60_000
    await pipeline.tick()

    const [last, ...others] = pipeline.latest(9)
    t.match(last, { event: { action: 'close' }, 'kibana.alert.threshold_result': { count: 20 } })
    t.equal(others.filter(({ event }) => event.action === 'open').length, 1)
  })
}

async function open (dir: string) {
  const time = { now: start, steady: 0 }
  const lines: string[] = []
  const line = (_details: object, message: string) => { lines.push(message) }
  const pipeline = await createPipeline(readOptions({ state: { dir }, outputs: {} }), {
    log: { error: line, warn: line, info: line, debug: () => {} }, clock: () => time.now, steady: () => time.steady
  })
  return { pipeline, time, lines }
}

function batchOf (from: number, to: number, more = ''): Buffer {
  return Buffer.from(JSON.stringify(Array.from({ length: to - from }, (_, i) => ({
    '@timestamp': new Date(start - 60_000 + (from + i) * 1000).toISOString(),
    host: { id: 'a' },
    event: { category: ['process'], type: ['start'], id: `e${from + i}` },
    process: { name: 'nslookup.exe', args: ['nslookup.exe', '-q=TXT', 'x.example.net'] },
    more
  }))))
}

/** A lock's path is short, and tap's own folders are not. */
function folderOf (t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'disk-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
