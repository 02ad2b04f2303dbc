import { connect, type AddressInfo } from 'node:net'

import fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'

import { attach, tripline } from '../src/plugin.js'
import { readOptions } from '../src/config.js'

const options = { prefix: '/trip', state: 'memory', outputs: {} }

t.test('a host gains routes under the prefix and app.tripline', async (t) => {
  const app = host(t)
  app.register(tripline, options)
  await app.ready()

  const answer = await app.inject({ method: 'POST', url: '/trip', payload: '[{"a":1},{"a":2}]' })

  t.same(answer.json(), { received: 2, matched: 0, alerts: 0, rejected: 0 })
  t.match(app.tripline.stats(), { received: 2 })
  t.equal(app.tripline.rules.length, 1)
  t.same(app.tripline.ready(), { ready: true, reasons: [] })
})

t.test('the host keeps its own parsers, limits, errors and routes', async (t) => {
  const app = host(t)
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async () => 'parsed by the host')
  app.setErrorHandler((_error, _request, reply) => reply.code(418).send('error of the host'))
  app.post('/echo', async (request) => request.body)
  app.register(tripline, options)
  app.get('/trip-wire', async () => 'the host')
  await app.ready()
  const large = JSON.stringify({ text: 'x'.repeat(1_100_000) })
  const json = { 'content-type': 'application/json' }

  t.equal((await app.inject({ method: 'POST', url: '/echo', payload: '{}', headers: json })).body, 'parsed by the host')
  t.equal((await app.inject({ method: 'POST', url: '/echo', payload: large, headers: json })).statusCode, 418)
  t.equal((await app.inject({ method: 'POST', url: '/echo', payload: 'a', headers: { 'content-type': 'text/csv' } })).body, 'error of the host')
  t.equal((await app.inject('/trip-wire')).body, 'the host')
  t.equal((await app.inject('/nowhere')).json().statusCode, 404)
  t.match((await app.inject({ method: 'POST', url: '/trip', payload: `[${large}]`, headers: json })).json(), { code: 'TRIPLINE_UNREADABLE_BODY' }, 'one record over max_record')
  t.match((await app.inject({ method: 'POST', url: '/trip', payload: `[${large},{"a":1}]`, headers: json })).json(), { received: 2, rejected: 1 })
  t.match((await app.inject('/trip/nowhere')).json(), { code: 'TRIPLINE_NOT_FOUND' })
})

t.test('without a prefix it takes the whole server', async (t) => {
  const app = host(t)
  await attach(app, { config: readOptions({ state: 'memory', outputs: {} }) })
  await app.ready()

  t.equal((await app.inject({ method: 'HEAD', url: '/' })).statusCode, 200)
  t.equal((await app.inject({ method: 'POST', url: '/any/where', payload: '{}' })).statusCode, 200)
})

t.test('an option that cannot be taken stops the start, with its remedy', async (t) => {
  await t.rejects(async () => { await host(t).register(tripline, { ...options, limits: { maxBdy: 1 } }) }, /maxBody/)
  await t.rejects(async () => { await host(t).register(tripline, { ...options, rules: [{ path: 'nowhere.toml' }] }) }, /nowhere\.toml/)
})

t.test('rules are read anew, or stay', async (t) => {
  const app = host(t)
  await app.register(tripline, options)

  await t.rejects(app.tripline.reload({ ...options, rules: [{ path: 'nowhere.toml' }] }))
  t.equal(app.tripline.rules.length, 1)
  await app.tripline.reload({ ...options, rules: ['builtin/nslookup-fast'] })

  t.match(app.tripline.rules.map(({ name }) => name), [/./])
  t.doesNotThrow(() => app.tripline.reopen())
})

t.test('an interim answer is never written under the prefix, and elsewhere as ever', async (t) => {
  const app = host(t)
  app.post('/echo', async (request) => request.body)
  await app.register(tripline, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const expecting = (path: string) => `POST ${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`

  t.match(await exchange(app, expecting('/trip')), /^HTTP\/1\.1 200 /)
  t.match(await exchange(app, expecting('/trip/tag?a=b')), /^HTTP\/1\.1 200 /)
  t.match(await exchange(app, expecting('/echo')), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  t.match(await exchange(app, expecting('/trip-wire')), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 404 /)
})

t.test('a host that answers an expectation itself goes on to do so', async (t) => {
  const app = host(t)
  let asked = 0
  app.server.on('checkContinue', (request, response) => {
    asked++
    app.server.emit('request', request, response)
  })
  await app.register(tripline, options)
  await app.listen({ port: 0, host: '127.0.0.1' })

  await exchange(app, 'POST /trip HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}')

  t.equal(asked, 1)
})

t.test('a request that has begun when the server stops is finished', async (t) => {
  const app = host(t)
  await app.register(tripline, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  let answer = ''
  const answered = new Promise((resolve) => socket.on('data', (chunk) => { answer += chunk }).on('close', resolve))
  socket.write('POST /trip HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 9\r\n\r\n{"a"')
  while (Number(app.tripline.stats().in_flight) === 0) await new Promise(setImmediate)

  const closed = app.close()
  while (app.tripline.ready().ready) await new Promise(setImmediate)
  socket.write(':"b"}')
  await Promise.all([closed, answered])

  t.match(answer, /^HTTP\/1\.1 200 /)
  t.same(app.tripline.ready(), { ready: false, reasons: ['stopping'] })
})

function host (t: Test): FastifyInstance {
  const app = fastify()
  t.teardown(() => app.close())
  return app
}

function exchange (app: FastifyInstance, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('data', (chunk) => { answer += chunk }).on('close', () => resolve(answer)).on('error', reject)
    socket.write(text)
  })
}
