import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import t from 'tap'
import { createStdoutOutput } from '../../src/outputs/stdout.js'
import { deliveries, delivery } from '../fixtures/alert-record.js'

const { signal } = new AbortController()

t.test('writes one record a line', async (t) => {
  const chunks: Buffer[] = []
  const output = createStdoutOutput('term', { stream: new Writable({ write (chunk, _, done) { chunks.push(chunk); done() } }) })
  t.match(output, { name: 'term', type: 'stdout' })

  await output.send(deliveries(1, 2), signal)
  await output.send(deliveries(3), signal)

  t.equal(Buffer.concat(chunks).toString(), deliveries(1, 2, 3).map((delivery) => `${delivery.json}\n`).join(''))
})

t.test('waits until the reader has taken what was written', async (t) => {
  let take = () => {}
  const output = createStdoutOutput('term', { stream: new Writable({ write (_chunk, _, done) { take = done } }) })
  let sent = false

  const sending = output.send([delivery(1)], signal).then(() => { sent = true })
  await new Promise(setImmediate)
  t.notOk(sent)
  take()
  await sending

  t.ok(sent)
})

t.test('stops waiting when told to', async (t) => {
  const stop = new AbortController()
  const output = createStdoutOutput('term', { stream: new Writable({ write () {} }) })

  const sending = output.send([delivery(1)], stop.signal)
  stop.abort()

  await t.rejects(sending, { kind: 'retry', message: /standard output/ })
})

t.test('a reader that has gone is a fault to be shown, not the end of the process', async (t) => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.destroy()'], { stdio: ['pipe', 'ignore', 'inherit'] })
  await once(child, 'exit')
  const output = createStdoutOutput('term', { stream: child.stdin as Writable })

  await t.rejects(output.send([delivery(1)], signal), { kind: 'output', message: /^standard output cannot be written: / })
  await t.rejects(output.send([delivery(1)], signal), { kind: 'output', message: /EPIPE|destroyed/ })
})

t.test('guards the stream of the process once, and leaves it open', async (t) => {
  const before = process.stdout.listenerCount('error')

  await createStdoutOutput('term').close()
  await createStdoutOutput('again').close()

  t.equal(process.stdout.listenerCount('error'), before + 1)
  t.ok(process.stdout.writable)
})

t.test('events pass a line each, but none while nobody reads what was written before', async (t) => {
  const chunks: Buffer[] = []
  let take = () => {}
  const stop = new AbortController()
  const output = createStdoutOutput('term', { stream: new Writable({ write (chunk, _, done) { chunks.push(chunk); take = done } }) })
  t.match(output, { encoding: 'line', width: 1 })

  const passing = output.pass([Buffer.from('{"a": 1.0}'), Buffer.from('{}')], stop.signal)
  stop.abort()
  await t.rejects(passing, { message: /standard output/ })
  await t.rejects(output.pass([Buffer.from('{}')], signal), { kind: 'retry', message: 'standard output is still busy' })
  take()
  await new Promise(setImmediate)
  const again = output.pass([Buffer.from('{}')], signal)
  take()
  await again

  t.equal(Buffer.concat(chunks).toString(), '{"a": 1.0}\n{}\n{}\n')
})
