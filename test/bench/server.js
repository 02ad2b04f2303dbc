/**
 * A process with one server, Tripline or one of the baselines; it is asked by `main.js`: its port, and what it has counted
 * and computed so far.  node server.js '{"kind":"tripline","options":{...}}'
 */
import { baselines, keepAlive } from './baselines.js'
import { answer } from './children.js'

const { kind, options } = JSON.parse(process.argv[2])
const starting = kind === 'tripline' ? startTripline(options) : baselines[kind]()

answer({
  async port () {
    return (await starting).port
  },
  async figures () {
    const { user, system } = process.cpuUsage()
    return { cpu: (user + system) / 1000, resident: process.memoryUsage.rss(), stats: (await starting).stats?.() }
  }
}, async () => (await starting).close())

async function startTripline (options) {
  // A baseline must not carry what it does not use: each megabyte that lives makes collecting garbage dearer.
  const [{ default: Fastify }, { readOptions }, { attach }, { tuneHeap }] = await Promise.all([import('fastify'), import('../../dist/config.js'), import('../../dist/plugin.js'), import('../../dist/cli/heap.js')])
  // As the command `tripline` makes it, without its log.
  tuneHeap()
  const app = Fastify({ keepAliveTimeout: keepAlive, forceCloseConnections: true })
  await attach(app, { config: readOptions(options), isAlone: true })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: app.server.address().port, stats: () => app.tripline.stats(), close: () => app.close() }
}
