import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'

import type { AlertRecord } from '../../src/core/alert.js'
import { Refusal } from '../../src/errors.js'
import { routes, type RouteOptions } from '../../src/http/routes.js'
import { InFlight } from '../../src/pipeline/in-flight.js'
import type { Body } from '../../src/ingest/body.js'
import type { Incoming, Taken } from '../../src/pipeline.js'

const taken: Taken = { received: 3, matched: 2, alerts: 1, rejected: 0, records: [{ message: 'an alert' } as AlertRecord] }
const maxBody = 100_000

t.test('a batch reaches the pipeline as it was sent', async (t) => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'user-agent': 'Fluent-Bit' }
  const cases: [string, object, object][] = [
    ['posted to the prefix', { method: 'POST', url: '/in' }, { tag: undefined }],
    ['with a slash behind', { method: 'POST', url: '/in/' }, { tag: undefined }],
    ['put', { method: 'PUT', url: '/in' }, {}],
    ['with a path, which is the tag', { method: 'POST', url: '/in/win/sysmon' }, { tag: 'win/sysmon' }],
    ['with a long path, which is cut', { method: 'POST', url: `/in/${'x'.repeat(5000)}` }, { tag: 'x'.repeat(256) }],
    ['with a query, which is not', { method: 'POST', url: '/in/a%20b?c=d' }, { tag: 'a b' }],
    ['with the tag in a header', { method: 'POST', url: '/in/path', headers: { ...headers, 'x-fluent-tag': 'winlog' } }, { tag: 'winlog' }],
    ['with an empty tag in a header', { method: 'POST', url: '/in/path', headers: { ...headers, tag: '' } }, { tag: 'path' }],
    ['with a type that is none', { method: 'POST', url: '/in', headers: { ...headers, 'content-type': 'nonsense' } }, { contentType: 'nonsense' }],
    ['without a type', { method: 'POST', url: '/in', headers: { ...headers, 'content-type': undefined } }, { contentType: undefined }]
  ]
  for (const [title, request, expected] of cases) {
    t.test(title, async (t) => {
      const { app, incoming } = start(t)
      const payload = Buffer.from([0, 255, 10, 13])

      const response = await app.inject({ headers, payload, ...request })

      t.equal(response.body, '{"received":3,"matched":2,"alerts":1,"rejected":0}')
      t.equal(response.statusCode, 200)
      t.same((incoming[0]!.body as Body).whole(), payload)
      t.match(incoming[0], { contentType: 'application/json', contentEncoding: 'gzip', address: '127.0.0.1', userAgent: 'Fluent-Bit', ...expected })
    })
  }
})

t.test('a body is Tripline\'s own where nobody else has a hook on the server', async (t) => {
  for (const isAlone of [true, false]) {
    const { app, incoming } = start(t, { isAlone })

    await app.inject({ method: 'POST', url: '/in', payload: '{}' })

    t.equal(incoming[0]?.isOwn, isAlone)
  }
})

t.test('no body at all reaches the pipeline as an empty one', async (t) => {
  const { app, incoming } = start(t)

  await app.inject({ method: 'POST', url: '/in' })

  t.equal(incoming[0]?.body.length, 0)
})

t.test('the alert records are answered to those who prefer them', async (t) => {
  const { app } = start(t)
  const cases: [string, boolean][] = [['return=representation', true], ['wait=1, Return = "representation"', true], ['return=minimal', false], ['no-return=representation', false]]
  for (const [prefer, wanted] of cases) {
    const response = await app.inject({ method: 'POST', url: '/in', payload: '{}', headers: { prefer } })

    t.same(response.json().records, wanted ? [{ message: 'an alert' }] : undefined, prefer)
    t.equal(response.headers['preference-applied'], wanted ? 'return=representation' : undefined)
  }
})

t.test('the two health pages answer exactly 200, HEAD as well', async (t) => {
  const { app } = start(t)
  for (const url of ['/in', '/in/', '/in/health', '/in/ready']) {
    for (const method of ['HEAD', 'GET'] as const) t.equal((await app.inject({ method, url })).statusCode, 200, `${method} ${url}`)
  }
})

t.test('everything but /health and /ready wants the credentials', async (t) => {
  const { app, incoming } = start(t, { auth: { bearer: 'tok' } })
  const requests: [object, number][] = [
    [{ method: 'POST', url: '/in', payload: '{}' }, 401],
    [{ method: 'POST', url: '/in/tag', payload: '{}' }, 401],
    [{ method: 'GET', url: '/in' }, 401],
    [{ method: 'GET', url: '/in/alerts' }, 401],
    [{ method: 'GET', url: '/in/elsewhere' }, 401],
    [{ method: 'GET', url: '/in/health' }, 200],
    [{ method: 'GET', url: '/in/ready' }, 200],
    [{ method: 'POST', url: '/in', payload: '{}', headers: { authorization: 'Bearer tok' } }, 200],
    [{ method: 'HEAD', url: '/in', headers: { authorization: 'Bearer tok' } }, 200]
  ]
  for (const [request, status] of requests) {
    t.equal((await app.inject(request)).statusCode, status, JSON.stringify(request))
  }
  t.equal(incoming.length, 1)
})

t.test('an error is answered only when the body has been read on, and closes the connection', async (t) => {
  const cases: [string, Partial<StartOptions>, number, number][] = [
    ['over the limit', {}, maxBody + 50_000, 413],
    ['without credentials', { auth: { bearer: 'tok' } }, maxBody, 401],
    ['with too much in flight', { inFlight: 1 }, maxBody, 503],
    ['that the pipeline refuses', { take: async () => { throw new Refusal(415, 'TRIPLINE_UNSUPPORTED_FORMAT', 'CSV') } }, 1000, 415]
  ]
  for (const [title, options, size, status] of cases) {
    t.test(title, async (t) => {
      const { app } = start(t, options)
      await app.listen({ port: 0, host: '127.0.0.1' })

      const answer = await post(app, Buffer.alloc(size, 'x'))

      t.equal(answer.status, status)
      t.equal(answer.headers.connection, 'close')
    })
  }
})

t.test('an upload without an end is cut off', async (t) => {
  const { app } = start(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  let received = ''
  let sent = 0
  socket.on('data', (chunk) => { received += chunk }).on('error', () => {})
  socket.write('POST /in HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')

  await new Promise<void>((resolve) => {
    const chunk = Buffer.alloc(10_000, 'x')
    socket.on('close', () => resolve()).on('drain', send)
    send()
    function send (): void {
      for (let more = true; more && !socket.destroyed;) {
        more = socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
        sent += chunk.length
      }
    }
  })

  t.ok(sent > 2 * maxBody, 'it went on behind the limit')
  t.match(received, /^(HTTP\/1\.1 413 .*|)$/s, 'the answer, where it still got through')
})

t.test('a client that stalls gets its answer all the same', async (t) => {
  const { app } = start(t, { auth: { bearer: 'tok' }, drainTimeout: 1 })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc')

  const received = await new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => { text += chunk }).on('close', () => resolve(text))
  })

  t.match(received, /^HTTP\/1\.1 401 /)
  t.match(received, /connection: close/i)
})

t.test('a client that goes away while it sends is no error, and its bytes are free again', async (t) => {
  const { app, lines, inFlight } = start(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc')
  await until(() => inFlight.bytes === 3)

  socket.destroy()

  await until(() => inFlight.bytes === 0)
  t.equal((await app.inject({ method: 'POST', url: '/in', payload: '{}' })).statusCode, 200)
  t.same(lines, [])
})

t.test('a client that takes too long is cut off', async (t) => {
  const { app } = start(t, { readTimeout: 1 })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /in HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc')

  await new Promise((resolve) => socket.on('close', resolve))
})

t.test('bytes are in flight until the answer, and not longer', async (t) => {
  let during = 0
  const { app, inFlight } = start(t, { take: async () => { during = inFlight.bytes; return taken } })
  await app.listen({ port: 0, host: '127.0.0.1' })

  await post(app, Buffer.alloc(500))

  t.equal(during, 500)
  await until(() => inFlight.bytes === 0)
})

t.test('that the state cannot be written is no line for each batch', async (t) => {
  const { app, lines } = start(t, { level: 'warn', take: async () => { throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'no') } })

  const response = await app.inject({ method: 'POST', url: '/in', payload: '{}' })

  t.equal(response.statusCode, 503)
  t.same(lines, [])
})

t.test('what nobody foresaw is 503, and in the log', async (t) => {
  const { app, lines } = start(t, { take: async () => { throw new TypeError('x is undefined') } })

  const response = await app.inject({ method: 'POST', url: '/in', payload: '{}' })

  t.equal(response.statusCode, 503)
  t.equal(response.headers['retry-after'], '5')
  t.match(lines, [{ level: 50, err: { message: 'x is undefined' }, msg: 'unexpected error' }])
})

t.test('a body that a hook of the host has inflated is taken as that hook says', async (t) => {
  const { app, incoming } = start(t, {
    host: (app) => app.addHook('preParsing', async (request, _reply, payload) => {
      request.headers = { ...request.headers, 'content-encoding': undefined }
      return payload
    })
  })

  await app.inject({ method: 'POST', url: '/in', payload: '{}', headers: { 'content-encoding': 'gzip' } })

  t.equal(incoming[0]?.contentEncoding, undefined)
})

interface StartOptions extends Pick<RouteOptions, 'readTimeout' | 'drainTimeout' | 'isAlone'> {
  auth?: { bearer: string }
  inFlight?: number
  take?: (incoming: Incoming) => Promise<Taken>
  host?: (app: FastifyInstance) => void
  level?: string
}

function start (t: Test, { auth, inFlight: limit = 1_000_000, take = async () => taken, host = () => {}, level = 'error', ...timeouts }: StartOptions = {}) {
  const lines: object[] = []
  const incoming: Incoming[] = []
  const inFlight = new InFlight(limit)
  // Another request has a byte in flight, so that a limit of 1 refuses.
  if (limit === 1) inFlight.hold().grow(1)
  const app = fastify({ logger: { level, stream: { write: (line: string) => { lines.push(JSON.parse(line)) } } } })
  t.teardown(() => app.close())
  host(app)
  const pipeline = {
    inFlight,
    take: (batch: Incoming) => {
      incoming.push(batch)
      return take(batch)
    },
    ready: () => ({ ready: true, reasons: [] }),
    latest: () => [],
    detector: { rules: [] }
  } as unknown as RouteOptions['pipeline']
  app.register(routes, { prefix: '/in', pipeline, config: { auth, limits: { maxBody } as RouteOptions['config']['limits'] }, ...timeouts })
  return { app, incoming, inFlight, lines }
}

function post (app: FastifyInstance, body: Buffer): Promise<{ status?: number, headers: IncomingHttpHeaders, body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = app.server.address() as AddressInfo
    const request = httpRequest({ port, host: '127.0.0.1', path: '/in', method: 'POST', headers: { 'content-length': body.length } }, (response) => {
      let text = ''
      response.on('data', (chunk) => { text += chunk }).on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Waits for what comes about through a socket. */
async function until (met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve))
}
