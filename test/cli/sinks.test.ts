import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { createSinks } from '../../src/cli/sinks.js'
import { readConfig } from '../../src/config.js'
import type { AlertRecord } from '../../src/core/alert.js'

const record = (message: string) => ({ message }) as AlertRecord

t.test('without outputs alerts stand on stdout, one a line', async (t) => {
  const stdout = new PassThrough()
  const sinks = createSinks(undefined, { stdout })

  await sinks.send([])
  await sinks.send([record('one'), record('two')])
  await sinks.close()

  t.equal(String(stdout.read()), '{"message":"one"}\n{"message":"two"}\n')
})

t.test('a reader that is slow is waited for', async (t) => {
  const stdout = new PassThrough({ highWaterMark: 1 })
  const sinks = createSinks(undefined, { stdout })

  const sent = sinks.send([record('one')])
  const first = await Promise.race([sent.then(() => 'sent'), new Promise((resolve) => { setImmediate(() => resolve('waiting')) })])
  stdout.resume()
  await sent

  t.equal(first, 'waiting')
})

t.test('outputs that are named get all of them', async (t) => {
  const path = join(t.testdir({}), 'alerts.ndjson')
  const stdout = new PassThrough()
  const { outputs } = await readConfig({ flags: { outputs: { disk: { type: 'file', path }, term: { type: 'stdout' } } } })
  const sinks = createSinks(outputs, { stdout })

  await sinks.send([record('one'), record('two')])
  await sinks.close()

  t.equal(readFileSync(path, 'utf8'), '{"message":"one"}\n{"message":"two"}\n')
  t.equal(String(stdout.read()), '{"message":"one"}\n{"message":"two"}\n')
})

t.test('an output that does not take them is a fault', async (t) => {
  const { outputs } = await readConfig({ flags: { outputs: { siem: { type: 'http', uri: 'http://127.0.0.1:1/' } } } })
  const sinks = createSinks(outputs, { stdout: new PassThrough() })
  t.teardown(() => sinks.close())

  await t.rejects(sinks.send([record('one')]), { name: 'Fault', code: 'TRIPLINE_CANNOT_OPEN_OUTPUT', message: /output siem: / })
})
