import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createFileOutput } from '../../src/outputs/file.js'
import { deliveries, delivery } from '../fixtures/alert-record.js'

const { signal } = new AbortController()
const lines = (...positions: number[]) => deliveries(...positions).map((delivery) => `${delivery.json}\n`).join('')

t.test('appends one record a line, making the folders', async (t) => {
  const path = join(t.testdir(), 'a', 'b', 'alerts.ndjson')
  const output = createFileOutput('disk', { config: { path } })
  t.match(output, { name: 'disk', type: 'file' })

  await output.send(deliveries(1, 2), signal)
  t.equal(readFileSync(path, 'utf8'), lines(1, 2))
  await output.send(deliveries(3), signal)
  await output.close()
  const next = createFileOutput('disk', { config: { path } })
  await next.send(deliveries(4), signal)

  t.equal(readFileSync(path, 'utf8'), lines(1, 2, 3, 4))
  await next.close()
})

t.test('writes records of any size and language', async (t) => {
  const path = join(t.testdir(), 'alerts.ndjson')
  const output = createFileOutput('disk', { config: { path } })
  const record = delivery(1, { reason: 'ä€😀'.repeat(100_000) })

  await output.send([record, record], signal)

  t.equal(readFileSync(path, 'utf8'), `${record.json}\n${record.json}\n`)
  await output.close()
})

t.test('begins a new line where one was cut off, and only there', async (t) => {
  for (const [before, after] of [['{"a":1}\n{"b', '{"a":1}\n{"b\n'], ['{"a":1}\n', '{"a":1}\n'], ['', '']] as const) {
    const path = join(t.testdir({ 'alerts.ndjson': before }), 'alerts.ndjson')
    const output = createFileOutput('disk', { config: { path } })

    await output.send(deliveries(1), signal)
    await output.send(deliveries(2), signal)

    t.equal(readFileSync(path, 'utf8'), after + lines(1, 2))
    await output.close()
  }
})

t.test('goes on in a new file after a rotation', async (t) => {
  const path = join(t.testdir(), 'alerts.ndjson')
  const output = createFileOutput('disk', { config: { path } })

  await output.send(deliveries(1), signal)
  renameSync(path, `${path}.1`)
  await output.send(deliveries(2), signal)
  output.reopen?.()
  await output.send(deliveries(3), signal)

  t.equal(readFileSync(`${path}.1`, 'utf8'), lines(1, 2))
  t.equal(readFileSync(path, 'utf8'), lines(3))
  await output.close()
})

t.test('a rotation in the middle of writing waits for its end', async (t) => {
  const path = join(t.testdir(), 'alerts.ndjson')
  const output = createFileOutput('disk', { config: { path } })
  output.reopen?.()

  const sending = output.send(deliveries(1), signal)
  output.reopen?.()
  await sending
  renameSync(path, `${path}.1`)
  await output.send(deliveries(2), signal)

  t.equal(readFileSync(`${path}.1`, 'utf8'), lines(1))
  t.equal(readFileSync(path, 'utf8'), lines(2))
  await output.close()
})

t.test('a full disk is waited for, and a line that it cut off spoils no other', { skip: process.platform !== 'linux' }, async (t) => {
  const path = join(t.testdir(), 'alerts.ndjson')
  symlinkSync('/dev/full', path)
  const output = createFileOutput('disk', { config: { path } })

  for (let i = 0; i < 3; i++) await t.rejects(output.send(deliveries(1), signal), { kind: 'retry', message: /alerts\.ndjson cannot be written: ENOSPC/ })
  rmSync(path)
  writeFileSync(path, '{"half')
  await output.send(deliveries(1), signal)

  t.equal(readFileSync(path, 'utf8'), `{"half\n${lines(1)}`)
  await output.close()
})

t.test('a device has no disk to wait for', { skip: process.platform === 'win32' }, async (t) => {
  const output = createFileOutput('disk', { config: { path: '/dev/null' } })

  await t.resolves(output.send(deliveries(1), signal))

  await output.close()
})

t.test('a path that cannot be written is its own fault', async (t) => {
  const folder = t.testdir({ file: '' })
  for (const path of [folder, join(folder, 'file', 'alerts.ndjson')]) {
    const output = createFileOutput('disk', { config: { path } })

    await t.rejects(output.send(deliveries(1), signal), { kind: 'output', message: / cannot be written: E/ })

    await output.close()
  }
})

t.test('stops waiting when told to', async (t) => {
  const stop = new AbortController()
  const output = createFileOutput('disk', { config: { path: join(t.testdir(), 'alerts.ndjson') } })
  await output.send(deliveries(1), stop.signal)

  const sending = output.send(deliveries(2), stop.signal)
  await Promise.resolve()
  stop.abort(new Error('stopping'))

  await t.rejects(sending, { kind: 'retry', message: /stopping/ })
  await output.close()
})

t.test('appends events that pass byte for byte, a line each', async (t) => {
  const path = join(t.testdir(), 'events.ndjson')
  const output = createFileOutput('disk', { config: { path } })
  t.match(output, { encoding: 'line', width: 1 })

  await output.pass([Buffer.from('{"a": 1.0}'), Buffer.from([0x22, 0xff, 0x22])], signal)
  await output.pass([Buffer.from('{}')], signal)

  t.same(readFileSync(path), Buffer.concat([Buffer.from('{"a": 1.0}\n'), Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\n{}\n')]))
  await output.close()
})
