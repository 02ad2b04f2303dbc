import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { processIo } from '../../src/cli/io.js'
import { eventAt, ruleToml } from '../fixtures/cli-io.js'
import { spawnCli } from '../fixtures/run-cli.js'

const rule = (t: import('tap').Test) => join(t.testdir({ 'rule.toml': ruleToml() }), 'rule.toml')

t.test('SIGHUP is heard, and SIGTERM ends the sink in good order', async (t) => {
  const child = spawnCli(['--listen', '127.0.0.1:0', '--state', 'memory', '--rules', rule(t)])
  const log = reader(child.stderr)
  await log.until('listens on')

  child.kill('SIGHUP')
  await log.until('rules are read again')
  child.kill('SIGTERM')

  t.same(await once(child, 'exit'), [0, null])
  t.match(log.text(), '"msg":"stopped"')
})

t.test('a reader of stdout that leaves early is no fault', async (t) => {
  const child = spawnCli(['replay', '--rules', rule(t), '-'])
  const log = reader(child.stderr)
  child.stdout.destroy()
  child.stdin.on('error', () => {})
  child.stdin.end(Array.from({ length: 3000 }, (_, i) => JSON.stringify(eventAt(Math.floor(i / 3) * 500 + i % 3))).join('\n'))

  t.same(await once(child, 'exit'), [0, null])
  t.equal(log.text(), '')
})

t.test('where the sink runs, it ends in good order', async (t) => {
  const child = spawnCli(['--listen', '127.0.0.1:0', '--state', 'memory', '--rules', rule(t)])
  const log = reader(child.stderr)
  await log.until('listens on')
  const [, url] = /listens on (http:\S+):/.exec(log.text())!
  child.stdout.destroy()

  await fetch(url!, { method: 'POST', body: JSON.stringify([eventAt(0), eventAt(1), eventAt(2)]) })

  t.same(await once(child, 'exit'), [0, null])
  t.match(log.text(), '"msg":"stopped"')
})

t.test('a reader that is gone ends the process; whatever else is wrong with stdout is not hidden', async (t) => {
  const codes: number[] = []
  processIo({ exit: (code) => { codes.push(code) } })
  const listener = process.stdout.listeners('error').at(-1) as (error: Error) => void
  t.teardown(() => process.stdout.off('error', listener))

  listener(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }))

  t.same(codes, [0])
  t.throws(() => listener(new Error('the disk is full')), { message: 'the disk is full' })
})

function reader (stream: NodeJS.ReadableStream) {
  let text = ''
  stream.on('data', (chunk) => { text += chunk })
  return {
    text: () => text,
    async until (expected: string) { while (!text.includes(expected)) await once(stream, 'data') }
  }
}
