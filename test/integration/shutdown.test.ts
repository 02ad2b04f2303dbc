import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { run } from '../../src/cli/run.js'
import { eventAt, ruleToml, testIo } from '../fixtures/cli-io.js'
import { createHttpPeer, reply } from '../fixtures/http-peer.js'

const burst = JSON.stringify([eventAt(0), eventAt(1), eventAt(2)])

t.test('with a dead downstream the others get their alerts, SIGTERM ends in time, and what waits goes out after the next start', async (t) => {
  const live = await createHttpPeer(t, [reply(200)])
  const port = await freePort()
  // A lock's path is short, and tap's own folders are not.
  const dir = mkdtempSync(join(tmpdir(), 'shutdown-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'rule.toml'), ruleToml())
  writeFileSync(join(dir, 'tripline.yaml'), JSON.stringify({
    state: { dir: 'state' }, rules: [{ path: 'rule.toml' }], outputs: { dead: { type: 'http', uri: `http://127.0.0.1:${port}/` }, live: { type: 'http', uri: live.uri } }
  }))
  const first = start(dir)
  await first.io.started

  const answer = await fetch(first.url(), { method: 'POST', body: burst })
  while (live.requests.length === 0) await new Promise(setImmediate)
  const before = performance.now()
  await first.io.stop()

  t.match(await answer.json(), { alerts: 1 })
  t.equal(await first.code, 0)
  t.ok(performance.now() - before < 10_000)

  const woken = await listenOn(port)
  t.teardown(() => woken.close())
  const second = start(dir)
  const records = await woken.first
  await second.io.stop()

  t.match(records, [{ event: { action: 'open' } }])
  t.equal(live.requests.length, 1, 'who had it does not get it again')
})

function start (dir: string) {
  const io = testIo({ clock: Date.now })
  const code = run(readArguments(['--config', join(dir, 'tripline.yaml'), '--listen', '127.0.0.1:0']), io)
  return { io, code, url: () => /"address":"([^"]+)"/.exec(io.err())?.[1] as string }
}

async function freePort (): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

/** Takes everything; `first` is the first body. */
async function listenOn (port: number): Promise<{ first: Promise<unknown>, close: () => void }> {
  let take = (_body: unknown) => {}
  const first = new Promise<unknown>((resolve) => { take = resolve })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.end()
    take(JSON.parse(Buffer.concat(chunks).toString()))
  })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  return {
    first,
    close () {
      server.closeAllConnections()
      server.close()
    }
  }
}
