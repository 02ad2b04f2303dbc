import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import t from 'tap'

interface Shown { '@timestamp'?: string, tripline: { time_to_detect_ms?: number } }
type CreateServer = (options: object) => Promise<FastifyInstance>

// Runs the built package, as a user's own server would.
const { createServer } = await import(pathToFileURL(resolve('examples/embed/server.js')).href) as { createServer: CreateServer }
const batch = readFileSync('examples/nslookup-batch.json')

t.test('the server takes batches below its prefix, and keeps its own routes', async (t) => {
  const app = await createServer({ logger: false, state: 'memory', outputs: {} })
  t.teardown(() => app.close())

  const own = await app.inject('/')
  const taken = await app.inject({ method: 'POST', url: '/tripline/winlog', payload: batch, headers: { prefer: 'return=representation' } })

  t.same(own.json(), { rules: ['Many DNS lookups through nslookup from one host'] })
  t.match(taken.json(), { received: 19, matched: 15, alerts: 1, rejected: 0, records: [{ event: { action: 'open' } }] })
})

t.test('the alert is the one that the README shows', async (t) => {
  const app = await createServer({ logger: false, state: 'memory', outputs: {} })
  t.teardown(() => app.close())
  const [, shown] = /```json\n(\{\n.*?)```/s.exec(readFileSync('README.md', 'utf8')) as unknown as [string, string]

  const taken = await app.inject({ method: 'POST', url: '/tripline/', payload: batch, headers: { prefer: 'return=representation' } })

  const [record] = taken.json().records
  t.match(record, withoutMoments(JSON.parse(shown) as Shown))
})

t.test('the same batch again counts nothing', async (t) => {
  const app = await createServer({ logger: false, state: 'memory', outputs: {} })
  t.teardown(() => app.close())

  await app.inject({ method: 'POST', url: '/tripline/', payload: batch })
  await app.inject({ method: 'POST', url: '/tripline/', payload: batch })

  t.match((await app.inject('/tripline/alerts')).json(), { alerts: [{ tripline: { sequence: 1 } }] })
  t.equal((await app.inject('/tripline/alerts')).json().alerts.length, 1)
})

/** What depends on when the batch was posted. */
function withoutMoments ({ '@timestamp': at, tripline: { time_to_detect_ms: ms, ...tripline }, ...record }: Shown): object {
  return { ...record, tripline }
}
