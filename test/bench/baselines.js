import { createServer } from 'node:http'
import { gunzip } from 'node:zlib'

/**
 * What Tripline is measured against: each a server that does one part of the work and nothing else. All listen on a free
 * port of loopback, and answer with as much JSON as Tripline does.
 */
export const baselines = {
  /** Receives and counts bytes. */
  bare: async () => listen(createServer((request, response) => {
    let received = 0
    request.on('data', (chunk) => { received += chunk.length })
    request.on('end', () => reply(response, { received, matched: 0 }))
  })),

  /** Receives, and inflates in one go in zlib's pool. */
  gunzip: async () => listen(createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => gunzip(Buffer.concat(chunks), inflateOptions, (error, inflated) => {
      if (error !== null) throw error
      reply(response, { received: inflated.length, matched: 0 })
    }))
  })),

  /** What one writes in an afternoon: Fastify, `JSON.parse` of each record, one look at one field. */
  async fastify () {
    const { default: Fastify } = await import('fastify')
    const app = Fastify({ bodyLimit: 2 ** 26, keepAliveTimeout: keepAlive, forceCloseConnections: true })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body))
    app.post('/', async ({ body, headers }) => {
      const records = headers['content-type'] === 'application/json' ? JSON.parse(body.toString()) : lines(body)
      let [received, matched] = [0, 0]
      for (const record of records) {
        received++
        if (record.process?.name?.toLowerCase() === 'nslookup.exe') matched++
      }
      return { received, matched }
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return { port: app.server.address().port, close: () => app.close() }
  }
}

// Longer than the bench: a connection waits while the other servers have their turn.
export const keepAlive = 600_000

// With zlib's default of 16 KiB each body would take a hundred turns through the pool.
const inflateOptions = { chunkSize: 2 ** 20 }

function * lines (body) {
  for (let from = 0; from < body.length;) {
    const to = body.indexOf(10, from)
    yield JSON.parse(body.toString('utf8', from, to))
    from = to + 1
  }
}

async function listen (server) {
  server.keepAliveTimeout = keepAlive
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    port: server.address().port,
    async close () {
      server.closeAllConnections()
      server.close()
    }
  }
}

function reply (response, result) {
  const text = JSON.stringify({ ...result, alerts: 0, rejected: 0 })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
}
