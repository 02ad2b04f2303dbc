// A server of your own with Tripline inside it.  node examples/embed/server.js

import Fastify from 'fastify'
import tripline from 'tripline'

/** Shippers post to /tripline/anything; your own routes, parsers and hooks stay as they are. */
export async function createServer ({ logger = true, ...options } = {}) {
  const app = Fastify({ logger })

  app.get('/', async () => ({ rules: app.tripline.rules.map(({ name }) => name) }))

  // The keys of tripline.yaml in camelCase, without those that are for a server of its own: listen, tls, insecure.
  await app.register(tripline, {
    prefix: '/tripline',
    rules: ['builtin'],
    state: { dir: './tripline-state' },
    limits: { maxBody: '16MiB' },
    outputs: { disk: { type: 'file', path: 'alerts.ndjson' } },
    ...options
  })
  return app
}

if (process.argv[1] === import.meta.filename) {
  const app = await createServer()
  await app.listen({ port: 3000 })
}
